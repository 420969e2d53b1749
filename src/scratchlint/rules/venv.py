"""Virtual environment in scratch storage

A virtual environment, or its interpreter, that a service starts from is kept in scratch storage
(`/tmp`, `/var/tmp`, `/dev/shm` and the like). A cleaner or a reboot removes the interpreter while the
service is meant to be up.

The rule follows the item "virtual environments in permanent locations" of the deployment checklist.

## Why

- *It goes away.* The Filesystem Hierarchy Standard 3.0 (§3.18) says that programs must not assume that
  anything in `/tmp` is preserved between invocations; `/var/tmp` (§5.15) survives a reboot and is cleaned
  all the same. systemd's `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from `/tmp`
  and for 30 days from `/var/tmp`; macOS removes what has not been accessed for 3 days.
- *It goes away in part.* Cleaners work file by file: the modules that are imported rarely vanish first,
  and the environment fails in a place that nobody has touched.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs: an environment of some gigabytes
  takes memory and is empty after every boot. In a container it lies in the writable layer, which is gone
  with the container.
- *It may not run at all.* Hardened systems mount `/tmp` with `noexec`.
- *Others can put it there first.* `/tmp` is writable for everyone. When the directory is missing, any
  local user may create it, and the service runs their interpreter: CWE-377 (insecure temporary
  file), CWE-379 (creation of temporary file in directory with insecure permissions).

The level is error: a restart does not bring a lost environment back.

## Permanent home

| run as | home |
|---|---|
| system service | `/opt/APP` or `/usr/local` |
| user service | `~/.local/share/APP` |
| container | `/opt/APP` in the image, or a volume |
| serverless function | the deployment package, a layer or the image |

A virtual environment contains absolute paths: make it anew in its home, do not move it.

## Bad

```dotenv
WHISPER_PYTHON_PATH=/tmp/whisper-env/bin/python3
```

```typescript
import { spawn } from 'node:child_process'

export function transcribe(file: string) {
  return spawn('/tmp/whisper-env/bin/python3', ['-m', 'whisper', file])
}
```

```sh
#!/bin/sh
exec /tmp/my-app/venv/bin/gunicorn my_app:api
```

## Good

```dotenv
WHISPER_PYTHON_PATH=/opt/whisper/venv/bin/python3
```

```sh
#!/bin/sh
# An environment that is used up within one job may be in scratch storage.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m compileall -q src
```

## Suppressing

`scratchlint: ignore[scratch-venv] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-venv` leaves the rule out for one run, `ignore = ["scratch-venv"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-venv",
    roles=frozenset({"venv"}),
    level="error",
    severity="7.8",
    weaknesses=(377, 379),
    documentation=__doc__,
)
