"""Reading a message, and what its probabilities are made of, from a JSON or TOML file."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from seeding._runtime.files import PathLike, as_path, read_text, suffix_of
from seeding.errors import InputError, listing
from seeding.network.message import Message

_OF_MESSAGE = ("topics", "quality", "fidelity", "shareability")
_OF_CARRYING = ("affinity", "by_topic", "credibility", "factors")


def read_message(path: PathLike) -> tuple[Message, dict[str, Any]]:
    """Read a message from a file, as ``{"topics": {"sport": 1.0}, "affinity": "topic_{}"}``.

    Parameters
    ----------
    path
        The file: TOML if its name ends in ``.toml``, else JSON. Its keys are those of `Message` (topics,
        quality, fidelity, shareability) and of `Network.carrying` (affinity, by_topic, credibility, factors).

    Returns
    -------
    The message, and the arguments of `Network.carrying`: ``network.carrying(message, **how)``.

    Raises
    ------
    InputError
        If the file cannot be read, has an unknown key, or a value is out of range.
    """
    where = repr(str(as_path(path)))
    values = _read(path, where)
    unknown = [key for key in values if key not in (*_OF_MESSAGE, *_OF_CARRYING)]
    if unknown:
        raise InputError(
            f"{where} has the keys {listing(unknown)}, which mean nothing in a message; those that do are "
            f"{listing((*_OF_MESSAGE, *_OF_CARRYING), 8)}."
        )
    try:
        message = Message(**{key: value for key, value in values.items() if key in _OF_MESSAGE})
    except InputError as error:
        raise InputError(f"the message {where}: {error}") from None
    return message, {key: value for key, value in values.items() if key in _OF_CARRYING}


def _read(path: PathLike, where: str) -> dict[str, Any]:
    text, _ = read_text(path)
    is_toml = suffix_of(path) == ".toml"
    try:
        values = tomllib.loads(text) if is_toml else json.loads(text, object_pairs_hook=_once)
    except InputError as error:
        raise InputError(f"{where} {error}") from None
    except (ValueError, RecursionError) as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise InputError(
            f"{where} is not {'TOML' if is_toml else 'JSON'}: {reason.rstrip('.')}; texts are in quotes."
        ) from None
    if not isinstance(values, dict):
        raise InputError(f"{where} holds no message; write it as {{'topics': {{'sport': 1.0}}}} in JSON.")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice, of which JSON would keep the last without a word."""
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"has the key {twice!r} twice; give it once.")
    return dict(pairs)
