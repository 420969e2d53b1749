"""Dockerfiles: instructions, stages, here-documents, and any bytes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from rendering import cases, render, rendered
from scratchlint.core import ir
from scratchlint.languages.dockerfile import lower


def nodes(module: ir.Module) -> list[ir.Node]:
    found: list[ir.Node] = []
    waiting: list[ir.Node] = [module]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(ir.children(found[-1]))
    return found


@cases(
    ("ENV A=/tmp/a", 'export set A = "/tmp/a"'),
    ('ENV A="/tmp/a b" B=c', 'export set A = "/tmp/a b"', 'export set B = "c"'),
    ("ENV A /tmp/a b", 'export set A = "/tmp/a b"'),
    ("ENV A=${B}/a", 'export set A = concat(B, "/a")'),
    ("ARG A=/tmp/a", 'set A = "/tmp/a"'),
    ("ARG A",),
    ("RUN rm /tmp/a", "layer:", '  do command "rm"("/tmp/a")'),
    (
        "RUN a \\\n  # comment\n  && b /tmp/c",
        "layer:",
        '  do command "a"()',
        "  guarded:",
        '    do command "b"("/tmp/c")',
    ),
    ('RUN ["a", "/tmp/\\"b"]', "layer:", '  do command "RUN"("a", "/tmp/\\"b")'),
    ("RUN <<EOF\nrm /tmp/a\nEOF", "layer:", '  do command "rm"("/tmp/a")'),
    (
        "RUN --mount=type=cache,target=/tmp/c a",
        "layer:",
        '  do command "RUN"(--mount="/tmp/c")',
        '  do command "a"()',
    ),
    ("COPY --chown=a a /tmp/b", 'do command "COPY"("--chown=a", "a", "/tmp/b")'),
    ('ADD ["a", "/tmp/b"]', 'do command "ADD"("a", "/tmp/b")'),
    ("VOLUME /tmp/a /b", 'do command "VOLUME"("/tmp/a", "/b")'),
    ('VOLUME ["/tmp/a"]', 'do command "VOLUME"("/tmp/a")'),
    ("WORKDIR /tmp/a", 'do command "WORKDIR"("/tmp/a")'),
    ('CMD ["a", "/tmp/b"]', 'do command "CMD"("a", "/tmp/b")'),
    ('CMD ["--a", "/tmp/b"]', 'do command "arguments"("--a", "/tmp/b")'),
    ("CMD a /tmp/b", "scope:", '  do command "CMD"("a", "/tmp/b")'),
    ('ENTRYPOINT ["a"]\nCMD ["/tmp/b"]', 'do command "CMD"("a", "/tmp/b")'),
    ('CMD ["a"]\nCMD ["b"]', 'do command "CMD"("b")'),
    (
        "HEALTHCHECK CMD test -f /tmp/a",
        "health:",
        "  scope:",
        '    do command "HEALTHCHECK"("test", "-f", "/tmp/a")',
    ),
    ("ONBUILD RUN a", "layer:", '  do command "a"()'),
)
def test_instructions(source: str, expected: str) -> None:
    module = lower("Dockerfile", f"FROM scratch\n{source}\n".encode())
    first, *lines = rendered(module).splitlines()
    assert first == "scope:"
    assert "\n".join(line[2:] for line in lines) == expected


def kinds(*stages: str) -> list[str]:
    module = lower("Dockerfile", "\n".join(stages).encode())
    return [statement.kind for statement in module.body if isinstance(statement, ir.Block)]


def test_stages_that_are_left() -> None:
    assert kinds("FROM a AS b", "FROM c", "COPY --from=b /x /y") == ["stage", "scope"]
    assert kinds("FROM a AS b", "FROM c", "COPY --from=0 /x /y") == ["stage", "scope"]
    assert kinds("FROM a AS b", "FROM c", "RUN --mount=type=bind,from=b,target=/x y") == ["stage", "scope"]
    assert kinds("FROM a AS b", "FROM b") == ["scope", "scope"]
    assert kinds("FROM a AS b", "FROM b AS c", "FROM d", "COPY --from=c /x /y") == ["stage", "stage", "scope"]
    assert kinds("FROM a AS development", "FROM c") == ["scope", "scope"]


def test_a_document_is_a_file() -> None:
    module = lower("Dockerfile", b"FROM a\nCOPY <<EOF /etc/a\npid = /tmp/a\nEOF\n")
    assert 'command "cat"(>="/etc/a", <<=<document "pid = /tmp/a\\n">)' in render(module)


def test_words_stand_where_they_are_written() -> None:
    source = b'FROM a\nRUN a \\\n   /tmp/b && \\\n   c \'/tmp/d\'\nCMD ["e", "/tmp/f"]\n'
    texts = [node for node in nodes(lower("Dockerfile", source)) if isinstance(node, ir.Lit)]
    for text in (node for node in texts if "/tmp" in node.text):
        assert source[text.span.start : text.span.end].decode() == text.text


def test_an_unknown_instruction_is_a_damage() -> None:
    module = lower("Dockerfile", b"FROM a\nSUMMON b\nENV A=/tmp/a\n")
    assert module.damaged
    assert 'export set A = "/tmp/a"' in render(module)


LINES = st.sampled_from(
    [
        "FROM a AS b",
        "FROM b",
        "RUN a \\",
        "# c",
        "ENV A=",
        "ENV A b",
        'CMD ["a"',
        "COPY --from=b a",
        "<<EOF",
        "EOF",
        "RUN <<EOF",
        "VOLUME [",
        "ARG $A",
        "ONBUILD",
        "HEALTHCHECK CMD",
        "RUN --mount=target=",
        "\\",
        '"',
        "\0",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=10).map("\n".join).map(str.encode)))
@example(b"FROM a\nRUN <<A <<B\nA\nB\n")
@example(b"FROM \xff\nENV A=\xff\xfe\n")
def test_any_bytes_are_lowered(data: bytes) -> None:
    for node in nodes(lower("Dockerfile", data)):
        assert 0 <= node.span.start <= node.span.end <= len(data)
