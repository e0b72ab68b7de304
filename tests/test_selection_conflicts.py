"""Rules that cannot all hold: a smallest set and the least change of each member, by enumeration."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from rule_programs import (
    Market,
    allowed_choices,
    make_program,
    random_limits,
    random_market,
    random_rules,
)

import seeding as sd
from seeding.errors import InfeasibleError, InputError
from seeding.rules import feasible
from seeding.rules.conflicts import explain, find_allowed_or_refuse
from seeding.rules.cp_sat import SolverError, run_solver
from seeding.rules.feasible import BUDGET, COUNT, find_allowed
from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.repairs import STEPS, Change
from seeding.rules.rules import Rule

Drawn = tuple[Market, list[Rule], Limits, list[Any]]
N_CASES = 240


def draw(number: int) -> Drawn:
    """Draw a market, rules, limits and a row that always holds."""
    generator = np.random.default_rng([20251125, number])
    market = random_market(generator)
    rules = random_rules(generator, market, int(generator.integers(1, 7)))
    pair = generator.choice(market.n, size=2, replace=False).tolist()
    always = [(dict.fromkeys(pair, 1), -UNLIMITED, 1, -1)] if generator.random() < 0.5 else []
    return market, rules, random_limits(generator, market), always


def holds(drawn: Drawn, members: set[int]) -> bool:
    """Tell by trying every choice whether some members can all hold; offers stay what they are."""
    market, rules, limits, always = drawn
    kept = Limits(limits.budget if BUDGET in members else None, limits.k if COUNT in members else None)
    program = make_program(market, rules, kept, always)
    rows = [int(rule) for rule in program.rule]
    stays = [rule < 0 or rule in members or isinstance(rules[rule], sd.VolumeDiscount) for rule in rows]
    gone = [rule for rule, here in zip(rows, stays, strict=True) if not here]
    harmless: list[Rule] = [
        sd.Bundle([0, 1], 0) if i in gone or (isinstance(rule, sd.MaxShare) and i not in members) else rule
        for i, rule in enumerate(rules)
    ]
    return bool(allowed_choices(make_program(market, harmless, kept, always)))


def changed(drawn: Drawn, change: Change, by: int = 0) -> Drawn:
    """Apply a change, less far by a number of its units."""
    market, rules, limits, always = drawn
    units = change.units + (by if change.end == "low" else -by)
    if change.member == BUDGET:
        return market, rules, replace(limits, budget=units), always
    if change.member == COUNT:
        return market, rules, replace(limits, k=units), always
    rule: Any = rules[change.member]
    part = Fraction(units, STEPS)
    new: Rule
    if change.kind == "drop":
        new = sd.Bundle([0, 1], 0)
    elif isinstance(rule, sd.MaxShare):
        new = sd.MaxShare(part)
    elif isinstance(rule, sd.SpendShare):
        low, high = (part, rule.high) if change.end == "low" else (rule.low, part)
        new = sd.SpendShare(low, high, dict(rule.group))
    else:
        new = type(rule)(units, dict(rule.group))
    return market, [new if i == change.member else old for i, old in enumerate(rules)], limits, always


def possible(drawn: Drawn) -> bool:
    """Tell by trying every choice whether all rules can hold."""
    return bool(allowed_choices(make_program(*drawn)))


def check_changes(drawn: Drawn, changes: tuple[Change, ...]) -> None:
    """Check that every change helps, that none less far does, and that the cheapest comes first."""
    assert [change.rank for change in changes] == sorted(change.rank for change in changes)
    for change in changes:
        assert change.least
        assert possible(changed(drawn, change))
        if change.kind != "drop" and change.by * (STEPS if change.kind == "share" else 1) > 1:
            assert not possible(changed(drawn, change, by=1))


@pytest.mark.parametrize("first", range(0, N_CASES, 20))
def test_feasibility_and_clashes_are_those_of_enumeration(first: int) -> None:
    """Whether anything is allowed, what clashes, and every least change agree with trying every choice."""
    for number in range(first, first + 20):
        drawn = draw(number)
        rules = drawn[1]
        program = make_program(*drawn)
        truth = allowed_choices(program)
        found = find_allowed(program)
        clash = explain(program, rules)
        assert (found is not None) == (clash is None) == bool(truth), number
        if clash is None:
            continue
        members = set(clash.members)
        assert clash.smallest
        assert clash.complete
        assert not holds(drawn, members), number
        for member in members:
            assert holds(drawn, members - {member}), number
        if clash.settled:
            check_changes(drawn, clash.changes)
            helped = {change.member for change in clash.changes}
            everything = set(range(len(rules))) | {BUDGET, COUNT}
            assert helped == {m for m in members if holds(drawn, everything - {m})}, number
        else:
            everything = set(range(len(rules))) | {BUDGET, COUNT}
            assert not any(holds(drawn, everything - {member}) for member in members), number
            assert {change.member for change in clash.changes} == members
        named = [word for word in clash.words if not word.startswith("the budget")]
        assert all(word in clash.message for word in named)


def test_the_random_cases_are_worth_it() -> None:
    """Enough of the cases clash, with every kind of rule and of change among them."""
    kinds: set[type] = set()
    changes: set[str] = set()
    clashes = unsettled = 0
    for number in range(N_CASES):
        drawn = draw(number)
        clash = explain(make_program(*drawn), drawn[1])
        if clash is not None:
            clashes += 1
            unsettled += not clash.settled
            kinds |= {type(drawn[1][member]) for member in clash.members if member >= 0}
            changes |= {change.kind for change in clash.changes}
    assert clashes >= 60
    assert unsettled >= 5
    assert len(kinds) == 10
    assert changes == {"money", "count", "share", "drop"}


@pytest.mark.parametrize("first", range(0, N_CASES, 40))
def test_the_best_choice_is_that_of_enumeration(first: int) -> None:
    """With an objective, the answer has the largest or the smallest sum that any allowed choice has."""
    for number in range(first, first + 40):
        drawn = draw(number)
        program = make_program(*drawn)
        objective = np.random.default_rng(number).integers(-9, 10, size=program.n_offers)
        sums = [int(objective[chosen].sum()) for chosen in allowed_choices(program)]
        for sense, best in (("max", max), ("min", min)):
            found = find_allowed(program, objective, sense=sense)  # type: ignore[arg-type]
            assert (found is None) == (not sums)
            if found is not None:
                assert int(objective[found].sum()) == best(sums)
                assert found.tolist() == find_allowed(program, objective, sense=sense).tolist()  # type: ignore


MARKET = Market((40_000_00, 12_000_00, 9_000_00, 3_000_00), (1, 1, 1, 1), ("a", "a", "b", "c"))
MESSAGES: tuple[tuple[list[Rule], Limits, str], ...] = (
    (
        [sd.Require(0), sd.SpendAtMost(30_000_00, group="a")],
        Limits(k=2),
        "`Require(0)` costs at least 40,000, but `SpendAtMost(3,000,000, group='a')` allows less. Cheapest "
        "way out: raise `SpendAtMost(3,000,000, group='a')` to 40,000. Other ways: drop `Require(0)`.",
    ),
    (
        [sd.Require(0), sd.Require(1)],
        Limits(50_000_50),
        "`Require(0)` and `Require(1)` together cost at least 52,000, but the budget is 50,000.50. Cheapest "
        "way out: raise the budget to 52,000. Other ways: drop `Require(0)`; drop `Require(1)`.",
    ),
    (
        [sd.AtLeast(3)],
        Limits(k=2),
        "`AtLeast(3)` takes at least 3 candidates, but k=2. Cheapest way out: raise k to 3. Other ways: "
        "lower `AtLeast(3)` to 2.",
    ),
    (
        [sd.Require(1), sd.Exclude(1, 2)],
        Limits(k=2),
        "`Require(1)` and `Exclude(1, 2)` cannot both hold. Cheapest way out: drop `Require(1)`. Other ways: "
        "drop `Exclude(1, 2)`.",
    ),
    (
        [sd.AtLeast(2, group="b")],
        Limits(k=2),
        "`AtLeast(2, group='b')` cannot hold, because there is at most 1 candidate. Cheapest way out: lower "
        "`AtLeast(2, group='b')` to 1.",
    ),
    (
        [sd.Require(0, 3), sd.SpendShare(0, 0.5, group="a")],
        Limits(k=2),
        "`Require(0, 3)` and `SpendShare(0, 0.5, group='a')` cannot both hold. Cheapest way out: raise the "
        "high end of `SpendShare(0, 0.5, group='a')` to 0.9303. Other ways: drop `Require(0, 3)`.",
    ),
    (
        [sd.AtMost(3), sd.Require(0), sd.MaxShare(0.1), sd.MaxShare("1/3")],
        Limits(k=4),
        "`Require(0)` and `MaxShare(0.1)` cannot both hold. Cheapest way out: drop `Require(0)`.",
    ),
    (
        [sd.Require(0, 1, 2, 3), sd.MaxShare(0.1)],
        Limits(k=4),
        "`Require(0, 1, 2, 3)` and `MaxShare(0.1)` cannot both hold. Cheapest way out: raise `MaxShare(0.1)` "
        "to 0.625. Other ways: drop `Require(0, 1, 2, 3)`.",
    ),
    (
        [sd.Require(0), sd.Exclude(0), sd.AtLeast(4), sd.SpendAtMost(0)],
        Limits(k=4),
        "; even then other rules cannot all hold.",
    ),
)


@pytest.mark.parametrize(("rules", "limits", "said"), MESSAGES, ids=[said[:40] for _, _, said in MESSAGES])
def test_the_message_is_in_the_users_words(rules: list[Rule], limits: Limits, said: str) -> None:
    """Amounts are in the user's unit, exact, and the sentences say what to do."""
    with pytest.raises(InfeasibleError) as caught:
        find_allowed_or_refuse(make_program(MARKET, rules, limits), rules, 2)
    assert said in str(caught.value)
    assert caught.value.exit_code == 3


