"""What every node reaches in one world, all nodes at once: far cheaper than a search from each.

Two observations make most searches needless. A node that only one node activates, and that activates nobody
else, belongs wholly to that one: such leaves, and what becomes a leaf without them, are folded into their
parents. A node that activates exactly one other, c, reaches what c reaches, and itself; whether it is among
the nodes that c reaches is known right after a search from c. So only nodes that branch are searched from.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel, lean

# Columns of the two tables of integers that `condense` works on.
CHILDREN, PARENTS, PARENT = 0, 1, 2
ANCHOR, FIRST, LAST, NEXT = 0, 1, 2, 3
FOLDED = -1
_NONE, _HERE = -1, -2
_LAST_STAMP = (1 << 31) - 2


@kernel
def make_work(n, m):
    """Allocate what `condense` works on, for `n` nodes and at most `m` live arcs."""
    return (
        np.empty((n, 3), dtype=np.int32),
        np.empty(n),
        np.empty(n + 1, dtype=np.int32),
        np.empty(m, dtype=np.int32),
        np.empty((n, 4), dtype=np.int32),
        np.zeros(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
    )


@lean
def condense(arcs, flags, removed, weights, work, stamp, totals):
    """Sum the weight that every node reaches in a world; fills `totals`.

    Nodes whose `flags` have a bit of `removed` count nothing, and get 0. `arcs` is (sources, targets) of the
    live arcs between all others, sorted by source. `work` comes from `make_work`, and `stamp` from the call
    before, at first 0. Returns (stamp, nodes visited). Loops run over flat lists and write before they decide
    whether to keep: at a few nanoseconds a node nothing costs more than a branch that goes either way.
    """
    ties, worth, starts, following, chains, seen, heads, queue = work
    n = flags.size
    if stamp > _LAST_STAMP - n:
        seen[:] = 0
        stamp = 0
    for v in range(n):
        worth[v] = 0.0 if flags[v] & removed else weights[v]
    _fold(arcs, ties, worth, queue)
    for v in range(n):
        totals[v] = worth[v]
    _keep_rest(arcs, ties, starts, following)
    n_heads = _chain(ties, starts, following, worth, chains, heads, queue, totals)
    visited = 0
    for i in range(n_heads):
        head = heads[i]
        stamp += 1
        size, totals[head] = _search(head, starts, following, worth, seen, stamp, queue)
        visited += size
        y = chains[head, FIRST]
        while y != _NONE:
            further = totals[following[starts[y]]]
            totals[y] = further if seen[y] == stamp else further + worth[y]
            y = chains[y, NEXT]
    return stamp, visited


@lean
def _fold(arcs, ties, worth, leaves):
    """Fold leaves into their parents; fills `ties` (children left, parents, a parent), changes `worth`."""
    sources, targets = arcs
    ties[:] = 0
    for e in range(sources.size):
        u, v = sources[e], targets[e]
        ties[u, CHILDREN] += 1
        ties[v, PARENTS] += 1
        ties[v, PARENT] = u
    end = 0
    for v in range(ties.shape[0]):
        leaves[end] = v
        end += (ties[v, CHILDREN] == 0) & (ties[v, PARENTS] == 1)
    for i in range(end):
        v = leaves[i]
        while ties[v, CHILDREN] == 0 and ties[v, PARENTS] == 1:
            ties[v, PARENTS] = FOLDED
            u = ties[v, PARENT]
            worth[u] += worth[v]
            ties[u, CHILDREN] -= 1
            v = u


@lean
def _keep_rest(arcs, ties, starts, following):
    """List the arcs to nodes that are not folded; fills `starts` and `following`."""
    sources, targets = arcs
    end = 0
    for e in range(sources.size):
        following[end] = targets[e]
        end += ties[targets[e], PARENTS] > 0
    starts[0] = 0
    for u in range(ties.shape[0]):
        starts[u + 1] = starts[u] + ties[u, CHILDREN]


@lean
def _chain(ties, starts, following, worth, chains, heads, stack, totals):
    """Follow nodes with one child to where their chain ends.

    It ends at a node with no child, whose total is known: then so are those of the chain. Or it ends at a
    head, where the chain is listed, nearest node first: a node with several children, or, if it runs in a
    circle, one of that. Fills `totals` and `heads`, returns the number of heads.
    """
    n_heads = 0
    for v in range(ties.shape[0]):
        chains[v, ANCHOR] = _NONE if ties[v, CHILDREN] == 1 else v
        chains[v, FIRST] = _NONE
        heads[n_heads] = v
        n_heads += ties[v, CHILDREN] > 1
    for v in range(ties.shape[0]):
        top = 0
        x = np.int32(v)
        while chains[x, ANCHOR] == _NONE:
            chains[x, ANCHOR] = _HERE
            stack[top] = x
            top += 1
            x = following[starts[x]]
        anchor = chains[x, ANCHOR]
        if anchor == _HERE:
            anchor = x
            heads[n_heads] = x
            n_heads += 1
        known = ties[anchor, CHILDREN] == 0
        while top > 0:
            top -= 1
            y = stack[top]
            chains[y, ANCHOR] = anchor
            if known:
                totals[y] = totals[following[starts[y]]] + worth[y]
            elif y != anchor:
                _append(chains, anchor, y)
    return n_heads


@inlined
def _append(chains, anchor, y):
    """Put node `y` at the end of an anchor's list."""
    chains[y, NEXT] = _NONE
    if chains[anchor, FIRST] == _NONE:
        chains[anchor, FIRST] = y
    else:
        chains[chains[anchor, LAST], NEXT] = y
    chains[anchor, LAST] = y


@lean
def _search(root, starts, following, worth, seen, stamp, queue):
    """Search from one node; stamps what it reaches, returns (nodes visited, their worth)."""
    seen[root] = stamp
    queue[0] = root
    head = 0
    tail = 1
    total = 0.0
    while head < tail:
        u = queue[head]
        head += 1
        total += worth[u]
        for e in range(starts[u], starts[u + 1]):
            v = following[e]
            if seen[v] != stamp:
                seen[v] = stamp
                queue[tail] = v
                tail += 1
    return tail, total
