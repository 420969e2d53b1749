"""Scratch file with a predictable name

A program makes a file or directory in scratch storage, uses it up, and calls it by a name that is written
out. That is scratch use, which no other rule reports. But everybody may write there: another account can put
a file or link of that name in the way, and two runs of the program take each other's files.

The rule is off until the policy or the command line names it: in `select`, or with a level in `[levels]`.

## Why

- *Whoever comes first owns the name.* A link from `/tmp/update.sh` to a file of yours is followed when you
  write; a file that is there already is used as if it were yours (CWE-377, CWE-379). Kernels refuse some of
  it (`fs.protected_symlinks`, `fs.protected_regular`), by failing.
- *Two runs at once* write the same file.

Steps of a container's build, of a workflow and of test suites are alone on their machine and are not
reported, nor is what the policy allows. The level is note.

## Bad

```toml
# scratchlint.toml
[levels]
scratch-predictable-name = "note"
```

```sh
#!/bin/sh
curl -o /tmp/update.tar.gz https://example.org/update.tar.gz
tar -xzf /tmp/update.tar.gz -C /opt/my-app
rm /tmp/update.tar.gz
```

```python
import os
import zipfile

ARCHIVE = "/tmp/update.zip"

with open(ARCHIVE, "wb") as file:
    file.write(b"")
zipfile.ZipFile(ARCHIVE).extractall("/opt/my-app")
os.remove(ARCHIVE)
```

## Good

```toml
# scratchlint.toml
[levels]
scratch-predictable-name = "note"
```

```sh
#!/bin/sh
scratch=$(mktemp -d)
curl -o "$scratch/update.tar.gz" https://example.org/update.tar.gz
tar -xzf "$scratch/update.tar.gz" -C /opt/my-app
rm -r "$scratch"
```

`scratchlint fix --unsafe` writes it so: `mktemp -d`, `tempfile.mkdtemp()`, `fs.mkdtempSync()`.

## Suppressing

`scratchlint: ignore[scratch-predictable-name] why` in a comment leaves out one path.
`scratchlint check --ignore scratch-predictable-name` leaves the rule out for one run, `ignore =
["scratch-predictable-name"]` in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="scratch-predictable-name",
    roles=frozenset(),
    level="note",
    severity="3.3",
    weaknesses=(377, 379),
    documentation=__doc__,
)
