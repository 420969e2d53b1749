"""The SARIF viewer of Azure DevOps, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from chromium import DESKTOP, Browser, Screen, module

PAGE = Path(__file__).parent / "browser" / "viewer.html"
_PARTS = (
    "react/umd/react.production.min.js",
    "react-dom/umd/react-dom.production.min.js",
    "@microsoft/sarif-web-component/dist/index.js",
)
_RENDER = """
ReactDOM.render(React.createElement(Viewer, {logs: [arguments[0]]}), document.getElementById('viewer'))
"""
_SECONDS = 20
_POLL = 0.05


def view(browser: Browser, log: dict[str, Any], screen: Screen = DESKTOP) -> None:
    """Show a log with every result unfolded."""
    for part in _PARTS:
        module(part)
    browser.show(PAGE, screen)
    browser.run(_RENDER, log)
    number = len(log["runs"][0]["results"])
    WebDriverWait(browser.driver, _SECONDS, _POLL).until(lambda _: _unfolded(browser, number))


def regions(browser: Browser) -> list[Any]:
    """Return the elements that mark the results' regions in the source lines."""
    return browser.driver.find_elements(By.CSS_SELECTOR, ".swcRegion")


def _unfolded(browser: Browser, number: int) -> bool:
    """Unfold one more group unless all results are seen; tell whether they are."""
    if len(browser.driver.find_elements(By.CSS_SELECTOR, ".swcSnippet")) == number:
        return True
    folded = browser.driver.find_elements(By.CSS_SELECTOR, "[role=row][aria-expanded=false]")
    more = browser.driver.find_elements(By.XPATH, "//*[@role='button'][text()='Show All']")
    for one in (*folded, *more)[:1]:
        one.click()
    return False
