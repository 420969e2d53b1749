"""Log in scratch storage

A log that people or monitoring are meant to read is written to scratch storage (`/tmp`, `/var/tmp`,
`/dev/shm` and the like). It is gone when it is needed most: after the crash and the reboot.

The rule follows the item "log files in permanent directories" of the deployment checklist.

## Why

- *It goes away.* The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs must not assume that
  anything in `/tmp` is preserved between invocations, and recommends to clear it at boot. systemd's
  `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from `/tmp` and for 30 days from
  `/var/tmp` (FHS §5.15), macOS after 3 days. A log file that is deleted while it is open goes on taking
  space, and nobody can read it.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs: a growing log uses up memory.
  A container loses its writable layer when it is replaced, and its logs with it.
- *Nobody watches it.* Log rotation, shipping, monitoring and backups look at `/var/log` and the journal.
- *Others share the directory.* `/tmp` is writable for everyone: whoever creates the file or a link of
  that name first reads the log, stops it (`fs.protected_regular`), or sends it elsewhere. CWE-377
  (insecure temporary file), CWE-379 (creation of temporary file in directory with insecure permissions),
  CWE-552 (files or directories accessible to external parties).

The level is warning: the service goes on without its log.

## Permanent home

| run as | home |
|---|---|
| system service | `/var/log/APP` (systemd `LogsDirectory=`) or the journal |
| user service | `$XDG_STATE_HOME/APP`, by default `~/.local/state/APP` |
| container | standard output, or `/var/log/APP` on a volume |
| serverless function | standard output, which the platform collects |

## Bad

```python
import logging

logging.basicConfig(filename="/tmp/my-app.log", level=logging.INFO)
```

```typescript
import winston from 'winston'

export const logger = winston.createLogger({
  transports: [new winston.transports.File({ filename: '/tmp/my-app/error.log' })],
})
```

```sh
#!/bin/sh
nohup my-app serve >> /tmp/my-app.log 2>&1 &
```

## Good

```python
import logging

logging.basicConfig(filename="/var/log/my-app/my-app.log", level=logging.INFO)
```

```sh
#!/bin/sh
# The output of one step, looked at and removed by the same script, is scratch.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
make install > "$output" 2>&1 || cat "$output"
```

## Suppressing

`scratchlint: ignore[scratch-log] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-log` leaves the rule out for one run, `ignore = ["scratch-log"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-log",
    roles=frozenset({"log"}),
    level="warning",
    severity="4.0",
    weaknesses=(377, 379, 552),
    documentation=__doc__,
)
