"""Reverse sampling of many worlds at once: the search for networks larger than the cache.

All worlds in flight share one log of reached nodes, which is queue and result in one. A round takes the next
`WIDTH` log entries and passes over them twice: the first pass draws their live arcs and asks for the memory
of these arcs, the second reads the arcs, marks the nodes they lead to, appends the new ones to the log and
asks for their records. By the time a line is needed it has come. A world is admitted whenever fewer than
`WIDTH` entries wait. Inside a world, nodes are reached and numbers are drawn in the same order as by
`search.explore`, so both give the same sets.

Reached nodes are remembered in one small hash table per world in flight, which stays in cache however large
the network is. Entries carry the serial number of their world, so that tables need not be cleared; a table
that is half full moves to one twice as large, taken from a common pool.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.reverse.one_world import draw_root
from seeding._kernels.rows.live_arcs import ARC, TAG, draw_row, node_at, stream
from seeding._kernels.rows.prefetch import prefetch

WIDTH = 32
SMALL_BITS = 8
CLASSES = 40
COUNT = WIDTH
DEEPEST = 0xFFFF
FLIGHT = np.dtype(
    [
        ("state", np.uint64),
        ("serial", np.uint64),
        ("pending", np.int64),
        ("reached", np.int64),
        ("base", np.int64),
        ("bits", np.int64),
        ("home", np.int64),
        ("unused", np.int64),  # one cache line each
    ]
)
_LAST_SERIAL = np.uint64(0xFFFFFFFF)
_HASH = np.uint64(0x9E3779B97F4A7C15)
_S32 = np.uint64(32)
_S16 = np.uint64(16)
_S48 = np.uint64(48)
_BITS = np.uint64(64)
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_LOW = np.uint64(0xFFFFFFFF)
_WORLD = np.uint64(0xFFFF)


@inlined
def log_entry(node, world, depth):
    """Pack a log entry: 32 bits of node, 16 of world within the range, 16 of distance from the root."""
    return np.uint64(node) | (np.uint64(world) << _S32) | (np.uint64(depth) << _S48)


@inlined
def node_of(entry):
    """Read the node of a log entry."""
    return entry & _LOW


@inlined
def world_of(entry):
    """Read the world of a log entry, counted from the start of the range."""
    return (entry >> _S32) & _WORLD


@inlined
def is_final(entry, limits):
    """Tell whether a log entry is as far from its root as its world allows.

    Distances stop counting at `DEEPEST`, which no limit reaches.
    """
    limit = limits[world_of(entry)]
    return limit < DEEPEST and np.int64(entry >> _S48) >= limit


@inlined
def probe(table, flight, node):
    """Find the slot of a node in the hash table of one world: where it is, or where it belongs."""
    bits = np.uint64(flight.bits)
    base = np.uint64(flight.base)
    mask = (_ONE << bits) - _ONE
    slot = (np.uint64(node) * _HASH) >> (_BITS - bits)
    wanted = (flight.serial << _S32) | np.uint64(node)
    while table[base + slot] != wanted and (table[base + slot] >> _S32) == flight.serial:
        slot = (slot + _ONE) & mask
    return base + slot


@lean
def take_table(bits, table, pool):
    """Take a hash table of 2**bits slots from the pool; returns its base, or −1 when there is none."""
    if pool[bits, COUNT] > 0:
        pool[bits, COUNT] -= 1
        return pool[bits, pool[bits, COUNT]]
    base = pool[0, 0]
    if base + (1 << bits) > table.size:
        return np.int64(-1)
    pool[0, 0] += 1 << bits
    return base


@lean
def give_table(bits, base, pool):
    """Give a hash table of 2**bits slots back to the pool."""
    pool[bits, pool[bits, COUNT]] = base
    pool[bits, COUNT] += 1


@lean
def grow_table(flight, table, pool):
    """Move the hash table of a world to one twice as large; returns False when there is none."""
    old, bits, serial = flight.base, flight.bits, flight.serial
    base = take_table(bits + 1, table, pool)
    if base < 0:
        return False
    flight.base = base
    flight.bits = bits + 1
    for i in range(old, old + (1 << bits)):
        if (table[i] >> _S32) == serial:
            table[probe(table, flight, table[i] & _LOW)] = table[i]
    if bits > SMALL_BITS:
        give_table(bits, old, pool)
    return True


@lean
def reset(table, pool, serial, count):
    """Make all hash tables available; what they hold is stale, as serial numbers do not come back."""
    if serial[0] + np.uint64(count) > _LAST_SERIAL:
        table[:] = 0
        serial[0] = 0
    pool[:, COUNT] = 0
    pool[0, 0] = WIDTH << SMALL_BITS
    for i in range(WIDTH):
        give_table(SMALL_BITS, i << SMALL_BITS, pool)


@inlined
def enter(flight, root, state, serial, table, pool):
    """Put a world in flight."""
    serial[0] += np.uint64(1)
    flight.serial = serial[0]
    flight.state = state
    flight.pending = 1
    flight.reached = 1
    flight.bits = SMALL_BITS
    flight.home = take_table(SMALL_BITS, table, pool)
    flight.base = flight.home
    table[probe(table, flight, root)] = (flight.serial << _S32) | np.uint64(root)


@inlined
def draw_arcs(records, arcs, limits, flights, log, picks, head, stop):
    """Draw the live arcs of log entries; fills `picks`, returns (next entry, number of picks).

    A pick is tagged with the world and depth of its entry. Stops before `stop` when `picks` is half full: one
    row never fills the other half.
    """
    picked = _NONE
    most = np.uint64(picks.shape[0] // 2)
    while head < stop and picked < most:
        entry = log[head]
        head += _ONE
        if limits is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
            if is_final(entry, limits):
                continue
        last = picked
        flight = flights[world_of(entry)]
        tag = np.int64(entry >> _S32)
        state, picked = draw_row(records, arcs, entry & _LOW, flight.state, picks, picked, tag)
        flight.state = state
        prefetch(arcs, picks[last, ARC])
    return head, picked


@inlined
def reach_nodes(records, arcs, limits, flights, log, picks, picked, tail, table, pool):
    """Follow the drawn arcs and log the new nodes; returns (end of log, False when out of tables)."""
    j = _NONE
    going = True
    while going and j < picked:
        u = node_at(arcs, picks, j)
        tag = np.uint64(picks[j, TAG])
        flight = flights[tag & _WORLD]
        slot = probe(table, flight, u)
        wanted = (flight.serial << _S32) | u
        fresh = np.int64(table[slot] != wanted)
        table[slot] = wanted
        prefetch(records, u)
        log[tail] = u | (tag & _WORLD) << _S32
        if limits is not None:
            log[tail] = log_entry(u, tag & _WORLD, min((tag >> _S16) + _ONE, DEEPEST))
        tail += np.uint64(fresh)
        flight.pending += fresh
        flight.reached += fresh
        if flight.reached << 1 > 1 << flight.bits:
            going = grow_table(flight, table, pool)
        j += _ONE
    return tail, going


@inlined
def retire(flights, log, start, stop, pool):
    """Settle log entries that are done; the tables of finished worlds go back. Returns how many finished."""
    finished = 0
    while start < stop:
        flight = flights[world_of(log[start])]
        start += _ONE
        flight.pending -= 1
        if flight.pending == 0:
            finished += 1
            give_table(SMALL_BITS, flight.home, pool)
            if flight.bits > SMALL_BITS:
                give_table(flight.bits, flight.base, pool)
    return finished


@lean
def sample(rows, roots, of_node, limits, worlds, scratch, sizes, members):
    """Sample the RR sets of a range of worlds; as `single.sample`, with another scratch.

    `scratch` is modified in place: hash tables (uint64, zeros at first), a pool of them (int64[CLASSES,
    WIDTH + 1]), the last serial number (uint64[1]), flights (`FLIGHT`, up to 65,536: longer ranges are cut),
    the log (uint64, longer by one than it may fill) and picks (int64[·, 3]). Sampling stops at a world
    boundary, possibly before the first, when the log, the hash tables or `members` are exhausted.
    """
    records, arcs = rows
    table, pool, serial, flights, log, picks = scratch
    key, first, count = worlds
    count = min(count, flights.size)
    reset(table, pool, serial, count)
    head, tail, room = _NONE, _NONE, np.uint64(log.size - 1)
    admitted = np.int64(0)
    flying = np.int64(0)
    while True:
        while admitted < count and flying < WIDTH and tail - head < WIDTH and tail < room:
            state, root = draw_root(records.size - 1, roots, stream(key, first + admitted))
            flights[admitted].pending = 0
            flights[admitted].reached = 0
            if limits is None or limits[admitted] >= 0:
                prefetch(records, root)
                enter(flights[admitted], root, state, serial, table, pool)
                log[tail] = log_entry(root, admitted, 0)
                tail += _ONE
                flying += 1
            admitted += 1
        if head == tail:
            break
        stop = min(head + np.uint64(WIDTH), tail)
        done, picked = draw_arcs(records, arcs, limits, flights, log, picks, head, stop)
        if tail + picked > room:
            break
        tail, going = reach_nodes(records, arcs, limits, flights, log, picks, picked, tail, table, pool)
        if not going:
            break
        flying -= retire(flights, log, head, done, pool)
        head = done
    complete = np.int64(0)
    while complete < admitted and flights[complete].pending == 0:
        complete += 1
    return gather(log, tail, of_node, flights, complete, sizes, members)


@lean
def gather(log, tail, of_node, flights, complete, sizes, members):
    """Sort the log by world; fills `sizes` and `members`, returns (worlds, members) done.

    ``reached`` of the flights is overwritten by the place where the next member goes.
    """
    for i in range(complete):
        sizes[i] = 0 if of_node.size > 0 else flights[i].reached
    if of_node.size > 0:
        for i in range(tail):
            world = world_of(log[i])
            if world < complete and of_node[node_of(log[i])] >= 0:
                sizes[world] += 1
    total = np.int64(0)
    done = np.int64(0)
    while done < complete and total + sizes[done] <= members.size:
        flights[done].reached = total
        total += sizes[done]
        done += 1
    for i in range(tail):
        world = world_of(log[i])
        if world >= np.uint64(done):
            continue
        candidate = np.int64(node_of(log[i]))
        if of_node.size > 0:
            candidate = np.int64(of_node[node_of(log[i])])
        if candidate >= 0:
            flight = flights[world]
            members[np.uint64(flight.reached)] = candidate
            flight.reached += 1
    return done, total
