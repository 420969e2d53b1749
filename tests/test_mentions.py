"""Which importers of an exported object may use one field of it, told from their bytes."""

from __future__ import annotations

import pytest

from scratchlint.dataflow.mentions import Export, may_export, may_use

FIELD = Export("settings", "file")
IMPORT = 'import { settings } from "./settings";\n'


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("typescript", IMPORT + "listen(settings.port);", False),
        ("typescript", IMPORT + "listen(settings?.port ?? settings .host);", False),
        ("typescript", IMPORT + "/*\n * settings\n */\n// settings\nlisten(settings.port);", False),
        ("typescript", IMPORT + 'get("http://host/", settings);', True),
        ("typescript", IMPORT + "open(settings.file);", True),
        ("typescript", IMPORT + "listen(settings.profile);", False),
        ("typescript", IMPORT + 'open(settings["port"]);', True),
        ("typescript", IMPORT + "open({ ...settings });", True),
        ("typescript", IMPORT + "start(settings);", True),
        ("typescript", IMPORT + "start(settings.all());", True),
        ("typescript", 'import { settings as known } from "./settings";\nstart(known);', True),
        ("typescript", 'export { settings } from "./settings";', True),
        ("typescript", 'export * from "./settings";', True),
        ("typescript", 'import other from "./settings";\nlisten(other.port);', False),
        ("javascript", 'const { settings } = require("./settings");\nlisten(settings.port);', False),
        ("javascript", 'const { settings: known } = require("./settings");\nstart(known);', True),
        ("python", "from app import config\nlisten(config.settings.port)", False),
        ("python", "from app.config import settings\nlisten(settings.port)", True),
        ("python", "from app import config\nstart(config.settings)", True),
        ("python", "from app.config import *\nlisten(port)", True),
        ("python", "from app.config import  *\nlisten(port)", True),
        ("typescript", 'import\n* as all from "./settings";\nlisten(all.port);', True),
        ("shell", ". ./settings\nlisten $settings", True),
    ],
)
def test_importers(language: str, source: str, expected: bool) -> None:
    assert may_use(language, source.encode(), FIELD) is expected


def test_a_default_export_has_no_name_in_its_importers() -> None:
    assert may_use("typescript", b'import known from "./settings";', Export("default"))


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("typescript", "export const settings = {}", True),
        ("typescript", "export default async function settings() {}", True),
        ("typescript", "const settings = {};\nexport {\n  other,\n  settings,\n};", True),
        ("typescript", "export const {\n  settings,\n} = other;", True),
        ("typescript", "export const other = {}", False),
        ("typescript", "export const mine = {};\nstart(settings);", False),
        ("typescript", 'export * from "./further"', True),
        ("javascript", "exports.settings = {}", True),
        ("javascript", "module.exports = { settings }", True),
        ("python", "from further import *", True),
        ("python", "settings = {}", True),
        ("python", "other = {}", False),
    ],
)
def test_star_exports_are_followed_where_the_name_is_exported(
    language: str, source: str, expected: bool
) -> None:
    assert may_export(language, source.encode(), "settings") is expected
