"""Local search in plain Python: the same moves in the same order, everything recounted, no bounds."""

from __future__ import annotations

import math

import numpy as np
from programs import Ruled

from seeding.rules.limits import UNLIMITED


class Twin:
    """A choice that is improved move by move."""

    def __init__(self, ruled: Ruled, useful: list[int], chosen: list[int]) -> None:
        self.sets, self.program = ruled.sets, ruled.program
        self.useful, self.chosen = useful, set(chosen)

    def covered(self, chosen: set[int]) -> int:
        """Count the sets covered."""
        return sum(not chosen.isdisjoint(members) for members in self.sets)

    def allowed(self, chosen: set[int]) -> bool:
        """Tell whether all rules are kept."""
        return self.program.allows(np.array(sorted(chosen), dtype=np.int64))

    def strain(self, chosen: set[int]) -> float:
        """Add up how far rows are out of range, in units of their largest factor, and the largest share."""
        p, total = self.program, 0.0
        listed = np.array(sorted(chosen), dtype=np.int64)
        sums = p.activity(listed)
        for j in range(p.n_rows):
            row = dict(zip(p.columns[p.indptr[j] : p.indptr[j + 1]].tolist(),
                           p.factors[p.indptr[j] : p.indptr[j + 1]].tolist(), strict=True))  # fmt: skip
            share = row.pop(p.n_offers, 0)
            each = [abs(row.get(c, 0) + share * int(p.costs[c])) for c in self.useful]
            out = max(int(p.low[j]) - int(sums[j]), int(sums[j]) - int(p.high[j]), 0)
            total += out / max([1, *each])
        if p.share is not None and chosen:
            part, whole = p.share
            spent, largest = int(p.costs[listed].sum()), int(p.share_of[listed].max())
            if largest * whole > part * spent:
                needed = largest * whole / part
                total += max((needed - spent) / max(needed, 1.0), 1e-6)
        return total

    def pick(self, chosen: set[int], banned: set[int], by_ratio: bool, may_break: bool) -> int | None:
        """Pick the offer to add next."""
        p, kept, now = self.program, self.allowed(chosen), self.strain(chosen)
        best = None
        for c in self.useful:
            gain, cost = self.covered(chosen | {c}) - self.covered(chosen), int(p.costs[c])
            listed = [*chosen, c]
            most = math.inf if p.limits.k is None else p.limits.k
            fits = p.costs[listed].sum() <= p.limits.money and p.heads[listed].sum() <= most
            if c in chosen or c in banned or not fits or (kept and gain == 0):
                continue
            level, rank = 1, gain / cost if by_ratio and cost else gain * (1e200 if by_ratio else 1.0)
            if not self.allowed(chosen | {c}):
                if kept and not may_break:
                    continue
                if not kept:
                    after = self.strain(chosen | {c})
                    if after > now - 1e-9:
                        continue
                    level, rank = 0, -after
            key = (level, round(rank, 9) if rank < 1e100 else rank, -cost)
            if best is None or key > best[0]:
                best = (key, c)
        return None if best is None else best[1]

    def refill(self, kept: set[int], removed: set[int], by_ratio: bool) -> set[int]:
        """Add greedily; what breaks a rule and cannot be mended is taken back."""
        added: list[int] = []
        banned, failures = set(removed), 0
        sound = 0 if self.allowed(kept) else -1
        while True:
            now = kept.union(added)
            c = None
            if sound < 0 or len(added) - sound <= 3:
                may_break = not self.program.is_closed and failures < 2 and sound == len(added)
                c = self.pick(now, banned, by_ratio, may_break)
            if c is not None:
                added.append(c)
                sound = len(added) if self.allowed(now | {c}) else sound
            elif sound < 0 or sound == len(added):
                return now
            else:
                banned.add(added[sound])
                del added[sound:]
                failures += 1

    def replace(self, removed: set[int]) -> bool:
        """Remove, refill, and keep what covers more."""
        for by_ratio in (False, True):
            if by_ratio and self.program.limits.money >= UNLIMITED:
                continue
            tried = self.refill(self.chosen - removed, removed, by_ratio)
            if self.allowed(tried) and self.covered(tried) > self.covered(self.chosen):
                self.chosen = tried
                return True
        return False

    def weakest_first(self) -> list[int]:
        """Order the chosen by what is lost with them, per cost where money is limited."""

        def lost(c: int) -> float:
            cost = int(self.program.costs[c]) if self.program.limits.money < UNLIMITED else 1
            return (self.covered(self.chosen) - self.covered(self.chosen - {c})) / max(cost, 1)

        return sorted(sorted(self.chosen), key=lost)

    def run(self) -> list[int]:
        """Move until nothing helps."""
        self.replace(set())
        while self.round_of_one() or self.round_of_two():
            pass
        return sorted(self.chosen)

    def round_of_one(self) -> bool:
        """Try to replace each; returns whether that helped."""
        return sum([c in self.chosen and self.replace({c}) for c in self.weakest_first()]) > 0

    def round_of_two(self) -> bool:
        """Try to replace two, until that helps."""
        order = self.weakest_first()
        return any(self.replace({order[i], order[j]}) for i in range(len(order)) for j in range(i))
