"""Production path in scratch storage

A path that a running system depends on lies in scratch storage (`/tmp`, `/var/tmp`, `/dev/shm` and the
like): a working directory, a cache whose loss matters, or a path whose kind the program does not
tell. A cleaner or a reboot removes it while the system is meant to be up.

The rule follows the item "all paths use permanent directories" of the deployment checklist. It reports
what no other rule reports: production uses of the roles cache and other.

## Why

- *It goes away.* The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs must not assume that
  anything in `/tmp` is preserved between invocations, and recommends to clear it at boot. systemd's
  `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from `/tmp` and for 30 days from
  `/var/tmp` (FHS §5.15), macOS after 3 days.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs, which is empty after every boot;
  a container loses its writable layer when it is replaced.
- *Others can put it there first.* `/tmp` is writable for everyone: a fixed name there belongs to whoever
  creates it first. CWE-377 (insecure temporary file), CWE-379 (creation of temporary file in directory
  with insecure permissions).

The level is warning: how much is lost depends on what the path holds.

## Permanent home

| run as | home |
|---|---|
| system service | `/var/lib/APP` (systemd `StateDirectory=`); caches: `/var/cache/APP` (`CacheDirectory=`) |
| user service | `$XDG_STATE_HOME/APP`; caches: `$XDG_CACHE_HOME/APP` |
| container | `/var/lib/APP` on a named volume; caches: `/var/cache/APP` on a cache volume |
| serverless function | object storage or a database; caches: object storage or a shared cache |

## Bad

```dotenv
PROJECT_ROOT=/tmp/my-app
```

## Good

```dotenv
PROJECT_ROOT=/srv/my-app
```

```python
import tempfile
from pathlib import Path


def unpack(archive: Path) -> int:
    # Made and used up within one call: scratch storage is the right place.
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / archive.name
        copy.write_bytes(archive.read_bytes())
        return copy.stat().st_size
```

## Suppressing

`scratchlint: ignore[scratch-path] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-path` leaves the rule out for one run, `ignore = ["scratch-path"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-path",
    roles=frozenset({"other", "cache"}),
    level="warning",
    severity="4.0",
    weaknesses=(377, 379),
    documentation=__doc__,
)
