"""Suppression without a reason

A comment asks to leave a finding out and does not say why the path may stay where it is.

## Why

- *Only the reason can be checked.* Who reads the comment a year later cannot tell a decision from a
  convenience.
- *It is one line.* The reason stands behind the rule, in the same comment, and goes to the report.

The level is note: the finding is left out all the same.

## Bad

```dotenv
# scratchlint: ignore-next-line[scratch-log]
LOG_FILE=/tmp/my-app.log
```

## Good

```dotenv
# scratchlint: ignore-next-line[scratch-log] read by the collector within a minute
LOG_FILE=/tmp/my-app.log
```

## Suppressing

`scratchlint check --ignore unexplained-suppression` leaves the rule out for one run,
`ignore = ["unexplained-suppression"]` in `scratchlint.toml` for the project.
"""

from scratchlint.rules.rule import Rule

RULE = Rule(
    id="unexplained-suppression",
    roles=frozenset(),
    level="note",
    severity="",
    weaknesses=(),
    documentation=__doc__,
)
