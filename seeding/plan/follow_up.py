"""What a plan can be asked after it was made: declared here, answered in `seeding.questions`.

A plan is a value and knows neither simulation nor selection. Whoever made it hands in an object that
remembers the network, the roster and the arguments; a plan that was read from a file has one that only knows
the file, until the network is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from seeding._runtime.files import PathLike

if TYPE_CHECKING:
    from seeding.plan.explanation import Explanation
    from seeding.plan.plan import Plan
    from seeding.plan.report.contents import Contents, Picture
    from seeding.plan.sensitivity import Sensitivity


class FollowUp(Protocol):
    """Answers further questions about one plan."""

    def record(self) -> dict[str, Any]:
        """Return the campaign, the key and the input files with their hashes, as plain values."""

    def question(self, plan: Plan) -> Any:
        """Return the prepared question; see `Plan.question`."""

    def replay(self, plan: Plan) -> Plan:
        """Make the plan again from the same arguments and key; see `Plan.replay`."""

    def write_sample(self, plan: Plan, path: PathLike) -> None:
        """Write the samples of the plan to a file; see `Plan.save`."""

    def explain(self, plan: Plan, **options: Any) -> Explanation:
        """Explain why these seeds; see `Plan.explain`."""

    def what_if(self, plan: Plan, **changes: Any) -> Plan:
        """Plan again with changes; see `Plan.what_if`."""

    def sensitivity(self, plan: Plan, **options: Any) -> Sensitivity:
        """Say what the plan hangs on; see `Plan.sensitivity`."""

    def contents(self, plan: Plan, **options: Any) -> Contents:
        """Work out what the page of the plan shows; see `Plan.to_html`."""

    def outcomes(self, plan: Plan) -> np.ndarray:
        """Simulate single campaigns; see `Plan.outcomes`."""

    def picture(self, plan: Plan) -> Picture | None:
        """Draw the seeded part of the network; see `Plan.picture`."""
