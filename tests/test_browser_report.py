"""The HTML report in a browser: filter, keyboard, dark mode, phone, accessibility, isolation."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from chromium import DARK, DESKTOP, PHONE, Browser, Screen, browser
from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.report import Options, write
from scratchlint.rules import RULES
from test_report_formats import hostile
from test_report_html import NAME
from test_report_text import written

FIXTURES = Path(__file__).parents[1] / "fixtures"
LONG = "/".join(["a-directory-whose-name-goes-on-and-on-and-is-never-broken-by-anything" * 2] * 3)
each_screen = pytest.mark.parametrize("screen", [DESKTOP, DARK, PHONE], ids=["desktop", "dark", "phone"])


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a real run over two projects, with everything that a page can show."""
    report = analyze(FIXTURES, ("incident", "guidelines"))
    stream = io.StringIO()
    write(report, "html", stream, RULES, Options("1.2.3", show_scratch=True))
    return saved(tmp_path_factory.mktemp("report"), stream.getvalue())


def saved(directory: Path, text: str) -> Path:
    page = directory / "report.html"
    page.write_text(text, "ascii")
    return page


def nasty() -> Report:
    """Return a report whose names, lines and paths are as long and as hostile as they can be."""
    report = hostile(f"{LONG}/{NAME}")
    return replace(report, limits=(NAME, LONG))


def visible_findings(chromium: Browser) -> list[Any]:
    return [one for one in chromium.driver.find_elements(By.CSS_SELECTOR, ".finding") if one.is_displayed()]


def choose(chromium: Browser, field: str, value: str) -> None:
    Select(chromium.driver.find_element(By.NAME, field)).select_by_value(value)


def shown(chromium: Browser) -> str:
    return chromium.driver.find_element(By.ID, "shown").text


def press(chromium: Browser, *keys: str) -> None:
    ActionChains(chromium.driver).send_keys(*keys).perform()


def focused(chromium: Browser) -> Any:
    return chromium.driver.switch_to.active_element


class TestFilter:
    def test_fields_narrow_the_list(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        total = len(visible_findings(chromium))
        choose(chromium, "rule", "scratch-venv")
        left = visible_findings(chromium)
        assert 0 < len(left) < total
        assert {one.get_attribute("data-rule") for one in left} == {"scratch-venv"}
        assert shown(chromium) == f"{len(left)} of {total} shown"
        choose(chromium, "level", "warning")
        assert not visible_findings(chromium)
        assert shown(chromium) == f"0 of {total} shown"

    def test_search_takes_every_word(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        total = len(visible_findings(chromium))
        chromium.driver.find_element(By.NAME, "text").send_keys("Transcriber SPAWN")
        (found,) = visible_findings(chromium)
        assert "/tmp/whisper-env/bin/python3" in found.text
        chromium.driver.find_element(By.CSS_SELECTOR, "[type=reset]").click()
        assert len(visible_findings(chromium)) == total

    def test_the_summary_leads_into_it(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        chromium.driver.find_element(By.NAME, "text").send_keys("nothing has this")
        link = chromium.driver.find_element(By.CSS_SELECTOR, "[data-field=role][data-value=venv]")
        expected = int(link.find_element(By.XPATH, "../../td").text)
        link.click()
        assert len(visible_findings(chromium)) == expected
        assert shown(chromium).startswith(f"{expected} of ")

    def test_all_open_and_close_at_once(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        for wanted in (True, False):
            chromium.driver.find_element(By.CSS_SELECTOR, f"[data-open={str(wanted).lower()}]").click()
            assert {one.get_property("open") for one in visible_findings(chromium)} == {wanted}


class TestKeyboard:
    def test_reaches_search_and_findings(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        press(chromium, Keys.TAB)
        assert focused(chromium).text == "Skip to the findings"
        assert focused(chromium).is_displayed()
        press(chromium, Keys.ENTER, Keys.TAB)
        assert focused(chromium).get_attribute("name") == "text"
        press(chromium, "whisper-env")
        left = visible_findings(chromium)
        assert left
        while focused(chromium).tag_name != "summary":
            press(chromium, Keys.TAB)
        before = left[0].get_property("open")
        press(chromium, Keys.ENTER)
        assert left[0].get_property("open") is not before

    def test_focus_is_seen(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        press(chromium, Keys.TAB, Keys.ENTER, Keys.TAB)
        outline = chromium.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


class TestAppearance:
    def test_dark_mode_is_followed(self, chromium: Browser, real: Path) -> None:
        grounds = []
        for screen in (DESKTOP, DARK):
            chromium.show(real, screen)
            color = chromium.run("return getComputedStyle(document.body).backgroundColor")
            grounds.append(sum(int(part) for part in color.strip("rgb()").split(",")) / 3)
        light, dark = grounds
        assert light > 200
        assert dark < 60

    @pytest.mark.parametrize("report", ["real", "nasty"])
    def test_a_phone_shows_it_without_scrolling_sideways(
        self, chromium: Browser, real: Path, tmp_path: Path, report: str
    ) -> None:
        page = real if report == "real" else saved(tmp_path, written(nasty(), "html", scratch=True))
        chromium.show(page, PHONE)
        chromium.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        width = chromium.run("return document.documentElement.scrollWidth")
        assert width <= PHONE.width

    @each_screen
    def test_nothing_keeps_anyone_out(self, chromium: Browser, real: Path, screen: Screen) -> None:
        chromium.show(real, screen)
        chromium.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert chromium.barriers() == []


class TestIsolation:
    def test_hostile_names_do_not_run(self, chromium: Browser, tmp_path: Path) -> None:
        chromium.complaints()
        chromium.show(saved(tmp_path, written(nasty(), "html", scratch=True)))
        chromium.driver.find_element(By.CSS_SELECTOR, "[data-open=true]").click()
        choose(chromium, "rule", "scratch-data")
        assert chromium.run("return window.ran") is None
        assert NAME.replace("`", "") in chromium.run("return document.body.textContent").replace("`", "")
        # A refusal of the policy would be here: nothing has even been tried.
        assert chromium.complaints() == []

    def test_the_policy_would_stop_what_escaping_missed(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        chromium.run(
            "const added = document.createElement('script'); added.textContent = 'window.ran = 1';"
            "document.body.append(added);"
            "document.body.insertAdjacentHTML('beforeend', '<p id=added onclick=\"window.ran = 1\">x</p>');"
            "document.getElementById('added').click()"
        )
        assert chromium.run("return window.ran") is None
        assert any("Content Security Policy" in complaint for complaint in chromium.complaints())

    def test_nothing_is_fetched(self, chromium: Browser, real: Path) -> None:
        chromium.show(real)
        assert chromium.run("return performance.getEntriesByType('resource').length") == 0

    def test_is_read_without_scripts(self, real: Path, tmp_path: Path) -> None:
        with browser(tmp_path / "profile", scripts=False) as plain:
            plain.show(real)
            assert not plain.driver.find_element(By.ID, "filter").is_displayed()
            found = plain.driver.find_elements(By.CSS_SELECTOR, ".finding")
            summary = found[-1].find_element(By.TAG_NAME, "summary")
            assert not found[-1].get_property("open")
            # A click would be aimed at where the line stood before those above it got their layout.
            summary.send_keys(Keys.ENTER)
            assert found[-1].get_property("open")
            assert "Permanent home" in found[-1].text
