"""What memory a plan will take, told before the long work starts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from seeding._runtime import memory
from seeding._runtime.executors import Workers, available_threads, open_workers
from seeding._runtime.memory import Need
from seeding.diffusion import IndependentCascade
from seeding.network.csr import Csr
from seeding.network.network import Network
from seeding.network.packed_rows import PACKED_FROM_ARCS
from seeding.plan import estimate
from seeding.roster.acceptance import BudgetOn
from seeding.roster.roster import Roster
from seeding.rules.affordable import check_budget
from seeding.rules.compiling import compile_rules, finest
from seeding.rules.limits import Limits, read_limits
from seeding.rules.program import Offers
from seeding.rules.rules import Rule
from seeding.selection.error_budget import BEST_PLAN, CHOICE, FIRST_SETS, MOST_SETS, PLAN
from seeding.selection.greedy import select
from seeding.selection.offers_on_sample import offered
from seeding.simulation.propagation import rr_sampler

# The samples that are looked at: not more sets than these, nor about so many entries.
_SETS, _ENTRIES = 1 << 12, 1 << 22
# What greedy may fall short of the bound, of all that sampling error leaves.
_SLACK = 1.005
# A text of usual length as Python holds it, and the pointer to it.
_TEXT_LABEL = 70
# Sizes that are tried grow by this.
_STEP = 2 ** (1 / 8)


def forecast(
    network: Network,
    roster: Roster | None = None,
    *,
    budget: Decimal | None = None,
    k: int | None = None,
    budget_on: BudgetOn = "expected",
    gap: float = 0.05,
    delta: float = 0.01,
    threads: int | None = None,
    constraints: Sequence[Rule] = (),
) -> Need:
    """Estimate the memory of planning on a network, from its size and two small samples.

    The network is counted exactly. How many sets the certificate will need follows from the share of sets
    that greedy covers in a small sample; plans that end for other reasons may take up to their memory limit.
    Of the rules only the prices count: bundles and discounts are offers.

    Raises
    ------
    InputError, InfeasibleError
        As `optimize` would for the same roster and limits.
    """
    roster = Roster.everyone(network) if roster is None else roster
    roster, network, nodes = finest(constraints, roster).held_on(budget_on).place(network)
    limits, amount = read_limits(budget, k, roster)
    offers = compile_rules(constraints, roster, limits).offers if constraints else Offers.alone(roster.spend)
    if amount is not None:
        check_budget(offers, limits, roster, amount)
    with open_workers(threads) as workers:
        share, size, listed = _look(network, nodes, roster, (offers, limits), workers)
        threads = workers.threads
    samples = memory.sample_need(sets_needed(share, gap, delta), size, listed)
    return replace(without_samples(network, len(roster), threads), samples=samples)


def without_samples(network: Network, n_candidates: int, threads: int | None = None) -> Need:
    """Estimate the memory of planning on a network from its size alone: all but the samples."""
    n, m, threads = network.n_nodes, network.n_arcs, threads or available_threads()
    into, out = _is_mixed(network.into), _is_mixed(network.out)
    return Need(
        network=memory.network_need(n, m, 8 if network.names.are_integers else _TEXT_LABEL),
        choosing=memory.choosing_need(n, m, n_candidates, mixed=into, threads=threads),
        measuring=memory.measuring_need(n, m, n_candidates, mixed=out, threads=threads),
    )


def _look(
    network: Network, nodes: np.ndarray, roster: Roster, terms: tuple[Offers, Limits], workers: Workers
) -> tuple[float, float, float]:
    """Return the share of sets that greedy covers, the mean candidates in a set, and the part it has listed.

    On the sample that it was made on, a choice looks better than it is; on another, greedy on more sets would
    do better. The truth lies between.
    """
    prepared = rr_sampler(network, IndependentCascade(), 0, nodes, roster.chances)
    first, second = (prepared.with_key(key) for key in (1, 2))
    few = first.grow(first.empty(), 64, workers)
    n_sets = int(min(_SETS, max(64, _ENTRIES * few.n_sets // max(few.total_size, 1))))
    sample, other = first.grow(few, n_sets, workers), second.grow(second.empty(), n_sets, workers)
    offers, limits = terms
    cover = select(offered(sample, offers), offers.costs, limits)
    covered = (cover.covered + other.count(offers.seeded(cover.order))) / 2
    size = (sample.total_size + other.total_size) / (2 * n_sets)
    listed = sample.listing(np.zeros(nodes.size, dtype=np.bool_)).sets.size / max(sample.total_size, 1)
    return max(covered, 1.0) / n_sets, size, listed


def sets_needed(share: float, gap: float, delta: float) -> int:
    """Estimate to what size a sample grows until a choice covering `share` of it can be certified.

    Sizes double, so the one that suffices may be anything up to twice what is needed; the mean of that, √2
    times as much, is wrong by a factor of √2 at most.
    """
    spent = PLAN.spend(BEST_PLAN, CHOICE, delta)
    size = FIRST_SETS
    while size * _STEP < MOST_SETS:
        covered = int(share * size)
        lower = estimate.binomial_lower(covered, size, spent.lower)
        upper = estimate.binomial_upper(min(size, int(covered * _SLACK)), size, spent.upper)
        if lower >= (1 - gap) * upper:
            break
        size = int(size * _STEP)
    return min(int(size * math.sqrt(2)), MOST_SETS)


def _is_mixed(rows: Csr) -> bool:
    """Tell whether rows get alias tables when they are packed."""
    if rows.indices.size < PACKED_FROM_ARCS:
        return False
    from seeding._kernels.rows.packing import rows_are_equal

    return not rows_are_equal(rows.indptr, rows.probability)
