"""Listings of an organisation's repositories, as `gh repo list ORGANISATION --json …` prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scratchlint.errors import UsageError
from scratchlint.sweep.addresses import remote

# A listing comes from elsewhere: it must not lead to what lies on this machine.
_PROTOCOLS = ("https", "ssh")


def listing(text: bytes, file: str) -> Iterator[str]:
    """Yield the URL of each repository: `url`, or `sshUrl` where the listing has no `url`.

    Repositories without a default branch are empty: they are left out, if the listing has `defaultBranchRef`.
    Raises UsageError, naming the file, for what is no such listing.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: begins with [ but is no JSON: {error}") from None
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise UsageError(f"{file}: entry {number} is no repository of `gh repo list --json`")
        url = entry.get("url") or entry.get("sshUrl")
        there = remote(url, "") if isinstance(url, str) else None
        if there is None or there.protocol not in _PROTOCOLS:
            name = entry.get("nameWithOwner", number)
            raise UsageError(
                f"{file}: entry {name} has neither a url nor an sshUrl: gh repo list --json nameWithOwner,url"
            )
        if "defaultBranchRef" in entry and not _branch(entry["defaultBranchRef"]):
            continue
        yield there.address


def _branch(ref: object) -> object:
    return ref.get("name") if isinstance(ref, dict) else None
