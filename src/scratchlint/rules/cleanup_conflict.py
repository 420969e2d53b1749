"""A clean-up removes what a service needs

A job clears scratch storage at large again and again (`find /tmp -mtime +3 -delete`, a nightly
`rm -rf /tmp/*`) while another part of the same repository keeps something there that it needs while it
runs. Each looks right alone. Together the one takes the other's socket, environment or data away.

## Why

- A process that has a removed file open keeps the old one; whoever opens it anew finds nothing. A server
  whose socket is gone runs on and can no longer be reached (unix(7): the name is what clients connect to).
- What was removed is missed later and elsewhere: at the next restart, in another service, in a fallback that
  hides the loss.

The level is warning. The other file's use is a finding of its own rule as well: mend that one, and this
one is gone.

## Bad

```typescript
import { createServer } from 'node:net'

createServer((client) => client.end()).listen('/tmp/my-app.sock')
```

```sh
#!/bin/sh
find /tmp -mtime +3 -delete
```

## Good

```typescript
import { createServer } from 'node:net'

createServer((client) => client.end()).listen('/run/my-app/my-app.sock')
```

```sh
#!/bin/sh
find /tmp -name 'my-app-download-*' -mtime +3 -delete
```

Move what the service needs to its permanent home first; then clear only what the job itself has made.

## Suppressing

`scratchlint check --ignore scratch-cleanup-conflict` leaves the rule out for one run,
`ignore = ["scratch-cleanup-conflict"]` in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-cleanup-conflict",
    roles=frozenset(),
    level="warning",
    severity="",
    weaknesses=(),
    documentation=__doc__,
)
