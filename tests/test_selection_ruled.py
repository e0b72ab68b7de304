"""The parts of selection under rules, each against a plain twin or every choice tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from ruled_instances import KINDS, Market, market

from seeding.errors import SeedingError
from seeding.rules import feasible
from seeding.rules.cp_sat import SolverError
from seeding.rules.feasible import find_start
from seeding.rules.limits import Limits
from seeding.rules.program import Offers, Program
from seeding.selection.bounds.relaxation import SCALE, RuledPurse
from seeding.selection.feasible_prefix import Tracker
from seeding.selection.greedy_under_rules import grow_allowed
from seeding.selection.offers_on_sample import offered

MIXES = [tuple(np.random.default_rng([7, i]).choice(KINDS, size=3, replace=False)) for i in range(60)]


def markets() -> list[Market]:
    """Draw markets with three rules each."""
    return [market(number, kinds, most=6) for number, kinds in enumerate(MIXES)]


def choices(program: Program) -> list[np.ndarray]:
    """List every allowed choice of offers."""
    n = program.n_offers
    return [
        np.array(chosen, dtype=np.int64)
        for size in range(min(n, 6) + 1)
        for chosen in itertools.combinations(range(n), size)
        if program.allows(np.array(chosen, dtype=np.int64))
    ]


def test_offers_cover_what_their_members_cover():
    """A set holds an offer exactly if it holds one of the offer's people, and each offer once."""
    seen = 0
    for given in markets():
        offers = given.terms.offers
        sample = offered(given.sample, offers)
        rows = np.split(sample.members, sample.set_indptr[1:-1])
        for members, row in zip(given.sets, rows, strict=True):
            expected = [i for i in range(offers.n_offers) if set(offers.seeded(np.array([i]))) & set(members)]
            assert sorted(row.tolist()) == expected
            seen += offers.n_offers > len(given.frame)
    assert seen > 50


def test_plain_offers_leave_the_sample_as_it_is():
    """Where offers are candidates nothing is copied."""
    given = market(1, ("AtMost",))
    sample = given.sample
    assert offered(sample, given.terms.offers) is sample
    assert Offers.alone(np.array([3, 4])).plain


def test_the_tracker_agrees_with_the_check_of_whole_choices():
    """What can be added to a growing choice is what the programme allows, on every path tried."""
    asked = 0
    for number, given in enumerate(markets()):
        program = given.terms.program
        order = np.random.default_rng([5, number]).permutation(program.n_offers)
        for start in choices(program)[::3][:12]:
            tracker = Tracker(program, start)
            for offer in order.tolist():
                if offer in tracker.order:
                    continue
                longer = np.array([*tracker.order, offer])
                assert tracker.fits(offer) == program.allows(longer), given
                asked += 1
                if tracker.fits(offer):
                    tracker.take(offer)
    assert asked > 300


def grown(given: Market, start: np.ndarray, tags: np.ndarray) -> list[int]:
    """Grow a choice the plain way: of all that may be added, the one with the most new sets per tag."""
    program, sample = given.terms.program, offered(given.sample, given.terms.offers)
    rows = [set(row.tolist()) for row in np.split(sample.members, sample.set_indptr[1:-1])]
    order = start.tolist()
    while True:
        open_sets = [row for row in rows if not row & set(order)]
        best, best_worth = -1, 0.0
        for offer in range(program.n_offers):
            gain = sum(offer in row for row in open_sets)
            if gain == 0 or offer in order or not program.allows(np.array([*order, offer])):
                continue
            worth = np.inf if tags[offer] <= 0 else gain / tags[offer]
            if worth > best_worth:
                best, best_worth = offer, worth
        if best < 0:
            return order
        order.append(best)


def test_greedy_under_rules_equals_its_twin():
    """The kernel takes the same offers in the same order, from every kind of start and tags."""
    compared = 0
    for given in markets():
        program = given.terms.program
        sample = offered(given.sample, given.terms.offers)
        for start in choices(program)[::4][:8]:
            for tags in (np.ones(program.n_offers), program.costs.astype(float)):
                order, covered = grow_allowed(sample, program, start, tags)
                assert order.tolist() == grown(given, start, tags)
                assert covered == sample.count(order)
                assert program.allows(order)
                compared += 1
    assert compared > 100


def test_the_relaxation_and_its_dual_are_above_every_allowed_choice():
    """For random worths no allowed choice is worth more; the exact dual is close to the relaxation."""
    compared = 0
    for number, given in enumerate(markets()):
        program = given.terms.program
        every = choices(program)
        if not every:
            continue
        purse = RuledPurse.of(program)
        scores = np.random.default_rng([9, number]).integers(0, 90, program.n_offers) * SCALE
        best = max(int(scores[chosen].sum()) for chosen in every)
        relaxed = purse.relax(scores.astype(np.float64))
        total, unit, _ = purse.dual(5 * SCALE, scores)
        assert relaxed.value >= best * (1 - 1e-9) - 1e-6
        assert total // unit >= best // SCALE + 5
        assert total / unit <= relaxed.value / SCALE + 5 + 0.01
        compared += 1
    assert compared > 30


def test_the_dual_is_valid_when_the_linear_solver_fails(monkeypatch):
    """Without an answer everybody is granted, which bounds as well."""
    given = market(4, ("AtMost",))
    purse = RuledPurse.of(given.terms.program)
    scores = np.full(purse.n, 3 * SCALE)
    monkeypatch.setattr(type(purse._linear._solver), "Solve", lambda *_: 6)
    total, unit, _ = purse.dual(0, scores)
    usable = int((~purse.blocked).sum())
    assert total // unit == 3 * usable
    assert purse.relax(scores.astype(float)).parts.all()


@pytest.mark.parametrize("failure", ["undecided", "crash"])
def test_a_start_that_is_not_found_is_said(monkeypatch, failure):
    """Where OR-Tools decides nothing, even without an aim, the error says so."""
    asked = []

    def refuse(program, objective=None, **_):
        asked.append(objective is None)
        raise SolverError(failure)

    monkeypatch.setattr(feasible, "find_allowed", refuse)
    program = market(2, ("AtLeast", "MaxShare")).terms.program
    with pytest.raises(SeedingError, match=failure):
        feasible.find_start(program, program.costs)
    assert asked == [False, True]


def test_a_start_without_rules_is_nobody():
    """Limits alone allow the empty choice, and no solver is asked."""
    program = Program.plain(np.array([3, 4]), Limits(budget=5))
    assert find_start(program, program.costs).size == 0
