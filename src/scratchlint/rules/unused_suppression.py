"""Suppression that leaves nothing out

A comment or an entry of the policy asks to leave findings out, but there is none: the path was moved to its
permanent home, the comment stands on another line, or it names a rule that does not exist.

## Why

- *It hides what comes later.* A suppression that stays behind silences the next path that somebody puts on
  its line, unseen.
- *It misleads.* Readers take it for a known risk that is none any more.

Whether a suppression is needed is told only when the whole project is analysed: a use in a file that is
left out may be the reason for it. The level is note.

## Bad

```dotenv
# scratchlint: ignore-next-line[scratch-log] the platform collects it
LOG_FILE=/var/log/my-app/access.log
```

## Good

```dotenv
LOG_FILE=/var/log/my-app/access.log
```

## Suppressing

`scratchlint check --ignore unused-suppression` leaves the rule out for one run,
`ignore = ["unused-suppression"]` in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="unused-suppression",
    roles=frozenset(),
    level="note",
    severity="",
    weaknesses=(),
    documentation=__doc__,
)
