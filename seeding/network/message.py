"""The message: what it is about, how good it is, and how well it keeps its shape on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seeding._runtime.checks import as_number
from seeding.diffusion import IndependentCascade
from seeding.errors import InputError, listing

# Weights of topics may miss 1 by what adding up a few floats rounds off.
TOLERANCE = 1e-9
# What the message says of itself and the model has to heed.
_OF_MODEL = ("quality", "fidelity")


@dataclass(frozen=True)
class Message:
    """A message: a mixture of topics, and how good, robust and shareable it is.

    `Network.carrying` turns it into probabilities of arcs, `model` into a model of diffusion.

    Attributes
    ----------
    topics
        The weight γ_z ≥ 0 of each topic z; they add up to 1 (to within 1e-9). None at all: then it does not
        matter what anybody is interested in.
    quality
        q, the probability that somebody who is reached by it is positive about it; see `IndependentCascade`.
    fidelity
        φ, the probability that one hop hands it on unaltered; see `IndependentCascade`.
    shareability
        What it multiplies the probability of every arc by; 1 is as usual, and it may be more.

    Raises
    ------
    InputError
        If a weight is negative, the weights do not add up to 1, or a value is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> print(sd.Message({"sport": 0.7, "food": 0.3}, quality=0.9))
    0.7 sport + 0.3 food, quality 0.9
    """

    topics: Mapping[str, float] = field(default_factory=dict)
    quality: float = 1.0
    fidelity: float = 1.0
    shareability: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        object.__setattr__(self, "topics", _read_topics(self.topics))
        IndependentCascade(quality=self.quality, fidelity=self.fidelity)
        share = self.shareability
        if not is_number(share) or not 0 < share < math.inf:
            raise InputError(
                f"shareability={share!r} is out of range; give a number above 0, 1 being as usual."
            )
        for name in (*_OF_MODEL, "shareability"):
            object.__setattr__(self, name, float(getattr(self, name)))

    def __str__(self) -> str:
        said = [" + ".join(f"{weight:g} {topic}" for topic, weight in self.topics.items()) or "no topic"]
        for name in (*_OF_MODEL, "shareability"):
            if getattr(self, name) != 1:
                said.append(f"{name} {getattr(self, name):g}")
        return ", ".join(said)

    def model(self, **options: Any) -> IndependentCascade:
        """Return the model with this message's quality and fidelity.

        Parameters
        ----------
        options
            What else `IndependentCascade` takes: deadline, discount, ….

        Raises
        ------
        InputError
            If the message says it already, or a value is out of range.
        """
        both = [name for name in _OF_MODEL if name in options and getattr(self, name) != 1]
        if both:
            name = both[0]
            raise InputError(
                f"{name}={options[name]!r} is given, but the message has {name} {getattr(self, name):g}; "
                "say it in one place."
            )
        own = {name: getattr(self, name) for name in _OF_MODEL if name not in options}
        return IndependentCascade(**own, **options)


def is_number(value: object) -> bool:
    """Tell a number that can be computed with; truth values are none."""
    return as_number(value) is not None


def _read_topics(topics: Any) -> dict[str, float]:
    """Check the weights of topics, and keep a copy of them."""
    if not isinstance(topics, Mapping):
        raise InputError(f"topics={topics!r} is not understood; pass weights by topic, as {{'sport': 1.0}}.")
    for topic, weight in topics.items():
        if not isinstance(topic, str) or not topic:
            raise InputError(f"topics has the topic {topic!r}; name each by a text.")
        if not is_number(weight) or weight < 0:
            raise InputError(f"topics has the weight {weight!r} for {topic!r}; give a number of 0 or more.")
    total = math.fsum(topics.values())
    if topics and abs(total - 1) > TOLERANCE:
        raise InputError(
            f"the weights of the topics {listing(topics)} add up to {total:.10g}; they must add up to 1."
        )
    return {topic: float(weight) for topic, weight in topics.items()}


def check_heeded(message: Message | None, model: object) -> None:
    """Refuse a model that contradicts the message a network carries, or leaves out what that says.

    Raises
    ------
    InputError
        If quality or fidelity differ.
    """
    if message is None:
        return
    for name in _OF_MODEL:
        ours, theirs = getattr(message, name), getattr(model, name, 1.0)
        if ours == theirs:
            continue
        if theirs == 1:
            raise InputError(
                f"the network carries a message of {name} {ours:g}, which the model leaves out; pass "
                "model=message.model()."
            )
        raise InputError(
            f"the model has {name} {theirs:g} and the message that the network carries has {ours:g}; say it "
            "in one place, as by model=message.model()."
        )
