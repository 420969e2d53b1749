"""Pid file, lock or socket in scratch storage

The pid file, lock or socket of a long-lived service is kept in scratch storage (`/tmp`, `/var/tmp`,
`/dev/shm` and the like). A cleaner may remove it while the service is running, and any local user may
take its name first.

The rule follows the item "PID files in service directories (not /tmp)" of the deployment checklist.

## Why

- *It goes away.* A pid file is written once and then left alone, which is just what a cleaner looks
  for: systemd's `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from `/tmp` and for
  30 days from `/var/tmp` (FHS §5.15), macOS after 3 days. The service is running, and nothing can find or
  stop it; a second one starts beside it. The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs
  must not assume that anything in `/tmp` is preserved between invocations.
- *It may stay.* Where `/tmp` is on disk and not cleared at boot, a pid file or lock of before the reboot
  keeps the service from starting. `/run` is always empty after a boot.
- *Others do not see it.* A service with `PrivateTmp=yes` and a container each have a `/tmp` of their own:
  client and server look for the socket in different places. On Fedora (since 18) and Debian 13 `/tmp` is a
  tmpfs.
- *Others can put it there first.* A well-known name in a directory that is writable for everyone is a
  rendezvous with anyone: a planted socket answers the clients, a planted pid file names the process that
  root will kill, a planted lock stops the service. CWE-377 (insecure temporary file), CWE-379 (creation of
  temporary file in directory with insecure permissions).

The level is warning: a restart makes these files again.

## Permanent home

| run as | home |
|---|---|
| system service | `/run/APP` (systemd `RuntimeDirectory=`) |
| user service | `$XDG_RUNTIME_DIR/APP` |
| container | `/run/APP` |
| serverless function | a lease in a database: instances share no files |

`/run` is memory as well, but it belongs to the services: the distribution's cleaner leaves it alone, and
only the owner of `/run/APP` can write to it.

## Bad

```python
import os
from pathlib import Path

PID_FILE = Path("/tmp/my-app.pid")


def start() -> None:
    PID_FILE.write_text(str(os.getpid()))
```

```typescript
import { createServer } from 'node:net'

createServer((client) => client.end()).listen('/tmp/my-app.sock')
```

```sh
#!/bin/sh
exec redis-server --port 0 --unixsocket /tmp/redis.sock
```

## Good

```typescript
import { createServer } from 'node:net'

createServer((client) => client.end()).listen('/run/my-app/my-app.sock')
```

```sh
#!/bin/sh
exec redis-server --port 0 --unixsocket /run/redis/redis.sock
```

## Suppressing

`scratchlint: ignore[scratch-runtime] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-runtime` leaves the rule out for one run, `ignore = ["scratch-runtime"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-runtime",
    roles=frozenset({"pid", "lock", "socket"}),
    level="warning",
    severity="5.5",
    weaknesses=(377, 379),
    documentation=__doc__,
)
