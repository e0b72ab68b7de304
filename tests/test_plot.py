"""Figures by matplotlib: what they draw is the data of the plan, and nothing of pyplot is touched."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import seeding as sd
from seeding.errors import InputError
from seeding.plan.report import figures

pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra plot)")


@pytest.fixture(scope="module")
def plan() -> sd.Plan:
    """Plan on a small market."""
    network, roster = sd.datasets.creator_market(people=400, creators=30)
    return sd.optimize(network, roster, budget=9_000, rng=5, precision=0.1, gap=0.2)


def line_of(ax: Any, place: int = 0) -> tuple[list[float], list[float]]:
    """Return the points of a line."""
    x, y = ax.lines[place].get_data()
    return list(x), list(y)


def test_reach_is_drawn_step_by_step(plan):
    """From nobody for nothing to the whole plan."""
    ax = sd.plot.reach(plan)

    assert line_of(ax) == (
        [0.0, *plan.seeds["cumulative_cost"]],
        [0.0, *plan.seeds["cumulative_reach"]],
    )
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("money paid", "expected reach")


def test_the_curve_is_that_of_the_plan(plan):
    """Step by step."""
    assert line_of(sd.plot.curve(plan)) == (plan.curve["step"].tolist(), plan.curve["reach"].tolist())


def test_the_frontier_is_drawn_as_by_its_method():
    """Lines of both are the same."""
    network, roster = sd.datasets.creator_market(people=400, creators=30)
    found = sd.frontier(network, roster, budgets=[3_000, 9_000], rng=5, precision=0.1, gap=0.2)

    assert line_of(sd.plot.frontier(found)) == line_of(found.plot())


def test_chances_of_outcomes_are_those_of_the_worlds(plan):
    """In percent."""
    worlds = plan.outcomes()

    targets, chances = line_of(sd.plot.outcomes(plan))

    assert worlds.size == min(plan.reach.worlds, 4_096)
    assert worlds.mean() == pytest.approx(plan.reach.mean, rel=0.05)
    for target, chance in zip(targets, chances, strict=True):
        assert chance == pytest.approx(100 * np.mean(worlds >= target))


def test_overlaps_prices_network_and_sensitivity(plan):
    """Each draws as many things as its data have, and the values of these."""
    explanation = plan.explain(measure=False)
    shares = sd.plot.overlap(explanation, most=4).images[0].get_array()
    expected = np.tril(figures.overlap(explanation, 4)["share"], -1)
    assert np.array_equal(shares.filled(0.0), expected)

    bars = sd.plot.cost(plan).patches
    assert [bar.get_height() for bar in bars] == plan.seeds["marginal_cost"].tolist()

    picture = plan.picture()
    ax = sd.plot.network(plan)
    assert len(ax.lines) == len(picture.arcs)
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == len(picture.labels)
    assert len(ax.texts) == picture.seeds == len(plan.seeds)

    found = plan.sensitivity()
    assert line_of(sd.plot.sensitivity(found))[0] == found.frame["reach"].tolist()


def test_given_axes_are_drawn_on_and_others_made(plan):
    """Whoever gives axes gets them back."""
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()

    assert sd.plot.reach(plan, ax=axes) is axes
    assert sd.plot.reach(plan) is not sd.plot.reach(plan)


def test_no_pyplot():
    """Neither importing nor drawing loads pyplot; nothing of matplotlib is loaded by the import."""
    script = (
        "import sys, seeding as sd\n"
        "sd.plot\n"
        "assert 'matplotlib' not in sys.modules\n"
        "network = sd.Network.from_edges(['a', 'a'], ['b', 'c'], 0.5)\n"
        "sd.plot.reach(sd.optimize(network, k=1, rng=1))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_cannot_be_drawn_is_refused(plan):
    """In one sentence each."""
    network, _ = sd.datasets.creator_market(people=400, creators=30)
    free = sd.optimize(network, k=1, rng=1, precision=0.1)

    with pytest.raises(InputError, match="nobody is paid"):
        sd.plot.cost(free)
    with pytest.raises(InputError, match="two seeds"):
        sd.plot.overlap(free.explain(measure=False))
    with pytest.raises(InputError, match="no matplotlib axes"):
        sd.plot.reach(plan, ax="here")


def test_labels_are_not_read_as_mathematics():
    """A dollar sign is one."""
    network = sd.Network.from_edges(["$x^2$"], ["b"], 0.5)

    ax = sd.plot.network(sd.optimize(network, k=1, rng=1))

    assert ax.texts[0].get_text() == r"\$x^2\$"
    ax.figure.canvas.draw()
