"""What answers questions about a finished plan: it remembers the question, and draws the samples again."""

from __future__ import annotations

import stat
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seeding._runtime.files import PathLike
from seeding._runtime.provenance import versions
from seeding.errors import InputError, listing
from seeding.network.network import Network
from seeding.plan.plan import Phase, Plan
from seeding.plan.plan_file import hash_of
from seeding.questions import campaign, fingerprints
from seeding.questions.inputs import network_of, roster_of
from seeding.questions.preparing import Case, prepare
from seeding.questions.question import Question
from seeding.roster.roster import Roster

if TYPE_CHECKING:
    from seeding.plan.explanation import Explanation
    from seeding.plan.report.contents import Contents, Picture
    from seeding.plan.sensitivity import Sensitivity
    from seeding.selection.kept_samples import KeptSamples


# The phase in which the samples of a plan are kept.
KEPT = "keep the samples"


@dataclass(eq=False)
class Asked:
    """Answers further questions about a plan that was made, or prepared again, in this process.

    Attributes
    ----------
    case
        The question that the plan answers.
    samples
        The samples of the plan; None until they are asked for.
    """

    case: Case[Any]
    samples: KeptSamples | None = field(default=None, repr=False)
    sample_path: str | None = None

    def record(self) -> dict[str, Any]:
        """Return the campaign, the key and the input files with their hashes, as plain values."""
        question, given = self.case.question, self.case.given
        tables = campaign.tables_of(question, given.network, given.roster)
        prints = {
            "network": fingerprints.of_network(given.network),
            "roster": fingerprints.of_roster(given.roster),
        }
        return {
            "question": self.case.objective.question_name,
            "key": f"{question.rng:#018x}",
            "versions": versions(),
            "campaign": tables,
            "inputs": _files_of(tables),
            "in_memory": list(campaign.missing_from(given.network, given.roster)),
            "fingerprints": prints,
            "sample": self.sample_path,
        }

    def question(self, _plan: Plan) -> Case[Any]:
        """Return the prepared question."""
        return self.case

    def replay(self, plan: Plan) -> Plan:
        """Make the plan again from the same arguments and key."""
        from seeding.questions.replay import make_again

        return make_again(plan, self.case)

    def write_sample(self, plan: Plan, path: PathLike) -> None:
        """Write the samples of the plan to a file."""
        from seeding.selection.kept_samples import refuse_without_sets

        kept = self.kept(plan)
        if kept is None:
            with self.case.work() as problem:
                refuse_without_sets(problem, "a kept sample")
        assert kept is not None  # it was refused otherwise
        kept.write(path, int(self.case.question.rng))
        self.sample_path = str(path)

    def explain(self, plan: Plan, **options: Any) -> Explanation:
        """Explain why these seeds."""
        from seeding.questions.explain import explain_plan

        return explain_plan(plan, self.case, self.kept(plan), **options)

    def what_if(self, plan: Plan, *, measure: bool = False, **changes: Any) -> Plan:
        """Plan again with changes."""
        from seeding.questions.what_if import Change, change_plan

        return change_plan(plan, self.case, Change.of(**changes), self.kept(plan), measure)

    def sensitivity(self, plan: Plan, **options: Any) -> Sensitivity:
        """Say what the plan hangs on."""
        from seeding.questions.sensitivity import plan_sensitivity

        return plan_sensitivity(plan, self.case, **options)

    def contents(self, plan: Plan, **options: Any) -> Contents:
        """Work out what the page of the plan shows."""
        from seeding.questions.report import contents_of

        return contents_of(plan, self.case, lambda: self.kept(plan), self.record(), **options)

    def outcomes(self, plan: Plan) -> np.ndarray:
        """Simulate single campaigns."""
        from seeding.questions.report import outcomes

        return outcomes(plan, self.case)

    def picture(self, plan: Plan) -> Picture | None:
        """Draw the seeded part of the network."""
        from seeding.questions.report import picture_of

        return picture_of(plan, self.case)

    def kept(self, plan: Plan) -> KeptSamples | None:
        """Return the samples of the plan, drawn again where they were not kept; None where there are none."""
        from seeding.selection.kept_samples import KeptSamples, sets_of

        if self.samples is None:
            with self.case.work() as problem:
                if not problem.propagation.cause:
                    self.samples = KeptSamples.draw(problem, sets_of(plan))
        return self.samples


