"""Plan files: a plan with all that is needed to make it again, as JSON.

A file holds the format and its version, the campaign (the arguments, in the tables of a campaign file), the
key, the versions of the packages, every input file with its hash, and the plan. It holds no samples.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from seeding._runtime.files import PathLike, atomic_write, read_text
from seeding.errors import InputError
from seeding.plan.codec import decode, encode
from seeding.plan.plan import Plan

FORMAT, VERSION = "seeding plan", 1
# What a plan file must hold, with the type of each.
_PARTS = {"campaign": dict, "key": str, "versions": dict, "inputs": list, "plan": dict}
_CHUNK = 1 << 20
# The format stands within so many bytes.
_HEAD = 100


def write_plan(path: PathLike, plan: Plan, record: dict[str, Any]) -> None:
    """Write a plan file, whole or not at all."""
    document = {"format": FORMAT, "version": VERSION, **record, "plan": plan_to_values(plan)}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_write(path) as file:
        file.write(text + "\n")


def plan_to_values(plan: Plan) -> dict[str, Any]:
    """Return all fields of a plan as plain values, but for what answers further questions."""
    return {name: encode(value) for name, value in vars(plan).items() if name in _FIELDS}


_FIELDS = tuple(name for name in Plan.__dataclass_fields__ if name != "follow_up")


def campaign_text(plan: Plan) -> str:
    """Return the campaign of a plan, all that was asked, as TOML.

    Raises
    ------
    InputError
        If the plan does not remember its question.
    """
    import tomli_w

    if plan.follow_up is None:
        raise InputError("this plan does not remember what was asked; plan again, or read a saved plan.")
    return str(tomli_w.dumps(plan.follow_up.record()["campaign"]))


def is_plan_file(path: PathLike) -> bool:
    """Tell by its beginning whether a file is a saved plan; a pipe is none, as it can be read only once."""
    place = Path(path)
    if not place.is_file():
        return False
    with place.open("rb") as file:
        return f'"{FORMAT}"'.encode() in file.read(_HEAD)


def read_document(path: PathLike) -> dict[str, Any]:
    """Read a plan file, without making a plan of it yet.

    Raises
    ------
    InputError
        If the file is none, is cut off, or was written by a newer version; says which.
    """
    text, _ = read_text(path)
    where = repr(str(path))
    try:
        document = json.loads(text)
    except RecursionError:
        raise InputError(f"{where} is no plan file: it is nested too deeply.") from None
    except ValueError as error:
        cut = "is cut off" if f'"{FORMAT}"' in text[:200] else "is no plan file"
        raise InputError(f"{where} {cut} ({error}); write it again with --save or Plan.save.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{where} is no plan file; write one with --save or Plan.save.")
    version = document.get("version")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        hint = "upgrade seeding to read it" if newer else "write it again with --save or Plan.save"
        raise InputError(f"{where} is a plan file of version {version!r}, and this reads {VERSION}; {hint}.")
    for name, kind in _PARTS.items():
        if not isinstance(document.get(name), kind):
            raise InputError(f"{where} is a damaged plan file: {name!r} is missing; write it again.")
    return document


def plan_from_values(path: PathLike, values: dict[str, Any]) -> Plan:
    """Make the plan that a file holds.

    Raises
    ------
    InputError
        If a part of it is damaged.
    """
    try:
        plan = Plan(**{name: decode(value) for name, value in values.items()})
        # A value of another type than it was is found where it is written.
        plan.summary()
        plan.to_dict()
    except InputError as error:
        raise InputError(f"{str(path)!r} is a damaged plan file: {error}; write it again.") from None
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise InputError(f"{str(path)!r} is a damaged plan file ({what}); write it again.") from None
    return plan


def hash_of(path: PathLike) -> str:
    """Return the SHA-256 of a file as it lies there."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
