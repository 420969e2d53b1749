"""The text of an expression as far as it is known: constants, and holes for the rest."""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.core.shape import Hole, Template, concat
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.commands import leading
from scratchlint.dataflow.fact import Context, Through, callers_of
from scratchlint.dataflow.parameters import given, is_unbound
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding
from scratchlint.knowledge.table import call_table, command_table

MAXIMUM_DEPTH = 12
_PROCESS_NAMES = frozenset({"$", "!", "BASHPID", "PPID", "SECONDS", "EPOCHSECONDS"})

# What a function of the program is called that makes up what it returns.
_MADE_UP = re.compile(r"random|uuid|nanoid|nonce", re.IGNORECASE)


class Texts:
    """Evaluates expressions to templates, backward and within bounds."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def text(
        self, expression: ir.Expr, context: Context | None = None, depth: int = MAXIMUM_DEPTH
    ) -> Template:
        """Return the template of an expression; what is not a constant becomes a named hole.

        In a `context` a parameter is the argument of the calls that entered the function.
        """
        if depth == 0:
            return (Hole("limit"),)
        match expression:
            case ir.Lit(text=text):
                return (text,) if text else ()
            case ir.Concat(parts=parts, separator=separator):
                return concat([self.text(part, context, depth - 1) for part in parts], separator)
            case ir.Env(name=name):
                return (Hole("env", name),)
            case ir.Ref():
                return self._name(expression, context, depth)
            case ir.Field(name=name):
                random = self._random(expression)
                if random is not None:
                    return (random,)
                return self._field(expression, depth) or (Hole("name", name or ""),)
            case ir.Call():
                return self._call(expression, context, depth)
            case ir.Other(kind="substitution", parts=parts) if parts:
                return self.text(parts[-1], context, depth - 1)
            case ir.Either(choices=choices):
                first = self.text(choices[0], context, depth - 1) if choices else ()
                return (
                    first
                    if len(choices) == 1
                    else tuple(part for part in first if isinstance(part, Hole))[:1] or (Hole("unknown"),)
                )
        return (Hole("unknown"),)

    def _name(self, ref: ir.Ref, context: Context | None, depth: int) -> Template:
        binding = self._program.binding.get(ref)
        if binding is None:
            if ref.name in _PROCESS_NAMES:
                return (Hole("process", "pid"),)
            return (Hole("random" if ref.name in ("RANDOM", "SRANDOM") else "name", ref.name),)
        reaching = [write for write in binding.writes if self._program.reaches(write, ref, binding)]
        if len(reaching) == 1:
            known = self._written(reaching[0], context, depth)
            if known is not None and _is_known(known):
                return known
        return (Hole("name", ref.name),)

    def _written(self, write: ir.Node, context: Context | None, depth: int) -> Template | None:
        """Return the text that a name is given: by an assignment, an import, the call that was entered."""
        if depth <= 0:
            return None
        match write:
            case ir.Bind(target=ir.Ref(), value=value):
                return self.text(value, context, depth - 1)
            case ir.Import():
                for exported in self._calls.links.exported(write):
                    if isinstance(exported, Binding):
                        only = exported.only()
                        return self._written(only, None, depth - 1) if only is not None else None
                    return self.text(exported, None, depth - 1)
            case ir.Parameter():
                function = write.parent
                if isinstance(function, ir.Function):
                    return self._agreed(write, function, context, depth)
        return None

    def _agreed(
        self, parameter: ir.Parameter, function: ir.Function, context: Context | None, depth: int
    ) -> Template | None:
        """Return the text that all calls give for a parameter, None when they differ."""
        agreed: Template | None = None
        for number, (call, around) in enumerate(callers_of(function, context)):
            text = self._argument(parameter, function, call, around, depth)
            if text is None or (number and text != agreed) or not _is_known(text):
                return None
            agreed = text
        return agreed

    def _argument(
        self,
        parameter: ir.Parameter,
        function: ir.Function,
        call: ir.Call | ir.Field,
        around: Context | None,
        depth: int,
    ) -> Template | None:
        """Return the text that a call gives for a parameter."""
        if not isinstance(call, ir.Call):
            return None
        filled = given(call, function, parameter, int(is_unbound(call, function)))
        if filled is not None:
            return self.text(filled, around, depth - 1)
        whole = not any(argument.spread for argument in call.arguments)
        default = parameter.default
        return self.text(default, None, depth - 1) if whole and default is not None else None

    def _field(self, field: ir.Field, depth: int) -> Template | None:
        """Return the constant that an object or class has under a name."""
        base = self._calls.value_of(field.base)
        entries = base.entries if isinstance(base, ir.Record) else ()
        values = [entry.value for entry in entries if entry.key == field.name]
        owner = self._calls.class_of(field.base) if not values else None
        for member in owner.body if owner is not None else ():
            match member:
                case ir.Bind(target=ir.Ref(name=name), value=value) if name == field.name:
                    values.append(value)
        if len(values) != 1:
            return None
        known = self.text(values[0], None, depth - 1)
        return known if known and _is_known(known) else None

    def _random(self, expression: ir.Expr) -> Hole | None:
        """Return the hole of a callable or attribute that the tables know as unpredictable."""
        language = "python" if self._program.module_of(expression).language == "python" else "javascript"
        table = call_table(language)
        if isinstance(expression, ir.Field) and expression.name not in table.by_name:
            return None
        for effect in table.find(self._calls.qualified(expression), ("random",)):
            return Hole("process" if effect.how == "process" else "random")
        return None

    def _call(self, call: ir.Call, context: Context | None, depth: int) -> Template:
        name = self._calls.qualified(call.function)
        if call.words:
            first = leading(call.arguments[0].value) if call.arguments else ""
            table = command_table().random
            match table.get(name, table.get(f"{name} {first}", "")):
                case "random":
                    return (Hole("random"),)
                case "process":
                    return (Hole("process", name),)
            return (Hole("unknown", name),)
        random = self._random(call.function)
        if random is not None:
            return (random,)
        if isinstance(call.function, ir.Field) and all(isinstance(a.value, ir.Lit) for a in call.arguments):
            inner = self.text(call.function.base, context, depth - 1)
            if any(isinstance(part, Hole) and part.kind in ("random", "process") for part in inner):
                return inner
        if len(call.arguments) == 1 and name in ("str", "String", "pathlib.Path", "int"):
            return self.text(call.arguments[0].value, context, depth - 1)
        for callee in self._calls.callees(call):
            values = self._calls.returned(callee) if isinstance(callee, ir.Function) else []
            if len(values) == 1:
                known = self.text(values[0], Through(callee, call, context), depth - 1)
                if _is_known(known):
                    return known
        name = name.rsplit(".", 1)[-1].replace("()", "").strip("?")
        return (Hole("random" if _MADE_UP.search(name) else "unknown", name),)


def _is_known(text: Template) -> bool:
    """Whether nothing of a text is left open but what every run makes up anew."""
    return all(isinstance(part, str) or part.kind in ("random", "process") for part in text)
