"""Arguments that several commands share, and the parser of them all."""

from __future__ import annotations

import argparse
from typing import NoReturn

from scratchlint.errors import UsageError
from scratchlint.policy.keys import CONFIDENCES, PROFILES, THRESHOLDS


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, written by main() like every other error."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise UsageError(f"{message} (see {self.prog} --help)")


def add_choice(parser: Parser) -> argparse._ArgumentGroup:
    """Add what says which findings of which files there are; return the group."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="file or directory (default: .)")
    return add_rules(parser)


def add_rules(parser: Parser) -> argparse._ArgumentGroup:
    """Add what says which findings are wanted, under which policy; return the group."""
    choice = parser.add_argument_group("what is analysed and reported")
    choice.add_argument(
        "--select",
        metavar="RULES",
        action="append",
        default=[],
        help="report these rules only (a,b; repeatable)",
    )
    choice.add_argument(
        "--ignore",
        metavar="RULES",
        action="append",
        default=[],
        help="leave these rules out (a,b; repeatable)",
    )
    choice.add_argument(
        "--min-confidence",
        choices=CONFIDENCES,
        help="report findings of this confidence and above (default: low)",
    )
    choice.add_argument("--tests", action="store_true", default=None, help="analyse tests and fixtures too")
    choice.add_argument(
        "--profile", choices=PROFILES, help="how the program is run (default: told by its files)"
    )
    add_policy(choice)
    return choice


def add_effort(choice: argparse._ActionsContainer) -> None:
    """Add what says how much is read, and by how many processes."""
    choice.add_argument(
        "--exhaustive", action="store_true", help="parse every file, not only those that flows can lead to"
    )
    choice.add_argument(
        "--jobs",
        metavar="N",
        type=_positive,
        help="processes that large trees are spread over (default: as many as processors)",
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def add_threshold(choice: argparse._ActionsContainer) -> None:
    """Add what says which findings make the exit code 1."""
    choice.add_argument(
        "--fail-on",
        choices=THRESHOLDS,
        help="the lowest level that makes the exit code 1 (default: warning)",
    )


def add_policy(options: argparse._ActionsContainer) -> None:
    """Add what says which policy files count."""
    sources = options.add_mutually_exclusive_group()
    sources.add_argument(
        "--config", metavar="FILE", help="the policy file for all files (default: the nearest one of each)"
    )
    sources.add_argument("--isolated", action="store_true", help="read no policy file")


def add_color(options: argparse._ActionsContainer) -> None:
    """Add what says whether text is coloured."""
    options.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: auto)"
    )


def add_traceback(options: argparse._ActionsContainer) -> None:
    """Add what shows where an internal error came from."""
    options.add_argument("--traceback", action="store_true", help="show where an internal error came from")
