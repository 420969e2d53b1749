"""Executable in scratch storage

A program, script or library that a running system executes is kept in scratch storage (`/tmp`,
`/var/tmp`, `/dev/shm` and the like). It can be removed, or replaced by any local user, between two starts.

The rule follows the item "no production files in /tmp" of the deployment checklist.

## Why

- *It goes away.* The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs must not assume that
  anything in `/tmp` is preserved between invocations. systemd's `tmpfiles.d/tmp.conf` removes what has
  not been used for 10 days from `/tmp` and for 30 days from `/var/tmp` (FHS §5.15); macOS removes what has
  not been accessed for 3 days. A program that runs once a month is not there when its month comes.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs, which is empty after every boot;
  a container loses its writable layer when it is replaced.
- *It may not run at all.* Hardened systems mount `/tmp` with `noexec`.
- *Others can put it there first.* `/tmp` is writable for everyone: whoever creates the name while it is
  missing decides what the service executes. CWE-377 (insecure temporary file), CWE-379 (creation
  of temporary file in directory with insecure permissions).

The level is error: a restart does not bring a lost program back, and a planted one runs with the rights
of the service.

## Permanent home

| run as | home |
|---|---|
| system service | `/opt/APP` or `/usr/local/bin` |
| user service | `~/.local/share/APP`, or `~/.local/bin` |
| container | `/opt/APP` in the image, or a volume |
| serverless function | the deployment package, a layer or the image |

## Bad

```python
import subprocess


def convert(source: str) -> None:
    subprocess.run(["/tmp/tools/convert", source], check=True)
```

```typescript
import { execFile } from 'node:child_process'

const FFMPEG = process.env.FFMPEG_PATH || '/tmp/bin/ffmpeg'

export const encode = (file: string) => execFile(FFMPEG, ['-i', file, 'out.opus'])
```

```sh
#!/bin/sh
exec /tmp/my-app/server --port 8080
```

## Good

```python
import subprocess


def convert(source: str) -> None:
    subprocess.run(["/opt/my-app/bin/convert", source], check=True)
```

```sh
#!/bin/sh
# An installer that is fetched, run once and removed is scratch.
set -e
curl -fsSLo /tmp/install-my-app.sh https://example.org/install.sh
sh /tmp/install-my-app.sh
rm -f /tmp/install-my-app.sh
```

## Suppressing

`scratchlint: ignore[scratch-executable] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-executable` leaves the rule out for one run,
`ignore = ["scratch-executable"]` in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-executable",
    roles=frozenset({"executable"}),
    level="error",
    severity="7.8",
    weaknesses=(377, 379),
    documentation=__doc__,
)
