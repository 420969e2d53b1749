"""Which file of the repository a JavaScript or TypeScript import loads."""

from __future__ import annotations

from collections.abc import Collection

from scratchlint.dataflow.modules_packages import Packages
from scratchlint.dataflow.modules_repository import Reader, Repository, join, parent
from scratchlint.dataflow.modules_scripts import Scripts
from scratchlint.dataflow.modules_tsconfig import Configurations

_BUILT_IN_NAMES = """
    assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram
    diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector
    inspector/promises module net os path path/posix path/win32 perf_hooks process punycode querystring
    readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder
    sys timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib
"""
_BUILT_IN = frozenset(_BUILT_IN_NAMES.split())  # https://nodejs.org/api/module.html#modulebuiltinmodules


class JavaScriptModules:
    """Resolves `import … from "module"`, `require("module")` and `import("module")`.

    The order is TypeScript's, which includes Node's: relative paths; `paths` and `baseUrl` of
    the nearest configuration; `#imports`; packages by name
    (https://www.typescriptlang.org/docs/handbook/modules/reference.html,
    https://nodejs.org/api/esm.html#resolution-algorithm-specification). Everything outside the
    repository is foreign. `files` are all analysed files, of whatever language.
    """

    def __init__(self, files: Collection[str], read: Reader) -> None:
        repository = Repository(files, read)
        self._scripts = Scripts(repository)
        self._packages = Packages(repository, self._scripts)
        self._configurations = Configurations(repository, self._packages)
        self._resolved: dict[tuple[str, str], str | None] = {}

    def resolve(self, importer: str, module: str) -> str | None:
        """Return the file that `module` means in the file `importer`, None when it is foreign."""
        key = parent(importer), module
        if key not in self._resolved:
            self._resolved[key] = self._resolve(*key)
        return self._resolved[key]

    def package_root(self, path: str) -> str:
        """Return the directory of the package.json nearest to a file, "" for the root."""
        return self._packages.root(parent(path))

    def script(self, path: str) -> str | None:
        """Return the script at a path, or the source from which it is built there."""
        return self._built(path)

    def _resolve(self, directory: str, module: str) -> str | None:
        module = module.partition("?")[0]  # what bundlers and caches are told
        if module in _BUILT_IN or not module or module.startswith("/") or ":" in module:
            return None
        if module in (".", "..") or module.startswith(("./", "../")):
            return self._relative(directory, module)
        for path in self._configurations.targets(directory, module):
            found = self._built(path)
            if found is not None:
                return found
        if module.startswith("#"):
            return self._packages.imported(directory, module)
        return self._packages.resolve(directory, module)

    def _relative(self, directory: str, module: str) -> str | None:
        """Return what a relative path loads; with "/", "." or ".." at its end it is a directory."""
        path = join(directory, module)
        if path is None:
            return None
        if module.rpartition("/")[2] in ("", ".", ".."):
            return self._scripts.directory(path)
        return self._built(path)

    def _built(self, path: str) -> str | None:
        """Return the file at a path, or the source from which its package would build it."""
        found = self._scripts.load(path)
        if found is None:
            found = self._scripts.built(self._packages.root(parent(path)), path)
        return found
