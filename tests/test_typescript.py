"""What the values of TypeScript, TSX and JavaScript are lowered to."""

from __future__ import annotations

import pytest

from rendering import cases, render, rendered
from scratchlint.core import ir
from scratchlint.languages import typescript


def lowered(source: str, path: str = "a.ts") -> str:
    return rendered(typescript.lower(path, source.encode()))


@cases(
    ("a(\"x\", 'y')", 'do a("x", "y")'),
    ('a("\\x2ftmp\\u{2F}b\\"", "\\u002f")', 'do a("/tmp/b\\"", "/")'),
    ("a(`x`, `a/${b}/c\\n`, `${a}${b}`, ``)", 'do a("x", concat("a/", b, "/c\\n"), concat(a, b), "")'),
    ("a(`${ /* c */ b}`)", "do a(concat(b))"),
    ("a = tag`x/${b}`", 'set a = tag(concat("x/", b))'),
    ("a = String.raw`C:\\t${b}\\n`", 'set a = concat("C:\\\\t", b, "\\\\n")'),
    ("a(1.5, 0x1f)", 'do a("1.5", "0x1f")'),
    ("a = /\\/tmp\\/x/g", 'set a = <regex "\\\\/tmp\\\\/x">'),
    ('"use strict"', 'do "use strict"'),
    ("a(`${`b${c}`}`)", 'do a(concat(concat("b", c)))'),
)
def test_strings(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('a = b + "/c" + d', 'set a = concat(b, "/c", d)'),
    ('a = b || c ?? "/tmp"', 'set a = either(b, c, "/tmp")'),
    ("a = (b || c) + d", "set a = concat(either(b, c), d)"),
    ('a = b && c && "/tmp"', "do b", "do c", 'set a = either("/tmp", <undefined>)'),
    ('a = b ? "/x" : c ? "/y" : "/z"', "do b", "do c", 'set a = either("/x", "/y", "/z")'),
    ('a = (b, c(), "/tmp")', "do b", "do c()", 'set a = "/tmp"'),
    (
        'a(b === "x", b < c, "k" in d, d instanceof E, !f, typeof g)',
        'do a(<compare b, "x">, <compare b, c>, <compare "k", d>, <compare d, E>, <differ f>, <compare g>)',
    ),
    ("a = b - c * 2", 'set a = <binary_expression b, <binary_expression c, "2">>'),
    (
        "a(-b, void 0, delete c.d)",
        'do a(<unary_expression b>, <unary_expression "0">, <unary_expression c.d>)',
    ),
    ('a = b || (c = "/tmp")', "branch:", "  arm:", '    set c = "/tmp"', "set a = either(b, c)"),
    ('a = b ? (c = "x") : d', "do b", "branch:", "  arm:", '    set c = "x"', "set a = either(c, d)"),
    ("a = b++", "set a = <update_expression b>"),
)
def test_operators(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("a = await b", "set a = b"),
    ("a = b!", "set a = b"),
    ("a = b as string", "set a = b"),
    ("a = b as const", "set a = b"),
    ("a = b satisfies C", "set a = b"),
    ("a = <T>b", "set a = b"),
    ("a = ((b))", "set a = b"),
    ("a = f<string>", "set a = f"),
    ('a = ( // why\n  "/tmp/x"\n)', 'set a = "/tmp/x"'),
    ("function* f() { const a = yield b }", "function f():", "  bind a = b"),
    ("async () => { await f() }", "do (() => do f())"),
)
def test_transparent_expressions(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("a.b.c", "do a.b.c"),
    ("a?.b", "do a.b"),
    ("a?.[b]?.(c)", "do b", "do a[?](c)"),
    ('a["b c"][0][d()]', "do d()", 'do a."b c".0[?]'),
    ("this.#a", "do this.#a"),
    ("super.a()", "do super.a()"),
    ("f(a, ...b)", "do f(a, ...b)"),
    ("new F(a)", "do F(a)"),
    ("new F", "do F()"),
    ("new a.F<T>(b)", "do a.F(b)"),
    ("new.target", "do new.target"),
    ("a().b().c()", "do a().b().c()"),
    ("f(/* c */ a)", "do f(a)"),
    ("(() => a)()", "do (() => return a)()"),
    ("f?.(a)", "do f(a)"),
    ("import.meta.url", "do import.meta.url"),
    ("a[`b`]", "do a.b"),
)
def test_names_and_calls(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('a = {b, c: 1, "d-e": f, 2: g, ...h}', 'set a = {b: b, c: "1", d-e: f, 2: g, ...h}'),
    ('a = {["b"]: c, [`d`]: e, [f()]: g}', "do f()", "set a = {b: c, d: e, ?: g}"),
    (
        'a = {b() { return c }, async *d() {}, "e f"() {}}',
        'set a = {b: (b() => return c), d: (d() => {}), "e f": (e f() => {})}',
    ),
    ('a = {get b() { return "/tmp" }}', 'set a = {b: "/tmp"}'),
    ("a = {get b() { f(); return c }}", "set a = {b: (b() => do f(); return c)()}"),
    ("a = {set b(c) { d(c) }}", "set a = {?: (set b(c) => do d(c))}"),
    ("a = {[b]() {}}", "do b", "set a = {?: (() => {})}"),
    ("a = {get [b]() { return c }}", "do b", "set a = {?: c}"),
    ("a = [b, ...c, , d]", "set a = {0: b, ...c, 3: d}"),
    ("a = [/* none */]", "set a = {}"),
    ('a = {b: {c: [{d: "/tmp"}]}}', 'set a = {b: {c: {0: {d: "/tmp"}}}}'),
)
def test_objects_and_arrays(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("const {a, b: c, ...d} = e", "bind {a: a, b: c, ...d} = e"),
    ('const {a = "/tmp", b: c = d} = e', 'bind {a: either(a, "/tmp"), b: either(c, d)} = e'),
    ("const {a: {b: [c]}} = e", "bind {a: {b: {0: c}}} = e"),
    ('const {"a-b": c, [d]: e, ["f"]: g} = h', "do d", "bind {a-b: c, ?: e, f: g} = h"),
    ("const [a, , b = 1, ...c] = d", 'bind {0: a, 2: either(b, "1"), ...c} = d'),
    ("({a, b: c.d} = e)", "set {a: a, b: c.d} = e"),
    ("[a, b.c] = d", "set {0: a, 1: b.c} = d"),
    ("const {a = (b = 1)} = c", "branch:", "  arm:", '    set b = "1"', "bind {a: either(a, b)} = c"),
    ("let {a} = f({b} = c)", "set {b: b} = c", "bind {a: a} = f(<again>)"),
)
def test_destructuring(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("process.env.A", "do env(A)"),
    ('process.env["A"]', "do env(A)"),
    ("process.env[a]", "do a", "do process.env[?]"),
    ("import.meta.env.A", "do env(A)"),
    ("Bun.env.A", "do env(A)"),
    ('Deno.env.get("A")', "do env(A)"),
    ("Deno.env.get(a)", "do Deno.env.get(a)"),
    ("process.env?.A!", "do env(A)"),
    ('process.env.A ?? "/tmp"', "do env(A)", "branch:", "  arm:", '    do "/tmp"'),
    (
        'const {A, B: b, C = "/tmp", D: d = e, ...rest} = process.env',
        "bind A = env(A)",
        "bind b = env(B)",
        'bind C = env(C, "/tmp")',
        "bind d = env(D, e)",
        "bind rest = process.env",
    ),
    ('process.env.A = "/tmp"', 'export set env(A) = "/tmp"'),
    ('process.env.A ||= "/tmp"', 'export set env(A) = either(env(A), "/tmp")'),
    ("const env = process.env", "bind env = process.env"),
    ("env.A", "do env.A"),
)
def test_environment(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        'a = <b c="/tmp/d" e={f} {...g} h>text {i} <j.k/>{...l}</b>',
        'set a = <jsx "/tmp/d", f, g, i, <jsx>, l>',
    ),
    ("a = <></>", "set a = <jsx>"),
    ("a = <A b=<c/> />", "set a = <jsx <jsx>>"),
    ("a = <A>{/* c */}</A>", "set a = <jsx>"),
    ('a = <A b="x\\n&amp;" />', 'set a = <jsx "x\\\\n&amp;">'),
    ("const f = () => <A b={c} />", "bind f = (() => return <jsx c>)"),
    ('a = <A render={() => <B c="d" />} />', 'set a = <jsx (() => return <jsx "d">)>'),
    ("a = b && <C />", "do b", "set a = either(<jsx>, <undefined>)"),
)
def test_jsx(source: str, expected: str) -> None:
    assert lowered(source, "a.jsx") == expected


