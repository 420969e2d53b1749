"""TypeScript's imports and exports, in all their historic forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.escapes import unescape
from scratchlint.languages.grammar import Captures, Grammar
from scratchlint.languages.typescript_definitions import DefinitionLowering

_LOADERS = frozenset({"require", "import"})


class ModuleLowering(DefinitionLowering):
    """Lowers what connects files.

    Names of the form "require m" and "export x" stand for what the source leaves without a name;
    they cannot clash with its own.
    """

    def __init__(self, path: str, data: bytes, grammar: Grammar) -> None:
        super().__init__(path, data, grammar)
        self._statements |= {"import": self.import_, "alias": self.alias, "export": self.export}

    # Imports

    def import_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower an import statement; types are left out."""
        if _is_type_only(node):
            return
        source = node.child_by_field_name("source")
        clauses = [child for child in node.named_children if child.type.endswith("_clause")]
        if source is not None and not clauses:
            yield ir.Import(self.span(node), self._module(source), None, "")
        for clause in clauses:
            named = clause.child_by_field_name("source") or source
            if named is not None:
                yield from self._clause(clause, self._module(named))

    def _clause(self, clause: Node, module: str) -> Iterable[ir.Import]:
        for child in clause.named_children:
            span = self.span(child)
            if child.type == "identifier":
                name = "default" if clause.type == "import_clause" else None
                yield ir.Import(span, module, name, self.text(child))
            elif child.type == "namespace_import":
                yield ir.Import(span, module, None, self.text(child.named_children[-1]))
            elif child.type == "named_imports":
                for name, alias, span in self._specifiers(child):
                    yield ir.Import(span, module, name, alias)

    def _specifiers(self, node: Node) -> Iterable[tuple[str, str, Span]]:
        """Yield (name, alias, span) of what stands between braces."""
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if name is not None and not _is_type_only(child):
                alias = child.child_by_field_name("alias") or name
                yield self._name(name), self._name(alias), self.span(child)

    def _name(self, node: Node) -> str:
        text = self.text(node)
        return unescape(text[1:-1]) if node.type == "string" else text

    def _module(self, source: Node) -> str:
        return unescape(self.text(source)[1:-1]).removeprefix("node:")

    def alias(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `import a = b.c`."""
        yield self.make_bind(node, captures, declares=True)

    def declaration(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a declaration; names that are given to a loaded module are imports."""
        return self._imported(captures) or super().declaration(node, captures)

    def _imported(self, captures: Captures) -> list[ir.Import]:
        """Return the imports that `const x = require("m")` and its variants stand for."""
        target, value = captures["target"][0], self.only(captures, "value")
        name: str | None = None
        if value is not None and self.label(value)[0] == "field":
            name = self.text(self.label(value)[1]["name"][0])
            value = self._inside(self.label(value)[1]["base"][0])
        module = self._loaded(self._inside(value)) if value is not None else None
        if module is None:
            return []
        span = self.span(target)
        if target.type == "identifier":
            return [ir.Import(span, module, name, self.text(target))]
        if target.type != "object_pattern" or name is not None:
            return []
        imports: list[ir.Import] = []
        for entry in target.named_children:
            role, inner = self.label(entry)
            alias = inner["value"][0] if role == "pair" else entry
            key = inner["key"][0] if role == "pair" else entry
            if alias.type not in ("identifier", "shorthand_property_identifier_pattern"):
                return []
            if key.type == "computed_property_name":
                return []
            imports.append(ir.Import(self.span(entry), module, self._name(key), self.text(alias)))
        return imports

    def _inside(self, node: Node) -> Node:
        """Return what parentheses, `await` and assertions hold."""
        role, captures = self.label(node)
        while role == "transparent":
            node = captures["value"][0]
            role, captures = self.label(node)
        return node

    def _loaded(self, node: Node) -> str | None:
        """Return the module that `require("m")` or `import("m")` loads, else None.

        A file that is named by its absolute path is none of the project: that call stays a call.
        """
        role, captures = self.label(node)
        if role != "call" or captures["function"][0].type not in ("identifier", "import"):
            return None
        if self.text(captures["function"][0]) not in _LOADERS or "arguments" not in captures:
            return None
        arguments = self.parts(captures["arguments"][0])
        if not arguments or arguments[0].type != "string":
            return None
        module = self._module(arguments[0])
        return None if module.startswith("/") else module

    def call(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a call; a module loaded amid an expression is imported first."""
        module = self._loaded(node)
        if module is None:
            return super().call(node, captures)
        name = f"require {module}"
        self._pending.append(ir.Import(self.span(node), module, None, name))
        return ir.Ref(self.span(node), name)

    # Exports

    def export(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower an export statement."""
        if _is_type_only(node):
            return
        marks = {child.type for child in node.children if not child.is_named}
        source = node.child_by_field_name("source")
        declaration = node.child_by_field_name("declaration")
        if declaration is not None:
            lowered = self._with_decorators(node, self.statement(declaration))
            yield from self._default(node, lowered) if "default" in marks else self._marked(lowered)
        elif source is not None:
            yield from self._passed_on(node, self._module(source))
        elif "default" in marks or "=" in marks:
            (value,) = node.children_by_field_name("value") or node.named_children[-1:]
            lowered_value = self.expression(value)
            name = "default" if "default" in marks else "exports"
            target = ir.Ref(self.span(value), name)
            yield ir.Bind(self.span(node), target, lowered_value, name == "default", exported=True)
        else:
            for clause in node.named_children:
                for name, alias, span in self._specifiers(clause):
                    yield self._exported(span, alias, name)

    def _exported(self, span: Span, name: str, value: str) -> ir.Bind:
        target = ir.Field(span, ir.Ref(span, "exports"), name)
        return ir.Bind(span, target, ir.Ref(span, value), declares=False, exported=True)

    def _with_decorators(self, node: Node, statements: Iterable[ir.Stmt]) -> Iterable[ir.Stmt]:
        """Give a class the decorators that stand before its `export`."""
        decorators = tuple(map(self.decorator, node.children_by_field_name("decorator")))
        for statement in statements:
            if decorators and isinstance(statement, ir.Class):
                statement = replace(statement, span=self.span(node), decorators=decorators)
            yield statement

    def _default(self, node: Node, statements: Iterable[ir.Stmt]) -> Iterable[ir.Stmt]:
        for statement in statements:
            yield statement
            if isinstance(statement, ir.Function | ir.Class):
                span = self.span(node)
                target = ir.Ref(span, "default")
                yield ir.Bind(span, target, ir.Ref(span, statement.name), declares=True, exported=True)

    def _marked(self, statements: Iterable[ir.Stmt]) -> Iterable[ir.Stmt]:
        for statement in statements:
            match statement:
                case ir.Function() | ir.Class() | ir.Bind(declares=True):
                    statement = replace(statement, exported=True)
            yield statement
            if isinstance(statement, ir.Import) and not statement.alias.startswith("require "):
                yield self._exported(statement.span, statement.alias, statement.alias)

    def _passed_on(self, node: Node, module: str) -> Iterable[ir.Stmt]:
        """Lower `export … from "m"`."""
        clauses = [
            child for child in node.named_children if child.type in ("export_clause", "namespace_export")
        ]
        if not clauses:
            yield ir.Import(self.span(node), module, "*", "export *")
        for clause in clauses:
            if clause.type == "namespace_export":
                alias = self._name(clause.named_children[-1])
                yield ir.Import(self.span(clause), module, None, f"export {alias}")
                yield self._exported(self.span(clause), alias, f"export {alias}")
                continue
            for name, alias, span in self._specifiers(clause):
                yield ir.Import(span, module, name, f"export {alias}")
                yield self._exported(span, alias, f"export {alias}")


def _is_type_only(node: Node) -> bool:
    """Whether `type` or `typeof` stands in an import or export: nothing of it is there at run time."""
    return any(child.type in ("type", "typeof") for child in node.children)
