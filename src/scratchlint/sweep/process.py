"""Have units done by processes of their own, within bounds of time and memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Pipe
from pathlib import Path
from tempfile import TemporaryDirectory

from scratchlint.sweep.server import Begun, Ended, Limits, Order
from scratchlint.sweep.unit import Failed, Outcome, Unit

_PROGRAM = "import sys; from scratchlint.sweep.server import serve; serve(int(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a unit, the seconds it took, and the most memory it held, in MiB (0 if it was ended).

    `origin` is the web address that its source came from, "" if it is not known.
    """

    outcome: Outcome
    seconds: float = 0.0
    peak: int = 0
    origin: str = ""


class Processes:
    """Has each unit done by a fresh copy of a server process, and ends it when it takes too much.

    Nothing of one repository is left for the next; a server whose unit took too much, or broke, is replaced.
    Threads may ask at the same time: each has a server to itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Server] = []
        self._running: set[_Server] = set()
        self._stopped = False

    def run(self, unit: Unit, limits: Limits, workspace: Path) -> Done:
        """Do a unit, which may write below `workspace`. Never raises for what the repository does."""
        with self._lock:
            if self._stopped:
                return Done(Failed("stopped"))
            server = self._idle.pop() if self._idle else _Server()
            self._running.add(server)
        healthy = False
        try:
            server.wait_until_ready()
            with TemporaryDirectory(dir=workspace, ignore_cleanup_errors=True) as place:
                started = time.monotonic()
                done, healthy = _done(server, Order(unit, Path(place), limits))
                if not healthy:
                    server.kill()
                seconds = round(time.monotonic() - started, 3)
        finally:
            with self._lock:
                self._running.discard(server)
                if healthy and not self._stopped:
                    self._idle.append(server)
                else:
                    server.kill()
        return replace(done, seconds=seconds)

    def stop(self) -> None:
        """End all processes, and start no more."""
        with self._lock:
            self._stopped = True
            for server in (*self._running, *self._idle):
                server.kill()


class _Server:
    """A process in which scratchlint is loaded, and the socket through which it is asked."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            handle = theirs.fileno()
            self._process = subprocess.Popen(
                # What lies in the current directory must not be imported.
                [sys.executable, "-P", "-c", _PROGRAM, str(handle)],
                pass_fds=(handle,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
        self._lock = threading.Lock()
        self._ready = False

    def wait_until_ready(self) -> None:
        """Wait until the analysis is loaded: that is not the time of a unit."""
        if not self._ready:
            try:
                self.connection.recv()
            except (EOFError, OSError):
                raise RuntimeError("the process that does the units could not be started") from None
            self._ready = True

    def kill(self) -> None:
        """End the process and all that it started."""
        with self._lock:
            if self._process.returncode is not None:
                return
            # Its process group is there until it is waited for, whatever became of the process itself.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _done(server: _Server, order: Order) -> tuple[Done, bool]:
    """Return what came of an order, and whether the server can do another."""
    limits = order.limits
    deadline = time.monotonic() + limits.seconds
    origin = ""
    done: Done | None = None
    try:
        server.connection.send(order)
        while server.connection.poll(max(0.0, deadline - time.monotonic())):
            message = server.connection.recv()
            if isinstance(message, Ended):
                if done is not None:
                    return done, message.code == 0
                return Done(Failed(_reason(message.code, limits)), origin=origin), False
            if isinstance(message, Begun):
                origin = message.origin
            else:
                done = Done(message.outcome, peak=message.peak, origin=origin)
    except (EOFError, OSError):
        return Done(Failed("its process was ended"), origin=origin), False
    return Done(Failed(f"took longer than {limits.seconds} seconds"), origin=origin), False


def _reason(code: int, limits: Limits) -> str:
    if code >= 0:
        return f"its process ended with status {code} (a limit of {limits.mebibytes} MiB is set)"
    if -code == signal.SIGXCPU:
        return f"took longer than {limits.seconds} seconds"
    return f"its process was ended by {signal.Signals(-code).name}"
