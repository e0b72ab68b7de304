"""What a roster says of invitations: who accepts what, when that is paid, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding._runtime.checks import is_one_of
from seeding.errors import InputError, assume, listing, shown
from seeding.network.labels import quoted

PayOn = Literal["acceptance", "invitation"]
BudgetOn = Literal["expected", "worst_case"]
Values = Sequence[Any] | np.ndarray

# Probabilities of accepting are kept to so many decimals, in what is sampled and in what is paid alike.
DECIMALS = 6
MILLION = 10**DECIMALS


def read_accept(values: Values, labels: Values) -> np.ndarray:
    """Read probabilities of accepting, rounded to six decimals (halves to even).

    Raises
    ------
    InputError
        If one is missing or not a number from 0 to 1; names the row.
    """
    read = _numbers(values, labels, "accept", "every candidate needs a probability from 0 to 1")
    wrong = np.flatnonzero(~((read >= 0) & (read <= 1)))
    if wrong.size:
        raise _refusal("accept", values, labels, wrong, "is not a probability from 0 to 1; correct it")
    rounded: np.ndarray = np.rint(read * MILLION) / MILLION + 0.0  # minus nought is nought
    return rounded


def read_effect(values: Values, labels: Values) -> np.ndarray:
    """Read factors on the probabilities of the arcs out of a creator.

    Raises
    ------
    InputError
        If one is missing or not a number above 0; names the row.
    """
    read = _numbers(values, labels, "effect", "every candidate needs a factor above 0 (1 changes nothing)")
    wrong = np.flatnonzero(~((read > 0) & (read < np.inf)))
    if wrong.size:
        raise _refusal("effect", values, labels, wrong, "is not a number above 0; 1 changes nothing")
    return read


def read_offers(values: Values, _labels: Values) -> np.ndarray:
    """Read the names of offers as text; None where there is none."""
    named = np.empty(len(values), dtype=object)
    named[:] = [None if _is_missing(value) else trim(str(value)) for value in values]
    return named


def read_pay_on(values: Values, labels: Values) -> np.ndarray:
    """Read when each candidate is paid; on acceptance where nothing is said.

    Raises
    ------
    InputError
        If a cell says anything else; names the row.
    """
    said = np.empty(len(values), dtype=object)
    said[:] = ["acceptance" if _is_missing(value) else trim(str(value)).lower() for value in values]
    wrong = np.flatnonzero([value not in get_args(PayOn) for value in said])
    if wrong.size:
        raise _refusal("pay_on", values, labels, wrong, "is neither 'acceptance' nor 'invitation'")
    return said


READERS: dict[str, Callable[[Values, Values], np.ndarray]] = {
    "accept": read_accept,
    "offer": read_offers,
    "pay_on": read_pay_on,
    "effect": read_effect,
}


def check_ladder(labels: pd.Index, offers: np.ndarray) -> None:
    """Refuse several rows of one candidate, unless each of them is another offer.

    Raises
    ------
    InputError
        If a candidate has two rows with the same offer, or one without any; names the rows.
    """
    repeated = labels.duplicated(keep=False)
    if not repeated.any():
        return
    if offers.size == 0:
        rows = np.flatnonzero(repeated)
        raise InputError(
            f"the roster lists {listing(labels[rows].unique())} more than once "
            f"(rows {listing(rows.tolist())}); give each candidate one row, or a column 'offer' that names "
            "what each row offers."
        )
    nameless = np.flatnonzero(repeated & np.array([offer is None for offer in offers]))
    if nameless.size:
        row = int(nameless[0])
        raise InputError(
            f"{quoted(labels[row])} has several rows, but row {row} names no offer; name it in the column "
            "'offer'."
        )
    named = pd.DataFrame({"who": pd.factorize(labels)[0], "offer": [str(o).casefold() for o in offers]})
    twice = np.flatnonzero((named.duplicated(keep=False) & repeated).to_numpy())
    if twice.size:
        row = int(twice[0])
        same = np.flatnonzero((named["who"] == named["who"][row]) & (named["offer"] == named["offer"][row]))
        raise InputError(
            f"{quoted(labels[row])} has the offer {offers[row]!r} more than once "
            f"(rows {listing(same.tolist())}); give each offer one row."
        )


def warn_of_falling(labels: pd.Index, offers: np.ndarray, costs: np.ndarray, accept: np.ndarray) -> None:
    """Warn of creators who are said to accept a higher fee less often than a lower one."""
    repeated = np.flatnonzero(labels.duplicated(keep=False)) if accept.size else np.empty(0, np.int64)
    if repeated.size == 0:
        return
    who = pd.factorize(labels[repeated])[0]
    rank = np.lexsort((accept[repeated], costs[repeated], who))
    rows, who = repeated[rank], who[rank]
    lower, higher = rows[:-1], rows[1:]
    falls = (who[1:] == who[:-1]) & (costs[higher] > costs[lower]) & (accept[higher] < accept[lower])
    at = np.flatnonzero(falls)
    if at.size == 0:
        return
    low, high = int(lower[at[0]]), int(higher[at[0]])
    names = listing(labels[higher[at]].unique())
    assume(
        f"{names} would accept a higher fee less often than a lower one (as in rows {low} and {high}: "
        f"{accept[low]:g} for {offers[low]!r}, {accept[high]:g} for the dearer {offers[high]!r}); correct "
        "the column 'accept' unless that is meant."
    )


def digits_of(millionths: np.ndarray) -> int:
    """Count the decimals that probabilities in millionths need, at most six."""
    for digits in range(DECIMALS):
        if (millionths % 10 ** (DECIMALS - digits) == 0).all():
            return digits
    return DECIMALS


def check_budget_on(budget_on: object) -> BudgetOn:
    """Return `budget_on` if it says what the budget holds for.

    Raises
    ------
    InputError
        If it does not.
    """
    if not is_one_of(budget_on, get_args(BudgetOn)):
        raise InputError(
            f"budget_on={shown(budget_on)} is not understood; choose 'expected' or 'worst_case'."
        )
    return budget_on  # type: ignore[return-value]


def _is_missing(value: Any) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return (isinstance(value, (float, np.floating)) and bool(np.isnan(value))) or (
        isinstance(value, str) and not value.strip()
    )


def _numbers(values: Values, labels: Values, what: str, rule: str) -> np.ndarray:
    """Read numbers; not-a-number where one is none, and refuse where one is missing."""
    missing = np.flatnonzero([_is_missing(value) for value in values])
    if missing.size:
        row = int(missing[0])
        raise InputError(
            f"{quoted(labels[row])} (row {row}) has no {what}; {rule} (rows {listing(missing.tolist())})."
        )
    given = [np.nan if isinstance(value, (bool, np.bool_)) else value for value in values]
    most = 1.0 if what == "accept" else np.inf
    try:
        return np.array(numerals.read_floats(given, most), dtype=np.float64)
    except numerals.Misread as wrong:
        said = f"{what} {quoted(values[wrong.row])} of {quoted(labels[wrong.row])} (row {wrong.row})"
        if wrong.reason == "ambiguous":
            raise InputError(f"{said} {wrong.words}; pass numbers instead of texts.") from None
        rule = "a probability from 0 to 1" if most == 1 else "a number above 0"
        raise InputError(f"{said} is not {rule}: {wrong.words}.") from None


def _refusal(
    what: str,
    values: Values,
    labels: Values,
    wrong: np.ndarray,
    rule: str,
) -> InputError:
    row = int(wrong[0])
    return InputError(
        f"{what} {quoted(values[row])} of {quoted(labels[row])} (row {row}) {rule} "
        f"(rows {listing(wrong.tolist())})."
    )
