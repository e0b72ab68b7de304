"""Reading numbers that people wrote: amounts of money, counts, shares. Exactly, or not at all.

The rule, in one place, for tables, for texts given from Python, and for the command line:

- A number is written with the digits 0 to 9. Its decimal sign is a point or a comma; the other of the two,
  an apostrophe or a blank may set off thousands (``1,250.50``, ``1.250,50``, ``1 250``), and commas may set
  off lakhs (``1,20,000``). ``k``, ``M``, ``B`` after it (in any case; also ``mn``, ``bn``) make it thousands,
  millions, billions; an exponent is read (``1.5e6``).
- An amount of money may have one currency sign or code before or after it.
- A share may be written in percent, and then the whole column is.
- All numbers of a column have the same decimal sign. Where two readings remain (``350.000``), they are
  refused, unless the caller says which sign it is. A single number that is no part of a column is read as
  this package prints it where its commas set off thousands (``25,000``), or as Python does (``25_000``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from seeding._runtime.blanks import trim

if TYPE_CHECKING:
    import numpy as np

Texts: TypeAlias = "Sequence[str] | np.ndarray"

Reason = Literal["part", "digits", "ambiguous", "sign", "mixed", "negative", "range", "empty"]

# Codes of ISO 4217, by which small letters are known to be a currency.
_CODES = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad "
    "cdf chf clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq "
    "gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr "
    "lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen "
    "pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb "
    "tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer zar zmw zwl "
)
_CURRENCY = r"(?:[A-Za-z]{3}|[Kk]r\.?|[Rr]s\.?|R|zł|Kč|Ft|Fr\.?|RM|Rp\.?|[A-Z]{0,2}[$€£¥₹₩₽₺₴₱₦฿₫₪₸])"
# Different writings of one currency; '$', '¥' and 'kr' are those of several.
_SAME = {"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₱": "PHP"}
_SAME |= {"₦": "NGN", "฿": "THB", "₫": "VND", "₪": "ILS", "₸": "KZT"}
_SAME |= {"RS": "INR", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF"}
_SCALES = {"": 0, "k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9}
_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
# Gaps take all blanks and give none back, so that no text takes long to be refused.
_GAP = rf"[\t{_SPACES}]*+"
_HEAD = rf"(?P<sign>[-+−]?){_GAP}(?P<before>{_CURRENCY})?{_GAP}(?P<sign2>[-+−]?){_GAP}"
_DIGITS = rf"(?P<digits>(?![{_SPACES}])[0-9.,'’{_SPACES}]*[0-9][.,]?)(?P<exponent>[eE][-+]?[0-9]{{1,3}})?"
_TAIL = rf"{_GAP}(?P<scale>(?i:k|mn?|bn?))?{_GAP}(?P<percent>%)?{_GAP}(?P<after>{_CURRENCY})?"
_WRITTEN = re.compile(_HEAD + _DIGITS + _TAIL)
_WITH_UNDERSCORES = re.compile(r"[-+]?[0-9]+(_[0-9]+)+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?").fullmatch
_LONGEST = 200
_OTHER = {".": ",", ",": "."}
_EXACT = Context(prec=2 * _LONGEST)


def _forms(decimal: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Make the patterns of digits with this decimal sign: without groups, and in groups of one other sign."""
    point = re.escape(decimal)
    group = rf"[{re.escape(_OTHER[decimal])}'’{_SPACES}]"
    grouped = rf"[1-9][0-9]{{0,2}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    lakhs = r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if decimal == "." else ""
    return (
        re.compile(rf"[0-9]*(?:{point}[0-9]*)?"),
        re.compile(rf"(?:{grouped}{lakhs})(?:{point}[0-9]*)?"),
    )


_FORMS = {decimal: _forms(decimal) for decimal in _OTHER}


class Cell(str):
    """A text that knows where it stood in its file, since it may turn out much later to be no number."""

    __slots__ = ("place",)
    place: str

    @classmethod
    def at(cls, text: str, place: str) -> Cell:
        """Make a text of such a place, as ``line 3 of 'people.csv'``."""
        cell = cls(text)
        cell.place = place
        return cell


class Misread(ValueError):  # noqa: N818 — it is a finding, which callers put into words of their own
    """A number that is refused: in which row, for what reason, that in words, and what to write instead."""

    def __init__(self, row: int, reason: Reason, words: str, advice: str = "") -> None:
        super().__init__(words)
        self.row, self.reason, self.words, self.advice = row, reason, words, advice


