"""Labels that look like one account in several writings: counted and named, never merged.

Handles of most platforms do not tell case apart, and a list may hold ``@ann``, a URL or a sign that nobody
sees where another holds ``ann``. `seeding.network.label_rule` says why none of them is the same label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pandas as pd

from seeding.network.label_rule import integer_of

_SITES = (
    "instagram|tiktok|twitter|x|youtube|facebook|fb|threads|twitch|linkedin|snapchat|pinterest|reddit|"
    "bsky|mastodon|vk|weibo|telegram|t"
)
# A profile's address; the handle is its last part.
_PROFILE = re.compile(
    rf"(?:https?://)?(?:(?:www|m|mobile|[a-z]{{2}})\.)?(?P<site>{_SITES})\.(?:com|net|tv|me|app|social|ru)/"
    r"(?:in/|c/|user/|u/|channel/|add/|profile/)?(?P<handle>@?[^/?#\s]+)/?(?:[?#]\S*)?",
    re.IGNORECASE,
).fullmatch
_ADDRESS = re.compile(r"https?://(?:www\.)?(\S+?)/?", re.IGNORECASE).fullmatch
_QUOTES = "\"'“”‘’«»`"
# Groups that are looked at to say what their labels differ in.
_MOST_GROUPS = 2_000
# Signs without width that are no format signs by their category.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def _visible(text: str) -> str:
    if text.isascii():
        return "".join(sign for sign in text if sign >= " ") if not text.isprintable() else text
    return "".join(
        sign
        for sign in text
        if unicodedata.category(sign) not in ("Cf", "Cc")
        and sign not in _UNSEEN
        and not "\ufe00" <= sign <= "\ufe0f"
    )


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _evened(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    return text.strip(_QUOTES) if len(text) > 1 else text


def _handle(text: str) -> str:
    if "/" not in text:
        return text
    found = _PROFILE(text)
    if found:
        return found["handle"]
    address = _ADDRESS(text)
    return address[1] if address else text


def _without_at(text: str) -> str:
    return text.lstrip("@")


def _integer(text: str) -> str:
    """Write a number in the usual way: without zeros before it, decimals after it, or thousands set off."""
    digits = re.sub(r"[.,]0{1,2}$", "", text)
    if re.fullmatch(r"[0-9]{1,3}([.,' ])[0-9]{3}(?:\1[0-9]{3})*", digits):
        digits = re.sub(r"[^0-9]", "", digits)
    return str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) <= 40 else text


@dataclass(frozen=True)
class _Step:
    """One way in which writings may differ: how it is taken away, and the words for it."""

    apply: Callable[[str], str]
    noun: str
    without: str


_STEPS = (
    _Step(_visible, "invisible signs", "without invisible signs"),
    _Step(_composed, "the form of letters and accents", "with accents in one form"),
    _Step(_evened, "blanks", "without idle blanks"),
    _Step(_bare, "quotation marks", "without quotation marks"),
    _Step(_handle, "a URL", "without the URL around them"),
    _Step(_without_at, "'@'", "without '@'"),
    _Step(str.casefold, "case", "in other case"),
)
_NUMBER = _Step(_integer, "the writing of a number", "as plain integers")


def plain_form(label: object, *, number: bool = False) -> str | None:
    """Take away from a label all that may differ between writings of one account; None for no text.

    Parameters
    ----------
    label
        The label; an integer counts as its text.
    number
        Whether numbers are brought to one writing too, for a search among other labels.
    """
    if not isinstance(label, str):
        whole = integer_of(label)
        return None if whole is None else str(whole)
    text = label
    for step in (*_STEPS, _NUMBER) if number else _STEPS:
        text = step.apply(text)
    return text or None


def _site(label: object) -> str | None:
    found = _PROFILE(label) if isinstance(label, str) and "/" in label else None
    return found["site"].casefold() if found else None


def _differences(groups: Iterable[list[Any]], steps: tuple[_Step, ...]) -> list[_Step]:
    """Return the steps without which the labels of some group would not come together."""
    needed: set[str] = set()
    for group in islice(groups, _MOST_GROUPS):
        texts = {str(label) for label in group}
        least = _distinct(texts, steps)
        for step in steps:
            if step.noun not in needed and _distinct(texts, [s for s in steps if s is not step]) > least:
                needed.add(step.noun)
    return [step for step in steps if step.noun in needed]


def _distinct(texts: Iterable[str], steps: Iterable[_Step]) -> int:
    """Count the texts that still differ after some steps."""
    for step in steps:
        texts = {step.apply(text) for text in texts}
    return len(set(texts))


@dataclass(frozen=True)
class Similar:
    """Labels that differ from another one only in how they are written.

    Attributes
    ----------
    count
        How many labels there are of which another one is another writing.
    differences
        What they differ in, as words.
    examples
        Some of them.
    """

    count: int
    differences: tuple[str, ...]
    examples: tuple[Any, ...]

    def sentence(self, one: str, many: str) -> str:
        """Say how many there are, named as one or as many: ``label`` and ``labels``."""
        shown = ", ".join(repr(label) for label in self.examples)
        named = f"{one} differs" if self.count == 1 else f"{many} differ"
        return (
            f"{self.count:,} {named} from another only in {_joined(self.differences, 'or')} ({shown}); "
            "each is a person of its own"
        )


def _joined(words: Iterable[str], last: str) -> str:
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def similar(labels: Iterable[Any], new: Iterable[Any] | None = None) -> Similar | None:
    """Count the labels that differ from another one only in case, ``@``, a URL, invisible signs or the like.

    Parameters
    ----------
    labels
        Distinct labels.
    new
        Further labels: then only these are counted, in whatever they are like.

    Returns
    -------
    What was found; None if nothing was.
    """
    groups: dict[str, list[Any]] = {}
    added = None if new is None else list(new)
    wanted = None if added is None else {form for label in added if (form := plain_form(label))}
    for label in (*labels, *(added or ())):
        form = plain_form(label)
        if form is not None and (wanted is None or form in wanted):
            groups.setdefault(form, []).append(label)
    alike = [group for group in groups.values() if len(group) > 1 and not _on_other_sites(group)]
    if not alike:
        return None
    counted = [label for group in alike for label in group]
    if added is not None:
        fresh = set(added)
        counted = [label for label in counted if label in fresh]
    steps = _differences(alike, _STEPS)
    return Similar(len(counted), tuple(step.noun for step in steps), tuple(alike[0][:3]))


def _on_other_sites(group: list[Any]) -> bool:
    """Tell whether labels are nothing but addresses of one handle on several sites: other accounts."""
    sites = [_site(label) for label in group]
    return None not in sites and len(set(sites)) == len(sites)


def would_be_found(known: pd.Index, missing: list[Any]) -> str:
    """Say how many labels that are not among the known ones are so in another writing; empty if none is."""
    forms = {form for label in missing if (form := plain_form(label, number=True))}
    there: dict[str, Any] = {}
    for label in known:
        form = plain_form(label, number=True)
        if form in forms:
            there.setdefault(form, label)
    pairs = [[label, there[form]] for label in missing if (form := plain_form(label, number=True)) in there]
    if not pairs:
        return ""
    steps = _differences(pairs, (*_STEPS, _NUMBER))
    many = f"all {len(pairs):,}" if len(pairs) == len(missing) > 1 else f"{len(pairs):,}"
    many = "it" if len(missing) == 1 else many
    ways = _joined((step.without for step in steps), "and")
    example = "" if len(missing) == 1 else f", the first as {pairs[0][1]!r}"
    return f"{many} would be found {ways}{example or f' ({pairs[0][1]!r})'}"
