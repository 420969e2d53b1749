"""Runs the command line as `python -m scratchlint`."""

import sys

from scratchlint.cli import main

sys.exit(main())