@dataclass(frozen=True)
class Written:
    """One number, cut into its parts.

    Attributes
    ----------
    digits
        The digits with their signs.
    power
        The power of ten that an exponent, a letter or a percent sign multiplies them by.
    negative, percent
        Whether it has such a sign.
    abbreviated
        Whether a letter stands for zeros.
    grouped
        Whether its digits may be in groups; with an exponent they are not.
    currency
        The currency, each in one writing.
    """

    digits: str
    power: int = 0
    negative: bool = False
    percent: bool = False
    abbreviated: bool = False
    grouped: bool = True
    currency: str | None = None

    def readings(self, most: Decimal | None) -> dict[str, Decimal]:
        """Return what it means with either decimal sign, where that is anything; `most` rules out more."""
        found = {}
        for decimal, (plain, grouped) in _FORMS.items():
            if plain.fullmatch(self.digits) or (self.grouped and grouped.fullmatch(self.digits)):
                kept = re.sub(r"[^0-9.,]", "", self.digits).replace(_OTHER[decimal], "")
                value = Decimal(kept.replace(decimal, ".")).scaleb(self.power, _EXACT)
                # Written out, so that it also shows as 1200000 and not as 1.2E+6.
                value = Decimal(f"{value:f}")
                found[decimal] = -value if self.negative and value else value
        within = {decimal: value for decimal, value in found.items() if most is None or value <= most}
        return within or found


class Kind(NamedTuple):
    """What a number is: whether a currency may stand with it, and the most it may be (1: it is a share)."""

    money: bool = False
    most: Decimal | None = None


MONEY = Kind(money=True)
COUNT = Kind()
SHARE = Kind(most=Decimal(1))


def cut(text: str, kind: Kind, row: int = 0) -> Written:
    """Cut a text into the parts of a number.

    Raises
    ------
    Misread
        If it is none; says which part is not understood.
    """
    text = trim(text)
    if not text:
        raise Misread(row, "empty", "it is empty")
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise _not_understood(text, row)
    if found["before"] and found["after"]:
        raise _odd_part(found["after"], row)
    currency = found["before"] or found["after"]
    if currency and not (kind.money and _is_currency(currency)):
        raise _odd_part(currency, row)
    if found["percent"] and kind.most != 1:
        raise _odd_part("%", row)
    if found["sign"] and found["sign2"]:
        raise _odd_part(found["sign2"], row)
    exponent, scale = int((found["exponent"] or "e0")[1:]), (found["scale"] or "").lower()
    return Written(
        digits=trim(found["digits"]),
        power=exponent + _SCALES[scale] - 2 * bool(found["percent"]),
        negative=(found["sign"] or found["sign2"]) in ("-", "−"),
        percent=bool(found["percent"]),
        abbreviated=bool(scale),
        grouped=not found["exponent"],
        currency=_one_writing(currency) if currency else None,
    )


def _is_currency(text: str) -> bool:
    """Tell a currency from other words of three letters: in capitals they are codes, if not of ISO 4217."""
    return not (len(text) == 3 and text.isalpha()) or text.isupper() or text.lower() in _CODES.split()


def _one_writing(currency: str) -> str:
    plain = currency.rstrip(".").upper()
    return _SAME.get(plain, plain)


def _odd_part(part: str, row: int) -> Misread:
    return Misread(row, "part", f"the part {shown(part, 40)} is not understood")


def shown(text: object, most: int = 80) -> str:
    """Write a text for a message, the beginning of a long one."""
    written = str(text)
    return repr(written if len(written) <= most else written[: most - 1] + "…")


def _not_understood(text: str, row: int) -> Misread:
    """Say which part of a text is no part of a number."""
    if len(text) > _LONGEST:
        return Misread(row, "part", f"it is longer than {_LONGEST} characters")
    begun = _WRITTEN.match(text)
    end = begun.end() if begun else 0
    foreign = next((sign for sign in text if sign.isnumeric() and sign not in "0123456789"), None)
    if foreign is not None:
        return Misread(row, "digits", f"only the digits 0 to 9 are read, not {foreign!r}")
    if end:
        return _odd_part(trim(text[end:]), row)
    first = re.search(r"[-+−]?[.,]?[0-9]", text)
    return _odd_part(trim(text[: first.start()]) or text if first else text, row)


def read_column(texts: Texts, kind: Kind, decimal: str | None = None) -> list[Decimal]:
    """Read the numbers of a column.

    Parameters
    ----------
    texts
        One number each; none is empty.
    kind
        What they are.
    decimal
        The decimal sign; None to find out.

    Raises
    ------
    Misread
        If one is no such number, is negative or too large, or can be read in two ways.
    """
    known: dict[str, Written] = {}
    for row, text in enumerate(texts):
        if text not in known:
            known[text] = cut(text, kind, row)
    written = [known[text] for text in texts]
    _refuse_mixed(texts, written)
    readings = {text: parts.readings(kind.most) for text, parts in known.items()}
    sign = _choose_sign(texts, known, readings, decimal)
    values = [readings[text][sign] for text in texts]
    for row, value in enumerate(values):
        if value < 0:
            raise Misread(row, "negative", "it is negative")
        if kind.most is not None and value > kind.most:
            raise Misread(row, "range", f"it is more than {kind.most}")
    return values


