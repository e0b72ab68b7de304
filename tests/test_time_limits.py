"""Time limits by a clock of our own making: every loop asks it, and ends when it says so."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from problems import make_problem
from small_graphs import random_graph

import seeding as sd
from seeding._kernels.forward import GRAIN
from seeding.clock import Clock, OutOfTime
from seeding.duel import Drawn, Duel, DuelTask
from seeding.executors import LONGEST_BLOCK, Pace, Workers
from seeding.interval import NOTHING_KNOWN
from seeding.planner import measure_in_time
from seeding.program import Program
from seeding.selection import allowed, lagrangian, local, starts
from seeding.selection.greedy import select
from seeding.selection.master import SolverError
from seeding.selection.sources import Sources
from seeding.terms import compile_rules

IC = sd.IndependentCascade
COSTS = {v: 10 + v % 7 for v in range(60)}
# Loops that are within each other when time is up, each of which may ask once more on its way out.
ON_THE_WAY_OUT = 60


class Ticking:
    """A clock that goes on by one each time that somebody looks at it."""

    def __init__(self) -> None:
        self.looks = 0

    def monotonic(self) -> float:
        """Give the time."""
        self.looks += 1
        return float(self.looks)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """Let every look at the clock take a second."""
    clock = Ticking()
    monkeypatch.setattr("seeding.clock.time", clock)
    return clock


@pytest.fixture(scope="module")
def network() -> sd.Network:
    """Draw a network in which nothing is certified at once."""
    return random_graph(4, n=60, m=240).network()


ASKED = {
    "heads": {"k": 4},
    "money": {"budget": 60},
    "exact": {"budget": 60, "method": "exact"},
    "rules": {"budget": 60, "constraints": [sd.AtLeast(2, region="n"), sd.SpendAtMost(40, region="s")]},
    "deals": {"budget": 60, "method": "exact", "constraints": [sd.VolumeDiscount({"region": "n"}, 2, 0.1)]},
    "celf": {"k": 4, "method": "celf"},
    "celf, organic": {"k": 4, "method": "celf", "organic": True},
    "celf by money": {"budget": 60, "method": "celf"},
    "organic": {"k": 4, "organic": True},
    "rivals": {"k": 4, "rivals": [7, 9]},
    "bad news": {"k": 4, "model": IC(quality=0.8, negativity_bias=2.0)},
    "profit": {"value_per_reach": 9},
    "degree": {"k": 4, "method": "degree"},
}


def planned(network: sd.Network, asked: dict, looks: float | None) -> sd.Plan:
    """Make a plan, for as long as the clock was looked at so many times."""
    asked = dict(asked)
    if asked.pop("organic", False):
        network = network.with_organic([3])
    roster = [{"candidate": v, "cost": c, "region": "ns"[v % 2]} for v, c in COSTS.items()]
    how = {"gap": 1e-4, "precision": 1e-3, "rng": 5, "threads": 1, "time_limit": looks}
    return sd.optimize(network, pd.DataFrame(roster), **(how | asked))


@pytest.mark.parametrize("looks", [1, 4, 12, 40])
@pytest.mark.parametrize("name", ASKED)
def test_a_plan_ends_when_the_clock_says_so(network, ticking, name, looks):
    """After so many looks there is a valid plan, whose loops have not gone on asking."""
    plan = planned(network, ASKED[name], looks)
    assert ticking.looks <= looks + ON_THE_WAY_OUT
    assert plan.stopped == "time_limit" or name == "degree"
    assert plan.reach.worlds >= GRAIN
    assert plan.cost <= 60 or "budget" not in ASKED[name]
    if plan.certificate is not None:
        assert 0 <= plan.certificate.lower <= plan.certificate.upper
    if looks == 1:
        assert plan.reach.worlds == GRAIN


@pytest.mark.parametrize("name", ["heads", "rules", "celf", "organic", "rivals"])
def test_enough_time_changes_no_choice(network, name):
    """A limit that is not reached gives what no limit gives, but for sizes that only a limit looks at."""
    asked = {"gap": 0.3, "precision": 0.05} | ASKED[name]
    long, free = (planned(network, asked, limit) for limit in (1e9, None))
    assert long.stopped == free.stopped
    assert long.seeds["candidate"].tolist() == free.seeds["candidate"].tolist()


def test_measuring_keeps_what_was_simulated(network):
    """When time is up in the middle, the worlds so far are the measurement; not fewer, and not others."""
    problem = make_problem(random_graph(4, n=60, m=240), k=4)
    seen = []

    def look() -> None:
        seen.append(None)
        if len(seen) == 5:
            raise OutOfTime

    class Ending(Clock):
        check = staticmethod(look)

    object.__setattr__(problem, "clock", Ending(1e9))
    task = problem.fresh_worlds(np.array([1, 2, 3]))
    spread, in_time = measure_in_time(problem, task, 1e-4, NOTHING_KNOWN)
    assert not in_time
    assert spread.reach.size >= 5 * GRAIN
    assert (spread.reach == task(0, -(-spread.reach.size // GRAIN) * GRAIN).reach[: spread.reach.size]).all()


def test_the_start_known_is_taken_when_time_is_up(monkeypatch):
    """Without time no solver is asked for a good start where some start is known."""
    program = _ruled()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(allowed, "find_allowed", refuse)
    late = Clock.within(0.0)
    nobody = starts.find_start(program, np.ones(program.n_offers, dtype=np.int64), late)
    assert nobody.size == 0
    known = np.array([0, 1])
    assert starts.find_start(program, np.ones(program.n_offers, dtype=np.int64), late, known) is known


def test_the_cheapest_start_needs_no_solver_where_nobody_is_allowed(monkeypatch):
    """Where choosing nobody keeps all rules, that is the cheapest choice."""
    monkeypatch.setattr(allowed, "find_allowed", None)
    program = _ruled()
    assert starts.find_start(program, -program.costs).size == 0


def test_writing_rules_down_ends_with_the_time():
    """A model of many rows is not built beyond the limit."""
    asked = []

    def time_left() -> bool:
        asked.append(None)
        return len(asked) < 3

    with pytest.raises(SolverError, match="time was up"):
        allowed.RuleModel(_ruled(), time_left=time_left)
    assert len(asked) == 3


def _ruled() -> Program:
    """Make a programme with a row for every discounted candidate."""
    roster = sd.Roster.from_any(
        pd.DataFrame({"candidate": list(COSTS), "cost": list(COSTS.values()), "region": "n"})
    )
    rules = [sd.VolumeDiscount({"region": "n"}, 3, 0.1)]
    return compile_rules(rules, roster, sd.constraints.Limits(6_000, None)).program


def test_bounds_and_local_search_ask_before_every_step():
    """Without time they take one step or none, and what they say holds all the same."""
    problem = make_problem(random_graph(4, n=60, m=240), k=4)
    sampler = Sources.open(problem).chooser
    sample = sampler.grow(sampler.empty(), 2_000, problem.workers)
    cover = select(sample, problem.costs, problem.limits)
    asked = []

    def late() -> bool:
        asked.append(None)
        return False

    proof = lagrangian.lagrangian_bound(sample, problem.program, cover, 0, time_left=late)
    assert 1 <= len(asked) <= 2
    best = lagrangian.lagrangian_bound(sample, problem.program, cover, 0)
    assert cover.covered <= best.bound <= proof.bound
    asked.clear()
    polished = local.polish(sample, problem.program, cover, time_left=late)
    assert (polished.cover, polished.moves, len(asked)) == (cover, 0, 1)


def test_kept_worlds_are_drawn_in_pieces(network, monkeypatch):
    """The pieces are the worlds drawn together; without time one run is drawn, whatever the pieces."""
    monkeypatch.setattr("seeding.duel._COINS_AT_ONCE", 1_000)
    duel = Duel.of(network, IC(quality=0.8, negativity_bias=2.0), [7], "random")
    task = DuelTask.make(network, np.array([1]), 3, IC(quality=0.8, negativity_bias=2.0), duel)
    pieces = Drawn.worlds(task, 0, 300)
    monkeypatch.setattr("seeding.duel._COINS_AT_ONCE", 1 << 24)
    whole = Drawn.worlds(task, 0, 300)
    assert (pieces.live == whole.live).all()
    assert (pieces.far == whole.far).all()
    monkeypatch.setattr("seeding.duel._COINS_AT_ONCE", 1_000)
    few = Drawn.worlds(task, 0, 300, lambda: False)
    assert few.live.shape[0] == 64
    assert (few.live == whole.live[:64]).all()


def test_blocks_get_shorter_where_they_take_long():
    """A block is cut to what fits, in whole grains and never to nothing, and grows where work is light."""
    pace = Pace(6_400, 64)
    pace.learn(6_400, 10 * LONGEST_BLOCK)
    assert pace.length == 640
    pace.learn(640, 1_000 * LONGEST_BLOCK)
    assert pace.length == 64
    pace.learn(64, LONGEST_BLOCK / 10)
    assert pace.length == 128
    for _ in range(20):
        pace.learn(pace.length, 0.0)
    assert pace.length == 6_400


def test_long_blocks_are_cut_in_the_midst_of_work(monkeypatch):
    """Where each world takes a tenth of what a block may, blocks of ten follow the first."""
    now = [0.0]
    monkeypatch.setattr("seeding.executors.time", SimpleNamespace(thread_time=lambda: now[0]))
    lengths = []

    def slow(first: int, count: int) -> list[int]:
        now[0] += count * LONGEST_BLOCK / 10
        lengths.append(count)
        return list(range(first, first + count))

    found = list(Workers(1).map(slow, 3, 400, 100, grain=1))
    assert [world for block in found for world in block] == list(range(3, 403))
    assert lengths[0] == 100
    assert max(lengths[1:]) == 10