def test_an_allowed_choice_is_returned() -> None:
    """Where the rules can hold, the best choice comes back and nothing is explained."""
    program = make_program(MARKET, [sd.AtMost(1, group="a")], Limits(k=2))

    found = find_allowed_or_refuse(program, objective=np.array([1, 2, 3, 1]))

    assert found.tolist() == [1, 2]
    assert explain(program) is None


def test_without_the_rules_they_are_named_by_the_programme() -> None:
    """A programme alone has words, and rules can be dropped."""
    program = make_program(MARKET, [sd.AtLeast(3), sd.AtMost(2)], Limits(k=4))

    clash = explain(program)

    assert clash is not None
    assert clash.words == ("`AtLeast(3)`", "`AtMost(2)`")
    assert [change.kind for change in clash.changes] == ["drop", "drop"]


def test_rows_that_always_hold_can_be_impossible() -> None:
    """If not even what always holds is possible, no rule is to blame."""
    clash = explain(make_program(MARKET, [], Limits(k=1), [({0: 1}, 2, UNLIMITED, -1)]))

    assert clash is not None
    assert (clash.members, clash.message) == ((), "No choice at all is possible.")


@pytest.mark.parametrize("where", ["costs", "row", "money spent", "objective", "share"])
def test_amounts_that_could_overflow_are_refused(where: str) -> None:
    """Sums beyond 64-bit integers are an error of input, not an invalid model."""
    large = 1 << 59
    market = Market((large, large, large), (1, 1, 1), ("a", "b", "c"))
    rules: list[Rule] = [sd.SpendShare(0.3, 1, group="a")] if where == "money spent" else []
    rules = [sd.MaxShare(0.123456789)] if where == "share" else rules
    if where != "costs":
        market = replace(market, costs=(1 << 57, 1, 1) if where in ("money spent", "share") else (1, 1, 1))
    always = [({0: large, 1: large, 2: large}, 0, UNLIMITED, -1)] if where == "row" else []
    objective = np.full(3, large) if where == "objective" else None

    with pytest.raises(InputError, match="too large to be added up exactly; use a larger unit of money"):
        find_allowed(make_program(market, rules, Limits(k=1), always), objective)


