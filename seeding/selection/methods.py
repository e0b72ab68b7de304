"""The methods by name, and how `auto` picks one."""

from __future__ import annotations

from seeding.errors import InputError, listing
from seeding.selection.baselines import BASELINES, baseline
from seeding.selection.problem import Choice, Problem

# Up to this many candidates the integer programme on the sample is usually solved in seconds.
_EXACT_CANDIDATES = 500

_ONE_BY_ONE = ("celf", *BASELINES)

METHODS = ("auto", "celf", "ris", "exact", *BASELINES)


def check_method(method: object) -> str:
    """Return `method` if it is the name of one.

    Raises
    ------
    InputError
        If it is not.
    """
    if not isinstance(method, str) or method not in METHODS:
        raise InputError(f"method={method!r} is not understood; choose one of {listing(METHODS, 20)}.")
    return method


def pick(method: str, problem: Problem) -> tuple[str, str]:
    """Resolve `auto`; returns the method and the reason in words."""
    if method != "auto":
        return method, "as asked"
    if problem.propagation.cause:
        return "celf", f"picked by auto: only forward simulation can weigh {problem.propagation.cause}"
    n = problem.costs.size
    if n <= _EXACT_CANDIDATES:
        return "exact", (
            f"picked by auto: with {n:,} candidates (at most {_EXACT_CANDIDATES}), an integer programme can "
            "improve and bound what greedy finds on RR sets, wherever that is not certified already"
        )
    return "ris", f"picked by auto: {n:,} candidates, which greedy on RR sets handles at any size"


def check_can_honour(method: str, problem: Problem) -> None:
    """Refuse offers of several people, or at several prices, where a method looks at candidates one by one.

    Raises
    ------
    InputError
        If the method cannot weigh the offers that a rule makes, or what is against the campaign.
    """
    cause = problem.propagation.cause
    if method in ("ris", "exact") and cause:
        raise InputError(
            f"method={method!r} chooses on RR sets, which cannot weigh {cause}, because they do not know who "
            "comes first; use 'auto' or 'celf', which simulate."
        )
    if cause and not problem.offers.plain:
        raise InputError(
            "bundles, volume discounts and people who go together cannot be combined with "
            f"{cause}, where candidates are weighed one by one; leave one out."
        )
    if method in _ONE_BY_ONE and not problem.offers.plain:
        raise InputError(
            f"method={method!r} looks at candidates one by one, so it cannot weigh bundles, volume discounts "
            "or people who go together; use 'ris', 'exact' or 'auto'."
        )


def choose(method: str, problem: Problem, only_if_needed: bool = False) -> Choice:
    """Run a method (not ``auto``) and give its choice a certificate.

    Every choice gets one: the certificate does not care how the choice was made, only that it was made
    without the sample that judges it. With `only_if_needed` the integer programme is left out where greedy's
    choice is certified already.
    """
    from seeding.selection.ris import certify, ris

    if problem.duel is not None:
        from seeding.selection.celf.competition import choose_in_duel

        return choose_in_duel(problem, problem.duel, method)
    if method == "ris":
        return ris(problem)
    if method == "exact":
        from seeding.selection.exact.method import exact

        return exact(problem, only_if_needed)
    made = _choose_one_by_one(method, problem)
    judged = certify(problem, made.order, rank=method == "celf")
    return Choice(judged.order, made.stopped, judged.certificate)


def _choose_one_by_one(method: str, problem: Problem) -> Choice:
    """Run a method that does not choose on RR sets."""
    if method == "celf":
        from seeding.selection.celf.celf import celf

        return celf(problem)
    return baseline(problem, method)
