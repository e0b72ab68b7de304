"""What every node reaches in one world, all nodes at once: far cheaper than a search from each.

The sums are made from the other end: whoever reaches a node gets its weight. A node with a single parent is
reached by itself and by whoever reaches that parent: it hands its weight on to the parent, which hands on the
sum, and so forth. So nodes form trees, each with a root that has no parent or several; whatever is handed on
ends there. Roots with several parents, the heads, are searched from, backwards and from root to root: of the
first path into a tree only the node is noted at which it begins, and what the head gives is handed on along
all noted paths at the end. Where a search comes into a tree again, or into the head's own, it walks the path.

All whole numbers are unsigned and all tables flat: no sign to test, no row length to multiply by.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel, lean

_0, _1, _2, _3 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
# The table of parents has four entries a node: how many, the first, the second, and where the list of any
# further ones starts.
_FIRST, _FURTHER = _1, _3
# Added to the number of children that a node waits for, once it is a head: it never hands anything on.
_HEAD = np.uint64(1 << 30)
_LAST_STAMP = (1 << 31) - 2


@kernel
def make_work(n, m):
    """Allocate what `condense` works on, for `n` nodes and at most `m` live arcs."""
    parents, further = np.zeros(4 * n, dtype=np.uint32), np.empty(2 * m + 2, dtype=np.uint32)
    trees = np.empty(n, dtype=np.uint32), np.empty(n, dtype=np.uint32), np.empty(n + 1, dtype=np.uint32)
    ways = np.empty(n + 1, dtype=np.uint32), np.empty(2 * m + 2, dtype=np.uint32)
    found = np.zeros(n, dtype=np.uint32), np.empty(n, dtype=np.uint32), np.zeros(n, dtype=np.uint32)
    queues = np.empty(n + 2, dtype=np.uint32), np.empty(n + 2, dtype=np.uint32)
    return (parents, further), trees, ways, found, queues, (np.empty(n), np.empty(n))


@lean
def condense(arcs, flags, removed, weights, work, stamp, totals):
    """Sum the weight that every node reaches in a world; fills `totals`.

    Nodes whose `flags` have a bit of `removed` count nothing, and get 0. `arcs` is (sources, targets) of the
    live arcs between all others. `work` comes from `make_work`, and `stamp` from the call before, at first 0.
    Returns (stamp, steps taken). Loops write before they decide whether to keep: at a few nanoseconds a node
    nothing costs more than a branch that goes either way.
    """
    parents, trees, ways, found, (order, queue), (worth, walked) = work
    n = flags.size
    if stamp > _LAST_STAMP - n:
        found[0][:] = 0
        found[2][:] = 0
        stamp = 0
    for v in range(n):
        worth[v] = 0.0 if flags[v] & removed else weights[v]
    _list_parents(arcs, parents)
    n_heads, handed = _hand_on(parents[0], trees, worth, order)
    _list_ways(n_heads, parents, trees, ways)
    totals[:] = 0.0
    walked[:] = 0.0
    steps = n_heads
    for i in range(n_heads):
        if worth[trees[2][i]] != 0.0:
            stamp += 1
            graph = parents[0], trees[2], ways
            steps += _search(
                np.uint64(i), n_heads, graph, found, worth, walked, np.uint64(stamp), queue, totals
            )
    for i in range(handed):
        totals[parents[0][(order[i] << _2) + _FIRST]] += totals[order[i]]
    for v in range(n):
        totals[v] += walked[v] + worth[v]
    return stamp, np.int64(steps)


@lean
def _list_parents(arcs, parents):
    """List who activates each node; fills the table of parents and the list of further ones."""
    sources, targets = arcs
    table, further = parents
    for v in range(table.size // 4):
        table[4 * v] = 0
    end = _0
    for e in range(sources.size):
        u = np.uint64(sources[e])
        v = np.uint64(targets[e]) << _2
        count = np.uint64(table[v])
        table[v] = count + _1
        beyond = count >= _2
        further[end] = u
        further[end + _1] = table[v + _FURTHER]
        table[v + _FIRST + min(count, _2)] = end if beyond else u
        end += np.uint64(beyond) << _1


@lean
def _hand_on(table, trees, worth, order):
    """Let nodes with one parent hand on their worth, in an order that is filled in.

    Changes `worth` to a node's own and what it was given. Fills the roots of nodes, and the nodes of roots:
    heads have the numbers from 0 on, others those from the end. In a circle of nodes with one parent each,
    one is a head. Returns (heads, nodes that handed on).
    """
    waiting, root_of, node_of = trees
    waiting[:] = 0
    for v in range(worth.size):
        at = np.uint64(v) << _2
        waiting[table[at + _FIRST]] += np.uint64(table[at] == _1)
    tail = _0
    for v in range(worth.size):
        order[tail] = v
        tail += np.uint64((table[np.uint64(v) << _2] == _1) & (waiting[v] == _0))
    tail = _drain(_0, tail, table, waiting, worth, order)
    n_heads, end = _0, np.uint64(worth.size)
    for i in range(worth.size):
        v = np.uint64(i)
        count, waits = np.uint64(table[v << _2]), np.uint64(waiting[v])
        root_of[v] = n_heads if count > _1 else end - _1
        node_of[n_heads] = v
        node_of[end - _1] = v
        n_heads += np.uint64(count > _1)
        end -= np.uint64(count == _0)
        if (count == _1) & (waits > _0) & (waits < _HEAD):
            root_of[v] = n_heads
            n_heads += _1
            waiting[v] = waits + _HEAD
            start = tail
            tail = _hand_on_one(np.uint64(table[(v << _2) + _FIRST]), table, waiting, order, tail)
            tail = _drain(start, tail, table, waiting, worth, order)
    handed = tail
    while handed > _0:
        handed -= _1
        v = np.uint64(order[handed])
        root_of[v] = root_of[table[(v << _2) + _FIRST]]
    return n_heads, tail


@inlined
def _drain(head, tail, table, waiting, worth, order):
    """Let those in the order from `head` on hand on, and whoever then waits for nobody; returns its end."""
    while head < tail:
        v = np.uint64(order[head])
        head += _1
        p = np.uint64(table[(v << _2) + _FIRST])
        worth[p] += worth[v]
        tail = _hand_on_one(p, table, waiting, order, tail)
    return tail


@inlined
def _hand_on_one(p, table, waiting, order, tail):
    """Let a node wait for one child less, and put it into the order if it is its turn; returns its end."""
    waits = np.uint64(waiting[p]) - _1
    waiting[p] = waits
    order[tail] = p
    return tail + np.uint64((table[p << _2] == _1) & (waits == _0))


@lean
def _list_ways(n_heads, parents, trees, ways):
    """List the parents of all heads; fills `ways` with (parent, number of its root), and where they start."""
    table, further = parents
    _, root_of, node_of = trees
    start, listed = ways
    end = _0
    for i in range(n_heads):
        at = np.uint64(node_of[i]) << _2
        start[i] = end
        count = np.uint64(table[at])
        for k in range(2):
            p = table[at + _FIRST + np.uint64(k)]
            listed[end] = p
            listed[end + _1] = root_of[p]
            end += np.uint64(count > np.uint64(k)) << _1
        if count > _2:
            at = np.uint64(table[at + _FURTHER])
            for _ in range(count - _2):
                p = further[at]
                listed[end] = p
                listed[end + _1] = root_of[p]
                end += _2
                at = np.uint64(further[at + _1])
    start[n_heads] = end


@lean
def _search(start, n_heads, graph, found, worth, walked, stamp, queue, totals):
    """Give what was handed on to a head to whoever reaches it; returns the steps taken.

    Changes `totals` where that is to be handed on to the root, `walked` where it is not, and `worth` to 0
    where it is part of that.
    """
    table, node_of, (ways, listed) = graph
    seen, entry, passed = found
    amount = worth[node_of[start]]
    seen[start] = stamp
    entry[start] = node_of[start]
    queue[_0] = start
    steps = _0
    head = _0
    tail = _1
    while head < tail:
        i = np.uint64(queue[head])
        head += _1
        k = np.uint64(ways[i])
        stop = np.uint64(ways[i + _1])
        steps += (stop - k) >> _1
        while k < stop:
            p, r = np.uint64(listed[k]), np.uint64(listed[k + _1])
            k += _2
            if seen[r] != stamp:
                seen[r] = stamp
                entry[r] = p
                totals[p] += amount
                queue[tail] = r
                tail += np.uint64(r < n_heads)
            else:
                steps += _walk(p, r, table, node_of, entry, passed, stamp, amount, r == start, worth, walked)
    return steps


@lean
def _walk(p, r, table, node_of, entry, passed, stamp, amount, own, worth, walked):
    """Walk from `p` to where its way to root `r` joins one walked or noted before; returns the steps."""
    root = np.uint64(node_of[r])
    steps = _0
    x = np.uint64(entry[r])
    while x != root:
        passed[x] = stamp
        x = np.uint64(table[(x << _2) + _FIRST])
        steps += _1
    entry[r] = root
    while p != root and passed[p] != stamp:
        passed[p] = stamp
        walked[p] += amount
        worth[p] = 0.0 if own else worth[p]
        p = np.uint64(table[(p << _2) + _FIRST])
        steps += _1
    return steps
