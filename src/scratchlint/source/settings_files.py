"""Which files are configuration written line by line, told by their names and places. All of it is data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

SETTINGS_LANGUAGES = frozenset({"ini", "systemd", "tmpfiles", "crontab", "properties", "keyvalue", "nginx"})
"""Languages of files that are settings and no programs."""

# What is put around the name of a template or of a file to start from.
_TEMPLATE = "j2|jinja|jinja2|erb|epp|tmpl|tpl|template|sample|dist|default|defaults|example|orig|in|gotmpl"
_TEMPLATES = frozenset(_TEMPLATE.split("|"))
_TEMPLATE_SUFFIXES = re.compile(rf"(?:[._-](?:{_TEMPLATE}))+$", re.IGNORECASE)

_UNITS = ("service", "socket", "timer", "mount", "automount", "path", "slice", "target", "swap", "scope")
_UNIT = "|".join(_UNITS)

# The first pattern that fits `/` and the path below the root, in lower case, decides. It is tried where the
# name has one of its suffixes, "" for none.
_PLACES: tuple[tuple[str, str, Collection[str] | None], ...] = (
    (rf".+\.(?:{_UNIT})", "systemd", _UNITS),
    (rf".*\.(?:{_UNIT})\.d/[^/]+\.conf", "systemd", ("conf",)),
    (r".*/systemd/(?:[^/]+/)*[^/]+\.conf", "systemd", ("conf",)),
    (
        r".*/(?:journald|logind|resolved|timesyncd|networkd|oomd|coredump)(?:\.conf\.d/[^/]+)?\.conf",
        "systemd",
        ("conf",),
    ),
    (r".*/tmpfiles\.d/[^/]+\.conf|.+\.tmpfiles", "tmpfiles", ("conf", "tmpfiles")),
    (
        r".*/cron(?:\.d|tabs)/[^/.]+|.*/(?:[\w-]+[._-])?crontabs?(?:\.(?:txt|root))?|.+\.cron(?:tab)?",
        "crontab",
        ("", "txt", "root", "cron", "crontab", "crontabs"),
    ),
    (
        r".*/[\w.-]*(?:nginx|angie|openresty|tengine)[\w.-]*\.conf|.*/(?:nginx|angie|openresty)"
        r"|.*/(?:nginx|angie|openresty)[\w-]*/(?:[^/]+/)*[^/]+\.conf",
        "nginx",
        ("", "conf"),
    ),
    (
        r".*/(?:nginx|angie|openresty)[\w-]*/(?:[^/]+/)*sites-(?:available|enabled)/[^/]+",
        "nginx",
        None,
    ),
    (
        r".+\.properties|.*/zoo[\w.-]*\.cfg|.*/zookeeper[\w.-]*\.(?:cfg|conf)",
        "properties",
        ("properties", "cfg", "conf"),
    ),
    (r".*/(?:haproxy|nagios|icinga|varnish|lighttpd|squid)[\w.-]*\.cfg", "keyvalue", ("cfg",)),
    (r".+\.(?:ini|cfg|cnf)", "ini", ("ini", "cfg", "cnf")),
    (r".*/supervisor[^/]*/(?:[^/]+/)*[^/]+\.(?:conf|ini)", "ini", ("conf", "ini")),
    (r".*/[\w.-]*supervisor[\w.-]*\.conf|.*/supervisord", "ini", ("", "conf")),
    (
        r".*/php-fpm[\w.-]*/(?:[^/]+/)*[^/]+\.conf|.*/[\w.-]*(?:php|fpm|uwsgi|rsyncd|samba|smb)[\w.-]*\.conf",
        "ini",
        ("conf",),
    ),
    (
        r".*/\.(?:my\.cnf|pg_service\.conf|pypirc|coveragerc|pylintrc|flake8|editorconfig)",
        "ini",
        ("cnf", "conf", "pypirc", "coveragerc", "pylintrc", "flake8", "editorconfig"),
    ),
    (r".+\.(?:conf|cf)", "keyvalue", ("conf", "cf")),
    (r".*/(?:sites|conf|mods)-(?:available|enabled)/[^/.]+", "keyvalue", ("",)),
    (
        r".*/(?:sshd_config|ssh_config|logrotate\.d/[^/.]+|logrotate|torrc|caddyfile|squid)",
        "keyvalue",
        ("",),
    ),
)

# Files of services that are read even when git ignores them: they hold what production runs with.
_SERVICE = re.compile(
    rf".+\.(?:{_UNIT})|.*/(?:supervisord?|nginx|redis|uwsgi|php-fpm|my|postgresql|mosquitto|gunicorn|haproxy)"
    r"\.(?:conf|ini|cnf|cfg)",
    re.DOTALL,
)


def settings_language(path: str) -> str | None:
    """Return the language of a configuration file that is written line by line, or None.

    `path` is as far as it is known: the base name alone tells most of them. A template is of the
    language that it produces.
    """
    place = f"/{produced(path).lower()}"
    name = place.rpartition("/")[2]
    pattern, languages = _places(name.rpartition(".")[2] if "." in name else "")
    match = pattern.fullmatch(place)
    return languages[match.lastindex - 1] if match and match.lastindex else None


@lru_cache(maxsize=256)
def _places(suffix: str) -> tuple[re.Pattern[str], Sequence[str]]:
    """Return what tells the languages of files with a suffix: the first group that matches."""
    rows = [row for row in _PLACES if row[2] is None or suffix in row[2]]
    pattern = "|".join(f"({pattern})" for pattern, _, _ in rows)
    return re.compile(pattern, re.DOTALL), [language for _, language, _ in rows]


def produced(path: str) -> str:
    """Return what a template produces: its path without the suffixes of templates and samples."""
    last = path[max(map(path.rfind, "._-")) + 1 :]
    return _TEMPLATE_SUFFIXES.sub("", path) if last.lower() in _TEMPLATES else path


def is_service_settings(path: str) -> bool:
    """Whether a file is a unit or the configuration of a service, which is read even when git ignores it."""
    return _SERVICE.fullmatch(f"/{path.lower()}") is not None
