"""How every repository of a sweep is analysed, and how that is kept for `sweep retry`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scratchlint.errors import UsageError
from scratchlint.policies import Options, parse_policy


@dataclass(frozen=True, slots=True)
class Wishes:
    """How every repository of a sweep is analysed.

    `config` is the absolute path of the policy file for all, `policy` what it holds: the file need not be
    where the analysis is done. `blame` asks for the age of every finding.
    """

    options: Options = field(default_factory=Options)
    config: str | None = None
    isolated: bool = False
    blame: bool = False
    policy: bytes | None = None

    def digest(self) -> str:
        """Return what tells two policies of a run apart: options, and what the policy file holds."""
        told = repr((self.options, self.policy is not None, self.isolated, self.blame)).encode()
        return hashlib.sha256(told + b"\0" + (self.policy or b"")).hexdigest()[:16]


def to_text(wishes: Wishes) -> str:
    """Return wishes as JSON, without what the policy file holds."""
    kept = asdict(wishes)
    del kept["policy"]
    return json.dumps(kept, sort_keys=True)


def from_text(text: str) -> Wishes:
    """Return the wishes that `to_text` wrote. Raises UsageError if their policy file cannot be read now."""
    kept: dict[str, Any] = json.loads(text)
    options: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in kept["options"].items()
    }
    return wished(Options(**options), kept["config"], kept["isolated"], kept["blame"])


def wished(options: Options, config: str | None, isolated: bool, blame: bool) -> Wishes:
    """Return the wishes under a policy file, which is read. Raises UsageError for a bad one."""
    policy = None
    if config is not None:
        policy = _read(config)
        parse_policy(policy, config)  # a mistake in it is told once, not by every repository
    return Wishes(options, config, isolated, blame, policy)


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
