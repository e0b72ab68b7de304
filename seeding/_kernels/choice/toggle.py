"""Taking single candidates into a choice and out of it again, with everybody's worth kept exact."""

from __future__ import annotations

from seeding._kernels._jit import lean


@lean
def toggle(incidence, c, chosen, times, worth):
    """Take candidate `c` into the choice, or out of it; changes `chosen`, `times` and `worth`.

    `times` counts for each set how many of its members are chosen. `worth` is, for who is not chosen, the
    number of sets that nobody covers and it would; for who is chosen, the number that only it covers. Both
    are all zeros, and the sizes of the rows, before anybody is chosen.
    """
    set_indptr, members, indptr, sets = incidence
    step = -1 if chosen[c] else 1
    # The others of a set gain or lose when c is the first to cover it; its only other coverer, at the second.
    alone, shared = (0, 1) if step == 1 else (1, 2)
    for i in range(indptr[c], indptr[c + 1]):
        r = sets[i]
        if times[r] == alone:
            for j in range(set_indptr[r], set_indptr[r + 1]):
                if members[j] != c:
                    worth[members[j]] -= step
        elif times[r] == shared:
            for j in range(set_indptr[r], set_indptr[r + 1]):
                if members[j] != c and chosen[members[j]]:
                    worth[members[j]] -= step
                    break
        times[r] += step
    chosen[c] = not chosen[c]
