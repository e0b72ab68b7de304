"""Reading rules: from a TOML file, or from one line of text as ``AtMost(3, platform='tiktok')``.

Text is parsed, never evaluated: a rule holds names, numbers, texts and lists of them, and nothing else.
"""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from seeding._runtime import numerals
from seeding._runtime.files import PathLike, read_text
from seeding.errors import InputError, listing, shown
from seeding.rules.rules import KINDS, Rule

_OF_CANDIDATES = ("Require", "Exclude", "Conflict", "Together")
# Names as a file writes them, at_most, and as Python does, AtMost.
_BY_NAME = {name.lower(): name for name in KINDS}
_SNAKE = {name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in KINDS}

_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|(?<![\w.@])@[\w.\-]*[\w\-]")
_NESTED = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
# Numbers as rules print them, 30,000, and as people write them: 25 %, 30k. Python reads neither.
_WITH_COMMAS = re.compile(r"(?<![\w.,])[1-9][0-9]{0,2}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?(?![\w.])")
_WITH_MARK = re.compile(
    r"(?P<before>[(,]\s*|\b(?:n|amount|low|high|fraction|price|rate)\s*=\s*)"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?\s*(?:%|(?i:k|mn?|bn?)\b))(?=\s*[,)])"
)


def read_rules(path: PathLike) -> tuple[Rule, ...]:
    """Read rules from a TOML file: one table ``[[rule]]`` each, with its ``type`` and its values.

    Parameters
    ----------
    path
        The file. Keys that are no value of the rule are columns of the roster; columns whose names
        would clash go into a table ``where``.

    Returns
    -------
    The rules, in the order of the file.

    Raises
    ------
    InputError
        If the file is not TOML, or a rule in it is unknown or wrong; names the file and the rule's number.
    """
    text, _ = read_text(path)
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise InputError(f"{str(path)!r} is not TOML: {reason}; texts are in quotes, lists in [ ].") from None
    others = [name for name in tables if name != "rule"]
    if others:
        raise InputError(
            f"{str(path)!r} has {listing(others)} outside a rule; begin each rule with [[rule]]."
        )
    rules = tables.get("rule")
    if not rules:
        raise InputError(f"{str(path)!r} has no rules; begin each rule with [[rule]].")
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise InputError(
            f"{str(path)!r} has a rule that is no table of a list; begin each rule with [[rule]]."
        )
    return tuple(_from_table(path, number, rule) for number, rule in enumerate(rules, 1))


