"""Figures of a plan by matplotlib: each takes ``ax=`` or makes a figure of its own, and returns the axes.

The data of each are those of the page (`Plan.to_html`). Nothing of pyplot is touched, so that neither the
backend nor the figures that are open change. Needs the extra ``plot``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seeding.errors import InputError
from seeding.plan.plan import Plan
from seeding.plan.plots import BOUND, CURVE, KNEE, draw, own_axes
from seeding.plan.report import figures

if TYPE_CHECKING:
    from seeding.plan.explanation import Explanation
    from seeding.plan.sensitivity import Sensitivity
    from seeding.questions.frontier import Frontier

__all__ = ["cost", "curve", "frontier", "network", "outcomes", "overlap", "reach", "sensitivity"]


def reach(plan: Plan, ax: Any = None) -> Any:
    """Draw the reach after each seed against the money paid by then, with the 95 % interval.

    Parameters
    ----------
    plan
        The plan.
    ax
        Axes to draw on; None: a figure of its own.

    Returns
    -------
    The axes.

    Raises
    ------
    InputError
        If matplotlib is not installed, or `ax` is no axes; likewise for all figures here.
    """
    ax, data = own_axes(ax), figures.reach(plan)
    ax.fill_between(data["cost"], data["low"], data["high"], color=CURVE, alpha=0.2, linewidth=0)
    ax.plot(data["cost"], data["reach"], "o-", color=CURVE, markersize=3)
    return _named(ax, "seeds" if plan.is_free else "money paid", "expected reach")


def curve(plan: Plan, ax: Any = None) -> Any:
    """Draw what is reached by each step of passing on, with the 95 % interval.

    Raises
    ------
    InputError
        If the plan has no steps.
    """
    data = figures.curve(plan)
    if not data:
        raise InputError("this plan has no curve; plan.curve says what is reached by each step where it has.")
    ax = own_axes(ax)
    ax.fill_between(data["step"], data["low"], data["high"], color=CURVE, alpha=0.2, linewidth=0)
    ax.plot(data["step"], data["reach"], "o-", color=CURVE, markersize=3)
    return _named(ax, "step (32: and later)" if data["step"][-1] >= 32 else "step", "expected reach")


def frontier(curve: Frontier, ax: Any = None) -> Any:
    """Draw what each budget reaches; the same as `Frontier.plot`."""
    return draw(curve.frame, own_axes(ax))


def outcomes(plan: Plan, ax: Any = None) -> Any:
    """Draw the chance that one campaign reaches a target; the campaigns are simulated.

    Raises
    ------
    InputError
        If the inputs of the plan are gone or changed.
    """
    data = figures.outcomes(plan.outcomes())
    ax = own_axes(ax)
    ax.plot(data["target"], [100 * share for share in data["chance"]], color=CURVE)
    ax = _named(ax, "target: people reached", "chance, %")
    ax.set_xlim(left=min(data["target"]))
    return ax


def overlap(explanation: Explanation, ax: Any = None, *, most: int = figures.MOST_OVERLAPS) -> Any:
    """Draw the share of the smaller audience that each pair has in common.

    Parameters
    ----------
    explanation
        What `Plan.explain` gives.
    ax
        Axes to draw on; None: a figure of its own.
    most
        So many seeds at most: those that share most with any other.

    Raises
    ------
    InputError
        If there are fewer than two seeds.
    """
    data = figures.overlap(explanation, most)
    if not data:
        raise InputError("overlap needs two seeds or candidates at least.")
    ax, places = own_axes(ax), range(len(data["label"]))
    shares = np.ma.masked_equal(np.tril(np.array(data["share"]), -1), 0.0)
    ax.imshow(shares, cmap="Oranges", vmin=0.0, vmax=1.0)
    ax.set_xticks(places, data["label"], rotation=90, fontsize=7)
    ax.set_yticks(places, data["label"], fontsize=7)
    ax.set_title("share of the smaller audience in common", fontsize=9)
    return ax


def network(plan: Plan, ax: Any = None) -> Any:
    """Draw the seeds, 50 at most, with whom each passes the message to most surely.

    Raises
    ------
    InputError
        If the plan has no seeds, or its inputs are gone or changed.
    """
    data = figures.network(plan.picture())
    if not data:
        raise InputError("this plan has no seeds to draw.")
    ax = own_axes(ax)
    x, y, seed = np.array(data["x"]), np.array(data["y"]), np.array(data["seed"], dtype=np.bool_)
    for pair in data["arcs"]:
        ax.plot(x[pair], y[pair], color=BOUND, linewidth=0.4, alpha=0.5, zorder=1)
    ax.scatter(x[~seed], y[~seed], s=6, color=CURVE, zorder=2)
    ax.scatter(x[seed], y[seed], s=28, color=KNEE, zorder=3)
    for place in np.flatnonzero(seed).tolist():
        ax.annotate(
            _plain(data["label"][place]), (x[place], y[place]), (0, 5), textcoords="offset points",
            ha="center", fontsize=7,
        )  # fmt: skip
    ax.set_axis_off()
    return ax


def sensitivity(found: Sensitivity, ax: Any = None) -> Any:
    """Draw what a plan reaches after each change of its inputs, with the 95 % interval."""
    ax, data = own_axes(ax), figures.sensitivity(found)
    places, mean = np.arange(len(data["scenario"])), np.array(data["reach"], dtype=np.float64)
    low, high = (np.array(data[name], dtype=np.float64) for name in ("reach_low", "reach_high"))
    ax.errorbar(mean, places, xerr=[mean - low, high - mean], fmt="o", color=CURVE, capsize=3)
    ax.axvline(found.reach[0], color=BOUND, linestyle="--", linewidth=1)
    ax.set_yticks(places, [_plain(name) for name in data["scenario"]])
    ax.invert_yaxis()
    return _named(ax, "expected reach of this plan", "")


def cost(plan: Plan, ax: Any = None) -> Any:
    """Draw what each person costs whom a seed adds, in order of choice.

    Raises
    ------
    InputError
        If nobody is paid.
    """
    data = figures.cost(plan)
    if not data:
        raise InputError("this plan has no prices: nobody is paid.")
    ax, places = own_axes(ax), range(len(data["label"]))
    ax.bar(places, [np.nan if one is None else one for one in data["price"]], color=CURVE)
    ax.set_xticks(places, [_plain(one) for one in data["label"]], rotation=90, fontsize=7)
    return _named(ax, "", "cost per person added")


def _named(ax: Any, x: str, y: str) -> Any:
    """Name the axes; reach and money begin at nought."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if y:
        ax.set_ylim(bottom=0)
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _plain(label: object) -> str:
    """Write a label so that matplotlib does not read mathematics in it."""
    return str(label).replace("$", r"\$")
