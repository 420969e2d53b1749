"""The page over all repositories of a sweep in a browser: search, drill-down, keys, isolation, size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from chromium import DARK, DESKTOP, PHONE, Browser, Screen, browser
from scratchlint.sweep.database import reading
from scratchlint.sweep.html_report import render
from synthetic_sweeps import synthetic
from test_browser_report import LONG, focused, press
from test_report_html import NAME

SECONDS = 120
REPOSITORIES = 60


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("sweep"), REPOSITORIES, 5, 3)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page on which every text is as long and as hostile as it can be."""
    return made(tmp_path_factory.mktemp("nasty"), 3, 4, 2, f"{NAME}</script>{LONG}")


def made(directory: Path, repositories: int, findings: int, failures: int = 0, name: str = "") -> Path:
    synthetic(directory, repositories, findings, failures, name)
    target = directory / "report.html"
    with closing(reading(directory)) as database, target.open("w", encoding="ascii") as stream:
        stream.writelines(render(database))
    return target


def show(chromium: Browser, page: Path, screen: Screen = DESKTOP) -> None:
    """Show a page and wait until its findings are unpacked."""
    chromium.show(page, screen)
    waited(chromium, lambda: not chromium.run("return document.getElementById('filter').hidden"))


def waited(chromium: Browser, condition: Any) -> Any:
    return WebDriverWait(chromium.driver, SECONDS).until(lambda _: condition())


def shown(chromium: Browser) -> str:
    return str(chromium.run("return document.getElementById('shown').value"))


def listed(chromium: Browser) -> list[Any]:
    return chromium.driver.find_elements(By.CSS_SELECTOR, "#list .finding")


def search(chromium: Browser, text: str, field: str = "text") -> None:
    chromium.driver.find_element(By.NAME, field).send_keys(text)


def opened(chromium: Browser, finding: Any) -> str:
    """Open a finding and return its text when it is there."""
    # What is off the screen has no layout, so that the driver would find nothing to send keys to.
    chromium.run("arguments[0].querySelector('summary').focus()", finding)
    press(chromium, Keys.ENTER)
    waited(chromium, lambda: finding.find_elements(By.CSS_SELECTOR, ".evidence"))
    return str(finding.text)


