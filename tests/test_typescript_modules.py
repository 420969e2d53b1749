"""What the imports and exports of TypeScript and JavaScript are lowered to."""

from __future__ import annotations

from rendering import cases, rendered
from scratchlint.languages import typescript


def lowered(source: str) -> str:
    return rendered(typescript.lower("a.ts", source.encode()))


@cases(
    ('import a from "b"', "from b import default as a"),
    (
        'import {a, b as c, default as d, "e-f" as g} from "node:fs/promises"',
        "from fs/promises import a",
        "from fs/promises import b as c",
        "from fs/promises import default as d",
        "from fs/promises import e-f as g",
    ),
    ('import * as a from "./b"', "import ./b as a"),
    ('import a, {b} from "c"', "from c import default as a", "from c import b"),
    ('import "./a"', "import ./a"),
    ('import a = require("node:b")', "import b as a"),
    ("import a = b.c", "bind a = b.c"),
    ('import type {A} from "b"', ""),
    ('import {type A, b} from "c"', "from c import b"),
    ('import typeof A from "b"', ""),
    ('import a from "./b.json" with {type: "json"}', "from ./b.json import default as a"),
)
def test_imports(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('const a = require("node:fs")', "import fs as a"),
    ('const {a, b: c} = require("fs")', "from fs import a", "from fs import b as c"),
    ('const a = require("b").c', "from b import c as a"),
    ('const a = (await import("./b")).default', "from ./b import default as a"),
    ('const {a} = await import("b")', "from b import a"),
    ('var a = require("b")', "import b as a"),
    ('a = require("b")', "import b as require b", "set a = require b"),
    ('require("./a")', "import ./a as require ./a", "do require ./a"),
    ('require("fs").readFile(a)', "import fs as require fs", "do require fs.readFile(a)"),
    ('const {a} = require("fs").promises', "import fs as require fs", "bind {a: a} = require fs.promises"),
    ('const {a = 1} = require("b")', "import b as require b", 'bind {a: either(a, "1")} = require b'),
    ('const a = require("b")("c")', "import b as require b", 'bind a = require b("c")'),
    ('const f = () => import("./a")', "bind f = (() => import ./a as require ./a; return require ./a)"),
    (
        'import("./a").then(({b}) => b())',
        "import ./a as require ./a",
        "do require ./a.then((({b: b}) => return b()))",
    ),
    ("const a = require(b)", "bind a = require(b)"),
    ("const a = await import(`./${b}`)", 'bind a = import(concat("./", b))'),
    ('const a = b || require("c")', "import c as require c", "bind a = either(b, require c)"),
    ('const a = require("b") as typeof import("b")', "import b as a"),
    ('require.resolve("a")', 'do require.resolve("a")'),
)
def test_loaded_modules(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("export const a = 1, {b} = c", 'export bind a = "1"', "export bind {b: b} = c"),
    ("export let a", "export bind a = <undefined>"),
    ("export function f() {}", "export function f():"),
    ("export async function* f() {}", "export function f():"),
    ("export class A {}", "export class A:"),
    ("@A export class B {}", "@A", "export class B:"),
    ("export @A class B {}", "@A", "export class B:"),
    ("export abstract class A {}", "export class A:"),
    (
        "export {a, b as c, type D, e as default}",
        "export set exports.a = a",
        "export set exports.c = b",
        "export set exports.default = e",
    ),
    ("export type {A}", ""),
    (
        'export {a, b as c, default as d} from "./e"',
        "from ./e import a as export a",
        "export set exports.a = export a",
        "from ./e import b as export c",
        "export set exports.c = export c",
        "from ./e import default as export d",
        "export set exports.d = export d",
    ),
    (
        'export {default} from "./a"',
        "from ./a import default as export default",
        "export set exports.default = export default",
    ),
    ('export * from "./a"', "from ./a import * as export *"),
    ('export * as a from "./b"', "import ./b as export a", "export set exports.a = export a"),
    ("export enum A { B }", "export bind A = {B: <number>}"),
    ("export namespace A { export const b = 1 }", 'export bind b = "1"'),
    ('export const a = require("b")', "import b as a", "export set exports.a = a"),
    ("export import a = b.c", "export bind a = b.c"),
    ("export = a", "export set exports = a"),
    (
        'export const f = () => require("a")',
        "export bind f = (() => import a as require a; return require a)",
    ),
)
def test_exports(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ('export default "/tmp"', 'export bind default = "/tmp"'),
    ("export default a", "export bind default = a"),
    ("export default {a: 1}", 'export bind default = {a: "1"}'),
    ("export default function f() {}", "function f():", "export bind default = f"),
    ("export default function () { return a }", "export bind default = (() => return a)"),
    ("export default async () => a", "export bind default = (() => return a)"),
    ("export default class A {}", "class A:", "export bind default = A"),
    ("export default class {}", "class class@15:", "export bind default = class@15"),
    ("@A export default class B {}", "@A", "class B:", "export bind default = B"),
    ("export default await f()", "export bind default = f()"),
    ("export default interface A {}", ""),
    ("export default abstract class A {}", "class A:", "export bind default = A"),
)
def test_default_exports(source: str, expected: str) -> None:
    assert lowered(source) == expected


@cases(
    ("module.exports = a", "export set exports = a"),
    ("module.exports = {a, b: c}", "export set exports = {a: a, b: c}"),
    ("module.exports.a = b", "export set exports.a = b"),
    ("exports.a = b", "export set exports.a = b"),
    ('module["exports"].a = b', "export set exports.a = b"),
    ("exports.a = exports.b = c", "export set exports.b = c", "export set exports.a = exports.b"),
    ("module.exports = class A {}", "class A:", "export set exports = A"),
    ("a = module.exports.b", "set a = exports.b"),
    (
        'module.exports = {...require("./a")}',
        "import ./a as require ./a",
        "export set exports = {...require ./a}",
    ),
)
def test_exports_of_commonjs(source: str, expected: str) -> None:
    assert lowered(source) == expected
