"""What Python is lowered to."""

from __future__ import annotations

from rendering import cases, render, rendered
from scratchlint.core import ir
from scratchlint.languages import python


def lowered(source: str) -> str:
    return rendered(python.lower("a.py", source.encode()))


@cases(
    ('f("a", \'b\', """c""")', 'do f("a", "b", "c")'),
    ('f("\\x2ftmp\\n", r"\\n")', 'do f("/tmp\\n", "\\\\n")'),
    (
        'f(f"/tmp/{a}/b\\n", f"{a!r:>{b}}", f"{{x}}", rf"\\d{a}")',
        'do f(concat("/tmp/", a, "/b\\n"), concat(a), "{x}", concat("\\\\d", a))',
    ),
    ('f("a" "b", "a" f"{b}")', 'do f("ab", concat("a", b))'),
    ('f(b"/tmp")', 'do f("/tmp")'),
    ("f(1)", 'do f("1")'),
    ('"documentation"', 'do "documentation"'),
    (
        'f("%s/%d" % (a, b), "%(c)s" % {"c": d}, "%s" % e, f % g)',
        'do f(concat(a, "/", b), concat(d), concat(e), concat(f, <format g>))',
    ),
    ('f("{}/{b}/{0}".format(a, b=c))', 'do f(concat(a, "/", c, "/", <field>))'),
    ('f("")', 'do f("")'),
    ('f("100%% {}" % a)', 'do f(concat("100", "%", " {}", <unused a>))'),
    ('f(f"{a=}", f"{a:{b}}")', "do f(concat(a), concat(a))"),
)
def test_strings(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('a = b + "/c" + d', 'export bind a = concat(b, "/c", d)'),
    ('a = b / "c" / d', 'export bind a = path(b, "c", d)'),
    ('a = b or c or "/tmp"', 'export bind a = either(either(b, c), "/tmp")'),
    ("a = b and c", "do b", "export bind a = either(c, <undefined>)"),
    ('a = "/x" if b else "/y"', "do b", 'export bind a = either("/x", "/y")'),
    (
        'f(a == "x", a < b < c, "k" in d, a is not b, not e)',
        'do f(<compare a, "x">, <compare a, b, c>, <compare "k", d>, <differ a, b>, <differ e>)',
    ),
    ("a = b - c", "export bind a = <binary_operator b, c>"),
    ("a = -b", "export bind a = <unary_operator b>"),
    ("a = (b)", "export bind a = b"),
    ('a = (  # why\n  "/tmp/x"\n)', 'export bind a = "/tmp/x"'),
    ("a = (b, (c := d))", "export bind c = d", "export bind a = {0: b, 1: c}"),
    ("a = b if (c := d) else e", "export bind c = d", "do c", "export bind a = either(b, e)"),
    ("a = b or (  # why\n  c\n)", "export bind a = either(b, c)"),
    ("f(a := b)", "export bind a = b", "do f(a)"),
)
def test_operators(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("a.b.c", "do a.b.c"),
    ('a["b"][0][c]', "do c", "do a.b.0[?]"),
    ("f(a, b=c, *d, **e)", "do f(a, b=c, ...d, ...e)"),
    ("f(a for a in b)", "bind a = b[?]", "do f({0: a})"),
    ("a().b().c()", "do a().b().c()"),
    ("f(  # why\n  a,  # more\n)", "do f(a)"),
    ("a[b:c]", "do <slice b, c>", "do a[?]"),
    ("print >>a", "do a"),
    ("f(a)(b)", "do f(a)(b)"),
    ('a["b", c]', "do a.b"),
)
def test_names_and_calls(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('a = {"b": c, d: e, **f, 1: g}', "do d", "export bind a = {b: c, ?: e, ...f, 1: g}"),
    ("a = [b, *c, d]", "export bind a = {0: b, ...c, 2: d}"),
    ("a = b, c", "export bind a = {0: b, 1: c}"),
    ("a = {b, c}", "export bind a = {0: b, 1: c}"),
    ("a = ()", "export bind a = {}"),
    ("a = [f(b) for b in c if d]", "bind b = c[?]", "do d", "export bind a = {0: f(b)}"),
    ("a = {b: c for b, c in d}", "bind {0: b, 1: c} = d[?]", "do b", "export bind a = {?: c}"),
    ("a = (b for b in c for d in b)", "bind b = c[?]", "bind d = b[?]", "export bind a = {0: b}"),
    ("a = {b for b in c}", "bind b = c[?]", "export bind a = {0: b}"),
    ('a = {  # why\n  "b": 1,\n}', 'export bind a = {b: "1"}'),
)
def test_collections(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('os.environ["A"]', "do env(A)"),
    ('os.environ.get("A")', "do env(A)"),
    ('os.environ.get("A", "/tmp")', 'do env(A, "/tmp")'),
    ('os.getenv("A", b)', "do env(A, b)"),
    ('getenv("A")', "do env(A)"),
    ('environ["A"]', "do env(A)"),
    ("os.environ.get(a)", "do os.environ.get(a)"),
    ('os.environ["A"] = "/tmp"', 'export set env(A) = "/tmp"'),
    ('a = os.environ.get("A") or "/tmp"', 'export bind a = either(env(A), "/tmp")'),
    ('os.environ.setdefault("A", "/tmp")', 'export set env(A) = env(A, "/tmp")', "do env(A)"),
    ("os.environ[a]", "do a", "do os.environ[?]"),
)
def test_environment(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('a.get("b", "/tmp")', 'do either(a.b, "/tmp")'),
    ('a.pop("b", c)', "do either(a.b, c)"),
    ('a.get("b")', 'do a.get("b")'),
    ("a.get(b, c)", "do a.get(b, c)"),
)
def test_reads_with_defaults(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("a = b", "export bind a = b"),
    ('a: str = "x"', 'export bind a = "x"'),
    ("a: str", ""),
    ("a = b = c", "export bind b = c", "export bind a = b"),
    ("a, b = c", "export bind {0: a, 1: b} = c"),
    ("(a, b), c = d", "export bind {0: {0: a, 1: b}, 1: c} = d"),
    ("[a, *b] = c", "export bind {0: a, ...b} = c"),
    ("a.b = c", "export set a.b = c"),
    ('a["b"] = c', "export set a.b = c"),
    ('a += "b"', 'export bind a = concat(a, "b")'),
    ('a /= "b"', 'export bind a = path(a, "b")'),
    ("a.b += c", "export set a.b = concat(a.b, c)"),
    ("a[f()] += b", "do f()", "export set a[?] = concat(a[?], b)"),
    ("a -= b", "do a", "do b"),
    ("if (a := b): pass", "export bind a = b", "branch:", "  arm a:"),
    ("del a", "do a"),
)
def test_assignments(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "def f():\n  a = 1\n  global b, c\n  b = 2\n  nonlocal d\n  d = 3",
        "export function f():",
        '  bind a = "1"',
        '  set b = "2"',
        '  set d = "3"',
    ),
    ("def f():\n  b = 1\nb = 2", "export function f():", '  bind b = "1"', 'export bind b = "2"'),
    ("class A:\n  a = 1", "class A:", '  export bind a = "1"'),
    (
        "def f():\n  def g():\n    global a\n    a = 1\n  a = 2",
        "export function f():",
        "  function g():",
        '    set a = "1"',
        '  bind a = "2"',
    ),
)
def test_scopes(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "def f(self, a, b=1, *c, d: str, e: int = 2, **g) -> str:\n  return a",
        'export function f(self self, a, b = "1", ...c, d: str, e: int = "2", **g):',
        "  return a",
    ),
    ("async def f():\n  return await a", "export function f():", "  return a"),
    ("def f(a, /, b, *, c): pass", "export function f(a, b, c):"),
    (
        "def f():\n  yield a\n  yield\n  yield from b",
        "export function f():",
        "  return a",
        "  do <yield>",
        "  return b",
    ),
    ("a = lambda b, c=1: b", 'export bind a = ((b, c = "1") => return b)'),
    ("a = lambda: -b", "export bind a = (() => return <unary_operator b>)"),
    ("a = lambda: (b, c)", "export bind a = (() => return {0: b, 1: c})"),
    ("@a\n@b.c(d)\ndef f(): pass", "@a", "@b.c(d)", "export function f():"),
    ("def f(cls): pass", "export function f(self cls):"),
    ("def f(*, a=None): pass", "export function f(a = <none>):"),
    ('def f(a: "x" = b or c): return', 'export function f(a: "x" = either(b, c)):', "  do <leave>"),
    ('a = lambda: f"{b}"', "export bind a = (() => return concat(b))"),
    ("def f(*a: str, **b: int): pass", "export function f(...a: str, **b: int):"),
)
def test_functions(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        'class A(B, C.D, metaclass=E):\n  a = "/tmp"\n  b: str\n  c: str = "x"\n  def f(self): self.a = 1',
        "class A(B, C.D):",
        '  export bind a = "/tmp"',
        "  export bind b = <undefined str>",
        '  export bind c = "x"',
        "  export function f(self self):",
        '    set self.a = "1"',
    ),
    ("@a\n@b()\nclass A: pass", "@a", "@b()", "class A:"),
    ("class A(B,  # why\n  C): pass", "class A(B, C):"),
    ("class A[T](B): pass", "class A(B):"),
    ('class A():\n  "documentation"\n  class B: pass', "class A:", '  do "documentation"', "  class B:"),
)
def test_classes(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("import a", "import a as a"),
    ("import a.b", "import a.b as a"),
    ("import a.b as c", "import a.b as c"),
    ("import a, b as c", "import a as a", "import b as c"),
    ("from a.b import c, d as e", "from a.b import c", "from a.b import d as e"),
    ("from . import a", "from . import a"),
    ("from ..a import b", "from ..a import b"),
    ("from a import *", "from a import *"),
    ("from a import (b,  # why\n  c)", "from a import b", "from a import c"),
    ("from __future__ import annotations", ""),
    ("type A = B", ""),
)
def test_imports(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "if a:\n  b()\nelif c:\n  d()\nelif e: f()\nelse:\n  g()",
        "branch:",
        "  arm a:",
        "    do b()",
        "  arm c:",
        "    do d()",
        "  arm e:",
        "    do f()",
        "  arm:",
        "    do g()",
    ),
    ("if a: pass", "branch:", "  arm a:"),
    (
        "if a:\n  # why\n  b()\n# why\nelse:\n  c()",
        "branch:",
        "  arm a:",
        "    do b()",
        "  arm:",
        "    do c()",
    ),
    (
        'match a:\n  case "x": b()\n  case C(d) if e: f()\n  case _: g()',
        "do a",
        "branch:",
        "  arm:",
        "    do b()",
        "  arm e:",
        "    do f()",
        "  arm:",
        "    do g()",
    ),
    (
        'if a == "x" and (b := c): d()',
        'do <compare a, "x">',
        "export bind b = c",
        "branch:",
        "  arm either(b, <undefined>):",
        "    do d()",
    ),
)
def test_branches(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("for a in b: c(a)", "loop:", "  bind a = b[?]", "  do c(a)"),
    (
        "for a, b in c:\n  d()\nelse:\n  e()",
        "loop:",
        "  bind {0: a, 1: b} = c[?]",
        "  do d()",
        "  arm:",
        "    do e()",
    ),
    ("while a:\n  b()\nelse:\n  c()", "loop a:", "  do b()", "  arm:", "    do c()"),
    ("async for a in b: c()", "loop:", "  bind a = b[?]", "  do c()"),
    ("while a: break", "loop a:", "  do <leave>"),
)
def test_loops(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "try:\n  a()\nexcept B as c:\n  d(c)\nexcept (E, F): g()\nelse:\n  h()\nfinally:\n  i()",
        "try:",
        "  do a()",
        "except:",
        "  export bind c = <caught>",
        "  do d(c)",
        "except:",
        "  do g()",
        "arm:",
        "  do h()",
        "finally:",
        "  do i()",
    ),
    ("try: a()\nexcept: b()", "try:", "  do a()", "except:", "  do b()"),
    ("raise A(b) from c", "do <leave A(b), c>"),
    ("assert a, b", "do a", "do b"),
    (
        "try: a()\nexcept* B as c: d()",
        "try:",
        "  do a()",
        "except:",
        "  export bind c = <caught>",
        "  do d()",
    ),
)
def test_errors(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("with a() as b: c(b)", "with:", "  export bind b = a()", "  do c(b)"),
    ("with a(): b()", "with:", "  do a()", "  do b()"),
    (
        "with a() as b, c(b) as d: e()",
        "with:",
        "  export bind b = a()",
        "  with:",
        "    export bind d = c(b)",
        "    do e()",
    ),
    (
        "with (a() as b, c() as d): e()",
        "with:",
        "  export bind b = a()",
        "  with:",
        "    export bind d = c()",
        "    do e()",
    ),
    ("async with a() as b: c()", "with:", "  export bind b = a()", "  do c()"),
    ("with a() as (b, c): d()", "with:", "  export bind {0: b, 1: c} = a()", "  do d()"),
    ("with a as b.c: d()", "with:", "  export set b.c = a", "  do d()"),
    (
        "with (a() as b,\n  # why\n  c() as d):\n  e()",
        "with:",
        "  export bind b = a()",
        "  with:",
        "    export bind d = c()",
        "    do e()",
    ),
    ("with (a()): b()", "with:", "  do a()", "  do b()"),
    ("with (yield a) as b: c()", "with:", "  export bind b = <yield a>", "  do c()"),
)
def test_resources(source: str, expected: str) -> None:
    assert lowered(source) == expected


def test_files_without_statements_of_their_own() -> None:
    assert lowered("") == lowered("# nothing\n") == lowered("pass\n") == ""


def test_comments_are_kept_in_order() -> None:
    module = python.lower("a.py", b"# a\nf(b,  # noqa\n  d)\n")
    assert [comment.text for comment in module.comments] == ["# a", "# noqa"]


def test_a_piece_of_a_formatted_string_has_its_own_span() -> None:
    source = 'a = f"é/tmp/{b}\\n/c"'.encode()
    (bind,) = python.lower("a.py", source).body
    assert isinstance(bind, ir.Bind)
    assert isinstance(bind.value, ir.Concat)
    pieces = [source[part.span.start : part.span.end].decode() for part in bind.value.parts]
    assert pieces == ["é/tmp/", "b", "\\n/c"]


def test_damaged_source_keeps_its_literals() -> None:
    module = python.lower("a.py", b'a = "/tmp/a"\ndef = (\nf("/tmp/b"')
    assert module.damaged
    assert '"/tmp/a"' in render(module)
    assert '"/tmp/b"' in render(module)
