"""Selection under rules against every choice tried: each rule alone, and several at once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from ruled_instances import KINDS, Market, market

from seeding.rules.feasible import find_start
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.exact.solve import solve
from seeding.selection.greedy_under_rules import select_allowed
from seeding.selection.offers_on_sample import offered

PAIRS = tuple(itertools.combinations(KINDS, 2))
TRIPLES = tuple(itertools.combinations(KINDS, 3))


def check(given: Market) -> tuple[bool, bool]:
    """Hold greedy, bound and solver against brute force; tells if rules can hold and greedy is best."""
    terms, best = given.terms, given.best()
    program = terms.program
    sample = offered(given.sample, terms.offers)
    singles = np.diff(sample.incidence.indptr)
    start = find_start(program, -program.costs)
    assert (start is None) == (best is None), given
    if start is None or best is None:
        return False, False
    starts = [start, find_start(program, singles)]
    greedy = select_allowed(sample, program, starts)
    assert program.allows(greedy.order), given
    seeded = set(terms.offers.seeded(greedy.order).tolist())
    assert given.covered(seeded) == greedy.covered <= best <= greedy.bound, given
    for enough in (0, len(given.sets)):
        bound = lagrangian_bound(sample, program, greedy, enough).bound
        assert bound >= best, given
    found = solve(sample.set_indptr, sample.members, program.costs, program=program, hint=greedy.order)
    assert program.allows(found.chosen), given
    assert found.optimal, (found.status, given)
    assert found.covered == found.upper_bound == best, given
    assert given.covered(set(terms.offers.seeded(found.chosen).tolist())) == best, given
    return True, greedy.covered == best


@pytest.mark.parametrize("kind", KINDS)
def test_each_rule_alone(kind):
    """A hundred markets for each rule: allowed, never below the best bound, and exact is the best."""
    outcomes = [check(market(number, (kind,))) for number in range(100)]
    assert sum(feasible for feasible, _ in outcomes) >= 30


@pytest.mark.parametrize("kinds", PAIRS, ids="+".join)
def test_two_rules_together(kinds):
    """Every pair of rules, on several markets."""
    assert any(check(market(number, kinds, most=6))[0] for number in range(8))


def test_three_rules_together():
    """Every triple of rules."""
    outcomes = [check(market(number, kinds, most=6)) for number, kinds in enumerate(TRIPLES)]
    assert sum(feasible for feasible, _ in outcomes) > len(TRIPLES) // 3
