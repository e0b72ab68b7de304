"""Cascades that compete: bad news that travels further, and a rival campaign whose seeds are known.

Neither is coverage: whether somebody ends up positive depends on who else came, when, and in which order. So
both are simulated step by step, in one way (`seeding._kernels.forward.competition`), and nothing is
guaranteed of a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seeding._runtime.checks import is_one_of
from seeding.diffusion import IndependentCascade, Model
from seeding.errors import InputError, shown
from seeding.network import labels as label_tools
from seeding.network.network import Network

Tie = Literal["random", "ours", "rival"]
# In the order in which the kernel numbers them.
TIES = ("random", "ours", "rival")


BAD_NEWS = (
    "no guarantee holds: where bad news travels further, one more seed may even cost positive reach, so what "
    "seeds add does not diminish by rule"
)
AGAINST_RIVALS = (
    "no guarantee is claimed: against a rival, what a seed adds depends on who else is seeded in ways that "
    "need not diminish"
)


@dataclass(frozen=True, eq=False)
class Duel:
    """Whom our campaign has against it; a plain value.

    Attributes
    ----------
    rivals
        Node index of each of the rival's seeds, each once; int64.
    tie
        Who wins where both sides convince the same person in the same step, or seed the same person.
    labels
        The rival's seeds as the user named them.
    bias
        Whether bad news travels further.
    """

    rivals: np.ndarray
    tie: Tie
    labels: tuple[Any, ...]
    bias: bool

    @classmethod
    def of(cls, network: Network, model: Model, rivals: object, tie: object) -> Duel | None:
        """Check who is against us; None where nobody and nothing is, so that reach is coverage.

        Raises
        ------
        InputError
            If `tie` is unknown or stands alone, or a rival's seed is not in the network.
        """
        if not is_one_of(tie, TIES):
            raise InputError(f"tie={shown(tie)} is not understood; choose 'random', 'ours' or 'rival'.")
        if rivals is None and tie != "random":
            raise InputError(f"tie={tie!r} says who wins against a rival; name the rival's seeds in rivals=.")
        nodes = np.empty(0, dtype=np.int64) if rivals is None else _find(network, rivals)
        nodes = nodes[np.sort(np.unique(nodes, return_index=True)[1])]
        if nodes.size == 0 and not model.forward_only:
            return None
        refuse_thresholds("rivals=", model)
        labels = tuple(label_tools.plain(network.labels[nodes]))
        return cls(nodes, tie, labels, model.forward_only)  # type: ignore[arg-type]

    @classmethod
    def with_nobody(cls) -> Duel:
        """Make the duel in which nobody is against us, to play campaigns literally all the same."""
        return cls(np.empty(0, dtype=np.int64), "random", (), False)

    @property
    def no_guarantee(self) -> str:
        """Say that no guarantee holds, and why."""
        return AGAINST_RIVALS if self.rivals.size else BAD_NEWS

    @property
    def cause(self) -> str:
        """Name what makes this a duel, in the words of the arguments."""
        causes = ["a rival's seeds"] * bool(self.rivals.size) + ["negativity_bias above 1"] * self.bias
        return " and ".join(causes)

    def taken(self, nodes: np.ndarray) -> np.ndarray:
        """Return which of our candidates, given by node, are the rival's seeds already."""
        return np.flatnonzero(np.isin(nodes, self.rivals))

    def asked(self) -> dict[str, Any]:
        """Return what was asked, for the record of a plan."""
        return {"rivals": list(self.labels), "tie": self.tie} if self.rivals.size else {}


def _find(network: Network, rivals: object) -> np.ndarray:
    if isinstance(rivals, (str, bytes)):
        raise InputError(f"rivals={rivals!r} is one text; pass a list of labels: [{rivals!r}].")
    labels = label_tools.as_labels(rivals, "rivals")
    return label_tools.locate(network.labels, labels, "rival", "the network")


def refuse_where_proof_is_asked(duel: Duel | None, **asked: object) -> None:
    """Refuse what is chosen or bounded by RR sets: against bad news and rivals there is no such proof.

    `asked` holds what was asked for, by the name of the argument; what is None or False was not.

    Raises
    ------
    InputError
        If anything was.
    """
    names = [name for name, value in asked.items() if value is not None and value is not False]
    if duel is not None and names:
        raise InputError(
            f"{names[0]} cannot be combined with {duel.cause}, because it rests on RR sets, which do not "
            "know who comes first; leave one out."
        )


def refuse_thresholds(what: str, model: Model) -> None:
    """Refuse the linear threshold model where cascades are played person by person.

    Raises
    ------
    InputError
        If it is that.
    """
    if not isinstance(model, IndependentCascade):
        raise InputError(f"{what} needs to know who convinced whom; use IndependentCascade.")


def refuse_where_not_played(what: str, network: Network) -> None:
    """Refuse what the step-by-step simulation of cascades does not play; `what` needs that.

    Raises
    ------
    InputError
        If the network has more than arcs of one step each.
    """
    present = {
        "exposure": network.exposure is not None,
        "delays": network.delays is not None,
        "several accounts of one person (platforms, or offers with an effect)": network.person is not None,
        "an organic start": network.active.size > 0,
    }
    found = next((name for name, there in present.items() if there), None)
    if found is not None:
        raise InputError(f"{what} cannot be combined with {found}; leave one out.")
