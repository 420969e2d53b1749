"""Dockerfiles and Containerfiles (https://docs.docker.com/reference/dockerfile/).

Each stage is a Block: "stage" when nothing of it is left in an image but what others copy, else
"scope". A RUN is a "layer", lowered by the shell front end where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell
from scratchlint.languages.container_words import Word, check, run, run_script
from scratchlint.languages.dockerfile_stages import Stage, vanished
from scratchlint.languages.documents import document, spelled
from scratchlint.languages.grammar import grammar
from scratchlint.languages.tree import LabelledTree
from scratchlint.languages.yaml_scalars import escaped

# What a shell leaves as it is written.
_PLAIN = re.compile(rb"[\w./:-]+")
_TARGET = re.compile(r"(?:^|,)(?:target|dst|destination)=(?P<path>[^,\s]+)")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a Dockerfile."""
    return _DockerfileLowering(path, data).module()


class _DockerfileLowering(LabelledTree):
    """Lowers one file."""

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(path, data, grammar("tree_sitter_containerfile", "language", "dockerfile"))
        self._instructions: dict[str, Callable[[Node], Iterable[ir.Stmt]]] = {
            "run": self._run,
            "copy": self._copy,
            "operands": self._operands,
            "variables": self._variables,
            "check": self._check,
            "later": self._later,
        }

    def module(self) -> ir.Module:
        """Lower the stages in order; what stands before the first one belongs to the file."""
        stages: list[Stage] = []
        body: list[ir.Stmt] = []
        for node in self.parts(self.root):
            if self.label(node)[0] == "stage":
                stages.append(self._stage(node))
            elif stages:
                stages[-1].instructions.append(node)
                stages[-1].uses.update(self._references(node))
            else:
                body.extend(self._instruction(node))
        gone = vanished(stages)
        for stage in stages:
            inner = tuple(self._stage_body(stage))
            last = stage.instructions[-1] if stage.instructions else stage.node
            span = self.stretch(stage.node.start_byte, last.end_byte)
            body.append(ir.Block(span, "stage" if stage in gone else "scope", None, inner))
        return ir.Module(
            self.stretch(0, len(self.data)),
            "dockerfile",
            tuple(body),
            tuple(self.comments()),
            tuple(self.damages()),
        )

    # Stages

    def _stage(self, node: Node) -> Stage:
        _, captures = self.label(node)
        alias = node.child_by_field_name("as")
        return Stage(node, self.text(captures["base"][0]), self.text(alias) if alias is not None else "", [])

    def _stage_body(self, stage: Stage) -> Iterator[ir.Stmt]:
        """Lower a stage; of several entry points and commands the last one counts."""
        processes: dict[str, Node] = {}
        for node in stage.instructions:
            if self.label(node)[0] == "process":
                processes[node.type] = node
            else:
                yield from self._instruction(node)
        entry, command = processes.get("entrypoint_instruction"), processes.get("cmd_instruction")
        yield from self._process([node for node in (entry, command) if node is not None])

    def _references(self, node: Node) -> Iterator[str]:
        for child in node.named_children:
            found = re.search(r"\bfrom=([^,\s]+)", self.text(child)) if child.type.endswith("param") else None
            if found:
                yield found[1]

    # Instructions

    def _instruction(self, node: Node) -> Iterable[ir.Stmt]:
        handler = self._instructions.get(self.label(node)[0])
        return handler(node) if handler is not None else ()

    def _later(self, node: Node) -> Iterator[ir.Stmt]:
        for child in self.parts(node):
            yield from self._instruction(child)

    def _run(self, node: Node) -> Iterator[ir.Stmt]:
        body: list[ir.Stmt] = []
        documents = self._children(node, "document")
        for child in self.parts(node):
            role, _ = self.label(child)
            if role == "mount":
                body.extend(self._cache(child))
            elif role == "words":
                body.extend(run(self._words(child), self.span(child), "RUN"))
            elif role == "command":
                body.extend(shell.lower_at(self.path, *self._script(child, documents)).body)
        if body:
            yield ir.Block(self.span(node), "layer", None, tuple(body))

    def _cache(self, node: Node) -> Iterator[ir.Stmt]:
        """Lower what is mounted while a RUN works."""
        match = _TARGET.search(self.text(node).removeprefix("--mount="))
        if match is None:
            return
        start = node.start_byte + len(self.text(node)[: self.text(node).index(match["path"])].encode())
        target = ir.Lit(self.stretch(start, start + len(match["path"].encode())), match["path"])
        yield self._call(self.span(node), "RUN", [ir.Argument(target.span, target, "--mount", False)])

    def _script(self, node: Node, documents: list[Node]) -> tuple[bytes, Sequence[int]]:
        """Return the shell text of an instruction without continuations and the comments between them."""
        start, end = node.start_byte, node.end_byte
        alone = self.data[start:end].strip()
        markers = self._children(node, "marker")
        if (
            documents
            and len(markers) == 1
            and alone == self.data[markers[0].start_byte : markers[0].end_byte]
        ):
            text = self.label(documents[0])[1]["text"][0]
            return self.data[text.start_byte : text.end_byte], range(text.start_byte, text.end_byte + 1)
        gaps = self._children(node, "gap")
        if not gaps and not documents:
            return self.data[start:end], range(start, end + 1)
        stretches: list[range] = []
        for gap in gaps:
            stretches.append(range(start, max(start, gap.start_byte)))
            start = max(start, gap.end_byte)
        stretches.append(range(start, end))
        stretches += [range(text.start_byte, text.end_byte) for text in documents]
        places = [place for stretch in stretches for place in stretch]
        last = places[-1] + 1 if places else end
        return b"".join([self.data[one.start : one.stop] for one in stretches]), [*places, last]

    def _copy(self, node: Node) -> Iterator[ir.Stmt]:
        """Lower COPY and ADD: sources, and the path in the image; a here-document is the file itself."""
        name = "COPY" if node.type == "copy_instruction" else "ADD"
        arguments: list[ir.Argument] = []
        for child in self.parts(node):
            role, _ = self.label(child)
            if role == "words":
                arguments.extend(_argument(word.value) for word in self._words(child))
            elif role == "option":
                arguments.append(_argument(self.literal_of(child)))
            elif role == "path" and not self._children(child, "marker"):
                arguments.append(_argument(self._value(child)))
        span = self.span(node)
        documents = self._children(node, "document")
        if documents and arguments:
            text = self.literal_of(self.label(documents[0])[1]["text"][0])
            read = document(text, spelled(arguments[-1].value), self.source)
            value = read or ir.Other(text.span, "document", (text,))
            written = ir.Argument(text.span, value, "<<", False)
            target = ir.Argument(arguments[-1].span, arguments[-1].value, ">", False)
            yield self._call(span, "cat", [target, written])
        elif arguments:
            yield self._call(span, name, arguments)

    def _operands(self, node: Node) -> Iterator[ir.Stmt]:
        name = node.type.partition("_")[0].upper()
        arguments: list[ir.Argument] = []
        for child in self.parts(node):
            role, _ = self.label(child)
            if role == "words":
                arguments.extend(_argument(word.value) for word in self._words(child))
            elif role == "path":
                arguments.append(_argument(self._value(child)))
        yield self._call(self.span(node), name, arguments)

    def _variables(self, node: Node) -> Iterator[ir.Stmt]:
        """Lower ENV, which the image's processes see, and ARG, which only its build sees."""
        for child in self.parts(node):
            role, captures = self.label(child)
            if role in ("environment", "argument"):
                name, value = captures["name"][0], captures["value"][0]
                old = b"=" not in self.data[name.end_byte : value.start_byte]
                target = ir.Ref(self.span(name), self.text(name))
                given = self._value(value, whole=old)
                yield ir.Bind(self.span(child), target, given, False, exported=role == "environment")

    def _check(self, node: Node) -> Iterator[ir.Stmt]:
        for child in self.parts(node):
            if self.label(child)[0] == "process":
                yield from check(self._process([child], "HEALTHCHECK"), self.span(child))

    # Processes

    def _process(self, nodes: list[Node], name: str = "CMD") -> Iterator[ir.Stmt]:
        """Lower an entry point and the command that is given to it."""
        words: list[Word] = []
        for node in nodes:
            for child in self.parts(node):
                role, _ = self.label(child)
                if role == "words":
                    words.extend(self._words(child))
                elif role == "command" and not words:
                    yield from run_script(*self._script(child, []), self.span(child), name)
                    return
        if words:
            starts = [word.value.span.start for word in words]
            ends = [word.value.span.end for word in words]
            yield from run(words, Span(self.path, min(starts), max(ends)), name)

    def _words(self, node: Node) -> list[Word]:
        """Return the words of an instruction's exec form, in which nothing is expanded."""
        words = []
        for child in self._children(node, "word"):
            scalar = escaped(self.path, self.data, child.start_byte, child.end_byte)
            words.append(Word(ir.Lit(scalar.span, scalar.text), scalar.text, *scalar.encoded()))
        return words

    # Values

    def _value(self, node: Node, whole: bool = False) -> ir.Expr:
        """Lower a value: quotes and variables are as in a shell; a `whole` one may hold blanks."""
        data, places = self._script(node, [])
        if _PLAIN.fullmatch(data):
            return ir.Lit(Span(self.path, places[0], places[-1]), data.decode())
        quotes = b'"' if whole and not re.search(rb"[\"'`\\]", data) else b""
        prefix, first = b"x=" + quotes, places[0]
        module = shell.lower_at(
            self.path, prefix + data + quotes, [*[first] * len(prefix), *places, *[places[-1]] * len(quotes)]
        )
        match module.body:
            case [ir.Bind(value=value)]:
                return value
        return self.literal_of(node)

    def _call(self, span: Span, name: str, arguments: Iterable[ir.Argument]) -> ir.Stmt:
        begin = Span(self.path, span.start, span.start)
        return ir.Do(span, ir.Call(span, ir.Lit(begin, name), tuple(arguments), words=True))

    def _children(self, node: Node, role: str) -> list[Node]:
        return [child for child in node.named_children if self.label(child)[0] == role]


def _argument(value: ir.Expr) -> ir.Argument:
    return ir.Argument(value.span, value, None, False)
