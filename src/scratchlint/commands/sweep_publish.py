"""`scratchlint sweep publish`: the results of a sweep as GitHub's code scanning takes them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import sleep

from scratchlint.output import write_file
from scratchlint.sweep.database import reading
from scratchlint.sweep.directory import locked
from scratchlint.sweep.publish import PUBLISH, Unfit, Upload, prepare
from scratchlint.sweep.upload import Sent, send

INDEX = "index.jsonl"
EXIT_CLEAN = 0
EXIT_FAILED = 1

Note = Callable[[str], None]


def publish(options: argparse.Namespace, note: Note) -> int:
    """Prepare all repositories, send them if that was asked for, and return the exit code."""
    directory = Path(options.directory)
    with closing(reading(directory)) as database, locked(directory):
        prepared = list(prepare(database, directory, options.host))
    uploads = [one for one in prepared if isinstance(one, Upload)]
    unfit = [one for one in prepared if isinstance(one, Unfit)]
    place = directory / PUBLISH
    write_file(place / INDEX, lambda stream: stream.writelines(f"{_entry(one)}\n" for one in uploads))
    for one in unfit:
        note(f"left out: {one.repository}: {one.reason}")
    note(f"{len(uploads):,} prepared in {place}, {len(unfit):,} left out")
    sent = _send(uploads, note) if options.upload else len(uploads)
    return EXIT_FAILED if unfit or sent < len(uploads) else EXIT_CLEAN


def _send(uploads: list[Upload], note: Note) -> int:
    """Send uploads one after the other, as GitHub asks, and return how many it has taken."""

    def wait(seconds: float) -> None:
        note(f"GitHub asks to wait {seconds:.0f} seconds")
        sleep(seconds)

    taken = 0
    for number, upload in enumerate(uploads, start=1):
        place = f"[{number}/{len(uploads)}] {upload.project} {upload.ref}"
        answer = send(upload, wait)
        if isinstance(answer, Sent):
            taken += 1
            note(f"{place}: {'was sent before' if answer.before else 'sent'} ({answer.id})")
            continue
        note(f"{place}: not sent: {answer.reason}")
        if answer.is_final:
            break
    left = len(uploads) - taken
    note(f"{taken:,} sent, {left:,} not sent{' (the same command goes on)' if left else ''}")
    return taken


def _entry(upload: Upload) -> str:
    entry = {
        "repository": upload.repository,
        "host": upload.host,
        "endpoint": upload.endpoint,
        "commit": upload.commit,
        "ref": upload.ref,
        "file": upload.file.name,
    }
    return json.dumps(entry)
