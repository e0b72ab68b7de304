"""Times by node or person in one world, and a way back: what was noted since a moment can be undone.

A ledger is (times float64, infinite at first; marks int64, zeros at first; touched int32 and saved float64,
twice as long; cursor int64[2], ``(0, 1)`` at first). All is modified in place.
"""

from __future__ import annotations

from seeding._kernels._jit import inlined

END, ID = 0, 1


@inlined
def note(ledger, i, time):
    """Note a new time, and once since the last `checkpoint` what it was before."""
    times, marks, touched, saved, cursor = ledger
    if marks[i] != cursor[ID]:
        marks[i] = cursor[ID]
        touched[cursor[END]] = i
        saved[cursor[END]] = times[i]
        cursor[END] += 1
    times[i] = time


@inlined
def checkpoint(ledger):
    """Begin a stretch that can be undone; returns where it starts."""
    cursor = ledger[4]
    cursor[ID] += 1
    return cursor[END]


@inlined
def go_back(ledger, start):
    """Undo what was noted since a checkpoint."""
    times, _, touched, saved, cursor = ledger
    k = cursor[END]
    while k > start:
        k -= 1
        times[touched[k]] = saved[k]
    cursor[END] = start
