"""How the property tests run: no deadlines, since tests are never timed; the same examples in CI.

And where the tests of sweeps write.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Who is started in the background ignores Ctrl-C, and so would everything that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "project",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's cache directory, in which a sweep leaves nothing but the file that it locks."""
    place = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(place))
    yield place
    assert {one.name for one in place.rglob("*") if one.is_file()} <= {"lock"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a sweep writes its results."""
    return tmp_path / "out"
