"""Configuration or certificate in scratch storage

A configuration file, certificate or private key that a service reads is kept in scratch storage (`/tmp`,
`/var/tmp`, `/dev/shm` and the like). Once it is cleaned away the service does not start again, or starts
with its defaults; and any local user may supply the file instead.

The rule follows the item "configuration files in proper locations" of the deployment checklist.

## Why

- *It goes away.* A configuration file is read at the start and then left alone, which is just what a
  cleaner looks for: systemd's `tmpfiles.d/tmp.conf` removes what has not been used for 10 days from
  `/tmp` and for 30 days from `/var/tmp`, macOS after 3 days. The Filesystem Hierarchy Standard 3.0 (§3.18)
  says that programs must not assume that anything in `/tmp` is preserved between invocations; `/var/tmp`
  (§5.15) is no more than the slower cleaner.
- *It is memory.* Fedora (since 18) and Debian 13 mount `/tmp` as tmpfs, which is empty after every boot;
  a container loses its writable layer when it is replaced.
- *Others can read it or put it there first.* `/tmp` is writable for everyone, and a file that is created
  there without care is readable for everyone: secrets leak, and a planted file decides what the service
  does. CWE-377 (insecure temporary file), CWE-379 (creation of temporary file in directory with insecure
  permissions), CWE-552 (files or directories accessible to external parties).

The level is warning: the next deployment writes a lost configuration again. Treat a private key as an
error.

## Permanent home

| run as | home |
|---|---|
| system service | `/etc/APP` (systemd `ConfigurationDirectory=`; secrets: `LoadCredential=`) |
| user service | `$XDG_CONFIG_HOME/APP`, by default `~/.config/APP` |
| container | `/etc/APP` from a configuration or secret mount |
| serverless function | the deployment package, or the function's environment |

## Bad

```python
import configparser

settings = configparser.ConfigParser()
settings.read("/tmp/my-app/settings.ini")
```

```typescript
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const key = readFileSync(process.env.TLS_KEY ?? '/tmp/certs/server.key')
export const server = createServer({ key })
```

```sh
#!/bin/sh
exec nginx -c /tmp/my-app/nginx.conf
```

## Good

```python
import configparser

settings = configparser.ConfigParser()
settings.read("/etc/my-app/settings.ini")
```

```python
import os
import tempfile


def save(text: str) -> None:
    # A file written aside and moved into its place is scratch while it is written.
    with tempfile.NamedTemporaryFile("w", dir="/etc/my-app", delete=False) as file:
        file.write(text)
    os.replace(file.name, "/etc/my-app/settings.ini")
```

## Suppressing

`scratchlint: ignore[scratch-config] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-config` leaves the rule out for one run, `ignore = ["scratch-config"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-config",
    roles=frozenset({"config", "cert"}),
    level="warning",
    severity="6.5",
    weaknesses=(377, 379, 552),
    documentation=__doc__,
)