def test_files_without_statements_of_their_own() -> None:
    assert lowered("") == lowered("// nothing\n") == lowered("#!/usr/bin/env node\n") == lowered(";;") == ""


@pytest.mark.parametrize(
    ("path", "language"),
    [(f"a.{ending}", "typescript") for ending in ("ts", "mts", "cts", "tsx")]
    + [(f"a.{ending}", "javascript") for ending in ("js", "jsx", "mjs", "cjs")],
)
def test_endings_tell_the_language(path: str, language: str) -> None:
    module = typescript.lower(path, b"const a = b")
    assert (module.path, module.language) == (path, language)


def test_comments_are_kept_in_order() -> None:
    module = typescript.lower("a.ts", b"// a\nf(/* b */ c) // NOSONAR\n")
    assert [comment.text for comment in module.comments] == ["// a", "/* b */", "// NOSONAR"]


def test_a_piece_of_a_template_has_its_own_span() -> None:
    source = b"a = `\xc3\xa9/tmp/${b}\\n/c`"
    module = typescript.lower("a.ts", source)
    (bind,) = module.body
    assert isinstance(bind, ir.Bind)
    assert isinstance(bind.value, ir.Concat)
    pieces = [source[part.span.start : part.span.end].decode() for part in bind.value.parts]
    assert pieces == ["é/tmp/", "b", "\\n/c"]


def test_damaged_source_keeps_its_literals() -> None:
    module = typescript.lower("a.ts", b'const a = "/tmp/a"\nconst = = {\nf("/tmp/b"')
    assert module.damaged
    assert '"/tmp/a"' in render(module)
    assert '"/tmp/b"' in render(module)