def _from_table(path: PathLike, number: int, table: dict[str, Any]) -> Rule:
    where = f"rule {number} of {str(path)!r}"
    if "type" not in table:
        raise InputError(f"{where} has no type; add one, as type = 'at_most'.")
    try:
        name = _kind(table["type"])
        return _make(name, *_arguments(name, table))
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _arguments(name: str, table: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    values = {key: value for key, value in table.items() if key != "type"}
    if name not in _OF_CANDIDATES:
        return (), values
    others = sorted(set(values) - {"candidates"})
    if others or not values:
        what = f"has {listing(others)}" if others else "names nobody"
        raise InputError(f"{_SNAKE[name]} {what}; give it candidates = ['@anna', …] and nothing else.")
    named = values["candidates"]
    return (tuple(named) if isinstance(named, list) else (named,)), {}


def parse_rule(text: str) -> Rule:
    """Read one rule from text, as ``AtMost(3, platform='tiktok')`` or ``at_most(3, platform=tiktok)``.

    Words of letters and digits, and handles as ``@anna``, need no quotes.

    Parameters
    ----------
    text
        The rule.

    Returns
    -------
    The rule.

    Raises
    ------
    InputError
        If the text is no rule, or the rule is unknown or wrong.

    Examples
    --------
    >>> print(parse_rule("conflict(@anna, @bo)"))
    Conflict('@anna', '@bo')
    """
    if not isinstance(text, str):
        raise InputError(f"the rule {shown(text)} is not a text; write it as in \"AtMost(3, platform='x')\".")
    try:
        return _from_text(text.strip())
    except InputError as error:
        raise InputError(f"the rule {text.strip()!r}: {error}") from None


def _from_text(text: str) -> Rule:
    text = _plain_numbers(text)
    source = _TOKEN.sub(lambda found: repr(found[0]) if found[0].startswith("@") else found[0], text)
    called, name = _parse_call(source)
    positional = tuple(_literal(node, source) for node in called.args)
    return _make(
        name, positional, {str(given.arg): _literal(given.value, source) for given in called.keywords}
    )


def _parse_call(source: str) -> tuple[ast.Call, str]:
    try:
        node = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        node = None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise InputError(
            "this cannot be read; write it as AtMost(3, platform='tiktok'), with longer texts in quotes."
        )
    names = [given.arg for given in node.keywords]
    if None in names:
        raise InputError("it has ** in it; write its columns out, as column='value'.")
    double = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if double is not None:
        raise InputError(f"it has {double!r} more than once; for several values write a list, as ['a', 'b'].")
    return node, _kind(node.func.id)


def _plain_numbers(text: str) -> str:
    """Write a rule's own numbers, such as 30,000 and 25 %, as Python does; candidates may be side by side."""
    if _BY_NAME.get(text.partition("(")[0].strip().replace("_", "").lower()) in _OF_CANDIDATES:
        return text
    bare = _TOKEN.sub(_hidden, text)
    while (shorter := _NESTED.sub(_hidden, bare)) != bare:
        bare = shorter
    found = [(*match.span(), match[0]) for match in _WITH_COMMAS.finditer(bare)]
    found += [(*match.span("number"), match["number"]) for match in _WITH_MARK.finditer(bare)]
    for start, end, number in sorted(found, reverse=True):
        text = text[:start] + _plain_number(number) + text[end:]
    return text


def _hidden(found: re.Match[str]) -> str:
    """Hide a text or a list behind as many signs that are no number."""
    return "'" * len(found[0])


def _plain_number(number: str) -> str:
    try:
        return f"{numerals.read_one(number, numerals.SHARE if '%' in number else numerals.COUNT):f}"
    except numerals.Misread as wrong:
        raise InputError(
            f"the number {number} is not understood ({wrong.words}); write it as in 0.25."
        ) from None


def _refuse_doubtful(name: str, field: str, amount: object) -> None:
    """Refuse 350.000, a decimal number here, where a point sets off thousands elsewhere."""
    if not isinstance(amount, Decimal) or amount.as_tuple().exponent != -3 or not 1 <= abs(amount) < 1000:
        return
    thousands = f"{amount:f}".replace(".", "")
    raise InputError(
        f"{name} has {field}={amount:f}, which could mean {amount:f} or {thousands}; write {thousands}, or "
        f"{amount:f}0."
    )


def _literal(node: ast.expr, source: str) -> Any:
    """Turn a piece of a parsed rule into a value; numbers with a point stay as they are written."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float)):
        return _number(node, source) if type(node.value) is float else node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_literal(item, source) for item in node.elts]
    if isinstance(node, ast.Dict) and None not in node.keys:
        pairs = zip(node.keys, node.values, strict=True)
        return {
            str(_literal(key, source)): _literal(value, source) for key, value in pairs if key is not None
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _literal(node.operand, source)
        if isinstance(number, (int, Decimal)) and not isinstance(number, bool):
            return -number
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        part, whole = _literal(node.left, source), _literal(node.right, source)
        if type(part) is int and type(whole) is int and whole:
            return Fraction(part, whole)
    piece = ast.get_source_segment(source, node) or "something"
    raise InputError(f"{piece} is no text or number; put texts in quotes.")


def _number(node: ast.Constant, source: str) -> Decimal:
    written = (ast.get_source_segment(source, node) or "").replace("_", "")
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal(str(node.value))


def _kind(name: Any) -> str:
    """Find a rule by its name, written as at_most or AtMost."""
    known = _BY_NAME.get(str(name).replace("_", "").lower())
    if known is None:
        raise InputError(f"there is no rule {str(name)!r}; the rules are {', '.join(_SNAKE.values())}.")
    return known


def _make(name: str, positional: tuple[Any, ...], named: dict[str, Any]) -> Rule:
    """Make a rule of the values that were read."""
    kind = KINDS[name]
    try:
        bound = inspect.signature(kind).bind(*positional, **named)
    except TypeError as error:
        raise InputError(f"{name} does not fit ({error}); write it as {kind.written}.") from None
    for place, value in bound.arguments.items():
        if place in ("amount", "price"):
            _refuse_doubtful(name, place, value)
        if place in ("candidates", "members", "group", "where"):
            bound.arguments[place] = _as_cells(value)
    return kind(*bound.args, **bound.kwargs)


def _as_cells(value: Any) -> Any:
    """Turn what was kept as written into what a table holds: numbers with a point are floats there."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {_as_cells(key): _as_cells(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_as_cells(held) for held in value)
    return value
