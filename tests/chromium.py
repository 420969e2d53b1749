"""Headless Chromium for the tests of what is meant for browsers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

MODULES = Path(__file__).parent / "browser" / "node_modules"
INSTALL = "bash .ci/test"
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page is shown on; sizes in CSS pixels."""

    width: int = 1280
    height: int = 900
    dark: bool = False


DESKTOP = Screen()
DARK = Screen(dark=True)
PHONE = Screen(360, 740)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with one page."""

    driver: Chrome

    def show(self, page: Path, screen: Screen = DESKTOP) -> None:
        """Load a file and wait until it is there."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": False},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(page.as_uri())

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a function body of JavaScript returns."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """Return what the browser has logged since it was last asked: errors and refusals."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def barriers(self) -> list[str]:
        """Return what keeps people out of the page as it is, as far as axe-core can tell."""
        # What is off the screen has no layout before it comes into view, and axe-core would guess.
        self.run(
            "for (const one of document.querySelectorAll('details')) one.style.contentVisibility = 'visible'"
        )
        self.run(module("axe-core/axe.min.js").read_text("utf-8"))
        found = self.driver.execute_async_script("axe.run().then(arguments[0])")
        assert found["passes"]
        return [
            f"{one['impact']}: {one['help']}: {one['nodes'][0]['html']}: {one['nodes'][0]['failureSummary']}"
            for one in found["violations"]
        ]

    def picture(self) -> bytes:
        """Return what the screen shows, as PNG."""
        return self.driver.get_screenshot_as_png()


@contextmanager
def browser(profile: Path, *, scripts: bool = True) -> Iterator[Browser]:
    """Start a browser that keeps its own files in `profile`, a new directory.

    Without `scripts` the pages' own scripts do not run. Fails the test when there is no browser.
    """
    options = ChromeOptions()
    options.binary_location = _installed(*_PROGRAMS)
    for argument in (*_QUIET, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        blocked = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", blocked)
    driver = Chrome(options, Service(_installed("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def module(name: str) -> Path:
    """Return a file of an npm package that the tests load."""
    path = MODULES / name
    assert path.is_file(), f"{name} is not installed; run: {INSTALL}"
    return path


def _installed(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"{names[0]} is not installed; run: {INSTALL}"
    return found
