"""Errors that the user can mend; the command line turns them into one line and exit code 2."""


class UsageError(Exception):
    """A bad argument, option or configuration value; the text names it."""
