"""`optimize`: choose whom to seed, certify the choice, and measure what it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from seeding import campaign, checks, money
from seeding.answers import Comparison, Profit
from seeding.baseline_report import compare_with_simple
from seeding.checks import LEAST
from seeding.clock import Clock, OutOfTime
from seeding.constraints import read_caps, read_limits
from seeding.diffusion import IndependentCascade, Model, check_model
from seeding.duel import Duel, DuelTask, Tie, refuse_where_not_played, refuse_where_proof_is_asked
from seeding.effects import with_effects
from seeding.errors import InfeasibleError, InputError, SeedingError, listing
from seeding.estimate import Estimate
from seeding.executors import Workers, open_workers
from seeding.fair_report import choose_by_groups, measure_groups, price_fairness
from seeding.fairness import FAIR_METHODS, AtLeastReach, Fairness, Objective, read_fairness
from seeding.interval import Known
from seeding.invitation import BudgetOn
from seeding.memory import read_memory_limit, refusal
from seeding.network import Network
from seeding.plan import Plan
from seeding.platform_report import has_platforms, measure_platforms
from seeding.prefixes import with_prefixes
from seeding.progress import Progress, open_progress
from seeding.provenance import record
from seeding.receipt import Bought, exact_costs, measured_reach, over_time, seed_table, who_accepts
from seeding.rng import RandomSource, to_key
from seeding.roster import Roster
from seeding.rules import Exclude, Rule
from seeding.selection.affordable import check_somebody
from seeding.selection.baselines import BASELINES
from seeding.selection.methods import check_can_honour, check_method, choose, pick
from seeding.selection.problem import Choice, Problem
from seeding.selection.reachable import refuse_nobody_reached, within_reach
from seeding.spread import Block, Spread, Task, measure
from seeding.terms import Terms, as_rules, check_rules, compile_rules, finest

if TYPE_CHECKING:
    from seeding.selection.profit import Earning

# Why rules cannot all hold is looked into for so many seconds, even when time is up.
_TO_EXPLAIN = 0.4
FOR_PROFIT = "greedy for profit on RR sets, improved by adding, dropping and swapping"


def optimize(
    network: Any,
    roster: Any = None,
    *,
    budget: Any = None,
    k: int | None = None,
    model: Model = IndependentCascade(),
    audience: str | None = None,
    constraints: Iterable[Rule | AtLeastReach] = (),
    objective: Objective = "reach",
    group: str | None = None,
    rivals: object = None,
    tie: Tie = "random",
    method: str = "auto",
    value_per_reach: Any = None,
    budget_on: BudgetOn = "expected",
    gap: float = 0.05,
    delta: float = 0.01,
    precision: float = 0.01,
    time_limit: float | None = None,
    memory_limit: int | str | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Plan:
    """Choose whom to seed so that the expected reach is as large as the limits allow.

    Three stages that share no randomness: one sample chooses, a second certifies, and fresh forward
    simulations report what the plan reaches.

    Parameters
    ----------
    network
        A `Network`, or anything `Network.from_any` takes.
    roster
        Who can be chosen, and for how much: a `Roster`, a DataFrame with columns ``candidate`` and
        ``cost``, or a dict or Series of costs by label. None: everyone, at cost 1.
    budget
        Most money to spend, in the unit of the roster's costs; held exactly.
    k
        Most candidates to choose. At least one of `budget` and `k` must be given, unless `value_per_reach`
        is.
    model
        How the message spreads.
    audience
        Who counts, as `Network.with_audience` takes it: a query such as ``"country == 'NO'"``, or a column of
        yes and no. None: all who have a weight.
    constraints
        Further rules, such as ``AtMost(3, platform="tiktok")``; see `seeding.rules`. All methods keep them;
        those that look at candidates one by one (``"celf"`` and the baselines) refuse `Bundle`,
        `VolumeDiscount` and `Together`. `AtLeastReach` demands a share of every audience group.
    objective
        What is maximised: the total ``"reach"``, or the smallest share reached of any group: ``"maximin"``.
    group
        The column of `Network.people` that holds the groups, for ``objective="maximin"``.
    rivals
        Labels of the seeds of a rival campaign that spreads at the same time: whom it reaches first is lost
        to ours. A candidate who is among them is left out. The choice is made by forward simulation then, and
        has no certificate; `Plan.rival` says what the rival reaches.
    tie
        Who wins where ours and the rival's come in the same step: ``"random"``, each who succeeded alike;
        ``"ours"``; or ``"rival"``.
    method
        ``"auto"``, ``"ris"`` (RR sets and greedy), ``"exact"`` (RR sets and OR-Tools), ``"celf"`` (forward
        Monte Carlo), or a baseline: ``"random"``, ``"degree"``, ``"degree_discount"``, ``"pagerank"``,
        ``"top_audience"``, ``"cheapest"``.
    value_per_reach
        What reaching one person (one unit of node weight) is worth, in the unit of the costs. Then the plan
        is the one of the largest expected profit, value · reach − cost: it chooses its own budget, within
        `budget` and `k` where these are given, and is empty where nothing pays. `Plan.profit` takes the place
        of the certificate.
    budget_on
        What the budget and all rules about money hold for where creators may decline (a column ``accept`` in
        the roster): the ``"expected"`` spend, or the ``"worst_case"``, in which everybody accepts.
    gap, delta
        Stop when the plan is certified, with probability 1 − `delta`, to reach at least (1 − `gap`) of the
        best possible; for profit, to earn the best possible but for `gap` times the value of its reach (of
        the best single candidate's reach, if the plan is empty).
    precision
        Relative half-width of the 95 % interval on the reported reach; at most 200,000 worlds are
        simulated for it.
    time_limit
        Seconds for the search; the best plan so far is returned then. The first small sample and a first
        measurement of the reach (64 worlds) always take place. With a time limit, the same key may give
        another plan on another machine.
    memory_limit
        Bytes for samples, or text such as ``"2GB"``; 4 GiB if None.
    probability
        For a graph that is not a `Network` yet: see `Network.from_edges`.
    rng
        Randomness: the same key gives the same plan, whatever the number of threads.
    threads, executor
        Parallelism: a number of threads, or any concurrent.futures executor.
    progress
        True shows a progress bar on the standard error stream.

    Returns
    -------
    The plan: seeds in order of choice, expected reach with its interval, certificate, exact cost.

    Raises
    ------
    InputError
        If an argument is out of range or does not fit the network; before any long work.
    InfeasibleError
        If the budget does not pay for the cheapest candidate, bundle or discounted price (for profit that is
        an empty plan instead), no plan satisfies the rules, or only the plan without anybody does.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["fan"], ["a", "b", "c", "c"], 0.5)
    >>> plan = sd.optimize(star, {"hub": 900, "fan": 250.5, "a": 100}, budget=1_000, rng=1)
    >>> plan.seeds["candidate"].tolist(), plan.cost
    (['hub', 'a'], Decimal('1000.00'))
    """
    clock = Clock(time_limit)
    check_model(model)
    given = as_rules(constraints)
    rules = check_rules(rule for rule in given if not isinstance(rule, AtLeastReach))
    gap, delta = checks.share("gap", gap), checks.share("delta", delta)
    precision = checks.share("precision", precision)
    check_method(method)
    limit = read_memory_limit(memory_limit)
    network = Network.from_any(network, probability)
    roster = Roster.everyone(network) if roster is None else Roster.from_any(roster)
    value = None if value_per_reach is None else read_value(value_per_reach, method)
    roster, network, nodes = finest(rules, roster).held_on(budget_on).place(network)
    network = campaign.settle(network, audience, model)
    network, nodes = with_effects(network, nodes, roster.effect, model)
    limits, amount = (read_limits if value is None else read_caps)(budget, k, roster)
    duel = Duel.of(network, model, rivals, tie)
    if duel is not None:
        refuse_where_not_played(duel.cause, network)
    rules = (*rules, *_without_rivals(duel, roster, nodes))
    terms = compile_rules(rules, roster, limits) if rules or roster.says_who_accepts else None
    _, fairness = read_fairness(given, objective, group, network)
    _check_fairness(fairness, method, terms)
    refuse_where_proof_is_asked(duel, value_per_reach=value, fairness=fairness)
    _refuse_profit_under(rules, fairness, value)
    key = to_key(rng)
    shown = open_progress(progress)
    try:
        with open_workers(threads, executor) as workers:
            problem = Problem(
                network,
                model,
                nodes,
                roster.spend,
                limits,
                key,
                gap,
                delta,
                limit,
                workers,
                shown,
                clock,
                terms=terms,
                accept=roster.chances,
                duel=duel,
            )
            check_can_honour(method, problem)
            check_allowed(problem, rules, roster)
            if value is None:
                check_somebody(problem.program, problem.offers, rules, roster, amount)
            reached = within_reach(problem)
            if value is None:
                refuse_nobody_reached(problem, reached)
            earning, (name, reason) = None, pick(method, problem)
            if fairness is not None:
                choice = choose_by_groups(problem, fairness)
            elif value is None:
                choice = choose(name, reached, only_if_needed=method == "auto")
            else:
                from seeding.selection.profit import most_profitable

                name, reason = "ris", FOR_PROFIT
                per_person = float(value) * 10.0**roster.spend_decimals
                earning = most_profitable(reached, per_person, roster.expected)
                choice = Choice(earning.order, earning.stopped)
            spread = _evaluate(problem, choice, precision)
            platforms = measure_platforms(problem, choice, spread) if has_platforms(problem) else None
            for_reach = value is None and fairness is None and (choice.method or name) not in BASELINES
            compared = _compare(problem, choice, spread) if for_reach else ()
            groups, price = None, None
            if fairness is not None:
                groups = measure_groups(problem, choice, fairness, spread.reach.size)
                price = price_fairness(problem, spread.reach)
    except MemoryError as error:
        raise refusal(error, "choosing the seeds") from None
    finally:
        shown.close()
    asked = {"method": method, "gap": gap, "delta": delta, "precision": precision, "model": str(model)}
    asked |= {"time_limit": time_limit, "memory_limit": limit, "candidates": len(roster)}
    asked |= {"rules": [str(rule) for rule in rules]} | campaign.told(network)
    bought = Bought.of(choice.order, problem)
    if fairness is not None:
        asked |= {"fairness": fairness.rules}
    asked |= {"budget_on": budget_on} if roster.says_who_accepts else {}
    asked |= {} if duel is None else duel.asked()
    asked |= {} if value is None else {"value_per_reach": f"{value:f}"}
    if value is None or earning is None:
        reach, profit = measured_reach(spread, choice.certificate), None
    else:
        reach = _reach_that_pays(value, earning, spread, roster)
        profit = _profit(value, earning, delta, reach, roster)
    return Plan(
        table=seed_table(bought, roster, spread),
        reach=reach,
        certificate=choice.certificate,
        cost=roster.amount(bought.prices.sum()),
        budget=amount,
        k=limits.k,
        method=choice.method or name,
        reason=reason if choice.reason is None else _reason(method, problem, choice.reason),
        stopped=choice.stopped,
        phases=tuple(problem.phases),
        provenance=record(key, asked),
        exact_costs=exact_costs(bought.fees, roster),
        rules=tuple(str(rule) for rule in rules),
        groups=groups,
        price_of_fairness=price,
        platforms=platforms,
        comparisons=compared,
        profit=profit,
        **over_time(spread, model, network, duel is not None and duel.rivals.size > 0),
        **who_accepts(bought, roster, budget_on),
    )


def _refuse_profit_under(rules: Sequence[Rule], fairness: Fairness | None, value: Decimal | None) -> None:
    if value is not None and (rules or fairness is not None):
        raise InputError("value_per_reach cannot be combined with constraints or maximin; leave one out.")


def read_value(value: object, method: str) -> Decimal:
    """Check `value_per_reach`, and that the method can choose for profit.

    Raises
    ------
    InputError
        If it is not an amount of money above 0, or the method only knows reach.
    """
    amount = money.to_decimal(value, "value_per_reach")
    if amount <= 0:
        raise InputError(f"value_per_reach={amount} is not above 0; say what reaching one person is worth.")
    if not LEAST <= amount <= money.LARGEST_TOTAL:
        raise InputError(
            f"value_per_reach={amount} is too small or too large to reckon with; use another unit."
        )
    if method not in ("auto", "ris"):
        raise InputError(f"method={method!r} cannot choose for profit; leave it out, or pass method='ris'.")
    return amount


def _reach_that_pays(value: Decimal, earning: Earning, spread: Spread, roster: Roster) -> Estimate:
    """Estimate the reach of a plan for profit, within what is proven of its profit."""
    cost = int(roster.expected[earning.order].sum())
    per_person = float(value) * 10.0**roster.spend_decimals
    lower, upper = ((bound + cost) / per_person for bound in (earning.lower, earning.upper))
    return Estimate.from_sample(spread.reach, spread.known).within(lower, upper)


def _profit(value: Decimal, earning: Earning, delta: float, reach: Estimate, roster: Roster) -> Profit:
    scale = 10.0**roster.spend_decimals
    cost = int(roster.expected[earning.order].sum()) / scale
    lower, upper = earning.lower / scale, earning.upper / scale
    mean, low, high = (float(value) * part - cost for part in (reach.mean, reach.low, reach.high))
    return Profit(value, mean, low, high, lower, upper, delta, earning.samples)


def _reason(method: str, problem: Problem, found: str) -> str:
    """Say why a method ended as another; with `auto`, also how many candidates it saw."""
    return f"picked by auto: {problem.costs.size:,} candidates; {found}" if method == "auto" else found


def _check_fairness(fairness: Fairness | None, method: str, terms: Terms | None) -> None:
    """Refuse what cannot be combined with demands for groups."""
    if fairness is None:
        return
    if method not in FAIR_METHODS:
        raise InputError(
            f"method={method!r} cannot honour {fairness.rules}; choose one of {listing(FAIR_METHODS)}."
        )
    if terms is not None and not terms.offers.plain:
        raise InputError(
            f"{fairness.rules} cannot be combined with Bundle, VolumeDiscount or Together; leave one out."
        )


def check_allowed(problem: Problem, rules: Sequence[Rule], roster: Roster) -> None:
    """Refuse rules that cannot all hold, before any sampling."""
    try:
        # Kept by the problem, which every method begins with.
        _ = problem.cheapest
    except InfeasibleError:
        from seeding.selection.conflicts import find_allowed_or_refuse
        from seeding.selection.master import SolverError

        try:
            left = problem.clock.remaining()
            left = None if left is None else max(left, _TO_EXPLAIN)
            find_allowed_or_refuse(problem.program, rules, roster.spend_decimals, time_limit=left)
        except SolverError as error:
            raise InfeasibleError(f"the rules cannot all hold; why was not found ({error}).") from None


def _evaluate(problem: Problem, choice: Choice, precision: float) -> Spread:
    """Measure a choice on fresh worlds: to the asked precision, or as many as there is time for.

    One run of worlds takes place whatever the time.
    """
    if not problem.program.allows(choice.order):
        raise SeedingError("a method returned a choice outside the limits; please report this.")
    seeds = problem.seeded(choice.order)
    task, reachable = _task_of(problem, seeds), problem.reachability(seeds)
    known = reachable.known()
    with problem.phase("measure the reach") as words:
        spread, in_time = measure_in_time(problem, task, precision, known)
        if not in_time:
            words.append("time was up before the asked precision")
        if isinstance(task, DuelTask):
            spread = with_prefixes(spread, task, problem.workers)
        words.append(f"{spread.reach.size:,} fresh simulations")
    return reachable.told(spread)


def measure_in_time(problem: Problem, task: Task, precision: float, known: Known) -> tuple[Spread, bool]:
    """Measure to the asked precision, or as far as there is time; returns whether there was enough."""
    blocks: list[Block] = []
    # Several workers would begin several runs before the first is done.
    workers = Workers(1) if problem.clock.expired() else problem.workers
    try:
        check, progress = problem.clock.check, problem.progress
        return measure(task, precision, workers, progress, check, blocks, known), True
    except OutOfTime:
        return Spread.join(blocks)._replace(known=known), False


def _compare(problem: Problem, choice: Choice, spread: Spread) -> tuple[Comparison, ...]:
    """Compare a choice made for reach with simple ones."""
    task = _task_of(problem, problem.seeded(choice.order))
    return compare_with_simple(problem, choice, task, spread.reach)


def _task_of(problem: Problem, seeds: np.ndarray) -> Task:
    """Prepare the simulation of chosen candidates in fresh worlds."""
    if problem.duel is None:
        return problem.fresh_worlds(seeds)
    key = problem.stage_key("evaluate")
    nodes, accept = problem.nodes[seeds], problem.accept_of(seeds)
    return DuelTask.make(problem.network, nodes, key, problem.model, problem.duel, accept)


def _without_rivals(duel: Duel | None, roster: Roster, nodes: np.ndarray) -> tuple[Rule, ...]:
    """Exclude the candidates who are the rival's seeds: who posts for them does not post for us."""
    taken = [] if duel is None else duel.taken(nodes).tolist()
    return (Exclude(*roster.candidates[taken].tolist()),) if taken else ()
