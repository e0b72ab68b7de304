"""Random programmes: every kind of row that rules lead to, over few offers."""

from __future__ import annotations

from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
import oracle
from problems import random_instance, sample_of

from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage

Row = tuple[dict[int, int], int, int]


class Ruled(NamedTuple):
    """A coverage problem with rules, small enough to try every choice."""

    sets: list[tuple[int, ...]]
    sample: Coverage
    program: Program

    def allowed(self) -> list[list[int]]:
        """List every allowed choice."""
        n = self.program.n_offers
        every = chain.from_iterable(combinations(range(n), size) for size in range(n + 1))
        return [list(c) for c in every if self.program.allows(np.array(c, dtype=np.int64))]

    def best(self) -> float:
        """Cover the most that any allowed choice does; −1 where none is allowed."""
        return max((oracle.coverage(self.sets, choice) for choice in self.allowed()), default=-1)


def program_of(
    program: Program, rows: list[Row], heads: np.ndarray, share: tuple[int, int] | None
) -> Program:
    """Add rows (factors by column, low, high) to a programme that has none."""
    columns = [column for factors, _, _ in rows for column in factors]
    factors = [factor for row, _, _ in rows for factor in row.values()]
    sizes = [len(row) for row, _, _ in rows]
    return Program(
        program.costs,
        heads,
        program.limits,
        np.cumsum([0, *sizes]).astype(np.int64),
        np.array(columns, dtype=np.int64),
        np.array(factors, dtype=np.int64),
        np.array([low for _, low, _ in rows], dtype=np.int64),
        np.array([high for _, _, high in rows], dtype=np.int64),
        np.arange(len(rows)),
        share,
        program.costs,
        tuple(f"rule {i}" for i in range(len(rows))),
        -1,
    )


def random_ruled(number: int, most: int = 9) -> Ruled:
    """Draw an instance with up to three rows: at most, at least, spending, together, conflict, shares."""
    instance = random_instance(number, most)
    n = instance.costs.size
    generator = np.random.default_rng([77, number])
    rows = [_row(generator, instance.costs) for _ in range(int(generator.integers(0, 4)))]
    heads = np.ones(n, dtype=np.int64)
    if number % 5 == 0:
        heads = generator.integers(1, 4, size=n)
    share = (int(generator.integers(1, 4)), 4) if number % 3 == 0 else None
    plain = Program.plain(instance.costs, instance.limits)
    return Ruled(instance.sets, sample_of(instance.sets, n), program_of(plain, rows, heads, share))


def _row(generator: np.random.Generator, costs: np.ndarray) -> Row:
    n = costs.size
    group = generator.choice(n, size=int(generator.integers(1, n + 1)), replace=False).tolist()
    count, amount = int(generator.integers(0, 3)), int(generator.integers(0, 20))
    spent = {c: int(costs[c]) for c in group}
    kinds: list[Row] = [
        (dict.fromkeys(group, 1), -UNLIMITED, count),
        (dict.fromkeys(group, 1), count, UNLIMITED),
        (spent, -UNLIMITED, amount),
        (spent, min(amount, 8), UNLIMITED),
        ({group[0]: 1, **({group[1]: -1} if len(group) > 1 else {})}, 0, 0),
        # At least a quarter, or at most half, of the money spent goes to the group.
        ({c: 4 * int(costs[c]) for c in group} | {n: -1}, 0, UNLIMITED),
        ({c: 2 * int(costs[c]) for c in group} | {n: -1}, -UNLIMITED, 0),
    ]
    return kinds[int(generator.integers(len(kinds)))]
