"""Where scratch paths enter the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.flow import Site, SiteKind
from scratchlint.core.shape import Hole, PathShape, Template, components
from scratchlint.core.span import Span
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.table import Effect, call_table, root_names
from scratchlint.policy.roots import (
    ELSEWHERE,
    ENVIRONMENT_ROOT,
    ENVIRONMENT_ROOTS,
    WELL_KNOWN,
    RootMatch,
    Roots,
)

_NOT_PATHS = frozenset({"regex", "type"})
# What can be a site, or decides that what is in it is none.
_TELLING = frozenset({ir.Lit, ir.Ref, ir.Do, ir.Env, ir.Either, ir.Call, ir.Field})


@dataclass(frozen=True, slots=True)
class Entry:
    """A site and how its path starts on its way.

    `access` is where the path lies in the value of `node` (an item of a pair, a field);
    `mention` tells that the path stands inside a longer text, `closed` that it ends there, so
    that what is joined to the text does not belong to it.
    """

    site: Site
    node: ir.Expr
    text: Template
    access: tuple[str, ...]
    mention: bool
    closed: bool = False


class Sites:
    """Finds the sites of a program, in order of file and place; `roots` tells what they are in a file."""

    def __init__(
        self, program: Program, calls: Calls, roots: Callable[[str], Roots] = lambda _: WELL_KNOWN
    ) -> None:
        self._program = program
        self._calls = calls
        self._roots = roots

    def find(self, module: ir.Module) -> Iterator[Entry]:
        """Yield the sites of one module in source order."""
        roots = self._roots(module.path)
        imported = self._imported(module)
        stack: list[ir.Node] = [module]
        while stack:
            node = stack.pop()
            if type(node) not in _TELLING:
                stack.extend(reversed(ir.children(node)))
                continue
            if isinstance(node, ir.Lit):
                if roots.may_find(node.text):
                    yield from self._literal(node, roots)
                continue
            if isinstance(node, ir.Ref):
                if node in imported:
                    yield from self._attribute(node)
                elif node.name in ENVIRONMENT_ROOTS and self._is_scratch_variable(node):
                    yield self._environment(node, node.name)
                continue
            if isinstance(node, ir.Do) and isinstance(node.value, ir.Lit):
                continue  # a docstring or a directive
            if isinstance(node, ir.Env) and self._is_root_variable(node):
                yield self._environment(node, node.name)
                continue  # `${TMPDIR:-/tmp}` is one site
            if isinstance(node, ir.Either) and self._is_scratch_variable(node.choices[0]):
                yield self._environment(node, ENVIRONMENT_ROOT[1:])
                continue
            if isinstance(node, ir.Call):
                yield from self._call(node)
            elif isinstance(node, ir.Field):
                yield from self._attribute(node)
            stack.extend(reversed(ir.children(node)))

    def _imported(self, module: ir.Module) -> Set[ir.Ref]:
        """Return the reads of names that are imported and never set otherwise."""
        return {
            read
            for _, binding in self._program.imports[module.path]
            if binding is not None and isinstance(binding.only(), ir.Import)
            for read in binding.reads
        }

    def _literal(self, node: ir.Lit, roots: Roots) -> Iterator[Entry]:
        for match in roots.find(node.text):
            inside = any(
                isinstance(around, ir.Other) and around.kind in _NOT_PATHS for around in self._near(node)
            )
            if match.root == ELSEWHERE and (inside or self._continues(node)):
                continue
            spaced = any(character.isspace() for character in node.text[match.end :].rstrip())
            mention = inside or match.prefix == "text" or spaced
            if not mention and self._in_longer_text(node, match):
                mention = True
            kind: SiteKind = "mention" if mention else "literal"
            text = node.text[match.start : match.end]
            path = PathShape(match.root, components((match.rest,)))
            scheme = node.text[: match.start].partition(":")[0].lower() if match.prefix == "url" else ""
            site = Site(self._part(node, match), kind, text, path, self._function(node), scheme=scheme)
            yield Entry(site, node, (text,), (), mention, not match.whole)

    def _near(self, node: ir.Node) -> Iterator[ir.Node]:
        for count, around in enumerate(self._program.ancestors(node)):
            if count == 3:
                return
            yield around

    def _part(self, node: ir.Lit, match: RootMatch) -> Span:
        """Return the span of a path within a literal, when offsets in text and source agree."""
        start, end = node.span.start, node.span.end
        length = len(node.text.encode())
        if length == end - start:
            before = len(node.text[: match.start].encode())
            within = len(node.text[match.start : match.end].encode())
            return Span(node.span.file, start + before, start + before + within)
        return node.span

    def _continues(self, node: ir.Lit) -> bool:
        """Whether a literal goes on where another part of a joined text ends: it begins no path."""
        parent = node.parent
        return isinstance(parent, ir.Concat) and parent.parts[0] is not node

    def _in_longer_text(self, node: ir.Lit, match: RootMatch) -> bool:
        """Whether a joined text has prose before this literal."""
        parent = node.parent
        if not isinstance(parent, ir.Concat) or parent.separator or parent.parts[0] is node:
            return False
        before = parent.parts[: parent.parts.index(node)]
        return any(isinstance(part, ir.Lit) and " " in part.text for part in before)

    def _is_root_variable(self, node: ir.Env) -> bool:
        """Whether a program reads the environment variable that names its scratch directory."""
        return node.name in ENVIRONMENT_ROOTS and not self._program.is_written(node)

    def _is_scratch_variable(self, node: ir.Expr) -> bool:
        """Whether a name is the shell's `$TMPDIR`, set by nobody in the file."""
        return (
            isinstance(node, ir.Ref)
            and node.name in ENVIRONMENT_ROOTS
            and self._program.binding.get(node) is None
            and self._program.module_of(node).language in ("shell", "dockerfile")
            and not self._program.is_written(node)
        )

    def _environment(self, node: ir.Expr, name: str) -> Entry:
        path = PathShape(ENVIRONMENT_ROOT, ())
        site = Site(node.span, "root", f"${name}", path, self._function(node))
        return Entry(site, node, (ENVIRONMENT_ROOT,), (), False)

    def _call(self, node: ir.Call) -> Iterator[Entry]:
        if node.words:
            if isinstance(node.function, ir.Lit) and node.function.text in ("mktemp", "tempfile"):
                yield from self._mktemp(node)
            return
        for effect in self._effects(node.function):
            if effect.how == "method":
                continue
            if self._has_directory(node, effect):
                return
            scoped = effect.scoped and not self._kept(node, effect)
            yield self._entry(node, effect, scoped)
            return

    def _attribute(self, node: ir.Field | ir.Ref) -> Iterator[Entry]:
        """Yield scratch roots that are attributes (`tempfile.tempdir`)."""
        parent = node.parent
        if (isinstance(parent, ir.Call) and parent.function is node) or self._program.is_written(node):
            return
        for effect in self._effects(node):
            if effect.result == "attribute":
                yield self._entry(node, effect, scoped=False)
                return

    def _effects(self, function: ir.Expr) -> Iterator[Effect]:
        language = "python" if self._program.module_of(function).language == "python" else "javascript"
        if isinstance(function, ir.Field) and function.name not in root_names(language):
            return iter(())
        return call_table(language).find(self._calls.qualified(function), ("root",))

    def _entry(self, node: ir.Expr, effect: Effect, scoped: bool) -> Entry:
        fresh = effect.how == "fresh"
        text: Template = (ENVIRONMENT_ROOT + "/", Hole("random")) if fresh else (ENVIRONMENT_ROOT,)
        path = PathShape(ENVIRONMENT_ROOT, ((Hole("random"),),) if fresh else ())
        called = node.function if isinstance(node, ir.Call) else node
        name = self._calls.qualified(called).replace("()", "")
        site = Site(node.span, "fresh" if fresh else "root", name, path, self._function(node), scoped)
        return Entry(site, node, text, effect.access, False)

    def _has_directory(self, call: ir.Call, effect: Effect) -> bool:
        """Whether the call names the directory itself: then that path decides, not this call."""
        for place in effect.places:
            for number, argument in enumerate(call.arguments):
                if argument.name == place or (argument.name is None and number == place):
                    absent = isinstance(argument.value, ir.Other | ir.Ref | ir.Lit) and not _is_value(
                        argument.value
                    )
                    return not absent
        return False

    def _kept(self, call: ir.Call, effect: Effect) -> bool:
        """Whether `delete=False` keeps what would remove itself."""
        return any(argument.name in effect.keep and _is_false(argument.value) for argument in call.arguments)

    def _mktemp(self, node: ir.Call) -> Iterator[Entry]:
        """Yield the path that the mktemp command makes, unless its template names one."""
        words = [argument.value for argument in node.arguments if argument.name is None]
        constant = [word.text for word in words if isinstance(word, ir.Lit)]
        options = [word for word in constant if word.startswith("-")]
        templates = [word for word in words if not (isinstance(word, ir.Lit) and word.text.startswith("-"))]
        inside = any(
            option in ("-t", "-p", "--tmpdir") or option.startswith("--tmpdir") for option in options
        )
        if (
            templates
            and not inside
            and not all(isinstance(word, ir.Lit) and "/" not in word.text for word in templates)
        ):
            return
        if any(option in ("-p",) or option.startswith("--tmpdir=") for option in options):
            return
        path = PathShape(ENVIRONMENT_ROOT, ((Hole("random"),),))
        site = Site(node.span, "fresh", "mktemp", path, self._function(node))
        yield Entry(site, node, (ENVIRONMENT_ROOT + "/", Hole("random")), (), False)

    def _function(self, node: ir.Node) -> Span | None:
        function = self._program.function_of(node)
        return function.span if function is not None else None


def _is_value(expression: ir.Expr) -> bool:
    """Whether an argument gives something: None and undefined do not."""
    if isinstance(expression, ir.Ref):
        return expression.name not in ("None", "undefined", "null")
    if isinstance(expression, ir.Other):
        return expression.kind not in ("none", "undefined", "null")
    return True


def _is_false(expression: ir.Expr) -> bool:
    return (
        isinstance(expression, ir.Ref | ir.Lit)
        and getattr(expression, "name", getattr(expression, "text", "")) in ("False", "false")
    ) or (isinstance(expression, ir.Other) and expression.kind == "false")
