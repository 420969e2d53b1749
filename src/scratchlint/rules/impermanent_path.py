"""Production path outside of the permanent directories

A path that a running system depends on lies below none of the directories that the project's policy calls
permanent. It is not in scratch storage, but nobody has promised that it stays: a checkout, the working
directory of whoever started the program, a disk that is not backed up.

The rule follows the item "all paths use permanent directories" of the deployment checklist. It is off until
the policy sets `permanent-roots`; where `data-roots` are set too, data is the matter of `data-off-mount`.

## Why

- *Everything in its place.* What is operated is backed up, monitored and moved to new machines by its
  directory. A path beside these is forgotten by each of them.
- *It works until it does not.* A directory that one machine happens to have is missing on the next.

Programs and configuration that the operating system installs (`/usr`, `/bin`, `/lib`, `/etc`), programs of
other installers (`/snap`, `/Applications`), pid files, locks and sockets in `/run`, and an image's own
programs are where they belong. Only uses of a file are reported: an address such as `/api/jobs` is none.

The level is warning: nothing removes the file by itself.

## Bad

```toml
# scratchlint.toml
permanent-roots = ["/home", "/mnt", "/opt"]
```

```python
import logging

handler = logging.FileHandler("/services/jobs/jobs.log")
```

## Good

```toml
# scratchlint.toml
permanent-roots = ["/home", "/mnt", "/opt"]
```

```python
import logging

handler = logging.FileHandler("/opt/jobs/logs/jobs.log")
```

## Suppressing

`scratchlint: ignore[impermanent-path] why` in a comment leaves out one path.
`scratchlint check --ignore impermanent-path` leaves the rule out for one run, `ignore = ["impermanent-path"]`
in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="impermanent-path",
    roles=frozenset(),
    level="warning",
    severity="",
    weaknesses=(),
    documentation=__doc__,
)