def failing(kind: str) -> Any:
    """Make a stand-in for running the solver that fails in one way."""
    from ortools.sat.python import cp_model

    def run(*_: Any) -> Any:
        if kind == "crash":
            raise RuntimeError("boom")
        if kind == "deaf":
            raise SolverError("CP-SAT did not stop when told to")
        return cp_model.MODEL_INVALID if kind == "invalid" else cp_model.UNKNOWN

    return run


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("crash", r"CP-SAT failed \(RuntimeError\('boom'\)\)"),
        ("deaf", "did not stop when told to"),
        ("invalid", r"CP-SAT refused the model"),
        ("unknown", "CP-SAT decided nothing within its limits"),
    ],
)
def test_a_solver_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, kind: str, said: str) -> None:
    """Whatever the solver does instead of deciding, it is said, and never taken for an answer."""
    program = make_program(MARKET, [sd.Require(0)], Limits(k=1))
    monkeypatch.setattr(feasible, "run_solver", failing(kind))

    for question in (find_allowed, explain, find_allowed_or_refuse):
        with pytest.raises(SolverError, match=said):
            question(program)  # type: ignore[operator]


def test_a_wrong_answer_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A choice that breaks a rule is refused, although the solver gave it."""
    program = make_program(MARKET, [sd.AtMost(0, group="a")], Limits(k=4))
    monkeypatch.setattr(feasible.RuleModel, "_add_rows", lambda self: None)

    with pytest.raises(SolverError, match="CP-SAT's choice breaks a rule or a limit"):
        find_allowed(program, np.ones(4, dtype=np.int64))


@pytest.mark.parametrize("decided", [1, 2, 3, 4])
def test_time_that_runs_out_is_said(monkeypatch: pytest.MonkeyPatch, decided: int) -> None:
    """A clash that is proven is told even if the solver decides nothing after it."""
    rules: list[Rule] = [sd.Require(0), sd.SpendAtMost(30_000_00, group="a")]
    answers = iter(range(decided))
    real = run_solver

    def run(*words: Any) -> Any:
        return failing("unknown")() if next(answers, None) is None else real(*words)

    monkeypatch.setattr(feasible, "run_solver", run)
    clash = explain(make_program(MARKET, rules, Limits(k=2)), rules, 2)

    assert clash is not None
    assert {0, 1} <= set(clash.members)
    assert clash.smallest == (decided > 2)
    assert ("Fewer of them may clash already" in clash.message) == (not clash.smallest)
    assert clash.complete == (decided > 4)
    assert "There may be cheaper ways" in clash.message
    assert "even then" not in clash.message


def test_a_time_limit_is_kept() -> None:
    """Without any time left there is no answer."""
    with pytest.raises(SolverError):
        explain(make_program(MARKET, [sd.AtLeast(3)], Limits(k=2)), time_limit=1e-9)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """No word of the solver reaches the terminal."""
    rules: list[Rule] = [sd.AtLeast(3), sd.AtMost(2)]
    explain(make_program(MARKET, rules, Limits(k=4)), rules)

    assert capfd.readouterr() == ("", "")
