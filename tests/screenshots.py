"""Takes the pictures by which people judge the HTML report and the SARIF viewer.

Run as a script (`make screenshots`), it writes them to build/screenshots.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from chromium import DARK, DESKTOP, PHONE, browser
from sarif_viewer import view
from scratchlint.analyze import analyze
from test_fixtures import FIXTURES, written

TARGET = Path(__file__).parents[1] / "build" / "screenshots"
HEIGHT = 2400
SCREENS = {"desktop": DESKTOP, "dark": DARK, "phone": PHONE}


def take() -> None:
    """Write every picture anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    report = analyze(FIXTURES, ("incident", "guidelines"))
    page = TARGET / "report.html"
    page.write_text(written(report, "html"), "ascii")
    with TemporaryDirectory(dir=TARGET) as profile, browser(Path(profile)) as started:
        for name, screen in SCREENS.items():
            started.show(page, replace(screen, height=HEIGHT))
            _save(f"report-{name}", started.picture())
        view(started, json.loads(written(report, "sarif")))
        _save("sarif-viewer", started.picture())


def _save(name: str, picture: bytes) -> None:
    path = TARGET / f"{name}.png"
    path.write_bytes(picture)
    print(path)


if __name__ == "__main__":
    take()
