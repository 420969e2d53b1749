"""The process that does units: it has loaded the analysis, and does each unit in a copy of itself."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path

from scratchlint.errors import UsageError
from scratchlint.report.characters import visible
from scratchlint.source.cache import write_below
from scratchlint.sweep.sources import Source
from scratchlint.sweep.unit import Failed, Outcome, Unit, work
from scratchlint.sweep.wishes import Wishes
from scratchlint.sweep.workspace import workspace

# What most repositories hold: what is loaded for it once need not be loaded for each of them.
_EXAMPLES = {
    "a.py": b'import logging\nlogging.basicConfig(filename="/tmp/a.log")\n',
    "a.sh": b"#!/bin/sh\necho started >> /tmp/a.log\n",
    "a.ts": b"import fs from 'node:fs';\nfs.writeFileSync('/tmp/a.json', '{}');\n",
    "Dockerfile": b"FROM debian\nENV LOG=/tmp/a.log\n",
    "compose.yaml": b"services:\n  a:\n    volumes: ['/tmp/a:/var/lib/a']\n",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a repository may take: seconds by the clock, MiB of memory that it writes to, MiB of its clone."""

    seconds: int
    mebibytes: int
    clone_mebibytes: int = 2048


@dataclass(frozen=True, slots=True)
class Order:
    """A unit, the empty directory that it may write to, and its limits."""

    unit: Unit
    place: Path
    limits: Limits


@dataclass(frozen=True, slots=True)
class Begun:
    """The unit's source came from this web address, "" if it is not known."""

    origin: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a unit, and the most memory that its process held, in mebibytes."""

    outcome: Outcome
    peak: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The process of a unit has ended, by this exit code; a negative one is a signal."""

    code: int


def serve(handle: int) -> None:
    """Do orders that come through a socket, one after the other, until nobody holds its other end.

    What is sent back: Ended once, when everything is loaded; then for each order Begun and Result, if it
    gets so far, and Ended. When the other end goes meanwhile, the process group ends with it.
    """
    connection = Connection(handle)
    _load()
    gc.freeze()
    connection.send(Ended(0))
    while True:
        try:
            order: Order = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(Ended(_done(connection, order)))


def _load() -> None:
    """Load what an analysis loads when it meets a language for the first time."""
    with workspace() as place:
        for name, text in _EXAMPLES.items():
            write_below(place, f"tree/{name}", text)
        here = Path.cwd()
        work(Unit(Source(str(place / "tree")), Wishes(isolated=True)), place, 0, lambda _: None)
        os.chdir(here)


def _done(connection: Connection, order: Order) -> int:
    """Do an order in a copy of this process, pass on what it sends, and return its exit code."""
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(connection, sending, order))
    process.start()
    sending.close()
    with receiving:
        while True:
            # The other end has nothing to say while a unit is done: what can be read is its end.
            if connection in wait([receiving, connection]):
                os.killpg(0, signal.SIGKILL)
            try:
                message = receiving.recv_bytes()
            except (EOFError, OSError):
                break
            try:
                connection.send_bytes(message)
            except OSError:
                os.killpg(0, signal.SIGKILL)
    process.join()
    return process.exitcode or 0


def _child(connection: Connection, sending: Connection, order: Order) -> None:
    connection.close()
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    limits = order.limits
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    memory = limits.mebibytes << 20
    # Packs that git maps to read them are no memory that the repository takes.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    sending.send(Result(_outcome(order, sending), _peak()))
    sending.close()


def _outcome(order: Order, sending: Connection) -> Outcome:
    limit = order.limits.clone_mebibytes
    try:
        return work(order.unit, order.place, limit, lambda origin: sending.send(Begun(origin)))
    except UsageError as error:
        return Failed(visible(str(error)))
    except MemoryError:
        return Failed(f"needs more than {order.limits.mebibytes} MiB of memory")
    except Exception as error:  # one repository must not stop the others
        return Failed(visible(f"internal error: {type(error).__name__}: {error}"))


def _peak() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used >> (20 if sys.platform == "darwin" else 10)
