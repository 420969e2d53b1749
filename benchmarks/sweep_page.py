"""How large the page over many repositories is, and how soon a browser can be used with it.

    sweep_page.py [--repositories N] [--findings N] [--repeat N]

Makes the database of a sweep with N findings in each of N repositories, writes its page, and opens it in
headless Chromium. Prints seconds: to write the page, until the findings are listed, until a search and the
opening of a finding have been answered; the best of the repeats of those in the browser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chromium import Browser, browser
from scratchlint.sweep.database import reading
from scratchlint.sweep.html_report import render
from synthetic_sweeps import synthetic

SEARCH = """
const [text, done] = arguments, begin = performance.now()
const form = document.getElementById('filter'), shown = document.getElementById('shown')
form.elements.text.value = text
form.dispatchEvent(new Event('input'))
requestAnimationFrame(() => setTimeout(() => done([performance.now() - begin, shown.value])))
"""
OPEN = """
const [done] = arguments, begin = performance.now()
const first = document.querySelector('#list .finding')
new MutationObserver(() => done(performance.now() - begin)).observe(first, { childList: true })
first.open = true
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repositories", type=int, default=10_000, metavar="N")
    parser.add_argument("--findings", type=int, default=4, metavar="N")
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as place:
        directory = Path(place)
        synthetic(directory, options.repositories, options.findings, failures=options.repositories // 100)
        page = directory / "report.html"
        begin = time.monotonic()
        with closing(reading(directory)) as database, page.open("w", encoding="ascii") as stream:
            stream.writelines(render(database))
        seconds = time.monotonic() - begin
        print(f"{options.repositories:,} repositories, {options.repositories * options.findings:,} findings")
        print(f"page: {page.stat().st_size / 1e6:.1f} MB, written in {seconds:.1f} s")
        with browser(directory / "profile") as opened:
            times = [measured(opened, page) for _ in range(options.repeat)]
    for name, values in zip(("listed", "searched", "opened"), zip(*times, strict=True), strict=True):
        print(f"{name}: {min(values):.2f} s")
    return 0


def measured(opened: Browser, page: Path) -> tuple[float, float, float]:
    begin = time.monotonic()
    opened.show(page)
    while opened.run("return document.getElementById('filter').hidden"):
        time.sleep(0.01)
    listed = time.monotonic() - begin
    searched, found = opened.driver.execute_async_script(SEARCH, "walnut beacon python")
    assert not found.startswith("0 of "), found
    return listed, searched / 1000, opened.driver.execute_async_script(OPEN) / 1000


if __name__ == "__main__":
    sys.exit(main())
