"""Sources behind URLs: what is fetched and how, what is refused, and that no secret is told."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from git_server import GitServer, git_server
from scratchlint.cli import main
from scratchlint.source import clone
from scratchlint.sweep.addresses import address
from scratchlint.sweep.database import Run, reading
from scratchlint.sweep.sources import Source, listed, named
from swept import bare, failures, git, results, work_tree

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def served(tmp_path: Path) -> Path:
    place = tmp_path / "served"
    place.mkdir()
    return place


@pytest.fixture
def server(served: Path) -> Iterator[GitServer]:
    with git_server(served) as server:
        yield server


def only_run(out: Path) -> Run:
    (one,) = reading(out).repositories()
    assert one.run is not None
    return one.run


def test_url_is_reported_as_a_bare_repository_is(served: Path, server: GitServer, tmp_path: Path) -> None:
    tree = work_tree(tmp_path, "tree", 2)
    (tree / "large.py").write_text("#\n" * (1 << 20))
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "second")
    git(served, "clone", "-q", "--bare", str(tree), "store.git")
    sources = [str(served / "store.git"), f"{server.address}/store.git", f"file://{served}/store.git"]
    assert main(["sweep", *sources, "--out", str(tmp_path / "out")]) == 0
    database = reading(tmp_path / "out")
    ours, *others = sorted(database.repositories(), key=lambda one: one.source.is_url)
    assert ours.run is not None
    for one in others:
        assert one.run is not None
        assert (one.run.commit, one.run.ref) == (ours.run.commit, "refs/heads/main")
        assert list(database.findings(one.name)) == list(database.findings(ours.name))
    for one in (ours, *others):
        (error,) = database.errors(one.name)
        assert (error.kind, error.file) == ("skipped", "large.py")
        assert error.reason.startswith("larger than 1 MiB")


def test_large_files_and_history_are_not_fetched(
    served: Path, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = work_tree(tmp_path, "tree")
    (tree / "large.py").write_text("#\n" * (1 << 20))
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "second")
    git(served, "clone", "-q", "--bare", str(tree), "store.git")
    remote = clone.Remote(f"{server.address}/store.git", "http")
    tip = clone.find(remote, "")
    place = tmp_path / "fetched"
    assert clone.fetch(remote, tip, place, history=False, mebibytes=100) == git(tree, "rev-parse", "HEAD")
    assert git(place, "rev-list", "--count", "FETCH_HEAD") == "1"
    kinds = git(place, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split()
    assert sorted(kinds) == ["blob", "commit", "tree"]
    assert "source" not in (place / "config").read_text()
    clone.fetch(remote, tip, tmp_path / "whole", history=True, mebibytes=100)
    assert git(tmp_path / "whole", "rev-list", "--count", "FETCH_HEAD") == "2"


def test_branches_tags_and_commits_are_fetched(
    served: Path, server: GitServer, out: Path, tmp_path: Path
) -> None:
    tree = work_tree(tmp_path, "tree", 2)
    first = git(tree, "rev-parse", "HEAD")
    git(tree, "tag", "-am", "one", "v1")
    git(tree, "rm", "-q", "service0.py")
    git(tree, "commit", "-qm", "second")
    second = git(tree, "rev-parse", "HEAD")
    git(tree, "branch", "feature/x")
    git(served, "clone", "-q", "--bare", str(tree), "store.git")
    revisions = ["", "@v1", "@feature/x", f"@{first}", "@refs/tags/v1", "@gone", "@+x:y", "@--upload-pack=x"]
    listing = tmp_path / "list"
    listing.write_text("".join(f"{server.address}/store.git{one}\n" for one in revisions))
    assert main(["sweep", str(listing), "--out", str(out)]) == 1
    runs = {one.source.revision: one.run for one in reading(out).repositories()}
    done = {revision: (run.commit, run.ref) for revision, run in runs.items() if run and run.status == "done"}
    assert done == {
        "": (second, "refs/heads/main"),
        "v1": (first, "refs/tags/v1"),
        "feature/x": (second, "refs/heads/feature/x"),
        first: (first, ""),
        "refs/tags/v1": (first, "refs/tags/v1"),
    }
    assert failures(out)["store.git@gone"] == "no branch or tag gone"
    assert "is neither a branch" in failures(out)["store.git@+x:y"]
    assert "is neither a branch" in failures(out)["store.git@--upload-pack=x"]


def test_unchanged_repository_is_not_fetched_again(
    served: Path, server: GitServer, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare(served, "store")
    words = ["sweep", f"{server.address}/store.git", "--out", str(out)]
    assert main(words) == 0
    server.asked.clear()
    assert main(words) == 0
    assert "0 analysed, 1 unchanged" in capsys.readouterr().err
    # What the refs are is asked by one more request.
    assert len(server.asked) == 2


def test_busy_server_is_tried_again(
    served: Path, server: GitServer, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare(served, "store")
    server.failures = clone.TRIES - 1
    assert main(["sweep", f"{server.address}/store.git", "--out", str(out)]) == 0
    server.failures = 1000
    assert main(["sweep", f"{server.address}/store.git", "--out", str(out)]) == 1
    assert f"(tried {clone.TRIES} times)" in only_run(out).reason


def test_what_is_missing_is_not_tried_again(served: Path, server: GitServer, out: Path) -> None:
    assert main(["sweep", f"{server.address}/gone.git", "--out", str(out)]) == 1
    assert "not found" in only_run(out).reason
    assert len(server.asked) == 1


def test_clone_that_is_too_large_is_a_failure(
    served: Path, server: GitServer, out: Path, tmp_path: Path
) -> None:
    tree = work_tree(tmp_path, "tree")
    for number in range(4):
        (tree / f"noise{number}.txt").write_bytes(Random(number).randbytes(500_000))
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "noise")
    git(served, "clone", "-q", "--bare", str(tree), "store.git")
    words = ["sweep", f"{server.address}/store.git", "--out", str(out)]
    assert main([*words, "--clone-limit", "1"]) == 1
    assert only_run(out).reason == "what is fetched is larger than 1 MiB"
    assert main(words) == 0


def test_secrets_of_a_url_are_used_and_told_nowhere(
    served: Path, server: GitServer, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare(served, "store")
    server.secret = "Basic " + b64encode(b"me:hu%nter2").decode()
    secret = server.address.replace("http://", "http://me:hu%25nter2@")
    listing = tmp_path / "list"
    listing.write_text(
        f"{secret}/store.git\n{secret}/gone.git\nhttps//{secret}\nfoo://me:hu%25nter2@host/x y\n"
    )
    main(["sweep", str(listing), "--out", str(out)])
    assert results(out) == {"store.git": 1}
    main(["sweep", "status", str(out)])
    main(["sweep", "export", str(out)])
    main(["sweep", "bar://me:hu%25nter2@host/x", "--out", str(out)])
    told = "".join(capsys.readouterr())
    assert "is no URL that is cloned" in told
    kept = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
    assert "nter2" not in told
    assert b"nter2" not in kept
    wrong = server.address.replace("http://", "http://me:other@")
    assert main(["sweep", f"{wrong}/store.git", "--out", str(out)]) == 1
    assert (
        "Authentication failed" in failures(out)["store.git"]
        or "could not read" in failures(out)["store.git"]
    )


def test_redirect_leads_to_no_other_transport(served: Path, server: GitServer, out: Path) -> None:
    bare(served, "store")
    server.redirect = f"file://{served}"
    assert main(["sweep", f"{server.address}/store.git", "--out", str(out)]) == 1
    assert only_run(out).status == "failed"


def test_fetching_runs_nothing(
    served: Path, server: GitServer, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    other = bare(tmp_path / "elsewhere", "other")
    tree = work_tree(tmp_path, "tree")
    (tree / ".gitattributes").write_text("*.py filter=lfs\n")
    git(tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "module")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "second")
    git(served, "clone", "-q", "--bare", str(tree), "store.git")
    # Hooks and filters of the user are for the user's own work.
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    for name in ("reference-transaction", "post-checkout", "post-index-change"):
        (template / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (template / name).chmod(0o755)
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        f"[init]\ntemplateDir = {template.parent}\n"
        f"[core]\nhooksPath = {template}\nfsmonitor = touch {marker}\n"
        f'[filter "lfs"]\nsmudge = touch {marker}\nprocess = touch {marker}\n'
        "[fetch]\nrecurseSubmodules = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template.parent))
    words = [f"{server.address}/store.git", f"file://{served}/store.git"]
    assert main(["sweep", *words, "--out", str(out)]) == 0
    assert not marker.exists()


@pytest.mark.parametrize(
    "word",
    [
        "ext::sh -c touch% marker",
        "ext::sh://host/x",
        "fd::17/x",
        "--upload-pack=touch marker",
        "ssh://-oProxyCommand=touch%20marker/x",
        "-oProxyCommand=touch marker:x",
        "git@host:-x",
        "https:///etc",
        "file://host/etc",
        "https://host",
    ],
)
def test_hostile_address_is_a_failure_of_its_own(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    good = work_tree(tmp_path, "good")
    listing = tmp_path / "list"
    listing.write_text(f"{word}\n{good}\n")
    assert main(["sweep", str(listing), "--out", str(out)]) == 1
    assert results(out) == {"good": 1}
    assert all("no such directory" in one or "not a URL" in one for one in failures(out).values())
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize(
    ("word", "place", "revision", "credentials"),
    [
        ("https://host/o/r", "https://host/o/r", "", ""),
        ("https://host/o/r@v1", "https://host/o/r", "v1", ""),
        ("https://token@host/o/r@feature/x", "https://host/o/r", "feature/x", "token:"),
        ("https://me:p%40ss@host:8443/o/r", "https://host:8443/o/r", "", "me:p@ss"),
        ("https://me:p@ss@host/o/r", "https://host/o/r", "", "me:p@ss"),
        ("ssh://git@host/o/r@v1", "ssh://git@host/o/r", "v1", ""),
        ("ssh://git:secret@host/o/r", "ssh://git@host/o/r", "", ""),
        ("git@host:o/r.git", "git@host:o/r.git", "", ""),
        ("git@host:o/r.git@v1", "git@host:o/r.git", "v1", ""),
        ("file:///srv/r@v1", "file:///srv/r", "v1", ""),
    ],
)
def test_word_is_taken_apart(word: str, place: str, revision: str, credentials: str) -> None:
    told = address(word)
    assert (told.place, told.revision, told.credentials) == (place, revision, credentials)
    (source,) = named([word])
    assert source == Source(place, revision)
    assert source.credentials == credentials
    assert "p@ss" not in repr(source)
    assert "secret" not in repr(source)


def test_listing_of_an_organisation_names_its_repositories(tmp_path: Path) -> None:
    entries = [
        {
            "nameWithOwner": "o/a",
            "url": "https://github.com/o/a",
            "sshUrl": "git@github.com:o/a.git",
            "defaultBranchRef": {"name": "main"},
        },
        {"nameWithOwner": "o/b", "sshUrl": "git@github.com:o/b.git"},
        {"nameWithOwner": "o/empty", "url": "https://github.com/o/empty", "defaultBranchRef": {"name": ""}},
    ]
    listing = tmp_path / "list"
    listing.write_text(json.dumps(entries))
    found = [Source("https://github.com/o/a"), Source("git@github.com:o/b.git")]
    assert list(named([str(listing)])) == found
    assert list(listed(json.dumps(entries).encode())) == found


@pytest.mark.parametrize(
    "entry", [{"nameWithOwner": "o/a"}, {"url": "file:///etc"}, {"url": "ext::sh -c x"}, {"url": 1}, "o/a"]
)
def test_listing_leads_only_to_the_web(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str], entry: object
) -> None:
    listing = tmp_path / "list"
    listing.write_text(json.dumps([entry]))
    assert main(["sweep", str(listing), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert str(listing) in told
    assert told.count("\n") == 1
