"""How a program is run: it decides on the permanent home of its paths, and on what it may lose."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

from scratchlint.dataflow.literals import Literals
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Policy
from scratchlint.source.deployments import deployment_language

# A directory with one of these is deployed as functions: all of it, or the code below some directories.
# https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml,
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/,
# https://vercel.com/docs/functions, https://docs.netlify.com/functions/get-started/
_FUNCTIONS: Mapping[str, re.Pattern[str]] = {
    "serverless.yml": re.compile(""),
    "serverless.yaml": re.compile(""),
    "serverless.ts": re.compile(""),
    "samconfig.toml": re.compile(""),
    "vercel.json": re.compile(r"(?:src/)?(?:api|pages/api|app)/"),
    "netlify.toml": re.compile(r"(?:netlify/)?functions/"),
    "template.yaml": re.compile(""),
    "template.yml": re.compile(""),
}
# What has to stand in a file whose name alone does not tell.
_TELLING = {
    "template.yaml": re.compile(rb"\bAWS::Serverless\b"),
    "template.yml": re.compile(rb"\bAWS::Serverless\b"),
}
_IN_FUNCTION = re.compile(
    rb"AWS_LAMBDA_FUNCTION_|LAMBDA_TASK_ROOT|\blambda_handler\b|[\"']aws-lambda[\"']"
    rb"|@netlify/functions|@vercel/node|\bfunctions_framework\b"
)
_FUNCTION_WORDS = Literals(
    (
        b"AWS_LAMBDA_FUNCTION_",
        b"LAMBDA_TASK_ROOT",
        b"lambda_handler",
        b"aws-lambda",
        b"@netlify/functions",
        b"@vercel/node",
        b"functions_framework",
    )
)
# https://specifications.freedesktop.org/basedir-spec/latest/ and the libraries that follow it.
_OF_USER = re.compile(
    rb"\bXDG_(?:CONFIG|DATA|STATE|CACHE)_HOME\b|\bXDG_RUNTIME_DIR\b|~/\.(?:config|local|cache)/"
    rb"|systemctl[ \t]+--user\b|\b(?:platformdirs|appdirs|xdg-basedir|env-paths)\b"
)
_USER_WORDS = Literals(
    (b"XDG_", b"~/.", b"systemctl", b"platformdirs", b"appdirs", b"xdg-basedir", b"env-paths")
)
_USER_UNIT = re.compile(r"(?:^|/)(?:systemd|\.config/systemd)/user/")
_UNIT = re.compile(r".+\.(?:service|socket|timer)(?:\.\w+)?")


class Profiles:
    """The profiles of one run's files.

    `languages` are the analysed files, `read` gives a file's bytes, `exists` tells whether there is
    a file; `contained` are the files that deploy containers, and the settings that these load; `copied`
    those that are copied into images.
    """

    def __init__(
        self,
        languages: Mapping[str, str],
        read: Callable[[str], bytes | None],
        exists: Callable[[str], bool],
        contained: Collection[str] = (),
        copied: Collection[str] = (),
    ) -> None:
        self._languages = languages
        self._read = read
        self._exists = exists
        self._contained = contained
        self._copied = copied
        self._user_units = any(map(_USER_UNIT.search, languages))
        self._told: dict[str, Profile | None] = {}
        self._markers: dict[str, str | None] = {}

    def of(self, files: Iterable[str], policy: Policy) -> Profile:
        """Return the profile that the policy sets, else the one that files tell, the first of them first."""
        if policy.profile != "auto":
            return cast(Profile, policy.profile)
        told = (self._of(file) for file in files)
        return next(filter(None, told), "user" if self._user_units else "system")

    def _of(self, file: str) -> Profile | None:
        if file not in self._told:
            self._told[file] = self._look(file)
        return self._told[file]

    def _look(self, file: str) -> Profile | None:
        if self._languages.get(file) == "dockerfile" or file in self._contained:
            return "container"
        data = self._read(file) or b""
        if (_FUNCTION_WORDS.stand_in(data) and _IN_FUNCTION.search(data)) or self._is_function(file):
            return "serverless"
        if file in self._copied:
            return "container"
        for_user = _USER_WORDS.stand_in(data) and _OF_USER.search(data)
        return "user" if for_user or _USER_UNIT.search(file) else None

    def _is_function(self, file: str) -> bool:
        directory = posixpath.dirname(file)
        while True:
            marker = self._marker(directory)
            if marker is not None:
                return _FUNCTIONS[marker].match(posixpath.relpath(file, directory or ".")) is not None
            if not directory:
                return False
            directory = posixpath.dirname(directory)

    def _marker(self, directory: str) -> str | None:
        if directory not in self._markers:
            self._markers[directory] = _marker_in(directory, self._exists, self._read)
        return self._markers[directory]


def _marker_in(
    directory: str, exists: Callable[[str], bool], read: Callable[[str], bytes | None]
) -> str | None:
    """Return the first file of a directory that tells of functions, None when there is none."""
    for name in _FUNCTIONS:
        path = posixpath.join(directory, name)
        if exists(path) and (name not in _TELLING or _TELLING[name].search(read(path) or b"")):
            return name
    return None


def project_profile(
    languages: Mapping[str, str], read: Callable[[str], bytes | None]
) -> tuple[Profile, str] | None:
    """Return how a project as a whole is run, and the file that tells it; None when none does."""
    marker = _marker_in("", lambda name: read(name) is not None, read)
    if marker is not None:
        return "serverless", marker
    for path in languages:
        if _USER_UNIT.search(path):
            return "user", path
        if _UNIT.fullmatch(path):
            return "system", path
        if deployment_language(posixpath.basename(path).lower()) is not None:
            return "container", path
    return None
