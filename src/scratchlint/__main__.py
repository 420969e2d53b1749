"""Runs the command line as `python -m scratchlint`."""

from scratchlint.cli import program

program()
