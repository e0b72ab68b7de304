"""The data of each figure, as plain values: drawn on the page, and by matplotlib alike."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeding.network.labels import plain
from seeding.plan.report.contents import Picture

if TYPE_CHECKING:
    from seeding.plan.answers import Comparison
    from seeding.plan.explanation import Explanation
    from seeding.plan.plan import Plan
    from seeding.plan.sensitivity import Sensitivity

Figure = dict[str, list[Any]]

# So many seeds fit a heat map.
MOST_OVERLAPS = 40
# Chances that are read off the simulated campaigns.
_CHANCES = np.linspace(0.99, 0.01, 50)


def reach(plan: Plan) -> Figure:
    """Return the reach after each seed against what has been paid by then."""
    table = plan.seeds
    return {
        "label": [str(one) for one in plain(table["candidate"].tolist())],
        "cost": [0.0, *_numbers(table["cumulative_cost"])],
        "reach": [0.0, *_numbers(table["cumulative_reach"])],
        "low": [0.0, *_numbers(table["reach_low"])],
        "high": [0.0, *_numbers(table["reach_high"])],
    }


def curve(plan: Plan) -> Figure:
    """Return what is reached by each step; empty where steps were not recorded."""
    frame = plan.curve
    if frame is None:
        return {}
    return {name: _numbers(frame[name]) for name in ("step", "reach", "low", "high")}


def frontier(steps: Iterable[tuple[Decimal, Plan]]) -> Figure:
    """Return what each budget reaches, with what is proven of every plan."""
    rows = [
        {
            "budget": float(budget),
            "cost": float(plan.cost),
            "reach": plan.reach.mean,
            "low": plan.reach.low,
            "high": plan.reach.high,
            "seeds": len(plan.table),
        }
        for budget, plan in steps
    ]
    names = ("budget", "cost", "reach", "low", "high", "seeds")
    return {name: [row[name] for row in rows] for name in names} if rows else {}


def outcomes(worlds: np.ndarray | None) -> Figure:
    """Return for a range of targets the share of the simulated campaigns that reach them."""
    if worlds is None or not worlds.size:
        return {}
    ends = np.unique(np.quantile(worlds, 1 - _CHANCES, method="inverted_cdf"))
    ordered = np.sort(worlds)
    count = ordered.size - np.searchsorted(ordered, ends, side="left")
    return {"target": ends.tolist(), "chance": (count / ordered.size).tolist()}


def overlap(explanation: Explanation | None, most: int = MOST_OVERLAPS) -> Figure:
    """Return the shares of the smaller audience that pairs of seeds have in common, a row per seed.

    Of more than `most` seeds, those are taken that share most with any other; they keep the plan's order.
    """
    if explanation is None or len(explanation.overlap) < 2:
        return {}
    shares = explanation.overlap.to_numpy(dtype=np.float64, copy=True)
    np.fill_diagonal(shares, 0.0)
    chosen = np.sort(np.argsort(-shares.max(axis=1), kind="stable")[:most])
    labels = [str(explanation.overlap.index[place]) for place in chosen]
    return {"label": labels, "share": shares[np.ix_(chosen, chosen)].tolist()}


def cost(plan: Plan) -> Figure:
    """Return what each person costs whom a seed adds; empty where nobody is paid."""
    if "marginal_cost" not in plan.seeds:
        return {}
    labels = [str(one) for one in plain(plan.seeds["candidate"].tolist())]
    return {"label": labels, "price": _numbers(plan.seeds["marginal_cost"])}


def comparison(plan: Plan, choices: Iterable[Comparison]) -> Figure:
    """Return what simple choices reach in the same worlds, the plan first."""
    rows = list(choices)
    if not rows:
        return {}
    return {
        "choice": ["this plan", *(one.words.removeprefix("choosing ") for one in rows)],
        "reach": [plan.reach.mean, *(one.reach for one in rows)],
        "gain": [0.0, *(one.gain for one in rows)],
        "low": [0.0, *(one.low for one in rows)],
        "high": [0.0, *(one.high for one in rows)],
        "hardly_helps": [False, *(one.hardly_helps for one in rows)],
    }


def sensitivity(found: Sensitivity | None) -> Figure:
    """Return what the plan reaches after each change, and its part of the best plan then."""
    if found is None:
        return {}
    frame = found.frame
    columns = ("scenario", "reach", "reach_low", "reach_high", "ratio", "ratio_low", "ratio_high", "decision")
    return {name: _plain(frame[name]) for name in columns if name in frame}


def network(picture: Picture | None) -> Figure:
    """Return the nodes and arcs of the seeded part of the network."""
    if picture is None:
        return {}
    return {
        "label": [str(one) for one in picture.labels],
        "seed": [place < picture.seeds for place in range(len(picture.labels))],
        "x": list(picture.x),
        "y": list(picture.y),
        "arcs": [list(pair) for pair in picture.arcs],
    }


def parts(table: pd.DataFrame | None, name: str) -> Figure:
    """Return what is reached of each platform or group: a table of a plan with `name` as its first column."""
    if table is None or table.empty:
        return {}
    columns = [one for one in (name, "reach", "low", "high", "share") if one in table]
    return {one: _plain(table[one]) for one in columns}


def _plain(column: pd.Series) -> list[Any]:
    return [
        value if there else None
        for value, there in zip(plain(column.tolist()), column.notna().tolist(), strict=True)
    ]


def _numbers(column: pd.Series) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in column]
