"""Which files are configuration written line by line, told by their names and places. All of it is data."""

from __future__ import annotations

import re

SETTINGS_LANGUAGES = frozenset({"ini", "systemd", "tmpfiles", "crontab", "properties", "keyvalue", "nginx"})
"""Languages of files that are settings and no programs."""

# What is put around the name of a template or of a file to start from.
_TEMPLATE = re.compile(
    r"(?:[._-](?:j2|jinja2?|erb|epp|tmpl|tpl|template|sample|dist|default|defaults|example|orig|in|gotmpl))+$",
    re.IGNORECASE,
)

_UNITS = r"service|socket|timer|mount|automount|path|slice|target|swap|scope"

# The first pattern that fits `/` and the path below the root, in lower case, decides.
_PLACES = (
    (rf".+\.(?:{_UNITS})", "systemd"),
    (rf".*\.(?:{_UNITS})\.d/[^/]+\.conf", "systemd"),
    (r".*/systemd/(?:[^/]+/)*[^/]+\.conf", "systemd"),
    (
        r".*/(?:journald|logind|resolved|timesyncd|networkd|oomd|coredump)(?:\.conf\.d/[^/]+)?\.conf",
        "systemd",
    ),
    (r".*/tmpfiles\.d/[^/]+\.conf|.+\.tmpfiles", "tmpfiles"),
    (
        r".*/cron(?:\.d|tabs)/[^/.]+|.*/(?:[\w-]+[._-])?crontabs?(?:\.(?:txt|root))?|.+\.cron(?:tab)?",
        "crontab",
    ),
    (
        r".*/[\w.-]*(?:nginx|angie|openresty|tengine)[\w.-]*\.conf|.*/(?:nginx|angie|openresty)"
        r"|.*/(?:nginx|angie|openresty)[\w-]*/(?:[^/]+/)*(?:[^/]+\.conf|sites-(?:available|enabled)/[^/]+)",
        "nginx",
    ),
    (r".+\.(?:py|pyw|[cm]?[jt]s|[jt]sx|sh|bash|ksh|zsh)", ""),
    (r".+\.properties|.*/zoo[\w.-]*\.cfg|.*/zookeeper[\w.-]*\.(?:cfg|conf)", "properties"),
    (r".*/(?:haproxy|nagios|icinga|varnish|lighttpd|squid)[\w.-]*\.cfg", "keyvalue"),
    (r".+\.(?:ini|cfg|cnf)", "ini"),
    (r".*/supervisor[^/]*/(?:[^/]+/)*[^/]+\.(?:conf|ini)", "ini"),
    (r".*/[\w.-]*supervisor[\w.-]*\.conf|.*/supervisord", "ini"),
    (
        r".*/php-fpm[\w.-]*/(?:[^/]+/)*[^/]+\.conf|.*/[\w.-]*(?:php|fpm|uwsgi|rsyncd|samba|smb)[\w.-]*\.conf",
        "ini",
    ),
    (r".*/\.(?:my\.cnf|pg_service\.conf|pypirc|coveragerc|pylintrc|flake8|editorconfig)", "ini"),
    (r".+\.(?:conf|cf)", "keyvalue"),
    (r".*/(?:sites|conf|mods)-(?:available|enabled)/[^/.]+", "keyvalue"),
    (
        r".*/(?:sshd_config|ssh_config|logrotate\.d/[^/.]+|logrotate|torrc|caddyfile|squid)",
        "keyvalue",
    ),
)
_PLACE = re.compile("|".join(f"({pattern})" for pattern, _ in _PLACES), re.DOTALL)

# Files of services that are read even when git ignores them: they hold what production runs with.
_SERVICE = re.compile(
    rf".+\.(?:{_UNITS})|.*/(?:supervisord?|nginx|redis|uwsgi|php-fpm|my|postgresql|mosquitto|gunicorn|haproxy)"
    r"\.(?:conf|ini|cnf|cfg)",
    re.DOTALL,
)


def settings_language(path: str) -> str | None:
    """Return the language of a configuration file that is written line by line, or None.

    `path` is as far as it is known: the base name alone tells most of them. A template is of the
    language that it produces.
    """
    match = _PLACE.fullmatch(f"/{produced(path).lower()}")
    return (_PLACES[match.lastindex - 1][1] or None) if match and match.lastindex else None


def produced(path: str) -> str:
    """Return what a template produces: its path without the suffixes of templates and samples."""
    return _TEMPLATE.sub("", path)


def is_service_settings(path: str) -> bool:
    """Whether a file is a unit or the configuration of a service, which is read even when git ignores it."""
    return _SERVICE.fullmatch(f"/{path.lower()}") is not None
