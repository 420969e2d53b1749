"""What packages ship and images hold is read from manifests; what neither does is developers' material."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from scratchlint.judge.packages_npm import npm_package
from scratchlint.judge.packages_python import python_package
from scratchlint.judge.shipped import Shipped
from scratchlint.judge.shipping import Shipping

SETUPTOOLS = '[build-system]\nbuild-backend = "setuptools.build_meta"\n[tool.setuptools]\n'
HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n'
POETRY = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[tool.poetry]\n'
FIND = "[tool.setuptools.packages.find]\n"


def package(files: Mapping[str, str], *, npm: bool = False) -> Shipped | None:
    data = {path: text.encode() for path, text in files.items()}
    found = npm_package("", data.get, {"lib", "index.js"}) if npm else python_package("", data.get)
    return found[1] if found is not None else None


@pytest.mark.parametrize(
    ("files", "path", "ships"),
    [
        ({"pyproject.toml": f'{SETUPTOOLS}packages = ["shop", "shop.web"]\n'}, "shop/web/views.py", True),
        ({"pyproject.toml": f'{SETUPTOOLS}packages = ["shop"]\n'}, "tools/fill.py", False),
        ({"pyproject.toml": f'{SETUPTOOLS}packages = ["shop"]\npy-modules = ["run"]\n'}, "run.py", True),
        (
            {"pyproject.toml": f'{SETUPTOOLS}package-dir = {{"" = "src"}}\npackages = ["a"]\n'},
            "src/a/b.py",
            True,
        ),
        ({"pyproject.toml": f'{SETUPTOOLS}script-files = ["bin/a"]\npackages = ["b"]\n'}, "bin/a", True),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}where = ["src"]\n'}, "src/shop/web.py", True),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}where = ["src"]\n'}, "tools/fill.py", False),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}include = ["shop*"]\n'}, "shop/web.py", True),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}include = ["shop*"]\n'}, "tools/fill.py", False),
        (
            {"pyproject.toml": f'{SETUPTOOLS}{FIND}exclude = ["*.tools", "dev*"]\n'},
            "shop/tools/fill.py",
            False,
        ),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}exclude = ["*.tools", "dev*"]\n'}, "devel/fill.py", False),
        ({"pyproject.toml": f'{SETUPTOOLS}{FIND}exclude = ["*.tools", "dev*"]\n'}, "shop/web.py", None),
        (
            {"setup.cfg": "[options]\npackages = find:\n[options.packages.find]\nwhere = src\n"},
            "dev/a.py",
            False,
        ),
        ({"setup.cfg": "[options]\npackages =\n  shop\n  shop.web\n"}, "shop/web/a.py", True),
        ({"setup.cfg": "[options]\npackages = find:\n"}, "shop/web/a.py", "nothing"),
        ({"setup.cfg": "no section"}, "shop/web/a.py", "nothing"),
        ({"setup.py": 'setup(packages=["shop"], scripts=["bin/shop"])\n'}, "bin/shop", True),
        ({"setup.py": 'setup(packages=["shop"], data_files=[("/x", ["a/b.py"])])\n'}, "a/b.py", True),
        ({"setup.py": 'import setuptools\nsetuptools.setup(packages=["shop"])\n'}, "dev/fill.py", False),
        ({"setup.py": "setup(packages=find_packages(exclude=['dev']))\n"}, "dev/fill.py", False),
        ({"setup.py": "setup(packages=find_packages('src'))\n"}, "dev/fill.py", False),
        ({"setup.py": "setup(packages=found())\n"}, "dev/fill.py", "nothing"),
        ({"setup.py": "setup(packages=['shop'], data_files=found())\n"}, "dev/fill.py", "nothing"),
        ({"setup.py": "setup(packages=['shop'], **more)\n"}, "dev/fill.py", "nothing"),
        ({"setup.py": "setup(packages=['shop'])\n", "MANIFEST.in": "graft dev\n"}, "dev/fill.py", True),
        (
            {"setup.py": "setup(packages=['shop'])\n", "MANIFEST.in": "prune shop/dev\n"},
            "shop/dev/a.py",
            False,
        ),
        (
            {"setup.py": "setup(packages=['a'])\n", "MANIFEST.in": "recursive-include b *.py # c\n"},
            "b/c/d.py",
            True,
        ),
        (
            {"pyproject.toml": f"{HATCH}[tool.hatch.build.targets.wheel]\npackages = ['src/shop']\n"},
            "src/shop/a.py",
            True,
        ),
        (
            {"pyproject.toml": f"{HATCH}[tool.hatch.build.targets.wheel]\npackages = ['src/shop']\n"},
            "dev/a.py",
            False,
        ),
        ({"pyproject.toml": f"{HATCH}[tool.hatch.build]\nexclude = ['/dev']\n"}, "dev/a.py", False),
        ({"pyproject.toml": f"{HATCH}[tool.hatch.build]\nexclude = ['/dev']\n"}, "shop/a.py", None),
        (
            {
                "pyproject.toml": f"{HATCH}[tool.hatch.build.targets.wheel]\npackages = ['shop']\n"
                "[tool.hatch.build.targets.wheel.force-include]\n'dev/a.py' = 'shop/a.py'\n"
            },
            "dev/a.py",
            True,
        ),
        (
            {"pyproject.toml": f'{POETRY}packages = [{{include = "shop", from = "lib"}}]\n'},
            "lib/shop/a.py",
            True,
        ),
        ({"pyproject.toml": f'{POETRY}packages = [{{include = "shop"}}]\n'}, "dev/a.py", False),
        (
            {"pyproject.toml": f'{POETRY}packages = [{{include = "a"}}]\ninclude = [{{path = "dev"}}]\n'},
            "dev/a.py",
            True,
        ),
        ({"pyproject.toml": f'{POETRY}exclude = ["shop/dev"]\n'}, "shop/dev/a.py", False),
        ({"pyproject.toml": f'{POETRY}package-mode = false\nexclude = ["dev"]\n'}, "dev/a.py", "nothing"),
        (
            {"pyproject.toml": "[tool.pdm.build]\nincludes = ['shop']\nexcludes = ['shop/dev']\n"},
            "shop/dev/a.py",
            False,
        ),
        ({"pyproject.toml": "[tool.flit.module]\nname = 'shop'\n"}, "dev/a.py", False),
        (
            {"pyproject.toml": "[tool.uv.build-backend]\nmodule-name = 'shop'\nmodule-root = 'lib'\n"},
            "lib/shop/a.py",
            True,
        ),
        ({"pyproject.toml": "[project]\nname = 'shop'\n"}, "dev/a.py", "nothing"),
        ({"pyproject.toml": "broken ["}, "dev/a.py", "nothing"),
    ],
)
def test_python_packages(files: dict[str, str], path: str, ships: bool | str | None) -> None:
    found = package(files)
    assert (found.ships(path) if found is not None else "nothing") is ships


@pytest.mark.parametrize(
    ("files", "path", "ships"),
    [
        ({"package.json": '{"files": ["lib", "!lib/dev"]}'}, "lib/a.js", True),
        ({"package.json": '{"files": ["lib", "!lib/dev"]}'}, "lib/dev/a.js", False),
        ({"package.json": '{"files": ["lib"], "main": "./index.js"}'}, "index.js", True),
        ({"package.json": '{"files": ["lib"], "bin": {"a": "index"}}'}, "tools/a.js", False),
        ({"package.json": '{"files": ["lib"], "private": true}'}, "tools/a.js", "nothing"),
        ({"package.json": '{"files": ["dist"]}'}, "src/a.ts", "nothing"),
        ({"package.json": '{"files": ["lib"], "main": "dist/a.js"}'}, "src/a.ts", "nothing"),
        ({"package.json": '{"files": ["."]}'}, "src/a.ts", "nothing"),
        ({"package.json": "{}", ".npmignore": "# a\ntools\n!tools/a.js\n"}, "tools/b.js", False),
        ({"package.json": "{}", ".npmignore": "tools/**\n!tools/a.js\n"}, "tools/a.js", True),
        ({"package.json": "{}", ".npmignore": "tools\n"}, "lib/a.js", True),
        ({"package.json": "{}"}, "lib/a.js", "nothing"),
        ({"package.json": "[" * 10_000}, "lib/a.js", "nothing"),
    ],
)
def test_npm_packages(files: dict[str, str], path: str, ships: bool | str) -> None:
    found = package(files, npm=True)
    assert (found.ships(path) if found is not None else "nothing") is ships


@pytest.mark.parametrize(
    ("others", "copied", "left_out"),
    [
        ({}, (), True),
        ({"deploy.sh": "python3 /opt/shop/tools/fill.py\n"}, (), False),
        ({"shop.service": "[Service]\nExecStart=/usr/bin/python3 -m tools.fill\n"}, (), False),
        ({"deploy.sh": "refill\n"}, (), True),
        ({"Procfile": "worker: python tools/fill.py\n"}, (), False),
        ({"package.json": '{"scripts": {"fill": "python tools/fill.py"}}'}, (), True),
        ({}, ("tools/fill.py",), False),
    ],
)
def test_what_something_else_deploys_is_no_material_of_developers(
    others: dict[str, str], copied: tuple[str, ...], left_out: bool
) -> None:
    files = {"setup.py": "setup(packages=['shop'])\n", "tools/fill.py": "", "shop/a.py": "", **others}
    languages = {"sh": "shell", "service": "systemd", "json": "json", "py": "python"}
    known = {path: languages[path.rpartition(".")[2]] for path in files if "." in path}
    data = {path: text.encode() for path, text in files.items()}
    shipping = Shipping(known, data.get, copied.__contains__)
    assert (shipping.left_out(["tools/fill.py"]) is not None) is left_out
    assert shipping.left_out(["tools/fill.py", "shop/a.py"]) is None
