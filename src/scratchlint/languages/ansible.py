"""Ansible: playbooks, and the tasks and handlers of roles.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html. Each task is a
Block; its module is a command `ansible.MODULE` whose parameters are named arguments, so that the
knowledge tables know them. What `command`, `shell` and their kin run is lowered by the shell front end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell
from scratchlint.languages.interpolation import expression
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, around, binding
from scratchlint.languages.shell_templates import filled
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, items, mapping, scalars

MAXIMUM_DEPTH = 24

_PLAY = frozenset({"tasks", "roles", "pre_tasks", "post_tasks", "handlers", "gather_facts"})
_GROUPS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
_COMMANDS = frozenset({"command", "shell", "raw", "script", "expect"})
# Modules that tell a list of tasks from any other list.
_MODULES = re.compile(
    r"apt(?:_key|_repository)?|assemble|assert|authorized_key|blockinfile|command|copy|cron|debug|dnf|docker_container"
    r"|expect|fail|fetch|file|find|firewalld|get_url|git|group|hostname|import_(?:playbook|role|tasks)"
    r"|include(?:_role|_tasks|_vars)?|ini_file|iptables|lineinfile|meta|mount|package|pause|pip|raw|reboot|replace"
    r"|script|seboolean|service(?:_facts)?|set_fact|setup|shell|slurp|stat|supervisorctl|synchronize|sysctl|systemd"
    r"|tempfile|template|unarchive|uri|user|wait_for|yum"
)
_TASK_FILE = re.compile(r"(?:^|/)(?:tasks|handlers)/[^/]*\.ya?ml(?:\.\w+)?$")
# Parameters that hold no path: commands, which are lowered by themselves, and texts.
_TEXTS = frozenset({"cmd", "argv", "job", "content", "block", "line", "msg"})
_FREE_FORM = re.compile(r"(?P<key>[a-z_]+)=(?P<value>\"[^\"]*\"|'[^']*'|(?:\{\{.*?\}\}|\S)+)")
_LOOPS = re.compile(r"loop|with_(?:items|list|flattened|first_found|nested)")
_COLLECTION = re.compile(r"(?:[a-z_]\w*\.){2,}(?P<module>\w+)|(?P<short>\w+)")


def is_ansible(path: str, document: Value) -> bool:
    """Whether a document is a playbook or a list of tasks."""
    listed = [item for item in items(document) if isinstance(item, Mapping)]
    if not listed or not isinstance(document, Sequence):
        return False
    if any(
        item.find("hosts") is not None and {pair.key.text for pair in item.pairs} & _PLAY for item in listed
    ):
        return True
    tasks = sum(_module(item) is not None or item.find("block") is not None for item in listed)
    in_place = _TASK_FILE.search(path) is not None
    named = all(item.find("name") is not None for item in listed)
    return tasks > 0 and (in_place or (named and tasks == len(listed)))


def _is_play(keys: set[str]) -> bool:
    return "hosts" in keys and bool(keys & _PLAY)


def lower_ansible(document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    """Lower a playbook or a list of tasks."""
    yield from _Playbook(budget).listed(document, 0)


def _module(task: Mapping) -> Pair | None:
    """Return the entry of a task that names its module."""
    for pair in task.pairs:
        if _MODULES.fullmatch(_short(pair.key.text)) or pair.key.text.count(".") >= 2:
            return pair
    return None


def _short(name: str) -> str:
    match = _COLLECTION.fullmatch(name)
    return (match["module"] or match["short"]) if match else ""


class _Playbook:
    """Lowers one document."""

    def __init__(self, budget: Budget) -> None:
        self._settings = Settings(budget)

    def listed(self, value: Value, depth: int) -> Iterator[ir.Stmt]:
        """Lower plays, tasks, or what stands among them."""
        for item in items(value) if depth < MAXIMUM_DEPTH else ():
            if not isinstance(item, Mapping) or not self._settings.spend():
                continue
            body = tuple(self._entries(item, depth))
            if body:
                yield ir.Block(around(body, item.span), "scope", None, body)

    def _entries(self, item: Mapping, depth: int) -> Iterator[ir.Stmt]:
        yield from self._settings.binds("", item.get("vars"))
        for pair in mapping(item.get("environment")).pairs:
            if isinstance(pair.value, Scalar):
                yield binding(ir.Ref(pair.key.span, pair.key.text), expression(pair.value))
        for group in _GROUPS:
            tasks = item.find(group)
            if tasks is None:
                continue
            body = tuple(self.listed(tasks.value, depth + 1))
            if group == "always" and body:
                yield ir.Block(around(body, tasks.span), "finally", None, body)
            else:
                yield from body
        module = _module(item)
        if module is not None:
            yield from _loop(item)
            yield from self._task(_short(module.key.text), module, mapping(item.get("args")))

    def _task(self, name: str, module: Pair, further: Mapping) -> Iterator[ir.Stmt]:
        given = [*_parameters(module.value), *further.pairs]
        if name == "set_fact":
            yield from self._settings.binds("", module.value)
            return
        if name in _COMMANDS:
            yield from _command(module.value)
        if name == "cron":
            yield from (
                statement for pair in given if pair.key.text == "job" for statement in _script(pair.value)
            )
        arguments: list[ir.Argument] = []
        for pair in given:
            if pair.key.text == "state":
                arguments[:0] = [ir.Argument(value.span, value, None, False) for value in _values(pair.value)]
            elif pair.key.text not in ("cmd", "argv", "job", "content", "block", "line", "msg"):
                named = [
                    ir.Argument(value.span, value, pair.key.text, False) for value in _values(pair.value)
                ]
                arguments.extend(named)
        if arguments:
            place = module.key.span
            span = around(arguments, place)
            begin = Span(span.file, span.start, span.start)
            yield ir.Do(span, ir.Call(span, ir.Lit(begin, f"ansible.{name}"), tuple(arguments), words=True))


def _parameters(value: Value) -> Iterator[Pair]:
    """Yield the parameters of a module: a mapping, or `key=value` words in one text."""
    if isinstance(value, Mapping):
        yield from value.pairs
    elif isinstance(value, Scalar):
        for match in _FREE_FORM.finditer(value.text):
            quote = match["value"][:1] in "\"'"
            text = value.cut(match.start("value") + quote, match.end("value") - quote)
            yield Pair(text.span, value.cut(*match.span("key")), text)


def _values(value: Value) -> Iterator[ir.Expr]:
    for scalar in scalars(value):
        yield expression(scalar)


def _command(value: Value) -> Iterator[ir.Stmt]:
    """Lower the command of a task: a text, `cmd`, or the words of `argv`."""
    if isinstance(value, Scalar):
        yield from _script(value)
        return
    yield from _script(mapping(value).get("cmd"))
    words = [expression(scalar) for scalar in scalars(mapping(value).get("argv"))]
    if words:
        span = around(words, words[0].span)
        arguments = tuple(ir.Argument(word.span, word, None, False) for word in words[1:])
        yield ir.Do(span, ir.Call(span, words[0], arguments, words=True))


def _script(value: Value) -> Iterator[ir.Stmt]:
    if isinstance(value, Scalar):
        yield from shell.lower_at(value.file, *filled(*value.encoded())).body


def _job(pair: Pair) -> Iterator[ir.Stmt]:
    """Lower what cron runs."""
    if pair.key.text == "job":
        yield from _script(pair.value)


def _loop(task: Mapping) -> Iterator[ir.Stmt]:
    """Bind `item` to what a task is repeated for."""
    for pair in task.pairs:
        values = list(_values(pair.value)) if _LOOPS.fullmatch(pair.key.text) else []
        if values:
            place = ir.Ref(pair.key.span, "item")
            chosen = (
                values[0] if len(values) == 1 else ir.Either(around(values, values[0].span), tuple(values))
            )
            yield binding(place, chosen)
