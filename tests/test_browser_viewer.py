"""SARIF reports in the viewer of Azure DevOps: messages, links and marked regions are on the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from chromium import Browser, Screen, browser
from sarif_viewer import regions, view
from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.report.documentation import address
from scratchlint.rules import RULES
from test_fixtures import written
from test_sarif_validation import hostile

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCREEN = Screen(1280, 2000)
REPOSITORY = "https://github.com/example/application"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LINK = re.compile(r"(?<!\\)\[([^\]]+)\]\((\d+)\)")
# Reads the pixels of a rectangle of a screenshot.
PIXELS = """
const [data, box, done] = arguments
const image = new Image()
image.onload = () => {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, {width: image.width, height: image.height})
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const {data: bytes} = context.getImageData(box.x, box.y, box.width, box.height)
  const colors = {}
  for (let at = 0; at < bytes.length; at += 4) {
    const color = [bytes[at], bytes[at + 1], bytes[at + 2]]
    colors[color] = (colors[color] ?? 0) + 1
  }
  done(colors)
}
image.src = `data:image/png;base64,${data}`
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def run(chromium: Browser) -> Any:
    """Show the report of two projects and return its run; the viewer links into a known repository only."""
    log = json.loads(written(analyze(FIXTURES, ("incident", "guidelines")), "sarif"))
    (run,) = log["runs"]
    run["versionControlProvenance"] = [{"repositoryUri": REPOSITORY, "revisionId": COMMIT}]
    view(chromium, log, SCREEN)
    return run


def colors(chromium: Browser, element: WebElement) -> dict[tuple[int, ...], int]:
    """Return how many pixels of each colour a screenshot has where an element is."""
    picture = chromium.driver.get_screenshot_as_base64()
    found = chromium.driver.execute_async_script(PIXELS, picture, element.rect)
    return {tuple(map(int, color.split(","))): number for color, number in found.items()}


def renamed(report: Report, message: str) -> Report:
    return replace(report, findings=tuple(replace(one, message=message) for one in report.findings))


def page_text(chromium: Browser) -> str:
    return " ".join(chromium.driver.find_element(By.TAG_NAME, "body").text.split())


def test_every_message_is_seen(chromium: Browser, run: Any) -> None:
    seen = page_text(chromium)
    assert run["results"]
    for result in run["results"]:
        assert " ".join(LINK.sub(r"\1", result["message"]["text"]).split()) in seen


def test_links_lead_to_the_lines(chromium: Browser, run: Any) -> None:
    wanted = set()
    for result in run["results"]:
        related = {one["id"]: one["physicalLocation"] for one in result.get("relatedLocations", [])}
        for text, number in LINK.findall(result["message"]["text"]):
            place = related[int(number)]
            file, line = place["artifactLocation"]["uri"], place["region"]["startLine"]
            wanted.add((text, f"{REPOSITORY}/blob/{COMMIT}/{file}#L{line}"))
    links = chromium.driver.find_elements(By.CSS_SELECTOR, "a[target=_blank]")
    assert wanted
    assert wanted <= {(link.text, link.get_attribute("href")) for link in links if link.is_displayed()}


def test_rules_lead_to_their_pages(chromium: Browser, run: Any) -> None:
    for rule in RULES:
        if any(result["ruleId"] == rule.id for result in run["results"]):
            link = chromium.driver.find_element(By.LINK_TEXT, rule.id)
            assert link.get_attribute("href") == address(rule)


def test_regions_are_marked(chromium: Browser, run: Any) -> None:
    marked = regions(chromium)
    wanted = [one["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] for one in run["results"]]
    assert sorted(one.text for one in marked) == sorted(wanted)
    for one in marked:
        drawn = colors(chromium, one)
        red, green, blue = max(drawn, key=lambda color: drawn[color])
        assert min(red, green) - blue > 100, "the ground is not yellow"
        assert len(drawn) > 5, "nothing is written on it"


def test_hostile_text_is_shown_as_it_is(chromium: Browser) -> None:
    report = hostile()
    message = "The data [a](javascript:window.ran=1) <img src=x onerror=window.ran=1> is lost."
    view(chromium, json.loads(written(renamed(report, message), "sarif")), SCREEN)
    (region,) = regions(chromium)
    assert region.text == "/tmp/😀"
    assert message.replace("](", "]\\(") in page_text(chromium)
    assert not chromium.driver.find_elements(By.CSS_SELECTOR, "a[href^=javascript], img")
