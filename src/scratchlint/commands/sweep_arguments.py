"""The arguments of `scratchlint sweep` and of the commands that go with it."""

from __future__ import annotations

import argparse

from scratchlint.argument_groups import Parser, add_rules, add_traceback


def add_sweeps(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add `sweep` and the commands that go with it."""
    sweep = commands.add_parser("sweep", help="analyse many repositories", allow_abbrev=False)
    sweep.description = (
        "Analyse repositories into one directory: a SARIF log each, and a database over all. "
        "Run the same command again to go on: what is finished and unchanged is skipped."
    )
    sweep.epilog = "Exit code: 0 every repository was analysed, 1 some failed, 2 usage or internal error."
    sweep.set_defaults(fail_on=None)
    sweep.add_argument(
        "sources",
        metavar="SOURCE",
        nargs="+",
        help="directory, git repository (bare too) or its URL, folder of clones, each with @REVISION if "
        "wanted; a file with one of these a line, or - for standard input",
    )
    sweep.add_argument("--out", metavar="DIR", required=True, help="where the results go")
    choice = add_rules(sweep)
    choice.add_argument(
        "--blame", action="store_true", help="tell when the line of each finding was written, by git blame"
    )
    _add_sweep_limits(sweep)
    retry = commands.add_parser("sweep retry", help="analyse again what failed", allow_abbrev=False)
    retry.add_argument("directory", metavar="DIR", help="the directory of a sweep")
    _add_sweep_limits(retry)
    status = commands.add_parser("sweep status", help="tell how far a sweep is", allow_abbrev=False)
    status.add_argument("directory", metavar="DIR", help="the directory of a sweep")
    diff = commands.add_parser("sweep diff", help="compare two sweeps", allow_abbrev=False)
    diff.epilog = "Exit code: 0 nothing is new, 1 some findings are, 2 usage or internal error."
    diff.add_argument("old", metavar="OLD", help="the directory of the earlier sweep")
    diff.add_argument("new", metavar="NEW", help="the directory of the later sweep")
    export = commands.add_parser(
        "sweep export", help="write all findings as a table or a page", allow_abbrev=False
    )
    export.add_argument("directory", metavar="DIR", help="the directory of a sweep")
    export.add_argument(
        "--format", choices=("csv", "jsonl", "html"), default="csv", help="the form (default: csv)"
    )
    export.add_argument("--output", metavar="FILE", help="write to a file")
    publish = commands.add_parser(
        "sweep publish", help="prepare or send results for GitHub's code scanning", allow_abbrev=False
    )
    publish.epilog = "Exit code: 0 all were prepared (and sent), 1 some were not, 2 usage or internal error."
    publish.add_argument("directory", metavar="DIR", help="the directory of a sweep")
    publish.add_argument("--upload", action="store_true", help="send them, by gh api")
    publish.add_argument(
        "--host", metavar="HOST", default="github.com", help="whose repositories (default: github.com)"
    )


def _add_sweep_limits(parser: Parser) -> None:
    how = parser.add_argument_group("how it is done")
    how.add_argument(
        "--workers", metavar="N", type=int, help="repositories at a time (default: as many as processors)"
    )
    how.add_argument(
        "--time-limit", metavar="SECONDS", type=int, default=900, help="for each repository (default: 900)"
    )
    how.add_argument(
        "--memory-limit", metavar="MIB", type=int, default=4096, help="for each repository (default: 4096)"
    )
    how.add_argument(
        "--clone-limit", metavar="MIB", type=int, default=2048, help="for each clone (default: 2048)"
    )
    how.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="whose Dask workers do it: tcp://HOST:8786, or the scheduler's file",
    )
    how.add_argument(
        "--shared-disk", action="store_true", help="these workers see the named directories as they are here"
    )
    how.add_argument("--gzip", action="store_true", help="compress the SARIF logs")
    how.add_argument("-q", "--quiet", action="store_true", help="tell only what failed, and the totals")
    how.add_argument(
        "--events", metavar="FILE", help="write what happens as JSON lines, - for standard output"
    )
    add_traceback(how)
