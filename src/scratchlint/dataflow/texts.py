"""The text of an expression as far as it is known: constants, and holes for the rest."""

from __future__ import annotations

from scratchlint.core import ir
from scratchlint.core.shape import Hole, Template, concat
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.table import call_table

MAXIMUM_DEPTH = 12
CallString = tuple[ir.Call, ...]
_PROCESS_NAMES = frozenset({"$", "!", "BASHPID", "PPID", "SECONDS", "EPOCHSECONDS"})


class Texts:
    """Evaluates expressions to templates, backward and within bounds."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def text(self, expression: ir.Expr, depth: int = MAXIMUM_DEPTH) -> Template:
        """Return the template of an expression; what is not a constant becomes a named hole."""
        if depth == 0:
            return (Hole("limit"),)
        match expression:
            case ir.Lit(text=text):
                return (text,) if text else ()
            case ir.Concat(parts=parts, separator=separator):
                return concat([self.text(part, depth - 1) for part in parts], separator)
            case ir.Env(name=name):
                return (Hole("env", name),)
            case ir.Ref():
                return self._name(expression, depth)
            case ir.Field(name=name):
                random = self._random(expression)
                if random is not None:
                    return (random,)
                return (Hole("name", name or ""),)
            case ir.Call():
                return self._call(expression, depth)
            case ir.Other(kind="substitution", parts=parts) if parts:
                return self.text(parts[-1], depth - 1)
            case ir.Either(choices=choices):
                first = self.text(choices[0], depth - 1) if choices else ()
                return (
                    first
                    if len(choices) == 1
                    else tuple(part for part in first if isinstance(part, Hole))[:1] or (Hole("unknown"),)
                )
        return (Hole("unknown"),)

    def _name(self, ref: ir.Ref, depth: int) -> Template:
        binding = self._program.binding.get(ref)
        if binding is None:
            if ref.name in _PROCESS_NAMES:
                return (Hole("process", "pid"),)
            return (Hole("random" if ref.name in ("RANDOM", "SRANDOM") else "name", ref.name),)
        values = [
            write.value
            for write in binding.writes
            if isinstance(write, ir.Bind)
            and isinstance(write.target, ir.Ref)
            and self._program.reaches(write, ref, binding)
        ]
        if len(values) == 1 and len(values) == sum(
            1 for write in binding.writes if self._program.reaches(write, ref, binding)
        ):
            known = self.text(values[0], depth - 1)
            if all(isinstance(part, str) or part.kind in ("random", "process") for part in known):
                return known
        return (Hole("name", ref.name),)

    def _random(self, expression: ir.Expr) -> Hole | None:
        """Return the hole of a callable or attribute that the tables know as unpredictable."""
        language = "python" if self._program.module_of(expression).language == "python" else "javascript"
        table = call_table(language)
        if isinstance(expression, ir.Field) and expression.name not in table.by_name:
            return None
        for effect in table.find(self._calls.qualified(expression), ("random",)):
            return Hole("process" if effect.how == "process" else "random")
        return None

    def _call(self, call: ir.Call, depth: int) -> Template:
        name = self._calls.qualified(call.function)
        if call.words:
            if name in ("mktemp", "uuidgen"):
                return (Hole("random"),)
            return (Hole("process" if name == "date" else "unknown", name),)
        random = self._random(call.function)
        if random is not None:
            return (random,)
        if isinstance(call.function, ir.Field) and not call.arguments:
            inner = self.text(call.function.base, depth - 1)
            if any(isinstance(part, Hole) and part.kind in ("random", "process") for part in inner):
                return inner
        if len(call.arguments) == 1 and name in ("str", "String", "pathlib.Path", "int"):
            return self.text(call.arguments[0].value, depth - 1)
        return (Hole("unknown", name.rsplit(".", 1)[-1].replace("()", "").strip("?")),)
