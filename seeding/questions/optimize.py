"""`optimize`: choose whom to seed, certify the choice, and measure what it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource
from seeding.diffusion import IndependentCascade, Model
from seeding.plan.plan import Plan
from seeding.questions.answering import answer
from seeding.questions.objectives import objective_of
from seeding.questions.preparing import prepare
from seeding.questions.question import Question
from seeding.roster.acceptance import BudgetOn
from seeding.rules.fairness import Objective
from seeding.rules.rules import AtLeastReach, Rule
from seeding.simulation.competition import Tie


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
    conversion: Any = None,
    value: Any = None,
    start: Any = None,
    budget_on: BudgetOn = "expected",
    gap: float = 0.05,
    delta: float = 0.01,
    precision: float = 0.01,
    time_limit: float | None = None,
    memory_limit: int | str | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    keep_sample: bool = False,
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
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    roster
        Who can be chosen, and for how much: a `Roster`, the path of a file that `read_roster` reads, a
        DataFrame with columns ``candidate`` and ``cost``, or a dict or Series of costs by label. None:
        everyone, at cost 1.
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
    conversion, value
        Which share of the people reached buys, and what a sale is worth: numbers, or columns of
        `Network.people`. Then `Plan.sales` says what is expected to be sold, and what that returns. They
        change nothing in the choice; `value_per_reach` does.
    start
        An earlier plan, or labels of its seeds, for plans that are made again and again. Earlier seeds are
        kept as long as the choice covers at least the part 1 − `precision` of what a choice without them
        covers on the choosing sample, and keeps all limits and rules; `Plan.kept` says who is kept, new and
        gone. Those who are no longer in the roster are passed over. The certificate is that of the choice
        finally made. Only where RR sets choose for reach (``"ris"``, ``"exact"``), and candidates are bought
        one by one.
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
        For a graph or a file that is not a `Network` yet: see `Network.from_edges`.
    rng
        Randomness: the same key gives the same plan, whatever the number of threads.
    keep_sample
        Keep the two samples with the plan, so that `Plan.explain` and `Plan.what_if` answer at once;
        otherwise they draw them again from the key. The last of `Plan.phases` says how much memory that
        takes.
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
    KeyboardInterrupt
        On Ctrl-C; once the search has begun, with the best plan so far in its attribute ``plan``. A second
        Ctrl-C ends at once.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["fan"], ["a", "b", "c", "c"], 0.5)
    >>> plan = sd.optimize(star, {"hub": 900, "fan": 250.5, "a": 100}, budget=1_000, rng=1)
    >>> plan.seeds["candidate"].tolist(), plan.cost
    (['hub', 'a'], Decimal('1000.00'))
    """
    question = Question(
        budget=budget, k=k, model=model, audience=audience, constraints=constraints, objective=objective,
        group=group, rivals=rivals, tie=tie, method=method, value_per_reach=value_per_reach,
        conversion=conversion, value=value, start=start, budget_on=budget_on, gap=gap, delta=delta,
        precision=precision, time_limit=time_limit, memory_limit=memory_limit, probability=probability,
        rng=rng, keep_sample=keep_sample, threads=threads, executor=executor, progress=progress,
    )  # fmt: skip
    return answer(prepare(network, roster, question, objective_of))