def keep_sample(plan: Plan) -> Plan:
    """Draw the samples of a plan that was just made, so that further questions are answered at once.

    The last phase of the plan says how much memory they take; nothing is kept where RR sets cannot tell what
    is reached.
    """
    from seeding._runtime.memory import in_words

    follow_up = plan.follow_up
    assert isinstance(follow_up, Asked)  # the plan was just made
    began = time.monotonic()
    kept = follow_up.kept(plan)
    if kept is None:
        return plan
    said = f"2 × {kept.choosing.n_sets:,} RR sets, {in_words(kept.n_bytes)}"
    phase = Phase(KEPT, said, time.monotonic() - began)
    return replace(plan, phases=(*plan.phases, phase))


def _files_of(tables: dict[str, Any]) -> list[dict[str, str]]:
    """Return the input files of a campaign with their hashes; a pipe has none."""
    found = []
    for name, table in tables.items():
        if isinstance(table, dict) and "path" in table:
            path = Path(table["path"])
            with suppress(OSError):
                if stat.S_ISREG(path.stat().st_mode):
                    found.append({"table": name, "path": str(path), "sha256": hash_of(path)})
    return found


@dataclass(eq=False)
class Stored:
    """Answers further questions about a plan that was read from a file, once its inputs are found.

    Attributes
    ----------
    path, document
        The plan file, and what it holds.
    network, roster
        What the plan was made on, if it is given; None: it is read again.
    """

    path: PathLike
    document: dict[str, Any]
    network: Network | None = None
    roster: Roster | None = None
    _asked: Asked | None = None

    def record(self) -> dict[str, Any]:
        """Return what the file records."""
        return {
            name: held for name, held in self.document.items() if name not in ("format", "version", "plan")
        }

    def explain(self, plan: Plan, **options: Any) -> Explanation:
        """Explain why these seeds."""
        return self.asked(plan).explain(plan, **options)

    def question(self, plan: Plan) -> Case[Any]:
        """Return the prepared question, with the inputs of the plan."""
        return self.asked(plan).case

    def replay(self, plan: Plan) -> Plan:
        """Make the plan again from the same arguments and key."""
        return self.asked(plan).replay(plan)

    def write_sample(self, plan: Plan, path: PathLike) -> None:
        """Write the samples of the plan to a file."""
        self.asked(plan).write_sample(plan, path)

    def _kept(self, asked: Asked) -> KeptSamples | None:
        """Read the samples that were kept in a file; None where there is none: then they are drawn again."""
        from seeding.selection.kept_samples import KeptSamples

        kept = self.document.get("sample")
        if kept is None:
            return None
        place = next((one for one in (Path(kept), Path(self.path).parent / kept) if one.is_file()), None)
        if place is None:
            return None
        with asked.case.work() as problem:
            return KeptSamples.read(place, problem)

    def what_if(self, plan: Plan, *, measure: bool = False, **changes: Any) -> Plan:
        """Plan again with changes, which are checked before the inputs are read."""
        from seeding.questions.what_if import Change

        Change.of(**changes)
        return self.asked(plan).what_if(plan, measure=measure, **changes)

    def sensitivity(self, plan: Plan, **options: Any) -> Sensitivity:
        """Say what the plan hangs on."""
        return self.asked(plan).sensitivity(plan, **options)

    def contents(self, plan: Plan, **options: Any) -> Contents:
        """Work out what the page of the plan shows, and name what the file records."""
        return replace(self.asked(plan).contents(plan, **options), record=self.record())

    def outcomes(self, plan: Plan) -> np.ndarray:
        """Simulate single campaigns."""
        return self.asked(plan).outcomes(plan)

    def picture(self, plan: Plan) -> Picture | None:
        """Draw the seeded part of the network."""
        return self.asked(plan).picture(plan)

    def asked(self, plan: Plan) -> Asked:
        """Find the inputs, check that they are the same, and prepare the question again.

        Raises
        ------
        InputError
            If an input is missing or another one; names the file.
        """
        if self._asked is None:
            network, roster = self._inputs()
            arguments = campaign.arguments_of(self.document["campaign"], self.document["key"])
            self._check(network, roster)
            makes = objectives_by_name()[str(self.document.get("question"))]
            case = prepare(network, roster, Question(**arguments), makes)
            # Of a frontier, the budget of this very plan.
            self._asked = Asked(replace(case, amount=plan.budget))
            self._asked.samples = self._kept(self._asked)
        return self._asked

    def _inputs(self) -> tuple[Network, Roster | None]:
        tables = dict(self.document["campaign"])
        missing = [name for name in self.document.get("in_memory", ()) if getattr(self, name) is None]
        if missing:
            raise InputError(
                f"the plan in {str(self.path)!r} was made on a {' and a '.join(missing)} in memory; give it "
                f"as read_plan({str(self.path)!r}, {', '.join(f'{name}=…' for name in missing)})."
            )
        if self.network is not None and (self.roster is not None or "roster" not in tables):
            return self.network, self.roster
        found = _located(self.path, tables, self.document["inputs"])
        network, roster = campaign.read_inputs(found)
        return self.network or network, self.roster or roster

    def _check(self, network: Network, roster: Roster | None) -> None:
        """Refuse inputs that are not those of the plan."""
        expected = self.document.get("fingerprints", {})
        actual = {"network": fingerprints.of_network(network), "roster": fingerprints.of_roster(roster)}
        others = [name for name, said in actual.items() if said != expected.get(name)]
        if others:
            raise InputError(
                f"the {listing(others)} given is not what the plan in {str(self.path)!r} was made on; give "
                "the same again, or plan anew."
            )


