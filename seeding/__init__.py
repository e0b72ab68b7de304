"""`seeding` chooses whom to pay to start a campaign, within a budget, and proves how good the choice is.

Everything a user needs is a name of this package: ``import seeding as sd``. Importing it is light: a
name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seeding import datasets, plot
    from seeding.diffusion import IndependentCascade, LinearThreshold
    from seeding.errors import AssumptionWarning, InfeasibleError, InputError, SeedingError
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
    from seeding.network.message import Message
    from seeding.network.network import Network
    from seeding.plan.answers import Invitations, Profit, Target
    from seeding.plan.contrast import ComparedPlan, Contrast, PlanComparison
    from seeding.plan.estimate import Certificate, Estimate
    from seeding.plan.plan import Plan
    from seeding.plan.sensitivity import Sensitivity
    from seeding.questions.compare import compare
    from seeding.questions.follow_up import read_plan
    from seeding.questions.frontier import Frontier, frontier
    from seeding.questions.minimize import minimize_cost
    from seeding.questions.optimize import optimize
    from seeding.questions.reach import estimate_reach, simulate
    from seeding.questions.samples import sample_rr_sets
    from seeding.questions.sides import Sides, estimate_sides
    from seeding.questions.virality import Virality, virality
    from seeding.roster.roster import Roster
    from seeding.rules.rules import (
        AtLeast,
        AtLeastReach,
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
    from seeding.sampling.coverage import Coverage

__version__ = "0.1.0"

_HOME = {
    "AssumptionWarning": "seeding.errors",
    "AtLeast": "seeding.rules.rules",
    "AtLeastReach": "seeding.rules.rules",
    "AtMost": "seeding.rules.rules",
    "Bundle": "seeding.rules.rules",
    "Certificate": "seeding.plan.estimate",
    "ComparedPlan": "seeding.plan.contrast",
    "Conflict": "seeding.rules.rules",
    "Contrast": "seeding.plan.contrast",
    "Coverage": "seeding.sampling.coverage",
    "Estimate": "seeding.plan.estimate",
    "Exclude": "seeding.rules.rules",
    "Frontier": "seeding.questions.frontier",
    "IndependentCascade": "seeding.diffusion",
    "LinearThreshold": "seeding.diffusion",
    "InfeasibleError": "seeding.errors",
    "InputError": "seeding.errors",
    "Invitations": "seeding.plan.answers",
    "MaxShare": "seeding.rules.rules",
    "Message": "seeding.network.message",
    "Network": "seeding.network.network",
    "Plan": "seeding.plan.plan",
    "PlanComparison": "seeding.plan.contrast",
    "Profit": "seeding.plan.answers",
    "Require": "seeding.rules.rules",
    "Roster": "seeding.roster.roster",
    "SeedingError": "seeding.errors",
    "Sensitivity": "seeding.plan.sensitivity",
    "Sides": "seeding.questions.sides",
    "SpendAtLeast": "seeding.rules.rules",
    "SpendAtMost": "seeding.rules.rules",
    "SpendShare": "seeding.rules.rules",
    "Target": "seeding.plan.answers",
    "Together": "seeding.rules.rules",
    "Virality": "seeding.questions.virality",
    "VolumeDiscount": "seeding.rules.rules",
    "compare": "seeding.questions.compare",
    "datasets": "seeding.datasets",
    "plot": "seeding.plot",
    "estimate_reach": "seeding.questions.reach",
    "estimate_sides": "seeding.questions.sides",
    "frontier": "seeding.questions.frontier",
    "minimize_cost": "seeding.questions.minimize",
    "optimize": "seeding.questions.optimize",
    "parse_rule": "seeding.io",
    "read_message": "seeding.io",
    "read_network": "seeding.io",
    "read_persons": "seeding.io",
    "read_plan": "seeding.questions.follow_up",
    "read_roster": "seeding.io",
    "read_rules": "seeding.io",
    "read_seeds": "seeding.io",
    "sample_rr_sets": "seeding.questions.samples",
    "simulate": "seeding.questions.reach",
    "virality": "seeding.questions.virality",
    "write_network": "seeding.io",
}

__all__ = [
    "AssumptionWarning",
    "AtLeast",
    "AtLeastReach",
    "AtMost",
    "Bundle",
    "Certificate",
    "ComparedPlan",
    "Conflict",
    "Contrast",
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
    "PlanComparison",
    "Profit",
    "Require",
    "Roster",
    "SeedingError",
    "Sensitivity",
    "Sides",
    "SpendAtLeast",
    "SpendAtMost",
    "SpendShare",
    "Target",
    "Together",
    "Virality",
    "VolumeDiscount",
    "__version__",
    "compare",
    "datasets",
    "estimate_reach",
    "estimate_sides",
    "frontier",
    "minimize_cost",
    "optimize",
    "parse_rule",
    "plot",
    "read_message",
    "read_network",
    "read_persons",
    "read_plan",
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
    value = module if name in ("datasets", "plot") else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
