"""What the people reached are expected to buy: a conversion rate, and the value of a sale."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime import checks
from seeding.errors import InputError, listing, shown
from seeding.network.network import Network
from seeding.plan.estimate import Estimate
from seeding.plan.prices import Sales
from seeding.questions.question import Question
from seeding.roster import money
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, measure_parts


class Rates(NamedTuple):
    """What a reached person buys on average, and what that is worth; one number per node (float64).

    Attributes
    ----------
    conversion, value
        As they were given.
    bought, worth
        Sales, and their value, of each person who is reached; `worth` is None where no value was given.
    """

    conversion: float | str
    value: Decimal | str | None
    bought: np.ndarray
    worth: np.ndarray | None


def read_rates(question: Question, network: Network) -> Rates | None:
    """Read the conversion rate and the value of a sale; None where none was given.

    Raises
    ------
    InputError
        If a value is out of range, or a column is missing or holds no numbers.
    """
    conversion, value = question.conversion, question.value
    if conversion is None:
        if value is not None:
            raise InputError("value= is given without conversion=; say which share of the reached buys.")
        return None
    if not isinstance(conversion, str):
        conversion = checks.share("conversion", conversion) if conversion != 1 else 1.0
    bought = _per_person(network, "conversion", conversion, most=1.0)
    if value is None:
        return Rates(conversion, None, bought, None)
    if not isinstance(value, str) or _is_amount(value):
        value = money.to_decimal(value, "value")
        if value < 0:
            raise InputError(f"value={value} is negative; say what a sale is worth.")
    each = float(value) if isinstance(value, Decimal) else value
    return Rates(conversion, value, bought, bought * _per_person(network, "value", each, most=np.inf))


def _is_amount(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").isdecimal()


def _per_person(network: Network, name: str, given: float | str, most: float) -> np.ndarray:
    """Return one number per node: the same for all, or a column of the people."""
    if not isinstance(given, str):
        return np.full(network.n_nodes, float(given))
    people = network.people
    known = [] if people is None else list(people.columns)
    if people is None or given not in known:
        has = f"its columns are {listing(known, 12)}" if known else "nothing is known of the people"
        raise InputError(f"{name}={given!r} is not a number, and no column of the people: {has}.")
    column = people[given]
    numbers = np.array([np.nan if (one := checks.as_number(cell)) is None else one for cell in column])
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= most)))
    if wrong.size:
        where, cell = network.names.quoted(int(wrong[0])), shown(column.iloc[int(wrong[0])])
        rule = "a number from 0 to 1" if np.isfinite(most) else "an amount of 0 or more"
        raise InputError(f"column {given!r} has {cell} for {where}; give {rule} for everybody.")
    return numbers


def sales_sections(
    question: Question, problem: Problem, choice: Choice, spread: Spread, paid: Decimal
) -> list[Sales]:
    """Say what is sold, in the worlds that the reach was measured in."""
    rates = read_rates(question, problem.network)
    if rates is None:
        return []
    weights = problem.network.weights
    parts = [weights * each for each in (rates.bought, rates.worth) if each is not None]
    alike = not isinstance(rates.conversion, str) and not isinstance(rates.value, str)
    if alike:
        each = [float(rates.bought[0]), *([] if rates.worth is None else [float(rates.worth[0])])]
        found = [Estimate.from_sample(spread.reach * one) for one in each]
    else:
        task = problem.fresh_worlds(problem.seeded(choice.order))
        with problem.phase("measure the sales"):
            reaches = measure_parts(task, parts, spread.reach.size, problem.workers)
        found = [Estimate.from_sample(reach) for reach in reaches]
    return [Sales(rates.conversion, rates.value, found[0], found[1] if len(found) > 1 else None, paid)]


def arguments_of_sales(question: Question) -> dict[str, Any]:
    """Return what a plan records of it."""
    said = {"conversion": question.conversion, "value": question.value}
    return {name: str(held) for name, held in said.items() if held is not None}
