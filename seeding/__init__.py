"""`seeding` chooses whom to pay to start a campaign, within a budget, and proves how good the choice is.

Everything a user needs is a name of this package: ``import seeding as sd``. Importing it is light: a
name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seeding import datasets
    from seeding.answers import Invitations, Profit, Target
    from seeding.coverage import Coverage
    from seeding.diffusion import IndependentCascade, LinearThreshold
    from seeding.errors import AssumptionWarning, InfeasibleError, InputError, SeedingError
    from seeding.estimate import Certificate, Estimate
    from seeding.fairness import AtLeastReach
    from seeding.io import (
        parse_rule,
        read_message,
        read_network,
        read_persons,
        read_roster,
        read_rules,
        read_seeds,
        write_network,
    )
    from seeding.message import Message
    from seeding.network import Network
    from seeding.plan import Plan
    from seeding.planner import optimize
    from seeding.questions.frontier import Frontier, frontier
    from seeding.questions.minimize import minimize_cost
    from seeding.reach import estimate_reach, simulate
    from seeding.roster import Roster
    from seeding.rrsets import sample_rr_sets
    from seeding.rules import (
        AtLeast,
        AtMost,
        Bundle,
        Conflict,
        Exclude,
        MaxShare,
        Require,
        SpendAtLeast,
        SpendAtMost,
        SpendShare,
        Together,
        VolumeDiscount,
    )
    from seeding.sides import Sides, estimate_sides
    from seeding.trees import Virality, virality

__version__ = "0.1.0"

_HOME = {
    "AssumptionWarning": "seeding.errors",
    "AtLeast": "seeding.rules",
    "AtLeastReach": "seeding.fairness",
    "AtMost": "seeding.rules",
    "Bundle": "seeding.rules",
    "Certificate": "seeding.estimate",
    "Conflict": "seeding.rules",
    "Coverage": "seeding.coverage",
    "Estimate": "seeding.estimate",
    "Exclude": "seeding.rules",
    "Frontier": "seeding.questions.frontier",
    "IndependentCascade": "seeding.diffusion",
    "LinearThreshold": "seeding.diffusion",
    "InfeasibleError": "seeding.errors",
    "InputError": "seeding.errors",
    "Invitations": "seeding.answers",
    "MaxShare": "seeding.rules",
    "Message": "seeding.message",
    "Network": "seeding.network",
    "Plan": "seeding.plan",
    "Profit": "seeding.answers",
    "Require": "seeding.rules",
    "Roster": "seeding.roster",
    "SeedingError": "seeding.errors",
    "Sides": "seeding.sides",
    "SpendAtLeast": "seeding.rules",
    "SpendAtMost": "seeding.rules",
    "SpendShare": "seeding.rules",
    "Target": "seeding.answers",
    "Together": "seeding.rules",
    "Virality": "seeding.trees",
    "VolumeDiscount": "seeding.rules",
    "datasets": "seeding.datasets",
    "estimate_reach": "seeding.reach",
    "estimate_sides": "seeding.sides",
    "frontier": "seeding.questions.frontier",
    "minimize_cost": "seeding.questions.minimize",
    "optimize": "seeding.planner",
    "parse_rule": "seeding.io",
    "read_message": "seeding.io",
    "read_network": "seeding.io",
    "read_persons": "seeding.io",
    "read_roster": "seeding.io",
    "read_rules": "seeding.io",
    "read_seeds": "seeding.io",
    "sample_rr_sets": "seeding.rrsets",
    "simulate": "seeding.reach",
    "virality": "seeding.trees",
    "write_network": "seeding.io",
}

__all__ = [
    "AssumptionWarning",
    "AtLeast",
    "AtLeastReach",
    "AtMost",
    "Bundle",
    "Certificate",
    "Conflict",
    "Coverage",
    "Estimate",
    "Exclude",
    "Frontier",
    "IndependentCascade",
    "InfeasibleError",
    "InputError",
    "Invitations",
    "LinearThreshold",
    "MaxShare",
    "Message",
    "Network",
    "Plan",
    "Profit",
    "Require",
    "Roster",
    "SeedingError",
    "Sides",
    "SpendAtLeast",
    "SpendAtMost",
    "SpendShare",
    "Target",
    "Together",
    "Virality",
    "VolumeDiscount",
    "__version__",
    "datasets",
    "estimate_reach",
    "estimate_sides",
    "frontier",
    "minimize_cost",
    "optimize",
    "parse_rule",
    "read_message",
    "read_network",
    "read_persons",
    "read_roster",
    "read_rules",
    "read_seeds",
    "sample_rr_sets",
    "simulate",
    "virality",
    "write_network",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562), so that importing stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'seeding' has no attribute {name!r}")
    module = import_module(_HOME[name])
    value = module if name == _HOME[name].rpartition(".")[2] and name == "datasets" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
