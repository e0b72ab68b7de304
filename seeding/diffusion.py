"""Models of how a message spreads: small frozen descriptions that the samplers dispatch on."""

from __future__ import annotations

from dataclasses import dataclass

from seeding.errors import InputError


@dataclass(frozen=True)
class IndependentCascade:
    """Independent cascade: each newly reached u gets one chance to reach each v, with probability p_uv.

    Equivalently (the live-edge view) every arc is kept with its probability, independently, and the
    seeds reach whomever they have a path to. See Kempe, Kleinberg and Tardos, KDD 2003, section 2.
    """

    def __str__(self) -> str:
        return "independent cascade"


def check_model(model: object) -> IndependentCascade:
    """Return `model` if it is one that can be sampled.

    Raises
    ------
    InputError
        If it is anything else.
    """
    if not isinstance(model, IndependentCascade):
        raise InputError(f"model={model!r} is not a diffusion model; pass sd.IndependentCascade().")
    return model
