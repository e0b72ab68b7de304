"""The page itself: the template with the numbers of a plan, its figures, and the same numbers as JSON.

The file needs nothing else: style and script stand in it, and its content-security policy names them by hash
and lets nothing else in or out. Labels are text everywhere, as the template escapes whatever it is given.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from seeding._runtime.wording import money_words, tenths
from seeding.plan.plan import Plan
from seeding.plan.report import figures, svg
from seeding.plan.report.contents import Contents
from seeding.plan.report.sections import amount, by_budget, sections_of
from seeding.plan.report.tables import Column, columns_of, rows_of, values_of

if TYPE_CHECKING:
    from markupsafe import Markup

_LIMITS = (
    "The numbers depend on the probabilities of passing the message on, on the prices, and on who follows "
    "whom. If these are wrong, so is the reach.",
    "The 95 % interval covers the chance of the simulations only, not errors in those inputs. "
    "Sensitivity says what the plan hangs on.",
    "One campaign is one draw: it may reach more or fewer than expected, as the spread of outcomes shows.",
    "People who are reached by something else at the same time are not in the model, unless it was given.",
    "Paid posts must be disclosed as advertising, by the law of most countries and the terms of platforms.",
    "Names and follower data are personal data. Keep this file no longer than needed, and share it only with "
    "those who may see them.",
)


def page(contents: Contents) -> str:
    """Write the page."""
    from jinja2 import Environment
    from markupsafe import Markup

    style, script = _text("page.css"), _text("page.js")
    template = Environment(autoescape=True, keep_trailing_newline=True).from_string(_text("page.html"))
    slider = _slider(contents)
    columns = columns_of(contents.plan)
    shown = {
        "title": contents.title,
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "answer": answer(contents),
        "sure": how_sure(contents.plan),
        "cards": [
            (name, _CARDS[name].format(unit=contents.unit), words)
            for name, words in cards(contents.plan).items()
        ],
        "slider": slider,
        "table": {
            "columns": columns,
            "rows": rows_of(contents.plan.seeds, columns),
            "note": _table_note(contents.plan),
        },
        "sections": sections_of(contents),
        "limits": _LIMITS,
        "absent": contents.absent,
        "made": _made(contents),
        "campaign": _campaign(contents),
        "version": contents.plan.provenance.get("versions", {}).get("seeding", ""),
        "data": _json(data(contents, columns)),
    }
    return template.render(shown)


def answer(contents: Contents) -> str:
    """Say in two sentences whom to pay, how much, and how many are reached."""
    plan, unit = contents.plan, contents.unit
    count = len(plan.table)
    if not count:
        return "Pay nobody: no plan is worth more than none within these limits."
    whom = f"{count:,} seed{'s' if count != 1 else ''}"
    limit = f", of a budget of {amount(plan.budget)}" if plan.budget is not None else ""
    start = f"Choose {whom}" if plan.is_free else f"Pay {whom} {amount(plan.cost)} in total{limit}"
    reach = plan.reach
    return (
        f"{start}. They are expected to reach {tenths(reach.mean)} {unit} "
        f"(95 % interval {tenths(reach.low)} to {tenths(reach.high)})."
    )


def how_sure(plan: Plan) -> str:
    """Say how good the plan is."""
    if plan.certificate is not None:
        words = str(plan.certificate)
        return f"{words[0].upper()}{words[1:]}."
    proven = next((words for part in plan.sections if part.proves for _, words in part.lines()[-1:]), None)
    return f"Proven: {proven}." if proven else "How near this is to the best possible is not proven."


_CARDS = {
    "seeds": "seeds",
    "cost": "total cost",
    "reach": "{unit} reached, expected",
    "interval": "95 % interval of it",
    "outcomes": "in 8 campaigns of 10",
    "price": "for one reached person",
    "proven": "of the best possible, proven",
}


def cards(plan: Plan) -> dict[str, str]:
    """Return the plan in figures; the same names for every budget of the slider."""
    reach = plan.reach
    found = {
        "seeds": f"{len(plan.table):,}",
        "cost": "" if plan.is_free else amount(plan.cost),
        "reach": tenths(reach.mean),
        "interval": f"{tenths(reach.low)} – {tenths(reach.high)}",
        "outcomes": "",
        "price": "",
        "proven": "",
    }
    if reach.p10 is not None and reach.p90 is not None:
        found["outcomes"] = f"{tenths(reach.p10)} – {tenths(reach.p90)}"
    price = None if plan.cost_per_person is None else plan.cost_per_person.person.mean
    if price is not None:
        found["price"] = money_words(price)
    if plan.certificate is not None:
        # Rounded down, as more was not proven.
        found["proven"] = f"{math.floor(plan.certificate.ratio * 1000) / 10:.1f} %"
    return {name: words for name, words in found.items() if words}


def _slider(contents: Contents) -> dict[str, Any] | None:
    """Return what the slider starts with, and its figure."""
    if len(contents.steps) < 2:
        return None
    own = _own(contents)
    return {
        "last": len(contents.steps) - 1,
        "own": own,
        "words": amount(contents.steps[own][0]),
        "figure": by_budget(contents.steps, contents.unit, own),
        "caption": "What each budget reaches, with its 95 % interval; the ring marks the budget chosen.",
    }


def _own(contents: Contents) -> int:
    """Return the place of the plan itself among the steps."""
    return next(place for place, (_, plan) in enumerate(contents.steps) if plan is contents.plan)


def _table_note(plan: Plan) -> str:
    if not len(plan.table):
        return "no candidate pays within these limits."
    said = "Click a head to sort. “Adds” is what each brings beyond those above."
    return said if plan.is_free else f"{said} Exact total: {amount(plan.cost)}."


def _made(contents: Contents) -> list[tuple[str, str]]:
    """Say what made the plan: method, key, versions and inputs."""
    plan, record = contents.plan, contents.record or {}
    versions = ", ".join(f"{name} {held}" for name, held in plan.provenance.get("versions", {}).items())
    key = plan.provenance.get("key")
    lines = [("Method", f"{plan.method}: {plan.reason}"), ("Versions", versions)]
    if key is not None:
        lines.append(("Key", f"{key} (the same key and inputs give the same plan)"))
    for one in record.get("inputs", ()):
        lines.append((f"Input: {one['table']}", f"{one['path']}, SHA-256 {one['sha256']}"))
    for name in record.get("in_memory", ()):
        lines.append((f"Input: {name}", "made in memory"))
    lines += [(phase.name.capitalize(), phase.detail) for phase in plan.phases if phase.detail]
    return lines


def _campaign(contents: Contents) -> str:
    import tomli_w

    return "" if contents.record is None else str(tomli_w.dumps(contents.record["campaign"]))


def data(contents: Contents, columns: list[Column]) -> dict[str, Any]:
    """Return everything that the page shows as plain values."""
    plan, explanation = contents.plan, contents.explanation
    people, steps = _steps(contents, columns)
    return {
        "plan": plan.to_dict(),
        "table": {"columns": [vars(one) for one in columns], "rows": people},
        "steps": steps,
        "figures": {
            "reach": figures.reach(plan),
            "curve": figures.curve(plan),
            "frontier": figures.frontier(contents.steps),
            "outcomes": figures.outcomes(contents.worlds),
            "overlap": figures.overlap(explanation),
            "network": figures.network(contents.picture),
            "sensitivity": figures.sensitivity(contents.sensitivity),
            "cost": figures.cost(plan),
        },
        "explanation": None if explanation is None else _explained(explanation),
        "rule_prices": [vars(one) for one in contents.rule_prices],
        "absent": [list(one) for one in contents.absent],
    }


def _explained(explanation: Any) -> dict[str, Any]:
    """Return an explanation with all its pairs, as rows of a triangle of shares with four decimals."""
    found: dict[str, Any] = explanation.to_dict()
    found.pop("pairs")
    shares = explanation.overlap.to_numpy()
    rows = [[round(float(one), 4) for one in shares[place, :place]] for place in range(len(shares))]
    return found | {"overlap": {"label": [str(one) for one in explanation.overlap.index], "share": rows}}


_STEP = (
    "rank",
    "marginal_reach",
    "cumulative_cost",
    "cumulative_reach",
    "marginal_cost",
    "reach_low",
    "reach_high",
)


def _steps(contents: Contents, columns: list[Column]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return all people of all budgets once, and for each budget its cards and its seeds by their place."""
    curve = figures.frontier(contents.steps)
    people: list[dict[str, Any]] = []
    place_of: dict[str, int] = {}
    steps = []
    if curve:
        h, v = svg.across(max(curve["budget"])), svg.up(max(curve["high"]) * 1.04)
    for budget, plan in contents.steps:
        own = [column for column in columns if column.name not in _STEP]
        for row in values_of(plan.seeds, own):
            if row["candidate"] not in place_of:
                place_of[row["candidate"]] = len(people)
                people.append(row)
        seeds = [
            [place_of[str(row["candidate"])], *(_round(row.get(name)) for name in _STEP)]
            for row in plan.seeds.to_dict("records")
        ]
        at = [h(float(budget)), v(plan.reach.mean)]
        words = cards(plan)
        steps.append({"budget_words": amount(budget), "cards": words, "seeds": seeds, "at": at})
    return people, steps


def _round(value: Any) -> float | int | None:
    """Shorten a number to the two decimals that are shown at most."""
    if value is None or not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def _json(value: Any) -> Markup:
    """Write JSON that may stand in a script element: nothing in it can end that."""
    from markupsafe import Markup

    text = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _finite(value: Any) -> Any:
    """Replace what JSON has no word for: not a number, and infinite."""
    if isinstance(value, dict):
        return {str(name): _finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    if isinstance(value, np.generic):
        return _finite(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(name: str) -> str:
    return (files("seeding.plan.report") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a content-security policy names a script or a style by."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
