"""What calls and commands do with a path that they are given."""

from __future__ import annotations

from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.shape import Hole, concat, is_absolute, parent_directory, show
from scratchlint.dataflow.bindings import Bindings
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.embedded import command_line_uses
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.fact import HANDLE, Access, Fact
from scratchlint.dataflow.iterators import Iterators
from scratchlint.dataflow.options import Options
from scratchlint.dataflow.parameters import is_unbound, reached_parameters
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.texts import Texts
from scratchlint.dataflow.uploads import named_uploads
from scratchlint.dataflow.uses import Uses
from scratchlint.dataflow.words import Words
from scratchlint.dataflow.worklist import Worklist
from scratchlint.knowledge.table import Effect


class Arguments:
    """Follows a path through calls: into the program's own functions, else by the tables."""

    def __init__(
        self, program: Program, calls: Calls, texts: Texts, bindings: Bindings, endings: Endings
    ) -> None:
        self._program = program
        self._calls = calls
        self._texts = texts
        self._bindings = bindings
        self._uses = Uses(program, calls)
        self._iterators = Iterators(program, calls, bindings, endings)
        self._options = Options(program, calls)
        self._words = Words(program, calls, self._uses, bindings)

    def argument(self, work: Worklist, fact: Fact, argument: ir.Argument) -> None:
        """Follow a path that is an argument."""
        call = argument.parent
        if not isinstance(call, ir.Call):
            return
        callees = self._calls.callees(call)
        if call.words:
            self._words.word(work, fact, call, argument, callees)
            return
        for callee in callees:
            self._enter(work, fact, call, argument, callee)
        if callees:
            work.use(fact, call, "passes", self._uses.title(call))
        for promise in self._calls.resolving(call):
            work.push(fact.at(promise))
        if callees or self._option(work, fact, call, argument):
            return
        if not self._in_tuple(work, fact, call, argument):
            self.effects(work, fact, call, argument)

    def _in_tuple(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> bool:
        """Follow an argument into the field of a namedtuple, which is read by name and by place."""
        fields = self._calls.tuple_fields(call)
        positional = [other for other in call.arguments if other.name is None]
        number = positional.index(argument) if argument in positional else -1
        name = argument.name or (fields[number] if number < len(fields) else None)
        if not fields or name not in fields:
            return False
        kept = fact.told(argument.span, "field", f"kept as `{name}`", (name,), ("field",))
        for key in (name, str(fields.index(name))):
            work.push(kept.at(call, access=(key, *fact.access)))
        return True

    def _option(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> bool:
        """Follow the default of a command-line option to where the option is read."""
        found = self._options.default(call, argument, fact.access)
        if found is None:
            return False
        name, rest = found
        note = f"default of the option `{name}`"
        fact = replace(fact.told(argument.span, "defaulted", note, (name,), ("default",)), access=rest)
        work.use(fact, call, "sets", name)
        for outlet, access in self._options.outlets(call, name):
            self._bindings.come_out(work, fact, outlet, access)
        return True

    def command(self, work: Worklist, fact: Fact, call: ir.Call) -> None:
        """Note a path that stands where a command's name does."""
        if call.words and not fact.access:
            used = self._uses.executed(call)
            work.use(fact, call, used.action, used.api, used.role)

    def is_called(self, field: ir.Field) -> bool:
        """Whether a field is a method that is called right there."""
        around = field.parent
        return isinstance(around, ir.Call) and around.function is field

    def property(self, work: Worklist, fact: Fact, field: ir.Field) -> None:
        """Follow a property or method of the path itself."""
        around = field.parent
        if isinstance(around, ir.Call) and around.function is field:
            received = bool(fact.access) and self._bindings.received(work, fact, field, around)
            if not received and not self._calls.callees(around):
                self.effects(work, fact, around, None)
            return
        for caller, inner in self._iterators.bound(field):
            self._applied(work, fact, caller, inner, None)
        how = self._uses.table(field).properties.get(
            field.name or "", "same" if field.name is None else "text"
        )
        if how == "parent":
            work.push(fact.at(field, text=parent_directory(fact.text)))
        elif how == "same":
            work.push(fact.at(field))

    def effects(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument | None) -> None:
        """Apply what the tables know of a call; say that the path is passed on when they know nothing."""
        if argument is not None and argument.spread and fact.access and not fact.access[0].isdigit():
            argument = ir.Argument(argument.span, argument.value, fact.access[0], False)
            fact = replace(fact, access=fact.access[1:])
        for passed, inner, given in self._iterators.follow(work, fact, call, argument):
            self._applied(work, passed, call, inner, given)
        if fact.access[-1:] == (HANDLE,):
            for used in self._uses.handled(call, argument, fact.access[:-1]):
                work.use(replace(fact, access=()), call, used.action, used.api, used.role)
        found = self._uses.effects(call, argument, fact.access)
        for effect, rest in found:
            self._effect(work, fact, call, argument, effect, rest)
        if not found and argument is not None:
            title = self._uses.title(call)
            work.use(fact, call, "passes", f"{title}({argument.name}=)" if argument.name else title)

    def _applied(
        self, work: Worklist, fact: Fact, call: ir.Call, inner: ir.Call, argument: ir.Argument | None
    ) -> None:
        """Apply what the tables know of a foreign function that another one calls with the path."""
        for effect, rest in self._uses.effects(inner, argument, fact.access):
            if effect.kind == "call" and not rest:
                action = self._uses.opened(inner, effect) if effect.action == "opens" else effect.action
                work.use(fact, call, action, self._uses.title(inner), effect.role)

    def _effect(
        self,
        work: Worklist,
        fact: Fact,
        call: ir.Call,
        argument: ir.Argument | None,
        effect: Effect,
        rest: Access,
    ) -> None:
        match effect.kind:
            case "derive":
                if not rest or effect.how in ("same", "declared", "lookup", "environment"):
                    self._derive(work, replace(fact, access=rest), call, argument, effect)
            case "root":
                text = concat([fact.text, (Hole("random"),)], "/") if effect.how == "fresh" else fact.text
                work.push(fact.at(call, text=text, access=effect.access))
            case "shell":
                self._shell(work, fact, call, argument)
            case "argv":
                for used in self._uses.argv(call, argument, effect, rest) if argument is not None else ():
                    work.use(fact, call, used.action, used.api, used.role)
            case _:
                if not rest:
                    action = self._uses.opened(call, effect) if effect.action == "opens" else effect.action
                    work.use(fact, call, action, self._uses.title(call), effect.role)
                    if effect.action == "opens":
                        work.push(fact.at(call, access=(HANDLE,)))
                    self._uploaded(work, fact, call)

    def _uploaded(self, work: Worklist, fact: Fact, call: ir.Call) -> None:
        """Follow a directory for uploads to the files that requests bring."""
        for field, access in named_uploads(self._program, self._calls, call):
            told = fact.told(field.span, "passed", "named by the request")
            text = concat([fact.text, (Hole("random"),)], "/")
            work.push(told.at(field, text=text, access=access))

    def _derive(
        self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument | None, effect: Effect
    ) -> None:
        match effect.how:
            case "same":
                fact = self._validated(fact, call)
                work.push(fact.at(call, access=(*effect.access, *fact.access)))
            case "declared":
                if fact.access[-1:] == ("default",):
                    note, name = "default of the setting", fact.access[-2] if fact.access[1:] else ""
                    fact = fact.told(call.span, "defaulted", f"{note} `{name}`", (name,), ("default",))
                    work.use(replace(fact, access=()), call, "sets", name)
                    work.push(fact.at(call, access=(*effect.access, *fact.access[:-1])))
            case "lookup":
                self._look_up(work, fact, call, effect)
            case "environment" if fact.access:
                name = ".".join(fact.access)
                note = f"default of the environment variable `{name}`"
                fact = replace(fact.told(call.span, "defaulted", note, (name,), ("default",)), access=())
                work.use(fact, call, "sets", name)
                self._bindings.into_environment(work, fact, name, call)
            case "parent":
                work.push(fact.at(call, text=parent_directory(fact.text)))
            case "inside":
                text = concat([fact.text, (Hole("unknown"),)], "/")
                work.push(fact.at(call, text=text))
            case "suffix":
                hole = Hole("random" if effect.random else "unknown")
                work.push(fact.at(call, text=concat([fact.text, (hole,)]), access=effect.access))
            case "join" | "concat":
                self._join(work, fact, call, argument, effect)
            case "text":
                work.use(fact, call, "shows", self._uses.title(call))

    def _look_up(self, work: Worklist, fact: Fact, call: ir.Call, effect: Effect) -> None:
        """Follow the field of an object that a call names, dotted when it lies deeper."""
        values = [other.value for other in call.arguments if other.name is None]
        for place in effect.name:
            if isinstance(place, int) and place < len(values):
                names = self._texts.text(values[place])
                keys = tuple(names[0].split(".")) if names and isinstance(names[0], str) else ("*",)
                if fact.access[: len(keys)] == keys or keys == ("*",):
                    work.push(fact.at(call, access=fact.access[len(keys) :]))

    def _validated(self, fact: Fact, call: ir.Call) -> Fact:
        """Add the step through the entry of a schema that a settings object is parsed with."""
        if not fact.access or not isinstance(call.function, ir.Field):
            return fact
        schema = self._calls.value_of(call.function.base)
        stack: list[ir.Node] = [schema] if schema is not None else []
        while stack:
            node = stack.pop()
            if isinstance(node, ir.Entry) and node.key == fact.access[0]:
                return fact.told(node.span, "env", f"declared as `{node.key}` in the schema")
            if not isinstance(node, ir.Function):
                stack.extend(reversed(ir.children(node)))
        return fact

    def _join(
        self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument | None, effect: Effect
    ) -> None:
        values = [other.value for other in call.arguments if other.name is None]
        index = values.index(argument.value) if argument is not None and argument.value in values else -1
        before = any(self._texts.text(value, fact.context) for value in values[: max(index, 0)])
        if before and not self._restarts(call):
            return
        after = [self._texts.text(value, fact.context) for value in values[index + 1 :]]
        if any(is_absolute(text) for text in after) and self._restarts(call):
            return
        text = concat([fact.text, *after], "/" if effect.how == "join" else "")
        joined = fact.at(call).joined(text)
        work.push(
            joined.told(call.span, "joined", f"joined to `{show(text)[:120]}`") if any(after) else joined
        )

    def _restarts(self, call: ir.Call) -> bool:
        """Whether a later absolute component restarts the joined path."""
        return self._program.module_of(call).language == "python" or self._uses.title(call).endswith(
            "resolve"
        )

    def _shell(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument | None) -> None:
        """Note what a command line that is handed to a shell does with the path."""
        if fact.access or argument is None:
            return
        line = self._texts.text(argument.value, fact.context)
        first = fact.text[0]
        spelled = first if isinstance(first, str) else work.site.text
        for action, api, role in command_line_uses(line, spelled):
            work.use(replace(fact, mention=False), call, action, api, role)

    # The program's own functions

    def _enter(
        self,
        work: Worklist,
        fact: Fact,
        call: ir.Call,
        argument: ir.Argument,
        callee: ir.Function | ir.Class,
    ) -> None:
        """Follow an argument into the parameters of a function of the program."""
        function = callee if isinstance(callee, ir.Function) else self._calls.constructor(callee)
        if function is None:
            if isinstance(callee, ir.Class):
                self._construct(work, fact, call, argument, callee)
            return
        skipped = int(is_unbound(call, function))
        for parameter, access in reached_parameters(call, argument, function, fact.access, skipped):
            note = f"passed to `{callee.name or 'a function'}()` as `{parameter.name}`"
            entered = fact.told(argument.span, "passed", note, (parameter.name,) if parameter.name else ())
            entered = work.enter(replace(entered, access=access), call, function, parameter.name)
            self._bindings.into_parameter(work, entered, function, parameter)

    def _construct(
        self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument, owner: ir.Class
    ) -> None:
        """Follow an argument into a field of a class without a constructor of its own."""
        fields = self._calls.declared(owner)
        positional = [other for other in call.arguments if other.name is None]
        number = positional.index(argument) if argument in positional else len(fields)
        name = argument.name or (fields[number] if number < len(fields) else None)
        if name is not None:
            note = f"kept as `{name}` of `{owner.name}`"
            kept = fact.told(argument.span, "field", note, (name,), ("field",))
            work.use(kept, argument.value, "sets", name)
            self._bindings.into_object(work, kept, call, (name, *fact.access))