def _located(path: PathLike, tables: dict[str, Any], inputs: list[dict[str, str]]) -> dict[str, Any]:
    """Find the input files, here or beside the plan file, and make sure that they are the same.

    Raises
    ------
    InputError
        If one is missing or was changed; names it.
    """
    found = {name: dict(table) if isinstance(table, dict) else table for name, table in tables.items()}
    for one in inputs:
        beside = Path(path).parent / one["path"]
        place = next((place for place in (Path(one["path"]), beside) if place.is_file()), None)
        if place is None:
            raise InputError(
                f"{one['path']!r}, on which the plan in {str(path)!r} was made, is not there; put it back."
            )
        if hash_of(place) != one["sha256"]:
            raise InputError(
                f"{str(place)!r} was changed since the plan in {str(path)!r} was made; put the old file back "
                "or plan anew."
            )
        found[one["table"]]["path"] = str(place)
    return found


def objectives_by_name() -> dict[str, Any]:
    """Return what makes the objective of each question that has a plan."""
    from seeding.questions.frontier import ManyBudgets
    from seeding.questions.minimize import LeastCost
    from seeding.questions.objectives import objective_of

    return {"optimize": objective_of, "minimize_cost": LeastCost.of, "frontier": ManyBudgets.of}


def read_plan(path: PathLike, *, network: Any = None, roster: Any = None) -> Plan:
    """Read a plan that `Plan.save` or ``--save`` wrote.

    The network and the roster are read again when a further question needs them, from the files that the plan
    names, which must not have changed.

    Parameters
    ----------
    path
        The plan file. Reading it runs nothing of what it holds.
    network, roster
        What the plan was made on, where that was made in memory, or to save reading it again; objects or
        paths, as `optimize` takes them.

    Raises
    ------
    InputError
        If the file is no plan file, is cut off or damaged, or was written by a newer version.
    """
    from seeding.plan.plan_file import plan_from_values, read_document

    document = read_document(path)
    plan = plan_from_values(path, document["plan"])
    given = None if network is None else network_of(network)
    stored = Stored(path, document, given, None if roster is None else roster_of(roster))
    return plan.followed_by(stored)