class TestFilter:
    def test_search_takes_every_word(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        assert shown(chromium) == "300 of 300 found, 100 listed"
        search(chromium, "LEDGER-harbor10 sqlite3")
        assert shown(chromium) == "0 of 300 found"
        chromium.driver.find_element(By.NAME, "text").clear()
        search(chromium, "LEDGER-harbor10/ scratch-venv")
        (found,) = listed(chromium)
        assert "/tmp/ledger-harbor10/data" in found.text

    def test_fields_narrow_the_list(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        Select(chromium.driver.find_element(By.NAME, "rule")).select_by_value("scratch-log")
        assert shown(chromium) == "75 of 300 found"
        assert {one.get_attribute("data-rule") for one in listed(chromium)} == {"scratch-log"}
        Select(chromium.driver.find_element(By.NAME, "language")).select_by_value("shell")
        assert shown(chromium) == "0 of 300 found"
        chromium.driver.find_element(By.CSS_SELECTOR, "[type=reset]").send_keys(Keys.ENTER)
        waited(chromium, lambda: shown(chromium) == "300 of 300 found, 100 listed")

    def test_repository_is_found_by_a_part_of_its_name(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        search(chromium, "service1", "repository")
        assert shown(chromium) == "55 of 300 found"
        search(chromium, "7", "repository")
        assert shown(chromium) == "5 of 300 found"

    @pytest.mark.parametrize(
        ("field", "value", "number"),
        [("repository", "/srv/clones/harbor/service1", 5), ("role", "venv", 75), ("year", "2016", 26)],
    )
    def test_summary_leads_into_it(
        self, chromium: Browser, page: Path, field: str, value: str, number: int
    ) -> None:
        show(chromium, page)
        search(chromium, "nothing has this")
        chromium.driver.find_element(
            By.CSS_SELECTOR, f'[data-field="{field}"][data-value="{value}"]'
        ).send_keys(Keys.ENTER)
        assert shown(chromium) == f"{number} of 300 found"

    def test_more_are_listed_on_request(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        more = chromium.driver.find_element(By.ID, "more")
        for number in (100, 200):
            assert len(listed(chromium)) == number
            more.send_keys(Keys.ENTER)
            assert focused(chromium).find_element(By.XPATH, "..") == listed(chromium)[number]
        assert not more.is_displayed()
        assert shown(chromium) == "300 of 300 found"


class TestDrillDown:
    def test_finding_opens_to_steps_evidence_and_home(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        for finding in (listed(chromium)[0], listed(chromium)[99]):
            text = opened(chromium, finding)
            name = finding.find_element(By.CSS_SELECTOR, "h3 code").text
            assert f'PLACE = "{name}"' in text
            for part in (
                "Permanent home",
                "/var/lib/",
                "3 steps",
                "assigned to",
                "says that it is temporary",
            ):
                assert part in text, part

    def test_keyboard_reaches_search_and_findings(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        press(chromium, Keys.TAB)
        assert focused(chromium).text == "Skip to the findings"
        press(chromium, Keys.ENTER, Keys.TAB)
        assert focused(chromium).get_attribute("name") == "text"
        press(chromium, "/tmp/ledger-harbor10/")
        while focused(chromium).tag_name != "summary":
            press(chromium, Keys.TAB)
        press(chromium, Keys.ENTER)
        (found,) = listed(chromium)
        waited(chromium, lambda: found.find_elements(By.CSS_SELECTOR, ".evidence"))


class TestAppearance:
    @pytest.mark.parametrize("which", ["page", "nasty"])
    def test_phone_shows_it_without_scrolling_sideways(
        self, chromium: Browser, page: Path, nasty: Path, which: str
    ) -> None:
        show(chromium, page if which == "page" else nasty, PHONE)
        opened(chromium, listed(chromium)[0])
        assert chromium.run("return document.documentElement.scrollWidth") <= PHONE.width

    @pytest.mark.parametrize("screen", [DESKTOP, DARK, PHONE], ids=["desktop", "dark", "phone"])
    def test_nothing_keeps_anyone_out(self, chromium: Browser, page: Path, screen: Screen) -> None:
        show(chromium, page, screen)
        search(chromium, "ledger-harbor1")
        for finding in listed(chromium)[:3]:
            opened(chromium, finding)
        assert chromium.barriers() == []

    def test_dark_mode_is_followed(self, chromium: Browser, page: Path) -> None:
        show(chromium, page, DARK)
        color = chromium.run("return getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in color.strip("rgb()").split(",")) < 60


class TestIsolation:
    def test_hostile_names_do_not_run(self, chromium: Browser, nasty: Path) -> None:
        chromium.complaints()
        show(chromium, nasty)
        for finding in listed(chromium):
            assert "<img src=x onerror='window.ran=1'>" in opened(chromium, finding)
        assert chromium.run("return window.ran") is None
        assert chromium.run("return document.images.length") == 0
        # A refusal of the policy would be here: nothing has even been tried.
        assert chromium.complaints() == []

    def test_nothing_is_fetched(self, chromium: Browser, page: Path) -> None:
        show(chromium, page)
        opened(chromium, listed(chromium)[0])
        assert chromium.run("return performance.getEntriesByType('resource').length") == 0

    def test_without_scripts_the_totals_are_there_and_the_rest_is_explained(
        self, page: Path, tmp_path: Path
    ) -> None:
        with browser(tmp_path / "profile", scripts=False) as plain:
            plain.show(page)
            text = plain.driver.find_element(By.TAG_NAME, "main").text
            assert "scratch-log" in text
            assert "scratchlint sweep export" in text
            assert not plain.driver.find_element(By.ID, "filter").is_displayed()


def test_ten_thousand_repositories_are_no_burden(chromium: Browser, tmp_path: Path) -> None:
    large = made(tmp_path, 10_000, 1, 100)
    show(chromium, large)
    assert shown(chromium) == "10000 of 10000 found, 100 listed"
    search(chromium, "service9999", "repository")
    (found,) = listed(chromium)
    assert "service9999" in opened(chromium, found)
    assert chromium.run("return document.querySelectorAll('*').length") < 5000
