"""The table of seeds of a plan; a pandas table only where somebody asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from seeding.network.labels import Labels


@dataclass(frozen=True, eq=False)
class SeedTable:
    """One row per seed, in order of choice.

    Attributes
    ----------
    candidates
        Who each is.
    columns
        What else the plan says of them, by name.
    further
        The roster's own columns; None if it has none.
    """

    candidates: Labels
    columns: dict[str, np.ndarray]
    further: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def names(self) -> list[Any]:
        """The names of all columns, in order."""
        own = ["rank", "candidate", *self.columns]
        return own if self.further is None else own + list(self.further.columns)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The whole table."""
        own = pd.DataFrame({"rank": np.arange(1, len(self) + 1), "candidate": self.candidates.index})
        for name, values in self.columns.items():
            # With their own type: what is missing among texts stays None.
            own[name] = pd.Series(values, dtype=values.dtype)
        return own if self.further is None else pd.concat([own, self.further], axis=1)
