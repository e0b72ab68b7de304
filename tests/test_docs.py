"""The figures of the documentation are those of the committed results, and its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import seeding as sd
from benchmarks.pages import tables
from seeding import cli
from seeding.cli import main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", tables.TABLES)
def test_tables_are_those_of_the_committed_results(name: str) -> None:
    """Each table of the pages is exactly what the committed CSV gives."""
    text = "".join(page.read_text(encoding="utf-8") for page in tables.PAGES)

    assert f"<!-- {name} -->\n{tables.TABLES[name]()}\n<!-- end -->" in text


def test_the_fairness_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of docs/fairness.md chooses what the page says."""
    text = (DOCS / "fairness.md").read_text(encoding="utf-8")
    block = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)[0]

    scope: dict = {}
    exec(compile(block, "fairness.md", "exec"), scope)

    seeds = {name: set(scope[name].seeds["candidate"]) for name in ("plain", "fair", "fairest")}
    assert seeds == {
        "plain": {"@hub", "@second"},
        "fair": {"@hub", "@lone"},
        "fairest": {"@hub", "@lone"},
    }
    price = scope["fair"].price_of_fairness
    assert price.absolute == pytest.approx(4, abs=0.3)
    assert price.reach_without == pytest.approx(18, abs=0.3)
    assert "Fairness costs" in capsys.readouterr().out


def test_the_snippets_on_questions_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python blocks of docs/questions.md run as written, one after the other, and say what they do."""
    text = (tables.PAGE.parent / "questions.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    scope: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        exec(compile(block, "questions.md", "exec"), scope)

    kept = {"curve.csv", "seeds-for-10000.csv", "market.npz", "ours.csv", "agency.csv"}
    assert {path.name for path in tmp_path.iterdir()} == kept
    said = capsys.readouterr().out
    for words in (
        "marginal_cost",
        "the knee is at",
        "target of 100.0 asks",
        "can be reached by all 60",
        "The choice hangs",
    ):
        assert words in said
    assert len(scope["plan"].seeds) > 0  # type: ignore[attr-defined]
    # What a command prints is what the page shows.
    monkeypatch.setenv("COLUMNS", "80")
    for words, shown in re.findall(
        r"^```\n\$ seeding ((?!sensitivity).*?)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL
    ):
        assert cli.main(words.split()) == 0
        assert capsys.readouterr().out == shown


def test_the_sensitivity_that_is_shown_is_that_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output on docs/questions.md is what the command prints of the plan there."""
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    words, shown = re.findall(
        r"^```\n\$ (seeding sensitivity[^\n]*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    network, roster = sd.datasets.creator_market(people=2_000, creators=60)
    ends = network.labels[network.out.rows()], network.labels[network.out.indices]
    arcs = pd.DataFrame({"source": ends[0], "target": ends[1], "probability": network.out.probability})
    arcs.to_csv("follows.csv", index=False)
    roster.to_frame().to_csv("creators.csv", index=False)
    files = sd.read_network("follows.csv"), sd.read_roster("creators.csv")
    sd.optimize(*files, budget=20_000, rng=7).save("x.plan")

    assert main(words.split()[1:]) == 0

    assert capsys.readouterr().out == shown


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks of docs/page.md run as written, and write what they say."""
    monkeypatch.chdir(tmp_path)

    scope: dict[str, object] = {}
    text = (DOCS / "page.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        exec(compile(block, "page.md", "exec"), scope)

    assert {path.name for path in tmp_path.iterdir()} == {"plan.html", "reach.png"}
    assert (tmp_path / "plan.html").read_text(encoding="utf-8") == scope["text"]


def test_the_example_on_spreading_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of docs/spreading.md runs as written, and shows what the page says."""
    text = (DOCS / "spreading.md").read_text(encoding="utf-8")
    block = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)[0]

    scope: dict = {}
    exec(compile(block, "spreading.md", "exec"), scope)

    plan = scope["plan"]
    assert plan.curve["step"].tolist() == [0, 1, 2, 3]
    assert plan.net.mean == pytest.approx(plan.reach.mean - plan.negative.mean)
    said = capsys.readouterr().out
    assert "In time" in said
    assert "end up negative" in said


def test_the_example_of_a_message_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The message of docs/spreading.md is carried as the page says, by the formula it shows."""
    text = (DOCS / "spreading.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    block = next(block for block in blocks if ".carrying(" in block)

    scope: dict = {}
    exec(compile(block, "spreading.md", "exec"), scope)

    to_bo = 0.4 * (0.7 * 0.8 + 0.3 * 0.5) * 0.9 * 1.2 * 1.5
    assert scope["carried"].out.probability[0] == pytest.approx(to_bo)
    assert scope["plan"].seeds["candidate"].tolist() == ["@anna"]
    assert "message       0.7 sport + 0.3 food, quality 0.9, shareability 1.5" in capsys.readouterr().out


def test_the_example_on_acceptance_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of docs/acceptance.md runs as written: one offer to each, within the expected spend."""
    text = (DOCS / "acceptance.md").read_text(encoding="utf-8")
    block = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)[0]

    scope: dict = {}
    exec(compile(block, "acceptance.md", "exec"), scope)

    plan = scope["plan"]
    assert plan.seeds["candidate"].is_unique
    assert plan.cost == plan.invitations.expected_spend <= 400
    assert "accepted on average" in capsys.readouterr().out


def test_the_example_of_platforms_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The platforms of docs/spreading.md are coupled as the page says, and a person counts once."""
    text = (DOCS / "spreading.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    block = next(block for block in blocks if "Network.couple(" in block)

    scope: dict = {}
    exec(compile(block, "spreading.md", "exec"), scope)

    assert scope["market"].total_weight == 4
    assert "all, each person once" in capsys.readouterr().out


def test_the_worked_campaign_is_that_of_the_committed_figures() -> None:
    """Each table on docs/campaign.md is exactly what the committed CSV gives."""
    from benchmarks.campaigns import worked_campaign

    table, text = pd.read_csv(worked_campaign.TABLE), worked_campaign.PAGE.read_text(encoding="utf-8")
    for name, part in worked_campaign.PARTS.items():
        assert f"<!-- {name} -->\n{part(table)}\n<!-- end -->" in text


def _anchors(page: Path) -> set[str]:
    """Return what a link into a page may name: its headings as GitHub writes them, and its own anchors."""
    text = page.read_text(encoding="utf-8")
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", plain, flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem
)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file, and to a heading of it where it names one."""
    missing = []
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            missing.append(link)

    assert missing == []
