"""What is judged at a look is fixed by the choosing sample: other judging samples meet no further choices.

The shares of δ are for so many choices at each size, and each of them has to be one that the judging sample
had no part in. So the same choosing sample is judged by many others, and all choices that come up at a size
are counted together.
"""

from __future__ import annotations

import zlib
from collections import defaultdict

import numpy as np
import pytest
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.rng import derive
from seeding.selection import many_budgets, ris
from seeding.selection.cost import least_cost
from seeding.selection.greedy import Cover
from seeding.selection.problem import STAGES, Problem
from seeding.selection.ris import take_greedy

JUDGES = 6
# Small samples that are precise at some sizes and not at others.
QUICK = {"precision": 0.5, "threads": 1, "rng": 5, "delta": 0.5, "memory_limit": "2MB"}


@pytest.fixture
def judges(monkeypatch):
    """Go through judging samples that have keys of their own, all else the same."""

    def each():
        for judge in range(JUDGES):
            monkeypatch.setattr(
                Problem,
                "stage_key",
                lambda self, stage, judge=judge: derive(
                    self.key + judge * (stage == "certify"), STAGES[stage]
                ),
            )
            yield judge

    return each


def watch_judge(monkeypatch, module):
    """Collect the choices that a module judges, by the size of the samples and the money they may take."""
    judged = defaultdict(set)
    real = module.judge

    def watch(problem, cover, choosing, judging, *others):
        # What a perfect bound would prove is asked for as well; no plan rests on it.
        if cover.bound > cover.covered:
            judged[choosing.n_sets].add(tuple(sorted(cover.order.tolist())))
        return real(problem, cover, choosing, judging, *others)

    monkeypatch.setattr(module, "judge", watch)
    return judged


@pytest.fixture
def led(monkeypatch):
    """Let guidance lead to a choice of its own for each bound that guides it, and nobody improve that."""

    def guided(sample, program, starts, cover, tags):
        left_out = zlib.crc32(np.asarray(tags).tobytes()) % cover.order.size
        order = np.delete(cover.order, left_out)
        return Cover(order, sample.count(order), cover.bound)

    monkeypatch.setattr(ris, "guided", guided)
    for module in (ris, many_budgets):
        monkeypatch.setattr(module, "chooser", lambda problem: take_greedy)


def people(number: int, m: int = 150) -> tuple[sd.Network, dict, list]:
    """Make forty people with prices, four in a team, and rules under which places in teams are scarce."""
    graph = random_graph(number, n=40, m=m)
    generator = np.random.default_rng(number)
    roster = {
        "candidate": list(range(40)),
        "cost": generator.integers(2, 9, size=40).tolist(),
        "team": [f"team {v % 4}" for v in range(40)],
    }
    rules = [sd.AtMost(1, team="team 0"), sd.AtMost(2, team="team 1"), sd.AtLeast(2, team="team 2")]
    return graph.network(), roster, rules


def roster_of(table: dict):
    """Make the roster that is passed on."""
    import pandas as pd

    return pd.DataFrame(table)


@pytest.mark.parametrize("number", range(2))
def test_under_rules_each_size_has_one_choice(monkeypatch, led, judges, number):
    """Greedy's choice or the guided one: which of them is judged does not depend on the judging sample."""
    network, table, rules = people(number)
    rules = [rule for rule in rules if isinstance(rule, sd.AtMost)]
    judged = watch_judge(monkeypatch, ris)
    for _ in judges():
        sd.optimize(network, roster_of(table), budget=25, constraints=rules, method="ris", gap=0.04, **QUICK)
    assert len(judged) > 1
    assert max(map(len, judged.values())) == 1, dict(judged)


@pytest.mark.parametrize("ruled", [False, True])
def test_with_a_solver_each_size_has_two_choices(monkeypatch, judges, ruled):
    """The search's own choice and the solver's, whatever happened at the sizes before."""
    network, table, rules = people(1)
    judged = watch_judge(monkeypatch, ris)
    for _ in judges():
        sd.optimize(
            network,
            roster_of(table),
            budget=25,
            constraints=rules if ruled else (),
            method="exact",
            gap=0.03,
            **QUICK,
        )
    assert max(map(len, judged.values())) <= 2, dict(judged)


@pytest.mark.parametrize("method", ["ris", "exact"])
@pytest.mark.parametrize("ruled", [False, True])
def test_with_earlier_seeds_each_size_has_as_many_choices_as_without(monkeypatch, judges, method, ruled):
    """They are put back into what was chosen: that is judged in its place, not beside it."""
    network, table, rules = people(1)
    judged = watch_judge(monkeypatch, ris)
    start, kept = list(range(0, 40, 3)), set()
    for _ in judges():
        made = sd.optimize(
            network,
            roster_of(table),
            budget=25,
            constraints=rules if ruled else (),
            method=method,
            gap=0.03,
            start=start,
            **{**QUICK, "precision": 0.2},
        )
        kept |= {len(made.kept.kept)}
    assert len(judged) > 1
    assert max(map(len, judged.values())) <= (2 if method == "exact" else 1), dict(judged)
    assert min(kept) >= 3


def test_where_all_cost_the_same_earlier_seeds_are_put_back_into_both_choices(monkeypatch, judges):
    """Greedy's choice at each size and the improved one at the last: two, and both hold earlier seeds."""
    network, _, _ = people(3)
    judged = watch_judge(monkeypatch, ris)
    for _ in judges():
        sd.optimize(network, k=6, method="ris", gap=0.03, start=[1, 4, 7], **{**QUICK, "precision": 0.3})
    assert max(map(len, judged.values())) <= 2, dict(judged)
    assert all({1, 4, 7} & set(order) for orders in judged.values() for order in orders)


def test_a_frontier_has_one_choice_for_each_budget(monkeypatch, led, judges):
    """Whichever budgets are done with, at each size no more choices come up than there are budgets."""
    network, table, rules = people(2)
    rules = [rule for rule in rules if isinstance(rule, sd.AtMost)]
    judged = watch_judge(monkeypatch, many_budgets)
    for _ in judges():
        sd.frontier(network, roster_of(table), budgets=[15, 20, 30], constraints=rules, gap=0.04, **QUICK)
    assert len(judged) > 1
    assert max(map(len, judged.values())) <= 3, dict(judged)


def test_a_target_is_tried_with_four_choices_at_each_size(monkeypatch, judges):
    """What tries ask for at a size is one of four numbers of sets, told by the choosing sample."""
    network, table, _ = people(2, m=60)
    asked = defaultdict(set)
    real = least_cost._Run._cover

    def watch(run, needed):
        if needed != run._implied:
            asked[run.pair.size].add(needed)
        return real(run, needed)

    monkeypatch.setattr(least_cost._Run, "_cover", watch)
    for _ in judges():
        sd.minimize_cost(network, roster_of(table), target_reach=24, gap=0.01, **QUICK)
    assert max(map(len, asked.values())) > 1
    assert max(map(len, asked.values())) <= 4, dict(asked)
