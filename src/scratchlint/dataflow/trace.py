"""From a site forward to every use of its path."""

from __future__ import annotations

import re
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Step
from scratchlint.core.shape import concat, is_absolute, parent_directory, show, until_space
from scratchlint.core.span import Span
from scratchlint.dataflow.arguments import Arguments
from scratchlint.dataflow.bindings import Bindings
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.commands import leading
from scratchlint.dataflow.embedded import document_line
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.fact import Fact, Way
from scratchlint.dataflow.fields import Fields
from scratchlint.dataflow.guards import Guards
from scratchlint.dataflow.moments import Moments
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Entry
from scratchlint.dataflow.texts import Texts
from scratchlint.dataflow.worklist import Worklist
from scratchlint.policy.roots import PERMANENT

_LOOKED_AT = frozenset({"jsx", "regex", "type", "length", "basename"})
_ENDS = frozenset({"pipeline", "background", "unused", "format", "arithmetic", "field"})
# `sh -c "cat > FILE" <<EOF`
_INNER_WRITE = re.compile(r"\b(?:cat|tee)\b[^|;]*(?:>|\btee\b)")
_WRITERS = frozenset({"tee", "sudo", "dd"})


class Tracer:
    """Traces sites through one program."""

    def __init__(self, program: Program, calls: Calls, environment: Environment) -> None:
        self._program = program
        self._calls = calls
        self._texts = Texts(program, calls)
        self._bindings = Bindings(program, calls, Fields(program, calls), environment)
        self._endings = Endings(program, calls)
        self._moments = Moments(program, calls, self._endings)
        self._arguments = Arguments(program, calls, self._texts, self._bindings, self._endings)
        self._guards = Guards(program, calls)

    def trace(self, entry: Entry) -> Worklist:
        """Follow a site as far as the program is loaded."""
        work = Worklist(self._program, entry.site, self._endings, self._guards)
        way = Way(Step(entry.site.span, "source", f"`{entry.site.text}` enters here"), None)
        start = Fact(entry.node, entry.text, entry.access, None, entry.mention, way, closed=entry.closed)
        work.push(self._written(start, entry.node, entry.site.span))
        self._follow(work)
        return work

    def resume(self, work: Worklist) -> None:
        """Follow a site on from the facts that asked for what is loaded now."""
        work.resume(self._endings, self._guards)
        self._follow(work)

    def timed(self, work: Worklist) -> tuple[Flow, ...]:
        """Return the flows of a site with the calls that lead to their uses."""
        return work.timed(self._moments)

    def _follow(self, work: Worklist) -> None:
        demand = self._calls.links.demand
        while (fact := work.pop()) is not None:
            before = demand.count
            self._advance(work, fact)
            work.done(asked=demand.count != before)

    def _advance(self, work: Worklist, fact: Fact) -> None:
        """Move a path one step, to where the expression that has it stands."""
        node = fact.node
        match node.parent:
            case ir.Concat() as parent:
                self._joined(work, fact, parent)
            case ir.Either() as parent:
                if parent.choices[0] is not node:
                    fact = _standing_in(fact, parent)
                work.push(fact.at(parent))
            case ir.Env(name=name) as parent:
                note = f"default of the environment variable `{name}`"
                work.push(fact.told(parent.span, "defaulted", note, (name,), ("default",)).at(parent))
            case ir.Entry() as parent:
                self._entered(work, fact, parent)
            case ir.Field() as parent:
                self._field(work, fact, parent)
            case ir.Argument() as parent:
                self._arguments.argument(work, fact, parent)
            case ir.Call() as parent:
                self._arguments.command(work, fact, parent)
            case ir.Bind() as parent if parent.value is node:
                self._bindings.assign(work, fact, parent.target, parent)
            case ir.Parameter() as parent:
                self._bindings.defaulted(work, fact, parent)
            case ir.Return() as parent:
                self._bindings.returned(work, fact, parent)
            case ir.Block():
                work.use(fact, node, "tests", "a condition")
            case ir.Other() as parent:
                self._other(work, fact, parent)

    def _field(self, work: Worklist, fact: Fact, field: ir.Field) -> None:
        """Follow a field of an object, or a property or method of the path itself."""
        if not fact.access or self._arguments.is_called(field):
            self._arguments.property(work, fact, field)
        if fact.access and (field.name is None or fact.access[0] in (field.name, "*")):
            work.push(fact.at(field, access=fact.access[1:]))
        elif fact.access:
            self._bindings.got(work, fact, field)

    def _joined(self, work: Worklist, fact: Fact, parent: ir.Concat) -> None:
        """Follow a path into a longer text; what a loop or recursion joins again is joined once."""
        if fact.access:
            self._appended(work, fact, parent)
        if fact.access or fact.way.passed(parent.span, "joined"):
            return
        index = parent.parts.index(fact.node)
        before = concat([self._texts.text(part, fact.context) for part in parent.parts[:index]])
        following = () if fact.closed else parent.parts[index + 1 :]
        after = [self._texts.text(part, fact.context) for part in following]
        if parent.separator and any(is_absolute(text) for text in after):
            return  # pathlib: an absolute component restarts the path
        if not parent.separator:
            prose = bool(before) and not _may_precede(show(before))
            whole = concat(after)
            after = [until_space(whole)]
            ends = after[0] != whole
            spaced = ends and not isinstance(parent.parent, ir.Other)
            mention = fact.mention or prose or spaced
            fact = replace(fact, mention=mention, closed=fact.closed or ends or mention)
        joined = fact.at(parent).joined(concat([fact.text, *after], parent.separator))
        document = parent.parent
        if isinstance(document, ir.Other) and document.kind == "document":
            self._document(work, replace(joined, node=fact.node), document)
            return
        if any(after) and not joined.mention:
            joined = joined.told(parent.span, "joined", f"joined to `{show(joined.text)[:120]}`")
        work.push(joined)

    def _appended(self, work: Worklist, fact: Fact, parent: ir.Concat) -> None:
        """Follow an item of a list into a longer list: `["ls", directory] + options`.

        Where it comes by again, in a loop, its place is not told any more.
        """
        place, *inside = fact.access
        item = place == "*" or place.isdigit()
        if parent.separator or not item or any(isinstance(part, ir.Lit) for part in parent.parts):
            return
        before = [self._calls.value_of(part) for part in parent.parts[: parent.parts.index(fact.node)]]
        again = fact.way.passed(parent.span, "joined")
        if place != "*" and not again and all(isinstance(part, ir.Record) for part in before):
            place = str(int(place) + sum(len(ir.children(part)) for part in before if part is not None))
        else:
            place = "*"
        joined = fact if again else fact.told(parent.span, "joined", "joined to a longer list")
        work.push(joined.at(parent, access=(place, *inside)))

    def _entered(self, work: Worklist, fact: Fact, entry: ir.Entry) -> None:
        """Follow a path into an object."""
        record = entry.parent
        if not isinstance(record, ir.Record):
            return
        if entry.spread:
            later = record.entries[record.entries.index(entry) + 1 :]
            key = fact.access[0] if fact.access else "0"
            if not key.isdigit() and any(other.key == key for other in later):
                return  # overridden
            work.push(fact.at(record))
            return
        access = (entry.key or "*", *fact.access)
        if entry.key and entry.key.isdigit() and not fact.access and _is_last_resort(record, entry):
            fact = replace(fact, held=(*fact.held, "last-resort"))
        elif entry.key and not entry.key.isdigit():
            fact = fact.told(entry.span, "field", f"kept under `{entry.key}`", (entry.key,))
        work.push(fact.at(record, access=access))

    def _other(self, work: Worklist, fact: Fact, parent: ir.Other) -> None:
        kind = parent.kind.removeprefix("expansion:")
        if kind in ("compare", "differ"):
            work.use(fact, parent, "compares", "a comparison")
        elif kind == "document":
            self._document(work, fact, parent)
        elif kind in _LOOKED_AT:
            work.use(fact, parent, "shows", "text")
        elif kind == "parent":
            work.push(fact.at(parent, text=parent_directory(fact.text)))
        elif kind in ("substitution", "process"):
            if parent.parts and parent.parts[-1] is fact.node:
                work.push(fact.at(parent))
        elif kind == "outside":
            work.push(self._written(fact, parent, parent.span).at(parent))
        elif kind not in _ENDS:
            work.push(fact.at(parent))

    def _written(self, fact: Fact, node: ir.Expr, place: Span) -> Fact:
        """Add the step into the file that a node is written to, if it is."""
        name = self._program.module_of(node).written
        note = "written into a file" if name == "?" else f"written into `{name}`"
        return fact.told(place, "passed", note) if name else fact

    def _document(self, work: Worklist, fact: Fact, document: ir.Other) -> None:
        """Note a path in a here-document: what the line says of it, and whether a file is written."""
        inner = document.parts[0]
        node = fact.node
        at = work.site.span.start if node.span.start <= work.site.span.start < node.span.end else None
        line = document_line(inner, self._part(inner, node), at)
        argument = document.parent
        call = argument.parent if argument is not None else None
        told = line.option or line.key
        if line.comment or not told or not (isinstance(call, ir.Call) and self._writes(call)):
            work.use(fact, node, "shows", "text")
        else:
            work.use(fact, node, "configures", told)

    def _writes(self, call: ir.Call) -> bool:
        """Whether a command writes its input to a file."""
        redirected = any(
            argument.name in (">", ">>", ">|") or _INNER_WRITE.search(leading(argument.value))
            for argument in call.arguments
        )
        return redirected or self._calls.qualified(call.function) in _WRITERS

    def _part(self, document: ir.Expr, node: ir.Expr) -> ir.Expr:
        """Return the part of a document that holds a node."""
        for part in document.parts if isinstance(document, ir.Concat) else (document,):
            if part is node or self._program.inside(node, part):
                return part
        return node


def _is_last_resort(record: ir.Record, entry: ir.Entry) -> bool:
    """Whether permanent directories stand before an item of a list: `["/run", "/var/run", "/tmp"]`."""
    before = record.entries[: record.entries.index(entry)]
    return any(isinstance(one.value, ir.Lit) and one.value.text.startswith(PERMANENT) for one in before)


def _standing_in(fact: Fact, parent: ir.Either) -> Fact:
    """Add the step through an alternative; behind a variable it is that variable's default."""
    match parent.choices[0]:
        case ir.Env(name=name):
            note = f"default of the environment variable `{name}`"
            return fact.told(parent.span, "defaulted", note, (name,), ("default",))
    return fact.told(parent.span, "defaulted", "stands in when nothing else is given")


def _may_precede(text: str) -> bool:
    """Whether a path may stand right behind a text: a URL scheme, an option, a list."""
    return text.endswith(("=", ":", ":/", "://", ":///", ",", ";")) or (
        text.startswith("-") and " " not in text
    )
