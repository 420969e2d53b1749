"""What the statements and definitions of TypeScript are lowered to."""

from __future__ import annotations

from rendering import cases, rendered
from scratchlint.languages import typescript


def lowered(source: str) -> str:
    return rendered(typescript.lower("a.ts", source.encode()))


@cases(
    ('const a = "x", b = a', 'bind a = "x"', "bind b = a"),
    ("let a", "bind a = <undefined>"),
    ("let a: string, b = 1", "bind a = <undefined>", 'bind b = "1"'),
    ("var a = 1", 'bind a = "1"'),
    ('const a: string = "x"', 'bind a = "x"'),
    ("const f = () => a", "bind f = (() => return a)"),
    ("const f = function g(x) { return x }", "bind f = (g(x) => return x)"),
    ("if (a) { const b = 1 }", "branch:", "  arm a:", '    bind b = "1"'),
    ("declare const a: string", ""),
)
def test_declarations(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "function f() { if (a) { var b = 1 } else { var b = 2, c } return b }",
        "function f():",
        "  bind b = <undefined>",
        "  bind c = <undefined>",
        "  branch:",
        "    arm a:",
        '      set b = "1"',
        "    arm:",
        '      set b = "2"',
        "  return b",
    ),
    ("{ var a = 1 }", "bind a = <undefined>", "scope:", '  set a = "1"'),
    (
        "for (var a = 0;;) { var b = a }",
        "bind a = <undefined>",
        "bind b = <undefined>",
        "scope:",
        '  set a = "0"',
        "  loop:",
        "    set b = a",
    ),
    ("try { var a = f() } catch { }", "bind a = <undefined>", "try:", "  set a = f()", "except:"),
    ("() => { var a = 1 }", 'do (() => bind a = "1")'),
    ("for (var k in o) f(k)", "loop:", "  bind k = <key o>", "  do f(k)"),
)
def test_variables_of_functions(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("a = b", "set a = b"),
    ("a.b = c", "set a.b = c"),
    ('a["b"] = c', "set a.b = c"),
    ("a[b] = c", "do b", "set a[?] = c"),
    ('a = b = c = "/tmp"', 'set c = "/tmp"', "set b = c", "set a = b"),
    ("f(a = b)", "set a = b", "do f(a)"),
    ("f(a.b.c = d)", "set a.b.c = d", "do f(a.b.c)"),
    ("f(a().b = d)", "set a().b = d", "do f(<again>.b)"),
    ("a += b", "set a = concat(a, b)"),
    ("a ||= b", "set a = either(a, b)"),
    ("a ??= b", "set a = either(a, b)"),
    ("a &&= b", "set a = either(a, b)"),
    ("a -= b", "set a = <-= a, b>"),
    ("f(a += b)", "set a = concat(a, b)", "do f(a)"),
    ("a = f(b = c)", "set b = c", "set a = f(b)"),
    ("x[i = 1] = y", 'set i = "1"', "do i", "set x[?] = y"),
    ("(a = b)", "set a = b"),
)
def test_assignments(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('function f(a, b = "/tmp", ...c) {}', 'function f(a, b = "/tmp", ...c):'),
    (
        "function f({a, b: c = 1, ...d}, [e, , g] = []) {}",
        'function f({a: a, b: either(c, "1"), ...d}, {0: e, 2: g} = {}):',
    ),
    ("function f(this: A, b?: string, c: C.D = 1) {}", 'function f(b: string, c: C.D = "1"):'),
    ("const f = async x => x", "bind f = ((x) => return x)"),
    ("const f = (...[a, b]) => a", "bind f = ((...{0: a, 1: b}) => return a)"),
    ("const f = (a = b ? c : d) => a", "bind f = ((a = either(c, d)) => do b; return a)"),
    ("const f = (a, b): T => ({ a })", "bind f = ((a, b) => return {a: a})"),
    ("function f(@A() b) {}", "function f(b):", "  do A()"),
)
def test_parameters(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("function f() { return }", "function f():", "  do <leave>"),
    ("async function f() { return await a }", "function f():", "  return a"),
    ("function* f() { yield a; yield* b; yield }", "function f():", "  return a", "  return b"),
    ("const f = () => { a(); return b }", "bind f = (() => do a(); return b)"),
    ("const f = () => a || b", "bind f = (() => return either(a, b))"),
    ("const f = () => ({})", "bind f = (() => return {})"),
    ("const f = () => -a", "bind f = (() => return <unary_expression a>)"),
    ("const f = () => a = b", "bind f = (() => set a = b; return a)"),
    ("const f = () => class {}", "bind f = (() => class class@16:; return class@16)"),
    ("function f(a: string): void; function f(a) {}", "function f(a):"),
    ("f(function () { return a })", "do f((() => return a))"),
    ("const f = () => () => a", "bind f = (() => return (() => return a))"),
    ("return (/* nothing */ a)", "return a"),
)
def test_functions(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        'class A extends B.C<T> implements D { a = "/tmp"; b: string; static c = 1 }',
        "class A(B.C):",
        '  bind a = "/tmp"',
        '  bind c = "1"',
    ),
    (
        'class A { #d = 2; "e-f" = 3; [g] = 4; h; }',
        "class A:",
        '  bind #d = "2"',
        '  bind e-f = "3"',
        "  do g",
        '  bind this[?] = "4"',
    ),
    (
        "class A { constructor(private readonly a: string, public b = 1, c) { super(a); d() } }",
        "class A:",
        '  function constructor(a: string, b = "1", c):',
        "    set this.a = a",
        "    set this.b = b",
        "    do super(a)",
        "    do d()",
    ),
    (
        'class A { a() {} async *b() {} #c() {} static d() {} [e]() {} ["f"]() {} }',
        "class A:",
        "  function a():",
        "  function b():",
        "  function #c():",
        "  function d():",
        "  do e",
        "  function ():",
        "  function f():",
    ),
    (
        "class A { get a() { return this.b } set a(v) {} static get b() { return 1 } }",
        "class A:",
        "  bind a = this.b",
        "  function set a(v):",
        '  bind b = "1"',
    ),
    ("class A { get a() { b(); return c } }", "class A:", "  bind a = (a() => do b(); return c)()"),
    ("class A { static { a = 1 } }", "class A:", "  scope:", '    set a = "1"'),
    ("class A extends f(B) {}", "class A(f(B)):"),
    (
        "@A @B.c() class D { @E() f = 1; @G() @H h() {} @I j; @K get l() { return 1 } }",
        "@A",
        "@B.c()",
        "class D:",
        "  do E()",
        '  bind f = "1"',
        "  @G()",
        "  @H",
        "  function h():",
        "  do I",
        "  do K",
        '  bind l = "1"',
    ),
    (
        "abstract class A { abstract b(): void; abstract c: string; d(): void {} }",
        "class A:",
        "  function d():",
    ),
    ("const A = class B extends C { d = 1 }", "class A(C):", '  bind d = "1"'),
    ("a = class B {}", "class B:", "set a = B"),
    ("f(class { a = 1 })", "class class@2:", '  bind a = "1"', "do f(class@2)"),
    (
        "class A { private a = () => this.b; [key: string]: any }",
        "class A:",
        "  bind a = (() => return this.b)",
    ),
)
def test_classes(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        'enum A { B = "/tmp", C, "d-e" = 1, F = B + "x" }',
        'bind A = {B: "/tmp", C: <number>, d-e: "1", F: concat(B, "x")}',
    ),
    ("export const enum A { B = 1 }", 'export bind A = {B: "1"}'),
    ("namespace A.B { const c = 1; f() }", 'bind c = "1"', "do f()"),
    ("module A { b() }", "do b()"),
    ('declare module "a" { const b: string }', ""),
    ("declare global { var a: string }", ""),
)
def test_enums_and_namespaces(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('type A = "/tmp/x"', ""),
    ('interface A { b: "/tmp/x" }', ""),
    ('export type A = "/tmp/x"', ""),
    ("export interface A {}", ""),
    ('const a: "/tmp/x" | B = b', "bind a = b"),
    ('f<"/tmp/x">(a)', "do f(a)"),
    ('function f<A extends "/tmp/x">(a: "/tmp"): "/tmp/y" {}', 'function f(a: "/tmp"):'),
    ("declare function f(): void", ""),
    ('abstract class A<B = "/tmp"> {}', "class A:"),
)
def test_types_are_left_out(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "if (a) b(); else if (c) { d() } else e()",
        "branch:",
        "  arm a:",
        "    do b()",
        "  arm c:",
        "    do d()",
        "  arm:",
        "    do e()",
    ),
    ('if (a === "x") b', "branch:", '  arm <compare a, "x">:', "    do b"),
    ("if (a) { if (b) c() }", "branch:", "  arm a:", "    branch:", "      arm b:", "        do c()"),
    ("if (a) {}", "branch:", "  arm a:"),
    ("a && b()", "branch:", "  arm a:", "    do b()"),
    ("a || b()", "do a", "branch:", "  arm:", "    do b()"),
    ("a && b && c()", "do a", "branch:", "  arm either(b, <undefined>):", "    do c()"),
    ("a ?? (b = c)", "do a", "branch:", "  arm:", "    set b = c"),
    ("a ? b() : c()", "branch:", "  arm a:", "    do b()", "  arm:", "    do c()"),
    ("a(), b = c, d && e()", "do a()", "set b = c", "branch:", "  arm d:", "    do e()"),
    ("if (a) b(); else /* c */ if (d) e()", "branch:", "  arm a:", "    do b()", "  arm d:", "    do e()"),
)
def test_branches(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        'switch (a) { case "x": b(); break; case "y": case "z": c(); default: d() }',
        "do a",
        "branch:",
        '  arm <compare "x">:',
        "    do b()",
        "    do <leave>",
        '  arm <compare "y", "z">:',
        "    do c()",
        "  arm:",
        "    do d()",
    ),
    ("switch (a) { default: b; case c: }", "do a", "do c", "branch:", "  arm:", "    do b"),
    ("switch (a) { /* none */ }", "do a", "branch:"),
    (
        'switch (a) { case "x": { const b = 1 } }',
        "do a",
        "branch:",
        '  arm <compare "x">:',
        '    bind b = "1"',
    ),
)
def test_switch(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("for (const a of b) c(a)", "loop:", "  bind a = b[?]", "  do c(a)"),
    ("for (const [a, b] of c) { d() }", "loop:", "  bind {0: a, 1: b} = c[?]", "  do d()"),
    ("for (a of b) c()", "loop:", "  set a = b[?]", "  do c()"),
    ("for (const a in b) c()", "loop:", "  bind a = <key b>", "  do c()"),
    ("for await (const a of b) {}", "loop:", "  bind a = b[?]"),
    (
        "for (let i = 0, n = a; i < n; i++) { b(i) }",
        "scope:",
        '  bind i = "0"',
        "  bind n = a",
        "  loop <compare i, n>:",
        "    do b(i)",
        "    do i",
    ),
    ("for (;;) a()", "scope:", "  loop:", "    do a()"),
    ("for (i = 0; ; ) a()", "scope:", '  set i = "0"', "  loop:", "    do a()"),
    ("while (a) b()", "loop a:", "  do b()"),
    ("do { a() } while (b)", "loop b:", "  do a()"),
    ("a: while (b) { continue a }", "loop b:", "  do <leave>"),
    ("for (const a of b) { const c = a }", "loop:", "  bind a = b[?]", "  bind c = a"),
)
def test_loops(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    (
        "try { a() } catch (e) { b(e) } finally { c() }",
        "try:",
        "  do a()",
        "except:",
        "  bind e = <caught>",
        "  do b(e)",
        "finally:",
        "  do c()",
    ),
    ("try { a() } catch { b() }", "try:", "  do a()", "except:", "  do b()"),
    (
        "try { const a = 1 } catch ({message: m}) { b(m) }",
        "try:",
        '  bind a = "1"',
        "except:",
        "  bind {message: m} = <caught>",
        "  do b(m)",
    ),
    ("throw new E(a)", "do <leave E(a)>"),
)
def test_errors(source: str, expected: str) -> None:
    assert lowered(source) == expected
