"""The page in a real Chromium: it works, is accessible, and neither loads nor says anything.

Run with ``make page``, which needs the extra ``page`` and a Chromium (`CHROMIUM`, or one on the path).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import seeding as sd

pytestmark = pytest.mark.page

SIZES = {
    "desktop": {"viewport": {"width": 1200, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
}


def chromium_path() -> str:
    """Find a Chromium, or skip."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((place for name in names if name and (place := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium; install one, or name it in the variable CHROMIUM")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a Chromium once for all tests here."""
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (extra page)")
    path = chromium_path()
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a plan with rules, and with what it hangs on."""
    network, roster = sd.datasets.creator_market(people=600, creators=40)
    rules = [sd.AtMost(4, platform="tiktok")]
    plan = sd.optimize(network, roster, budget=12_000, constraints=rules, rng=5, precision=0.1, gap=0.2)
    path = tmp_path_factory.mktemp("page") / "plan.html"
    plan.to_html(path, title="Autumn <campaign>", sensitivity=True)
    return path


class Opened:
    """A page that is open, with all that it asked for and said."""

    def __init__(self, browser: Any, path: Path, size: str = "desktop") -> None:
        self.context = browser.new_context(**SIZES[size])
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def column(self, place: int) -> list[str]:
        """Return the words of a column of the visible rows."""
        rows = self.page.locator("#seeds tbody tr:visible")
        return [row.locator("td").nth(place).inner_text() for row in rows.all()]

    def data(self) -> Any:
        """Return the JSON of the page."""
        return json.loads(self.page.locator("#data").text_content())


@pytest.fixture
def opened(browser: Any, written: Path) -> Iterator[Opened]:
    """Open the page."""
    one = Opened(browser, written)
    yield one
    one.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_asked_for_and_nothing_said(browser: Any, written: Path, size: str) -> None:
    """On a desktop, on a phone, in the dark; and nothing is wider than the screen."""
    one = Opened(browser, written, size)

    assert one.asked == [written.as_uri()]
    assert one.said == []
    wide, screen = (
        one.page.evaluate(what) for what in ("document.documentElement.scrollWidth", "innerWidth")
    )
    assert wide <= screen
    one.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(browser: Any, written: Path, size: str) -> None:
    """No violation of the rules of axe-core; the policy of the page has to be lifted to run it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    context = browser.new_context(**SIZES[size], bypass_csp=True)
    page = context.new_page()
    page.goto(written.as_uri())

    found = axe.Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    context.close()


def test_the_table_sorts_by_numbers_and_by_words(opened: Opened) -> None:
    """A click sorts up, a second one down; the keyboard does as well."""
    heads = opened.page.locator("#seeds thead th")
    names = heads.all_inner_texts()
    place = names.index("Cost")
    costs = [float(words.replace(",", "")) for words in opened.column(place)]

    heads.nth(place).locator("button").click()
    assert [float(words.replace(",", "")) for words in opened.column(place)] == sorted(costs)
    assert heads.nth(place).get_attribute("aria-sort") == "ascending"
    heads.nth(place).locator("button").press("Enter")
    assert [float(words.replace(",", "")) for words in opened.column(place)] == sorted(costs, reverse=True)
    who = names.index("Who")
    heads.nth(who).locator("button").click()
    labels = opened.column(who)
    assert labels == sorted(labels, key=str.lower)


def test_the_filter_keeps_the_rows_that_match(opened: Opened) -> None:
    """Whatever the case of the letters; and says how many."""
    who = opened.page.locator("#seeds thead th").all_inner_texts().index("Who")
    every = opened.column(who)

    opened.page.fill("#filter", every[0].upper())

    assert opened.column(who) == [every[0]]
    assert opened.page.inner_text("#shown") == f"1 of {len(every)} rows"
    opened.page.fill("#filter", "")
    assert opened.column(who) == every


def test_the_slider_shows_the_plan_of_each_budget(opened: Opened) -> None:
    """Cards, table and ring follow the keyboard, and come back to what the page began with."""
    found = opened.data()
    names = [one["candidate"] for one in found["table"]["rows"]]
    who = opened.page.locator("#seeds thead th").all_inner_texts().index("Who")
    slider, begun = opened.page.locator("#slider"), opened.column(who)
    own = int(slider.input_value())
    slider.focus()
    for place in range(own + 1, len(found["steps"])):
        opened.page.keyboard.press("ArrowRight")
        step = found["steps"][place]
        chosen = [names[seed[0]] for seed in step["seeds"]]
        assert opened.column(who)[: len(chosen)] == chosen
        for name, words in step["cards"].items():
            assert opened.page.inner_text(f'[data-card="{name}"]') == words
        assert float(opened.page.locator("[data-now]").get_attribute("cx")) == step["at"][0]
        gone = opened.page.locator("#seeds tr.gone").count()
        assert gone == len(set(begun) - set(chosen))
    slider.fill(str(own))
    assert opened.column(who) == begun
    assert opened.page.inner_text("#change") == "This is the plan of this page."


def test_it_prints_on_paper(browser: Any, tmp_path: Path) -> None:
    """No control is on paper, and the head of a table of several pages stands on each of them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not there; install poppler-utils")
    network, roster = sd.datasets.creator_market(people=2_000, creators=120)
    plan = sd.optimize(network, roster, k=90, rng=5, precision=0.1, gap=0.3)
    plan.to_html(tmp_path / "plan.html", budgets=False)
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "plan.html").as_uri())
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()

    page.pdf(path=tmp_path / "plan.pdf", format="A4")

    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "plan.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = [sheet.split("Why these")[0] for sheet in text.split("\f")]
    seeds = plan.seeds["candidate"].tolist()
    with_rows = [sheet for sheet in sheets[:4] if sum(label[:8] in sheet for label in seeds) > 20]
    assert len(with_rows) >= 2
    assert all("Rank" in sheet and "Who" in sheet for sheet in with_rows)
    context.close()
