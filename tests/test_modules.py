"""Names of modules: which file an import means, in trees that stand in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core.shape import Hole, Template
from scratchlint.dataflow.modules_javascript import JavaScriptModules
from scratchlint.dataflow.modules_patterns import match, targets
from scratchlint.dataflow.modules_python import PythonModules
from scratchlint.dataflow.modules_repository import Repository, join, json_object
from scratchlint.dataflow.modules_shell import ShellModules

# A tree maps paths to the contents of settings files; a source file has none.
Tree = Mapping[str, object]


def content(value: object) -> bytes:
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


def tree(*files: str) -> dict[str, object]:
    return dict.fromkeys(files, "")


def javascript(files: Tree) -> JavaScriptModules:
    contents = {path: content(value) for path, value in files.items()}
    return JavaScriptModules([path for path in files if not path.endswith(".json")], contents.get)


def python(files: Tree) -> PythonModules:
    contents = {path: content(value) for path, value in files.items()}
    return PythonModules([path for path in files if path.endswith(".py")], contents.get)


# JavaScript and TypeScript: paths


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("./x", "src/x.ts"),
        ("./x.js", "src/x.ts"),
        ("./x.ts", "src/x.ts"),
        ("./x?worker", "src/x.ts"),
        ("./view", "src/view.tsx"),
        ("./view.js", "src/view.tsx"),
        ("./view.jsx", "src/view.tsx"),
        ("./m.mjs", "src/m.mts"),
        ("./c.cjs", "src/c.cts"),
        ("./c.js", None),
        ("./plain", "src/plain.js"),
        ("./plain.js", "src/plain.js"),
        ("./old.js", "src/old.jsx"),
        ("./users.service", "src/users.service.ts"),
        ("./users.service.js", "src/users.service.ts"),
        ("./both", "src/both.ts"),
        ("./both/", "src/both/index.ts"),
        ("./lib", "src/lib/index.js"),
        ("./lib/", "src/lib/index.js"),
        ("./lib/index.js", "src/lib/index.js"),
        (".", "src/index.ts"),
        ("./", "src/index.ts"),
        ("..", "index.js"),
        ("../index", "index.js"),
        ("../src/../src/x", "src/x.ts"),
        ("./types", None),
        ("./types.d.ts", None),
        ("./absent", None),
        ("../../x", None),
        ("/src/x", None),
        ("", None),
        ("https://example.com/x.js", None),
        ("npm:x", None),
        ("./\0", None),
        ("./\ud800", None),
        ("x", None),
        ("src/x", None),
        ("~/x", None),
        ("@/x", None),
    ],
)
def test_javascript_paths(module: str, expected: str | None) -> None:
    names = "x.ts view.tsx m.mts c.cts plain.js old.jsx users.service.ts both.ts both/index.ts lib/index.js"
    files = tree("index.js", "src/index.ts", "src/types.d.ts", "src.ts", *(f"src/{n}" for n in names.split()))
    assert javascript(files).resolve("src/main.ts", module) == expected


def test_typescript_goes_before_what_is_made_from_it() -> None:
    files = tree("a/x.js", "a/x.ts", "a/y.js")
    assert javascript(files).resolve("a/y.js", "./x.js") == "a/x.ts"
    assert javascript(files).resolve("a/y.js", "./x") == "a/x.ts"


def test_a_directory_with_a_manifest_is_entered_through_it() -> None:
    files = {**tree("lib/core.js", "lib/index.js", "main.js"), "lib/package.json": {"main": "core"}}
    assert javascript(files).resolve("main.js", "./lib") == "lib/core.js"


def test_output_that_is_not_in_the_tree_is_its_source() -> None:
    files = {**tree("p/src/cli.ts", "p/bin/run.js"), "p/package.json": {}}
    assert javascript(files).resolve("p/bin/run.js", "../dist/cli.js") == "p/src/cli.ts"
    assert javascript(files).resolve("p/bin/run.js", "../absent/cli.js") is None
    committed = {**files, "p/dist/cli.js": ""}
    assert javascript(committed).resolve("p/bin/run.js", "../dist/cli.js") == "p/dist/cli.js"


# JavaScript and TypeScript: tsconfig.json


def configured(**files: object) -> dict[str, object]:
    sources = tree("src/x.ts", "src/lib/y.ts", "src/lib/index.ts", "src/path.ts", "other/x.ts", "src/main.ts")
    return {**sources, **files}


@pytest.mark.parametrize(
    ("options", "module", "expected"),
    [
        ({"paths": {"@/*": ["./src/*"]}}, "@/x", "src/x.ts"),
        ({"paths": {"@/*": ["./src/*"]}}, "@/x.js", "src/x.ts"),
        ({"paths": {"@/*": ["./src/*"]}}, "@/lib", "src/lib/index.ts"),
        ({"paths": {"@/*": ["src/*"]}}, "@/x", "src/x.ts"),
        ({"paths": {"~/*": ["./absent/*", "./src/*"]}}, "~/x", "src/x.ts"),
        ({"paths": {"@/*": ["./src/*"], "@/lib/*": ["./other/*"]}}, "@/lib/x", "other/x.ts"),
        ({"paths": {"@/*": ["./src/*"], "@/lib/*": ["./other/*"]}}, "@/lib/y", None),
        ({"paths": {"@/*": ["./src/*"], "@/x": ["./other/x.ts"]}}, "@/x", "other/x.ts"),
        ({"paths": {"@*": ["./src/*"]}}, "@x", "src/x.ts"),
        ({"paths": {"*-y": ["./src/*/y"]}}, "lib-y", "src/lib/y.ts"),
        ({"paths": {"#lib": ["./src/lib/y.ts"]}}, "#lib", "src/lib/y.ts"),
        ({"baseUrl": "./src", "paths": {"@/*": ["*"]}}, "@/x", "src/x.ts"),
        ({"baseUrl": "."}, "src/x", "src/x.ts"),
        ({"baseUrl": "src"}, "lib/y", "src/lib/y.ts"),
        ({"baseUrl": "src"}, "lib", "src/lib/index.ts"),
        ({"baseUrl": "src"}, "path", None),
        ({"baseUrl": "${configDir}/src"}, "x", "src/x.ts"),
        ({"paths": {"@/*": ["../outside/*"]}}, "@/x", None),
        ({"paths": {"@/*": "./src/*"}}, "@/x", None),
        ({"paths": {"@/*": [1, None]}}, "@/x", None),
        ({"paths": ["./src/*"]}, "@/x", None),
        ({"paths": {"*a*": ["./src/x"]}}, "bab", None),
        ([], "@/x", None),
    ],
)
def test_options_of_a_configuration(options: object, module: str, expected: str | None) -> None:
    for name in ("tsconfig.json", "jsconfig.json"):
        files = configured(**{name: {"compilerOptions": options}})
        assert javascript(files).resolve("src/main.ts", module) == expected


PATHS = {"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}


@pytest.mark.parametrize(
    "files",
    [
        {"tsconfig.json": {"extends": "./base"}, "base.json": PATHS},
        {"tsconfig.json": {"extends": "./base.json"}, "base.json": PATHS},
        {"tsconfig.json": {"extends": ["./base.json", "./absent.json"]}, "base.json": PATHS},
        {"tsconfig.json": {"extends": "./a"}, "a.json": {"extends": "./b"}, "b.json": PATHS},
        {"tsconfig.json": {"extends": "./a"}, "a.json": {"extends": "./tsconfig.json", **PATHS}},
        {"tsconfig.json": {"extends": "./tsconfig.json", **PATHS}},
        {
            "tsconfig.json": {"extends": ["./a", "./b"]},
            "a.json": {"compilerOptions": {"paths": {"@/*": ["./other/*"]}}},
            "b.json": PATHS,
        },
        {"tsconfig.json": {"extends": "./c/base"}, "c/base.json": {"compilerOptions": {"baseUrl": "../src"}}},
        {
            "tsconfig.json": {"extends": "@team/config/base"},
            "config/package.json": {"name": "@team/config"},
            "config/base.json": {"compilerOptions": {"paths": {"@/*": ["${configDir}/src/*"]}}},
            "config/index.js": "",
        },
        {
            "tsconfig.json": {"files": [], "references": [{"path": "./tsconfig.app.json"}]},
            "tsconfig.app.json": PATHS,
        },
        {"tsconfig.json": "not json", "jsconfig.json": PATHS},
        {"src/tsconfig.json": "{", "tsconfig.json": PATHS},
        {"src/tsconfig.json": "[]", "tsconfig.json": PATHS},
        {"src/tsconfig.json": {"extends": "../tsconfig.json"}, "tsconfig.json": PATHS},
        {"tsconfig.json": f"// first\n{json.dumps(PATHS)[:-1]}, /* last */ }}"},
        {"tsconfig.json": "\ufeff" + json.dumps(PATHS)},
    ],
)
def test_ways_of_a_configuration(files: dict[str, object]) -> None:
    modules = javascript(configured(**files))
    assert "src/x.ts" in (modules.resolve("src/main.ts", "@/x"), modules.resolve("src/main.ts", "x"))


def test_the_nearest_configuration_alone_counts() -> None:
    files = configured(**{"tsconfig.json": PATHS, "src/lib/tsconfig.json": {}})
    assert javascript(files).resolve("src/lib/y.ts", "@/x") is None
    assert javascript(files).resolve("other/x.ts", "@/x") == "src/x.ts"


def test_own_paths_replace_those_that_are_extended() -> None:
    own = {"extends": "./base.json", "compilerOptions": {"paths": {"~/*": ["./src/*"]}}}
    modules = javascript(configured(**{"tsconfig.json": own, "base.json": PATHS}))
    assert modules.resolve("src/main.ts", "~/x") == "src/x.ts"
    assert modules.resolve("src/main.ts", "@/x") is None


def test_bounds_of_configurations() -> None:
    chain: dict[str, object] = {f"c{n}.json": {"extends": f"./c{n + 1}.json"} for n in range(2_000)}
    files = configured(**chain, **{"tsconfig.json": {"extends": "./c0.json"}, "c2000.json": PATHS})
    assert javascript(files).resolve("src/main.ts", "@/x") is None
    wide = {f"w{n}.json": {"extends": [f"./w{m}.json" for m in range(40)]} for n in range(40)}
    files = configured(**wide, **{"tsconfig.json": {"extends": "./w0.json"}})
    assert javascript(files).resolve("src/main.ts", "@/x") is None
    many = {"compilerOptions": {"paths": {f"@{n}/*": ["./src/*"] for n in range(5_000)}}}
    files = configured(**{"tsconfig.json": many})
    assert javascript(files).resolve("src/main.ts", "@1/x") == "src/x.ts"
    assert javascript(files).resolve("src/main.ts", "@4999/x") is None


# JavaScript and TypeScript: packages


def workspace(manifest: Mapping[str, object], *sources: str) -> JavaScriptModules:
    """A monorepo in which apps/web imports the package core."""
    files: dict[str, object] = {
        "package.json": {"name": "root", "workspaces": ["packages/*", "apps/*"]},
        "apps/web/package.json": {"name": "web"},
        "apps/web/src/main.ts": "",
        "packages/core/package.json": {"name": "@team/core", **manifest},
        **{f"packages/core/{source}": "" for source in sources},
    }
    return javascript(files)


@pytest.mark.parametrize(
    ("manifest", "module", "source"),
    [
        ({}, "", "index.js"),
        ({}, "", "src/index.ts"),
        ({}, "/deep/x", "deep/x.ts"),
        ({}, "/deep/x", "src/deep/x.ts"),
        ({"main": "lib/main.js"}, "", "lib/main.js"),
        ({"main": "lib"}, "", "lib/index.js"),
        ({"main": "lib"}, "", "src/index.ts"),
        ({"main": "./dist/index.js"}, "", "src/index.ts"),
        ({"main": "./dist/index.js"}, "", "index.ts"),
        ({"main": "./dist/src/index.js"}, "", "src/index.ts"),
        ({"main": "dist/cjs/server.cjs"}, "", "src/server.ts"),
        ({"main": "dist/bundle.js", "types": "dist/api.d.ts"}, "", "src/api.ts"),
        ({"main": "dist/bundle.js"}, "", "src/index.ts"),
        ({"module": "src/entry.ts"}, "", "src/entry.ts"),
        ({"main": ".", "types": "./index.d.ts"}, "", "index.js"),
        ({"main": "../../../outside.js"}, "", "index.js"),
        ({"main": 1, "exports": 2}, "", "index.js"),
        ({"exports": "./src/start.ts"}, "", "src/start.ts"),
        ({"exports": {"import": "./dist/start.mjs", "types": "./x.d.ts"}}, "", "src/start.mts"),
        ({"exports": {"types": "./dist/start.d.mts", "import": "./dist/start.mjs"}}, "", "src/start.ts"),
        ({"exports": {".": {"browser": "./src/web.ts", "node": {"import": "./src/n.ts"}}}}, "", "src/n.ts"),
        ({"exports": {".": ["./absent.js", "./src/x.ts"]}}, "", "src/x.ts"),
        ({"exports": {".": {"team-source": "./src/x.ts", "default": "./dist/y.js"}}}, "", "src/x.ts"),
        ({"exports": {"./sub": "./src/inner/sub.ts"}}, "/sub", "src/inner/sub.ts"),
        ({"exports": {"./sub": "./dist/sub/index.js"}}, "/sub", "src/sub/index.ts"),
        ({"exports": {"./sub": "./dist/sub.js"}}, "/sub", "src/sub/index.ts"),
        ({"exports": {"./*": "./src/*.ts"}}, "/deep/x", "src/deep/x.ts"),
        ({"exports": {"./*": {"import": "./dist/*.mjs"}}}, "/deep/x", "src/deep/x.ts"),
        ({"exports": {"./f/*.js": "./src/features/*.js"}}, "/f/x.js", "src/features/x.ts"),
        ({"exports": {"./f/": "./features/"}}, "/f/x.js", "features/x.js"),
        ({"exports": {"./*": "./all/*.ts", "./f/*": "./src/f-*.ts"}}, "/f/x", "src/f-x.ts"),
        ({"exports": {"./package.json": "./package.json"}}, "/src/x", "src/x.ts"),
    ],
)
def test_what_a_package_offers(manifest: Mapping[str, object], module: str, source: str) -> None:
    modules = workspace(manifest, source, "README.js")
    assert modules.resolve("apps/web/src/main.ts", f"@team/core{module}") == f"packages/core/{source}"


def test_what_a_package_keeps_for_itself() -> None:
    exports = {"./*": "./src/*.ts", "./internal/*": None}
    modules = workspace({"exports": exports}, "src/x.ts", "src/internal/x.ts")
    assert modules.resolve("apps/web/src/main.ts", "@team/core/x") == "packages/core/src/x.ts"
    assert modules.resolve("apps/web/src/main.ts", "@team/core/internal/x") is None
    assert modules.resolve("apps/web/src/main.ts", "@team/absent") is None
    assert modules.resolve("apps/web/src/main.ts", "@team") is None


def test_a_package_imports_itself_by_name_and_by_its_imports() -> None:
    imports = {
        "#config": "./dist/config.js",
        "#lib/*": {"browser": "./src/web/*.ts", "default": "./src/lib/*.ts"},
        "#core": "@team/core/config",
        "#web": {"node": "undici", "default": "./src/config.ts"},
        "#again": "#again",
        "#out": "../web/src/main.ts",
    }
    modules = workspace({"imports": imports}, "src/config.ts", "src/lib/x.ts", "src/web/x.ts")
    importer = "packages/core/src/lib/x.ts"
    for module in ("@team/core/config", "#config", "#core", "#web"):
        assert modules.resolve(importer, module) == "packages/core/src/config.ts"
    assert modules.resolve(importer, "#lib/x") == "packages/core/src/lib/x.ts"
    for module in ("#again", "#out", "#absent", "#lib/"):
        assert modules.resolve(importer, module) is None
    assert modules.resolve("apps/web/src/main.ts", "#config") is None


def test_of_packages_with_one_name_the_nearest_counts() -> None:
    files = {
        path: text
        for place in ("a", "b")
        for path, text in {
            f"{place}/app/main.js": "",
            f"{place}/shared/index.js": "",
            f"{place}/shared/package.json": {"name": "shared"},
        }.items()
    }
    for place in ("a", "b"):
        assert javascript(files).resolve(f"{place}/app/main.js", "shared") == f"{place}/shared/index.js"


def test_packages_of_others_and_of_node_are_foreign() -> None:
    files = {
        **tree("main.js", "events/index.js", "x/node_modules/y/index.js"),
        "events/package.json": {"name": "events"},
        "x/node_modules/y/package.json": {"name": "y"},
    }
    assert javascript(files).resolve("main.js", "events") is None
    assert javascript(files).resolve("main.js", "y") is None


def test_package_root() -> None:
    modules = workspace({}, "src/deep/x.ts")
    assert modules.package_root("packages/core/src/deep/x.ts") == "packages/core"
    assert modules.package_root("packages/x.ts") == ""
    assert modules.package_root("main.ts") == ""
    assert javascript(tree("a/b.js")).package_root("a/b.js") == ""


# Python


LAYOUT = """
    setup.py top.py manage.py site/settings.py site/__init__.py
    services/a/app/__init__.py services/a/app/config.py services/a/app/db/__init__.py
    services/a/app/db/pool.py services/a/app/logging.py services/a/app/celery.py services/a/main.py
    services/b/app/__init__.py services/b/app/config.py services/b/app/extra.py
    libraries/one/src/acme/one/__init__.py libraries/one/src/acme/one/core.py libraries/one/tests/test_core.py
    libraries/two/acme/two.py libraries/two/common.py libraries/three/common.py
    scripts/run.py scripts/tools.py scripts/queue.py scripts/nested/deep.py
