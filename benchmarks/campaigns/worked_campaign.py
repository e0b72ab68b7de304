"""Run the worked campaign, keep its figures, and put them into docs/campaign.md.

    python -m benchmarks worked_campaign

runs ``examples/worked_campaign.py`` on its own files, writes ``benchmarks/results/worked_campaign.csv`` (one
row per figure), draws ``docs/figures/campaign_*.png`` (needs matplotlib) and replaces what stands between the
markers ``<!-- name -->`` and ``<!-- end -->`` of the page. With ``--only-page`` the page is written from the
committed CSV alone.
"""

from __future__ import annotations

import importlib.util
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

import seeding as sd
from benchmarks.common import results
from benchmarks.common.registry import RESULTS, ROOT
from benchmarks.common.results import fill, markdown
from seeding.bench.facts import machine

SCRIPT = ROOT / "examples" / "worked_campaign.py"
PAGE = ROOT / "docs" / "campaign.md"
FIGURES = ROOT / "docs" / "figures"
TABLE = RESULTS / "worked_campaign.csv"
BUDGETS = (500, 1_000, 2_500, 5_000, 10_000)
_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"


def load_example() -> ModuleType:
    """Import the example script."""
    found = importlib.util.spec_from_file_location("worked_campaign", SCRIPT)
    if found is None or found.loader is None:
        raise FileNotFoundError(SCRIPT)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def rows_of(plan: sd.Plan, curve: sd.Frontier, answers: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Give every figure that the page shows, by table, name and value."""
    for number, row in enumerate(plan.seeds.to_dict("records")):
        for name in ("candidate", "offer", "accept", "cost", "expected_cost", "cumulative_reach"):
            yield {"table": "seeds", "row": number, "name": name, "value": row[name]}
    for table, frame in (("curve", plan.curve), ("platforms", plan.platforms)):
        for number, row in enumerate(frame.to_dict("records")):
            for name, value in row.items():
                yield {"table": table, "row": number, "name": name, "value": value}
    for number, point in enumerate(curve.points):
        reach = point.plan.reach
        found = {"budget": point.budget, "reach": reach.mean, "low": reach.low, "high": reach.high}
        for name, value in found.items():
            yield {"table": "frontier", "row": number, "name": name, "value": value}
    for number, (question, answer) in enumerate(answers.items()):
        yield {"table": "answers", "row": number, "name": question, "value": answer}
    certificate, invited = plan.certificate, plan.invitations
    said = {
        "reach": plan.reach.mean,
        "low": plan.reach.low,
        "high": plan.reach.high,
        "p10": plan.reach.p10,
        "p90": plan.reach.p90,
        "certified": certificate.ratio,
        "engaged": plan.engaged.mean,
        "negative": plan.negative.mean,
        "net": plan.net.mean,
        "cost": plan.cost,
        "accepted": invited.acceptances,
        "most": invited.worst_case_spend,
    }
    for name, value in said.items():
        yield {"table": "plan", "row": 0, "name": name, "value": value}


def wide(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Bring the figures of one table into columns."""
    some = table[table["table"] == name]
    columns = list(dict.fromkeys(some["name"]))
    return some.pivot_table(index="row", columns="name", values="value", aggfunc="first")[columns]


def seeds(table: pd.DataFrame) -> str:
    """Show the plan seed by seed."""
    shown = wide(table, "seeds")
    numbers = {
        "accept": "{:.2f}",
        "cost": "{:,.0f}",
        "expected_cost": "{:,.2f}",
        "cumulative_reach": "{:.1f}",
    }
    for name, form in numbers.items():
        shown[name] = shown[name].astype(float).map(form.format)
    return markdown(shown)


def plan_in_words(table: pd.DataFrame) -> str:
    """Say what the plan reaches and costs."""
    said = wide(table, "plan").iloc[0].astype(float)
    return (
        f"The plan reaches **{said['reach']:.1f} people** who see the message within four steps and like it "
        f"(95 % interval {said['low']:.1f} to {said['high']:.1f}; one campaign between {said['p10']:.0f} and "
        f"{said['p90']:.0f} in 8 cases of 10), certified at {said['certified']:.1%} of the best possible. "
        f"{said['engaged']:.1f} of them pass it on, {said['negative']:.1f} more end up negative, so that the "
        f"net reach is {said['net']:.1f}. On average {said['accepted']:.2f} of the creators accept, and "
        f"{said['cost']:,.2f} is spent; if all accept, {said['most']:,.0f}."
    )


def platforms(table: pd.DataFrame) -> str:
    """Show what is reached on each platform."""
    shown = wide(table, "platforms")
    for name in ("reach", "low", "high"):
        shown[name] = shown[name].astype(float).map("{:.1f}".format)
    return markdown(shown)


def answers(table: pd.DataFrame) -> str:
    """Show the answers to further questions."""
    some = table[table["table"] == "answers"]
    numbers = some["value"].astype(float)
    forms = ["{:,.2f}" if value < 10 else "{:,.0f}" for value in numbers]
    shown = pd.DataFrame(
        {
            "question": some["name"],
            "answer": [form.format(value) for form, value in zip(forms, numbers, strict=True)],
        }
    )
    return markdown(shown)


PARTS = {
    "campaign-seeds": seeds,
    "campaign-plan": plan_in_words,
    "campaign-platforms": platforms,
    "campaign-answers": answers,
}


def draw(table: pd.DataFrame) -> None:
    """Draw what is reached step by step, and what other budgets would reach."""
    import matplotlib.pyplot as plt

    FIGURES.mkdir(parents=True, exist_ok=True)
    curve, frontier = wide(table, "curve").astype(float), wide(table, "frontier").astype(float)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    left.fill_between(curve["step"], curve["low"], curve["high"], color=_BLUE, alpha=0.25, linewidth=0)
    left.plot(curve["step"], curve["reach"], color=_BLUE, marker="o")
    left.set(
        xlabel="step", ylabel="people who see and like it", title="The plan, step by step", ylim=(0, None)
    )
    left.set_xticks(curve["step"])
    right.fill_between(
        frontier["budget"], frontier["low"], frontier["high"], color=_ORANGE, alpha=0.25, linewidth=0
    )
    right.plot(frontier["budget"], frontier["reach"], color=_ORANGE, marker="s")
    right.set(
        xlabel="budget for the expected spend", title="Other budgets, at most ten creators", ylim=(0, None)
    )
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FIGURES / "campaign_reach.png", dpi=130)
    plt.close(figure)


def main(given: Namespace) -> None:
    """Run the campaign, or take what is committed, and write the page."""
    if not given.only_page:
        facts = {name: value for name, value in machine().items() if name in ("seeding", "commit")}
        results.write(run(), given.out, facts)
        draw(pd.read_csv(given.out))
    table, text = pd.read_csv(given.out), PAGE.read_text(encoding="utf-8")
    for name, part in PARTS.items():
        text = fill(text, name, part(table))
    PAGE.write_text(text, encoding="utf-8")


def run() -> list[dict[str, Any]]:
    """Run the campaign of the example; returns every figure that the page shows."""
    example = load_example()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        example.write_files(folder)
        market, roster = example.read_market(folder)
        plan = example.make_plan(market, roster)
        model = market.message.model(deadline=example.DEADLINE)
        asked = {"k": 10, "model": model, "constraints": example.RULES}
        curve = sd.frontier(market, roster, budgets=BUDGETS, rng=11, **asked)
        return list(rows_of(plan, curve, example.what_if(plan, folder)))
