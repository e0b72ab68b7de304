"""All experiments by name: what each measures, which arguments it takes, and what it writes.

A room lists its own in ``EXPERIMENTS``. Nothing heavy is imported before an experiment is run.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
ROOMS = (
    "engine",
    "rates",
    "yardstick",
    "micro",
    "selection",
    "certificates",
    "campaigns",
    "pages",
    "mutations",
)


class Argument:
    """An argument of a command: its name, its meaning, and what else `argparse` takes.

    One without a meaning is for the processes that an experiment starts itself, and is not listed.
    """

    def __init__(self, name: str, meaning: str = "", **options: Any) -> None:
        self.name, self.meaning, self.options = name, meaning, options

    def __str__(self) -> str:
        value = self.options.get("metavar") or self.options.get("default") or ""
        return f"{self.name} {value}".rstrip() if self.name.startswith("-") else str(value or self.name)


ONLY = Argument("--only", "only those whose name contains this", default="", metavar="NAME")


@dataclass(frozen=True)
class Experiment:
    """An experiment.

    Attributes
    ----------
    name, measures
        What it is called, and in one sentence what it measures or makes.
    module
        Where it is. Its function ``main(given)`` takes the parsed arguments; it may return an exit status.
    writes
        Tables, by their name in ``benchmarks/results``, and files of the documentation, by their path.
    arguments
        Its arguments. Where it writes a table, ``--out`` is added, unless it has one of its own.
    passes_on
        Whether words that are no argument of its own are kept, as ``given.rest``, for another program.
    """

    name: str
    measures: str
    module: str
    writes: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    passes_on: bool = False

    def all_arguments(self) -> Iterator[Argument]:
        """Give its own arguments, and the one that says where its table goes."""
        yield from self.arguments
        tables = [name for name in self.writes if name.endswith(".csv")]
        if tables and all(one.name != "--out" for one in self.arguments):
            place = RESULTS / tables[0]
            yield Argument("--out", "where the table goes", type=Path, default=place, metavar="CSV")

    def run(self, words: Sequence[str]) -> int:
        """Run it with the words of a command line; returns the exit status."""
        module = importlib.import_module(self.module)
        parser = argparse.ArgumentParser(
            prog=f"python -m benchmarks {self.name}",
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for one in self.all_arguments():
            parser.add_argument(one.name, help=one.meaning or argparse.SUPPRESS, **one.options)
        given, rest = parser.parse_known_args(words)
        if rest and not self.passes_on:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        given.rest = rest
        return module.main(given) or 0


@cache
def experiments() -> dict[str, Experiment]:
    """Collect the experiments of all rooms by name, in the order of the rooms."""
    found: dict[str, Experiment] = {}
    for room in ROOMS:
        for one in importlib.import_module(f"benchmarks.{room}").EXPERIMENTS:
            if one.name in found:
                raise ValueError(f"two experiments have the name {one.name!r}; give each its own")
            found[one.name] = one
    return found


def named(name: str) -> Experiment:
    """Look an experiment up.

    Raises
    ------
    KeyError
        If there is none of that name; its text is a sentence that says so, with a similar name.
    """
    if name in experiments():
        return experiments()[name]
    near = difflib.get_close_matches(name, experiments(), 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise KeyError(f"there is no experiment {name!r}; {hint}`python -m benchmarks` lists them all.")


def table() -> str:
    """Write the experiments as the table of the README."""
    lines = ["| room | experiment | what it measures | writes | arguments |", "|---|---|---|---|---|"]
    for one in experiments().values():
        room = one.module.split(".")[1]
        writes = ", ".join(f"[`{Path(name).name}`]({_link(name)})" for name in one.writes) or "–"
        arguments = " ".join(f"`{argument}`" for argument in one.all_arguments() if argument.meaning)
        lines.append(f"| {room} | `{one.name}` | {one.measures} | {writes} | {arguments or '–'} |")
    return "\n".join(lines)


def _link(name: str) -> str:
    """Lead from the README to what is written."""
    return f"results/{name}" if name.endswith(".csv") else f"../{name}"