"""
PROJECTS = ("services/a", "services/b", "libraries/one", "libraries/two", "libraries/three")


@pytest.fixture(scope="module")
def layout() -> PythonModules:
    projects = {f"{project}/pyproject.toml": "" for project in PROJECTS}
    return python({**tree(*LAYOUT.split()), **projects})


@pytest.mark.parametrize(
    ("importer", "module", "expected"),
    [
        ("services/a/main.py", "app.config", "services/a/app/config.py"),
        ("services/a/app/db/pool.py", "app.config", "services/a/app/config.py"),
        ("services/a/app/db/pool.py", "app", "services/a/app/__init__.py"),
        ("services/b/app/extra.py", "app.config", "services/b/app/config.py"),
        ("services/a/main.py", "app.db", "services/a/app/db/__init__.py"),
        ("services/a/main.py", "app.db.pool", "services/a/app/db/pool.py"),
        ("services/a/main.py", "app.extra", None),
        ("services/a/app/db/pool.py", ".", "services/a/app/db/__init__.py"),
        ("services/a/app/db/pool.py", "..", "services/a/app/__init__.py"),
        ("services/a/app/db/pool.py", "..config", "services/a/app/config.py"),
        ("services/a/app/db/__init__.py", ".pool", "services/a/app/db/pool.py"),
        ("services/a/app/config.py", ".db.pool", "services/a/app/db/pool.py"),
        ("services/a/app/config.py", ".absent", None),
        ("top.py", ".manage", "manage.py"),
        ("top.py", "..manage", None),
        ("services/a/app/config.py", "logging", None),
        ("services/a/app/config.py", ".logging", "services/a/app/logging.py"),
        ("services/a/app/celery.py", "celery", None),
        ("services/a/app/config.py", "celery", "services/a/app/celery.py"),
        ("scripts/run.py", "queue", "scripts/queue.py"),
        ("scripts/nested/deep.py", "queue", None),
        ("scripts/run.py", "tools", "scripts/tools.py"),
        ("scripts/nested/deep.py", "tools", "scripts/tools.py"),
        ("scripts/nested/deep.py", "top", "top.py"),
        ("services/a/main.py", "top", "top.py"),
        ("libraries/one/tests/test_core.py", "acme.one.core", "libraries/one/src/acme/one/core.py"),
        ("services/a/main.py", "acme.one", "libraries/one/src/acme/one/__init__.py"),
        ("services/a/main.py", "acme.two", "libraries/two/acme/two.py"),
        ("libraries/one/src/acme/one/core.py", "acme.two", "libraries/two/acme/two.py"),
        ("services/a/main.py", "acme", None),
        ("services/a/main.py", "common", None),
        ("libraries/two/acme/two.py", "common", "libraries/two/common.py"),
        ("manage.py", "site.settings", "site/settings.py"),
        ("scripts/run.py", "site.settings", None),
        ("manage.py", "scripts.tools", "scripts/tools.py"),
        ("manage.py", "tools", None),
        ("manage.py", "requests", None),
        ("manage.py", "", None),
    ],
)
def test_python_modules(layout: PythonModules, importer: str, module: str, expected: str | None) -> None:
    assert layout.resolve(importer, module) == expected


@pytest.mark.parametrize(
    ("importer", "module", "name", "expected"),
    [
        ("services/a/main.py", "app", "config", "services/a/app/config.py"),
        ("services/a/main.py", "app", "db", "services/a/app/db/__init__.py"),
        ("services/a/main.py", "app", "extra", None),
        ("services/a/main.py", "app.config", "PATH", None),
        ("services/a/app/config.py", ".", "db", "services/a/app/db/__init__.py"),
        ("services/a/app/db/pool.py", "..", "config", "services/a/app/config.py"),
        ("libraries/two/acme/two.py", ".", "two", "libraries/two/acme/two.py"),
        ("services/a/main.py", "acme", "two", "libraries/two/acme/two.py"),
        ("services/a/main.py", "acme", "one", "libraries/one/src/acme/one/__init__.py"),
        ("manage.py", "scripts", "tools", "scripts/tools.py"),
        ("manage.py", "os", "path", None),
        ("top.py", "..", "manage", None),
    ],
)
def test_python_members(
    layout: PythonModules, importer: str, module: str, name: str, expected: str | None
) -> None:
    assert layout.resolve_member(importer, module, name) == expected


def test_a_package_goes_before_a_module() -> None:
    files = tree("main.py", "a.py", "a/__init__.py", "b.py", "b/x.py")
    assert python(files).resolve("main.py", "a") == "a/__init__.py"
    assert python(files).resolve("main.py", "b") == "b.py"


def test_the_top_of_a_package_goes_before_the_package() -> None:
    files = tree(
        "app/__init__.py", "app/main.py", "app/config.py", "config.py", "app/alone.py", "app/deep/__init__.py"
    )
    assert python(files).resolve("app/main.py", "config") == "config.py"
    assert python(files).resolve("app/main.py", "alone") == "app/alone.py"
    assert python(files).resolve("app/deep/x.py", "alone") is None
    assert (
        python(tree("a/__init__.py", "a/b/__init__.py", "a/b/neo4j.py")).resolve("a/b/x.py", "neo4j") is None
    )


def test_a_project_counts_even_when_it_is_a_package() -> None:
    files = tree("app/__init__.py", "app/config.py", "app/deep/__init__.py", "src/__init__.py", "src/tool.py")
    modules = python({**files, "app/pyproject.toml": ""})
    assert modules.resolve("app/deep/x.py", "config") == "app/config.py"
    assert modules.resolve("src/deep/x.py", "tool") == "src/tool.py"


def test_the_source_directory_of_the_repository() -> None:
    files = tree("src/tool/__init__.py", "tests/test_tool.py", "lib/src/tool/__init__.py")
    assert python(files).resolve("tests/test_tool.py", "tool") == "src/tool/__init__.py"


# Shell


@pytest.mark.parametrize(
    ("importer", "path", "expected"),
    [
        ("bin/run.sh", (Hole("name", "DIR"), "/common.sh"), "bin/common.sh"),
        ("bin/run.sh", (Hole("name", "DIR"), "/lib/x.sh"), "lib/x.sh"),
        ("bin/run.sh", (Hole("name", "DIR"), "/../lib/x.sh"), "lib/x.sh"),
        ("bin/deep/run.sh", (Hole("unknown"), "/../lib/x.sh"), "lib/x.sh"),
        ("bin/run.sh", (Hole("env", "ROOT"), "/bin/common.sh"), "bin/common.sh"),
        ("bin/run.sh", (Hole("name", "LIB"), "/only.sh"), "deploy/scripts/only.sh"),
        ("bin/run.sh", (Hole("name", "LIB"), "/twice.sh"), None),
        ("a/run.sh", (Hole("name", "LIB"), "/twice.sh"), "a/twice.sh"),
        ("bin/run.sh", ("./common.sh",), "bin/common.sh"),
        ("bin/run.sh", ("lib/x.sh",), "lib/x.sh"),
        ("bin/run.sh", ("../lib/x.sh",), "lib/x.sh"),
        ("bin/run.sh", (".env",), "backend/.env"),
        ("bin/run.sh", ("/usr/lib/tool/shared.sh",), "image/usr/lib/tool/shared.sh"),
        ("bin/run.sh", ("/common.sh",), None),
        ("bin/run.sh", ("/etc/os-release",), None),
        ("bin/common.sh", (Hole("name", "DIR"), "/common.sh"), None),
        ("bin/run.sh", (Hole("random"), "/common.sh"), None),
        ("bin/run.sh", (Hole("env", "HOME"), "/common.sh"), None),
        ("bin/run.sh", ("~/common.sh",), None),
        ("bin/run.sh", (Hole("name", "DIR"), "common.sh"), None),
        ("bin/run.sh", ("lib/", Hole("name", "NAME"), ".sh"), None),
        ("bin/run.sh", (Hole("name", "FILE"),), None),
        ("bin/run.sh", (Hole("name", "DIR"), "/"), None),
        ("bin/run.sh", ("../../../x.sh",), "lib/x.sh"),
        ("bin/run.sh", (), None),
    ],
)
def test_shell(importer: str, path: Template, expected: str | None) -> None:
    names = """
        bin/run.sh bin/common.sh bin/deep/run.sh lib/x.sh deploy/scripts/only.sh a/twice.sh b/twice.sh
        a/run.sh backend/.env image/usr/lib/tool/shared.sh
    """
    assert ShellModules(names.split(), lambda path: None).resolve(importer, path) == expected


# What they share


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "// no /* comment */ ,}"}', {"a": "// no /* comment */ ,}"}),
        ('{"a": [1, 2, ], /* , */ }', {"a": [1, 2]}),
        ('{"a": 1, // end\n}', {"a": 1}),
        ('{"a": "\\"//", "b": "\\\\"} // "', {"a": '"//', "b": "\\"}),
        ('/* open {"a": 1}', None),
        ('{"a": "open', None),
        ("[1]", None),
        ("", None),
        ("[" * 100_000, None),
        ('"' + '\\"' * 100_000, None),
        ('{"a": 1' + "9" * 10_000 + "}", None),
    ],
)
def test_json_with_comments(text: str, expected: object) -> None:
    assert json_object(text.encode()) == expected


def test_json_in_another_encoding_is_malformed() -> None:
    assert json_object(b'{"a": "\xff"}') is None


@pytest.mark.parametrize(
    ("keys", "name", "expected"),
    [
        (["a", "*"], "a", ("a", "")),
        (["*", "a/*", "a/b/*"], "a/b/c", ("a/b/*", "c")),
        (["a/*.js", "a/*"], "a/b.js", ("a/*.js", "b")),
        (["a/*"], "a/", None),
        (["a*a"], "a", None),
        (["*"], "*", ("*", "*")),
    ],
)
def test_patterns(keys: list[str], name: str, expected: object) -> None:
    assert match(keys, name) == expected


def test_conditions_nested_without_end() -> None:
    target: object = "./x.js"
    for _ in range(100):
        target = {"import": target}
    assert targets({".": target}, ".") == []


@pytest.mark.parametrize(
    ("directory", "path", "expected"),
    [
        ("a", ".", "a"),
        ("", ".", ""),
        ("a", "..", ""),
        ("a", "../..", None),
        ("a", "/b", None),
        ("a", "..b", "a/..b"),
    ],
)
def test_join(directory: str, path: str, expected: str | None) -> None:
    assert join(directory, path) == expected


def test_settings_are_read_once() -> None:
    read: list[str] = []
    files = [f"packages/p{number}/src/deep/x.ts" for number in range(50)]
    modules = JavaScriptModules(files, lambda path: read.append(path))
    for file in files:
        for module in ("./y", "@team/x", "@team/y", "#z"):
            assert modules.resolve(file, module) is None
    assert len(read) == len(set(read))


SETTINGS_KEYS = """
    compilerOptions paths baseUrl extends references path exports imports main name import default types
    . ./* #* #a @/* * a
"""
json_values = st.recursive(
    st.none()
    | st.integers()
    | st.sampled_from(["./x.js", "./*", "*", ".", "./a.json", "../a", "a", "#a", "\0", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(SETTINGS_KEYS.split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    settings=st.dictionaries(
        st.sampled_from(["package.json", "tsconfig.json", "a.json", "a/package.json"]), json_values
    ),
    module=st.sampled_from(["a", "@/x", "#a", "#b", "./x", ".", "a/x", "x", "./a"]),
)
def test_settings_of_any_shape_do_no_harm(settings: dict[str, object], module: str) -> None:
    files = {**tree("x.js", "a/x.ts", "a/index.js"), **settings}
    found = javascript(files).resolve("a/main.ts", module)
    assert found is None or found in files
    assert found == javascript(dict(reversed(files.items()))).resolve("a/main.ts", module)


def test_directories_are_known() -> None:
    assert Repository(["a/b/c.py", "d.py"], lambda path: None).directories == {"", "a", "a/b"}