def read_one(text: str, kind: Kind, decimal: str | None = None) -> Decimal:
    """Read a single number, as Python or this package writes it: 25000, 25_000 or 25,000.

    Raises
    ------
    Misread
        If it is no such number, is too large, or can be read in two ways. It may be negative.
    """
    if _WITH_UNDERSCORES(trim(text)):
        text, decimal = text.replace("_", ""), "."
    written = cut(text, kind)
    readings = written.readings(kind.most)
    if decimal is None and "," in written.digits and "." in readings:
        decimal = "."
    value = readings[_choose_sign([text], {text: written}, {text: readings}, decimal)]
    if kind.most is not None and value > kind.most:
        raise Misread(0, "range", f"it is more than {kind.most}")
    return value


def _two_readings(row: int, point: Decimal, comma: Decimal) -> Misread:
    few, many = sorted((point, comma))
    # One more decimal, and the sign cannot set off thousands.
    exact = f"{few:f}0" if "." in f"{few:f}" else f"{few:f}"
    words = f"could mean {point:f} or {comma:f}"
    return Misread(row, "ambiguous", words, f"write {many:f}, or {exact}")


def read_floats(
    values: Sequence[object] | np.ndarray,
    most: float = math.inf,
    *,
    needed: Sequence[bool] | np.ndarray | None = None,
) -> list[float]:
    """Turn values of any kind into floats: texts as `read_column` reads them, others as Python does.

    Parameters
    ----------
    values
        The values.
    most
        The largest that is allowed; 1 for shares, which may be in percent.
    needed
        Which rows matter (all, if None); the texts of others are left out.

    Returns
    -------
    One float each; NaN for what is no number, missing, or left out.

    Raises
    ------
    Misread
        If a text is no number; names its row.
    """
    found = [math.nan if isinstance(value, (str, bytes)) else _as_float(value) for value in values]
    rows = [
        row
        for row, value in enumerate(values)
        if isinstance(value, str) and trim(value) and (needed is None or needed[row])
    ]
    kind = SHARE if most == 1 else COUNT
    try:
        read = read_column([str(values[row]) for row in rows], kind)
    except Misread as wrong:
        raise Misread(rows[wrong.row], wrong.reason, wrong.words) from None
    for row, number in zip(rows, read, strict=True):
        found[row] = float(number)
    return found


def _as_float(value: object) -> float:
    try:
        return math.nan if isinstance(value, complex) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _refuse_mixed(texts: Texts, written: Sequence[Written]) -> None:
    """Refuse a column in several currencies, or with percent signs on some of its numbers only."""
    first: dict[str, int] = {}
    for row, parts in enumerate(written):
        if parts.currency is not None:
            first.setdefault(parts.currency, row)
    if len(first) > 1:
        named = " and ".join(repr(currency) for currency in list(first)[:2])
        raise Misread(max(first.values()), "mixed", f"the column mixes {named}")
    marked = next((row for row, parts in enumerate(written) if parts.percent), None)
    if marked is None:
        return
    for row, parts in enumerate(written):
        if not parts.percent and parts.digits.strip("0.,"):
            raise Misread(row, "mixed", f"it has no % where others have, as {trim(texts[marked])!r}")


def _choose_sign(
    texts: Texts,
    known: dict[str, Written],
    readings: dict[str, dict[str, Decimal]],
    decimal: str | None,
) -> str:
    """Find the decimal sign with which every number can be read."""
    possible = set(_OTHER) if decimal is None else {decimal}
    for row, text in enumerate(texts):
        if not possible & readings[text].keys():
            if not readings[text]:
                raise _odd_part(known[text].digits, row)
            raise Misread(row, "sign", "the decimal sign of the rows before it, or of decimal=, does not fit")
        possible &= readings[text].keys()
    if decimal is not None:
        return decimal
    sign = next(iter(possible)) if len(possible) == 1 else None
    plain = {text for text, parts in known.items() if not parts.abbreviated}
    settled = any(len(readings[text]) == 1 for text in plain)
    for row, text in enumerate(texts):
        both = readings[text]
        if len(both) < 2 or both["."] == both[","]:
            continue
        # What settles 1.2M says nothing of 350.000, in which the same sign may set off thousands.
        risky = text in plain and not settled and sign is not None and sign in known[text].digits
        if sign is None or risky:
            raise _two_readings(row, both["."], both[","])
    return sign or "."
