"""Expressions in Python that take the place of a text, and the imports that they need, through libcst."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping

from scratchlint.fix.change import Stretch
from scratchlint.fix.user_directory import UserDirectory

_PLATFORMDIRS = {
    "XDG_DATA_HOME": "user_data_dir",
    "XDG_CONFIG_HOME": "user_config_dir",
    "XDG_STATE_HOME": "user_state_dir",
    "XDG_CACHE_HOME": "user_cache_dir",
    "XDG_RUNTIME_DIR": "user_runtime_dir",
}
# Escapes, and what ends a path within a longer text.
_NOT_A_PATH = re.compile(rb"[\\\s:;,?#]")
_USES_PLATFORMDIRS = re.compile(rb"(?m)^[ \t]*import\s+platformdirs\b(?!\s+as)")


def joined(data: bytes, place: Stretch, wanted: UserDirectory) -> Mapping[Stretch, bytes] | None:
    """Return the edits that compute a directory where a text begins with the old one.

    A plain text becomes a call of `os.path.join`, or of platformdirs where the file imports it; a
    formatted text gets it as its first field. None where an expression cannot stand.
    """
    string = _string_at(data, place)
    if string is None:
        return None
    start, end, quote, formatted = string
    before, rest = data[start : place[0]], data[place[1] : end]
    call, modules = _call(data, wanted, quote)
    if formatted:
        other = "'" if quote.startswith('"') else '"'
        call, modules = _call(data, wanted, other)
        edits = {place: f"{{{call}}}".encode()}
    elif before.strip(b"'\"rRbBuU") or _NOT_A_PATH.search(rest) or before[:1] in b"bB":
        return None
    else:
        further = [part for part in rest.decode()[: -len(quote)].split("/") if part]
        call, modules = _call(data, wanted, quote[0], further)
        edits = {(start, end): call.encode()}
    added = _imports(data, modules)
    return None if added is None else {**edits, **added}


def _call(
    data: bytes, wanted: UserDirectory, quote: str, further: Iterable[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return the expression and the modules that it names."""
    q = quote[0]

    def text(parts: Iterable[str]) -> str:
        return "".join(f", {q}{part}{q}" for part in parts)

    if _USES_PLATFORMDIRS.search(data) and wanted.variable and wanted.parts:
        app, *below = wanted.parts
        directory = f"platformdirs.{_PLATFORMDIRS[wanted.variable]}({q}{app}{q})"
        parts = [*below, *further]
        return (f"os.path.join({directory}{text(parts)})", ("os",)) if parts else (directory, ())
    if not wanted.variable:
        base = f"os.path.expanduser({q}~{q})"
    elif wanted.fallback:
        base = f"os.environ.get({q}{wanted.variable}{q}) or os.path.expanduser({q}~/{wanted.fallback}{q})"
    else:
        base = f"os.environ.get({q}{wanted.variable}{q}) or {q}/run/user/%d{q} % os.getuid()"
    return f"os.path.join({base}{text([*wanted.parts, *further])})", ("os",)


def _string_at(data: bytes, place: Stretch) -> tuple[int, int, str, bool] | None:
    """Return the bytes of the string literal around a place, its quote, and whether it is formatted."""
    import libcst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        wrapper = MetadataWrapper(libcst.parse_module(data[mark:]), unsafe_skip_copy=True)
    except (libcst.ParserSyntaxError, RecursionError):
        return None
    spans = wrapper.resolve(ByteSpanPositionProvider)
    found: tuple[int, int, str, bool] | None = None
    for node, span in spans.items():
        start, end = span.start + mark, span.start + span.length + mark
        if not (start <= place[0] and place[1] <= end):
            continue
        match node:
            case libcst.ConcatenatedString():
                return None
            case libcst.SimpleString():
                found = (start, end, node.quote, False)
            case libcst.FormattedString():
                found = (start, end, node.end, True)
    return found


def _imports(data: bytes, modules: tuple[str, ...]) -> dict[Stretch, bytes] | None:
    """Return the edit that adds the imports which a file lacks, where and how libcst would write them.

    None when libcst would change more than that.
    """
    import libcst
    from libcst.codemod import CodemodContext
    from libcst.codemod.visitors import AddImportsVisitor

    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    module = libcst.parse_module(data[mark:])
    context = CodemodContext()
    for name in modules:
        AddImportsVisitor.add_needed_import(context, name)
    changed = AddImportsVisitor(context).transform_module(module).bytes
    return _insertion(data[mark:], changed, mark)


def _insertion(old: bytes, new: bytes, offset: int) -> dict[Stretch, bytes] | None:
    """Return the one insertion, at the beginning of a line, that makes the new text of the old one."""
    added = len(new) - len(old)
    if not added:
        return {}
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    place = old.rfind(b"\n", 0, same) + 1
    if old[:place] + new[place : place + added] + old[place:] != new:
        return None
    return {(place + offset, place + offset): new[place : place + added]}
