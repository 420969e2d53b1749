"""Data in scratch storage

Data that must outlive the job that made it (a data directory, database, upload, queue, backup, model or
saved state) is kept in scratch storage (`/tmp`, `/var/tmp`, `/dev/shm` and the like). A cleaner, a reboot
or a new container loses it for good.

The rule follows the item "data storage on mounted drives" of the deployment checklist.

## Why

- *It goes away.* The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs must not assume that
  anything in `/tmp` is preserved between invocations, and recommends to clear it at boot. systemd's
  `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from `/tmp`, macOS what has not been
  accessed for 3 days. `/var/tmp` (FHS §5.15) survives a reboot, but systemd cleans it after 30 days: it is
  never the fix.
- *The rest goes on.* A service whose inbox or queue has vanished finds an empty directory, not an error:
  it reports success and does nothing.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs, limited to half of the memory
  and empty after every boot; `/dev/shm` is memory everywhere. A container loses its writable layer
  when it is replaced.
- *Others share the directory.* `/tmp` is writable for everyone, and what is created there without care is
  readable for everyone. CWE-377 (insecure temporary file), CWE-379 (creation of temporary file in
  directory with insecure permissions), CWE-552 (files or directories accessible to external parties).

The level is error: nothing brings lost data back.

## Permanent home

| run as | home |
|---|---|
| system service | `/var/lib/APP` (systemd `StateDirectory=`) or the data mount; models: `/opt/APP` |
| user service | `$XDG_DATA_HOME/APP`, state and queues `$XDG_STATE_HOME/APP`; models: `~/.local/share/APP` |
| container | `/var/lib/APP` on a named volume; models: `/opt/APP` in the image, or a volume |
| serverless function | object storage or a database; models: the deployment package, a layer or the image |

## Bad

```dotenv
DATABASE_URL=sqlite:////tmp/my-app.db
```

```python
import sqlite3

database = sqlite3.connect("/tmp/my-app/jobs.db")
```

```typescript
import chokidar from 'chokidar'

const inbox = process.env.INBOX_DIR ?? '/tmp/audio-input'

export const watcher = chokidar.watch(inbox)
```

## Good

```dotenv
DATABASE_URL=sqlite:////var/lib/my-app/my-app.db
```

```python
import shutil
import tempfile
from pathlib import Path


def build(target: Path) -> None:
    # An intermediate result is scratch; what is kept moves to its home.
    with tempfile.TemporaryDirectory() as scratch:
        part = Path(scratch) / "report.csv"
        part.write_text("day,jobs")
        shutil.move(part, target)
```

## Suppressing

`scratchlint: ignore[scratch-data] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-data` leaves the rule out for one run, `ignore = ["scratch-data"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-data",
    roles=frozenset({"data", "database", "upload", "queue", "backup", "model", "state"}),
    level="error",
    severity="6.8",
    weaknesses=(377, 379, 552),
    documentation=__doc__,
)
