"""Data outside of the data mounts

Data (a data directory, database, upload, queue or backup) lies on none of the mounts that the project's
policy names for it. It fills the disk of the system, and is lost with it.

The rule follows the item "data storage on mounted drives" of the deployment checklist. It is off until the
policy sets `data-roots`. A path on which the repository mounts a volume is fine.

## Why

- *Data outlives machines.* A mount can be detached, enlarged, backed up and given to the next machine; a
  directory on the system's disk goes with it.
- *A full disk stops everything.* Data that grows beside the system takes its logs, its packages and its
  services down.

Only uses of a file are reported: an address such as `/uploads` is none. The level is warning: the data is
there as long as the machine is.

## Bad

```toml
# scratchlint.toml
data-roots = ["/mnt/data"]
```

```python
import sqlite3

jobs = sqlite3.connect("/opt/jobs/jobs.db")
```

## Good

```toml
# scratchlint.toml
data-roots = ["/mnt/data"]
```

```python
import sqlite3

jobs = sqlite3.connect("/mnt/data/jobs/jobs.db")
```

## Suppressing

`scratchlint: ignore[data-off-mount] why` in a comment leaves out one path.
`scratchlint check --ignore data-off-mount` leaves the rule out for one run, `ignore = ["data-off-mount"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="data-off-mount",
    roles=frozenset(),
    level="warning",
    severity="",
    weaknesses=(),
    documentation=__doc__,
)
