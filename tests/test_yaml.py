"""YAML: scalars with their places, anchors and templates; compose files and Kubernetes manifests."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rendering import cases, literals, render, rendered
from scratchlint.core import ir
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.value_tree import mapping
from scratchlint.languages.yaml import lower
from scratchlint.languages.yaml_tree import YamlTree


def scalar(source: str) -> Scalar:
    """Return the value of the key `a`."""
    (document,) = YamlTree("a.yaml", source.encode()).documents()
    value = mapping(document).get("a")
    assert isinstance(value, Scalar)
    return value


def service(source: str) -> str:
    """Return what a service with some keys is lowered to, without its first statement."""
    lines = "".join(f"    {line}\n" for line in source.splitlines())
    module = lower("compose.yaml", f"services:\n  web:\n    image: i\n{lines}".encode())
    inner = [line[2:] for line in rendered(module).splitlines()[2:]]
    return "\n".join(line for line in inner if line != 'bind services.web.image = "i"')


def container(source: str) -> str:
    """Return what a container with some keys is lowered to, without its first statement."""
    lines = "".join(f"      {line}\n" for line in source.splitlines())
    text = (
        "apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n    - name: q\n      emptyDir: {}\n"
        f"  containers:\n    - name: web\n{lines}"
    )
    found = rendered(lower("pod.yaml", text.encode())).splitlines()
    return "\n".join(line[2:] for line in found[found.index("scope:") + 2 :] if line.startswith("  "))


# Scalars


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a: /tmp/x", "/tmp/x"),
        ("a: /tmp/x # comment", "/tmp/x"),
        ("a: one\n  two\n\n  three", "one two\nthree"),
        ("a: 'it''s'", "it's"),
        ('a: "\\t\\x41\\u00e9\\\\"', "\tA\u00e9\\"),
        ('a: "one\\\n  two"', "onetwo"),
        ("a: |\n  one\n   two\n", "one\n two"),
        ("a: >\n  one\n  two\n", "one two"),
        ("a: !tag x", "x"),
        ("a: ü/tmp", "ü/tmp"),
    ],
)
def test_scalars(source: str, text: str) -> None:
    assert scalar(source).text.rstrip("\n") == text


@pytest.mark.parametrize(
    "source", ["a: 'x /tmp/x'", 'a: "ü /tmp/x"', "a: |\n  first\n  then /tmp/x\n", "a: /tmp/x"]
)
def test_every_character_has_its_place(source: str) -> None:
    found = scalar(source)
    start = found.text.index("/tmp/x")
    span = found.cut(start, start + 6).span
    assert source.encode()[span.start : span.end] == b"/tmp/x"


def test_a_later_key_wins_and_anchors_end_with_their_document() -> None:
    assert scalar("a: x\na: y").text == "y"
    first, second = YamlTree("a.yaml", b"a: &b x\n---\nc: *b\n").documents()
    assert isinstance(mapping(first).get("a"), Scalar)
    assert mapping(second).get("c") is None


def test_merges_stand_behind_own_keys() -> None:
    (document,) = YamlTree("a.yaml", b"x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\n").documents()
    values = {pair.key.text: pair.value for pair in mapping(mapping(document).get("y")).pairs}
    assert {key: value.text for key, value in values.items() if isinstance(value, Scalar)} == {
        "a": "3",
        "b": "2",
    }


# Compose


@cases(
    ("environment:\n  A: /tmp/a", 'export bind env(A) = "/tmp/a"'),
    ("environment:\n  - A=/tmp/a\n  - B", 'export bind env(A) = "/tmp/a"'),
    ("environment:\n  A: ${B:-/tmp}/a", 'export bind env(A) = concat(env(B, "/tmp"), "/a")'),
    ("environment:\n  A: ${B:-${C:-/tmp}}", 'export bind env(A) = env(B, env(C, "/tmp"))'),
    ("environment:\n  A: $$B $C", 'export bind env(A) = concat("$", "B ", env(C))'),
    ("environment:\n  A: ${B:+/tmp/a}", 'export bind env(A) = either("/tmp/a", "")'),
    ("build: ./web", 'bind services.web.build.context = "./web"'),
    ("build: {context: .}", 'bind services.web.build.context = "."'),
    ("command: serve '/tmp/a b'", 'do command "CMD"("serve", "/tmp/a b")'),
    ("command: [--pid, /tmp/p]", 'do command "arguments"("--pid", "/tmp/p")'),
    ("entrypoint: [a]\ncommand: [b]", 'do command "CMD"("a", "b")'),
    (
        'command: sh -c "rm /tmp/a"',
        'do command "CMD"("sh", "-c")',
        "scope:",
        '  do command "CMD"("rm", "/tmp/a")',
    ),
    ("healthcheck: {test: [CMD, a, b]}", "health:", '  do command "HEALTHCHECK"("a", "b")'),
    ("healthcheck: {test: a b}", "health:", "  scope:", '    do command "HEALTHCHECK"("a", "b")'),
    ("volumes: [a:/b]", 'do command "services.web.volumes"(source="a", target="/b", kind="volume")'),
    ("volumes: [./a:/b:ro]", 'do command "services.web.volumes"(source="./a", target="/b", kind="bind")'),
    ("volumes: [/b]", 'do command "services.web.volumes"(target="/b", kind="volume")'),
    (
        'volumes: ["${A:-/tmp}:/b"]',
        'do command "services.web.volumes"(source=env(A, "/tmp"), target="/b", kind="bind")',
    ),
    (
        "volumes: [{type: bind, source: /a, target: /b}]",
        'do command "services.web.volumes"(source="/a", target="/b", kind="bind")',
    ),
    ("tmpfs: /a:size=1m", 'do command "services.web.tmpfs"(target="/a", kind="tmpfs")'),
    ("labels: {a.b: /tmp}", 'bind services.web.labels.a.b = "/tmp"'),
)
def test_services(source: str, expected: str) -> None:
    assert service(source) == expected


# Kubernetes


def test_definitions_of_kinds_are_left_out() -> None:
    source = (
        "kind: ConfigMap\ndata: {a: /tmp/a}\n---\n"
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {default: /tmp/b}\n---\n"
        "kind: ConfigMap\ndata: {c: /tmp/c}\n"
    )
    found = literals(lower("operator.yaml", source.encode()))
    assert sorted(text for text in found if "/tmp" in text) == ["/tmp/a", "/tmp/c"]


@cases(
    ("env: [{name: A, value: /tmp/a}]", 'export bind env(A) = "/tmp/a"'),
    ("env: [{name: A, value: $(B)/a}]", 'export bind env(A) = concat(env(B), "/a")'),
    ("command: [a]\nargs: [/tmp/b]", 'do command "CMD"("a", "/tmp/b")'),
    (
        "volumeMounts: [{name: q, mountPath: /b}]",
        'do command "containers.web.volumeMounts"(source="q", target="/b", kind="emptyDir")',
    ),
    (
        "livenessProbe: {exec: {command: [cat, /tmp/a]}}",
        "health:",
        '  do command "HEALTHCHECK"("cat", "/tmp/a")',
    ),
)
def test_containers(source: str, expected: str) -> None:
    assert container(source) == expected


# Whatever the bytes


KEYS = st.sampled_from(
    [
        "services:",
        "  web:",
        "    volumes:",
        "      - a:/tmp/x",
        "apiVersion: v1",
        "kind: Pod",
        "spec:",
        "---",
        "  containers:",
        "    - name: a",
        "    environment: {A: ",
        "{{ if }}",
        "    image: *a",
        "x: &a",
        "\t",
        "}",
        "'",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(KEYS, max_size=12).map("\n".join).map(str.encode)))
@example(b"\xff\xfea: |\n \xff")
@example(b'services: {a: {image: "\\ud800\\UFFFFFFFF"}}')
@example(b"a: &a [*a, *a]")
def test_any_bytes_are_lowered(data: bytes) -> None:
    module = lower("compose.yaml", data)
    waiting: list[ir.Node] = [module]
    while waiting:
        node = waiting.pop()
        assert 0 <= node.span.start <= node.span.end <= len(data)
        waiting.extend(ir.children(node))


def test_aliases_of_aliases_are_bounded() -> None:
    lines = ["x0: &x0 [/tmp/a, /tmp/a]"]
    lines += [f"x{number}: &x{number} [{', '.join([f'*x{number - 1}'] * 9)}]" for number in range(1, 12)]
    module = lower("loki.yaml", "\n".join(lines).encode())
    assert len(literals(module)) < 50_000


def test_damage_leaves_the_rest() -> None:
    module = lower(
        "compose.yaml", b"services:\n  a:\n    image: b\n    environment:\n      A: /tmp/a\n  c: [\n"
    )
    assert 'export bind env(A) = "/tmp/a"' in render(module)
    assert module.damaged


@pytest.mark.parametrize("piece", [b"{{", b"{%", b"${A", b"- ", b"a: >\n  b\n", b"'", b"? "], ids=repr)
def test_repetition_takes_no_quadratic_time(piece: bytes) -> None:
    assert lower("compose.yaml", b"services: {a: {image: b}}\n" + piece * 20_000).language == "yaml"


@pytest.mark.parametrize("nest", ["- ", "? ", ": ", "a: - ", "- ? ", "-\t", "{", "[", "'"])
def test_nesting_too_deep_for_the_grammar_is_left_out(nest: str) -> None:
    assert lower("compose.yaml", (nest * 5000).encode()).language == "yaml"
    lines = "".join(f"{' ' * depth}a:\n" for depth in range(600))
    assert lower("compose.yaml", lines.encode()).language == "yaml"
