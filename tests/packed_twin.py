"""A plain-Python twin of the samplers: same draws, no packing tricks beyond the records, no caches."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from seeding.network import csr

MASK = (1 << 64) - 1
KEY = 20_240_607
RULES = ["weighted_cascade", "constant", "certain", "trivalency", "any", "extreme"]
GOLDEN = 0x9E3779B97F4A7C15
STREAM = 0xD1342543DE82EF95


def mix64(value):
    """Scramble 64 bits."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def row_state(world, u):
    """Begin the stream of a row that belongs to the world and the node."""
    return mix64(((world ^ 0xA0761D6478BD642F) + GOLDEN * (u + 1)) & MASK)


class Stream:
    """The random numbers of one world."""

    def __init__(self, key, world):
        self.state = mix64((key + GOLDEN * (world + 1)) & MASK) ^ STREAM

    def bits(self):
        """Draw 64 bits."""
        self.state = (self.state + GOLDEN) & MASK
        return mix64(self.state)

    def below(self, bits32, limit):
        """Turn 32 bits into an integer below a limit."""
        product_ = bits32 * limit
        while (product_ & 0xFFFFFFFF) < (1 << 32) % limit:
            product_ = (self.bits() >> 32) * limit
        return product_ >> 32


def poisson(uniform, mean, none):
    """Invert a uniform number into a count."""
    term = total = none
    count = 0
    while uniform >= total and count < 99:
        term *= mean * (1.0 / (count + 1.0))
        total += term
        count += 1
    return count


def pick(stream, arcs, start, degree, bits=None):
    """Place one point; returns the node it leads to."""
    if bits is None:
        bits = stream.bits()
        place, coin = bits >> 32, bits & 0xFFFFFFFF
    else:
        place, coin = bits & 0xFFFFFFFF, 0
    arc = start + stream.below(place, degree)
    if arcs.ndim == 1:
        return int(arcs[arc])
    return int(arcs[arc, 0] if coin < arcs[arc, 2] else arcs[arc, 1])


def live_nodes(stream, records, arcs, v):
    """List the nodes at the other end of the live arcs of a row, in the order they are drawn."""
    start, degree = int(records["place"][v]) >> 24, int(records["place"][v]) & 0xFFFFFF
    none, hazard = int(records["none"][v]), float(records["hazard"][v])
    bits = stream.bits()
    high = bits >> 32
    equal = arcs.ndim == 1
    if high < none:
        return []
    if high > none and (degree == 1 or high < none * (1.0 + hazard) - 1.0):
        return [pick(stream, arcs, start, degree, bits if equal else None)]
    if 2.0**-8 < hazard < 8.0 and degree > 1:
        count = poisson(high / 2**32, hazard, none / 2**32)
        return [pick(stream, arcs, start, degree, bits if equal and i == 0 else None) for i in range(count)]
    found = []
    stop = start + degree
    if hazard < 0:
        while start < stop and (equal or arcs[start, 1] == 0xFFFFFFFF):
            coin = stream.bits() >> 32
            if equal and coin < -hazard * 2**32:
                found.append(int(arcs[start]))
            if not equal and coin <= arcs[start, 2]:
                found.append(int(arcs[start, 0]))
            start += 1
    hazard = abs(hazard)
    if start == stop:
        return found
    rest = hazard - 8.0 * math.floor(hazard / 8.0)
    count = poisson((bits >> 11) * 2.0**-53, rest, math.exp(-rest))
    for _ in range(math.floor(hazard / 8.0)):
        count += poisson((stream.bits() >> 11) * 2.0**-53, 8.0, math.exp(-8.0))
    return found + [pick(stream, arcs, start, stop - start) for _ in range(count)]


def search(stream, records, arcs, queue, limit=None):
    """Search from queued (node, distance) pairs; extends the queue."""
    seen = {node for node, _ in queue}
    head = 0
    while head < len(queue):
        v, distance = queue[head]
        head += 1
        if limit is not None and distance >= limit:
            continue
        for u in live_nodes(stream, records, arcs, v):
            if u not in seen:
                seen.add(u)
                queue.append((u, distance + 1))


def rr_set(packed, roots, key, world, limit=None):
    """Sample one RR set as a list of nodes."""
    records, arcs = packed.rows
    stream = Stream(key, world)
    bits = stream.bits()
    root = stream.below(bits >> 32, records.size - 1)
    if len(roots) and (bits & 0xFFFFFFFF) >= roots[root, 2]:
        root = int(roots[root, 1])
    if limit is not None and limit < 0:
        return []
    queue = [(root, 0)]
    search(stream, records, arcs, queue, limit)
    return [node for node, _ in queue]


def reaches(packed, seeds, key, world):
    """Count the nodes reached by each leading part of the seeds in one world."""
    stream = Stream(key, world)
    seen, counts = [], []
    for seed in seeds:
        if seed not in seen:
            queue = [(node, 0) for node in seen]
            done = len(queue)
            queue.append((int(seed), 0))
            fresh = _search_on(stream, packed, queue, done)
            seen = [node for node, _ in fresh]
        counts.append(len(seen))
    return counts


def _search_on(stream, packed, queue, head):
    records, arcs = packed.rows
    seen = {node for node, _ in queue}
    while head < len(queue):
        v, distance = queue[head]
        head += 1
        for u in live_nodes(stream, records, arcs, v):
            if u not in seen:
                seen.add(u)
                queue.append((u, distance + 1))
    return queue


def exact_reach(source, target, probability, n, seeds, limit=None):
    """Compute the expected number of nodes within a distance of the seeds, over all live-edge graphs."""
    total = 0.0
    for live in product((False, True), repeat=len(source)):
        weight = math.prod(p if on else 1 - p for p, on in zip(probability, live, strict=True))
        if weight == 0:
            continue
        distance = {int(s): 0 for s in seeds}
        level = list(distance)
        while level and (limit is None or distance[level[0]] < limit):
            fresh = []
            for u in level:
                for s, t, on in zip(source, target, live, strict=True):
                    if on and s == u and int(t) not in distance:
                        distance[int(t)] = distance[u] + 1
                        fresh.append(int(t))
            level = fresh
        total += weight * len(distance)
    return total


def arcs_of(rule, n=60, m=400, seed=1):
    """Make a random network with probabilities of one kind; returns (out, into, n)."""
    source, target = random_arcs(n, m, seed)
    rng = np.random.default_rng(seed)
    probability = {
        "weighted_cascade": lambda: 1.0 / np.bincount(target, minlength=n)[target],
        "constant": lambda: np.full(m, 0.1),
        "certain": lambda: np.where(target % 3 == 0, 1.0, 0.01),
        "trivalency": lambda: rng.choice([0.1, 0.01, 0.001], m),
        "any": lambda: rng.random(m) ** 3,
        "extreme": lambda: rng.choice([0.0, 1e-9, 0.05, 0.999, 1.0], m, p=[0.3, 0.2, 0.4, 0.05, 0.05]),
    }[rule]()
    out = csr.build(source.astype(np.int32), target.astype(np.int32), probability, n)
    return out, csr.flip(out, n), n


def random_arcs(n, m, seed):
    """Draw distinct arcs without loops."""
    code = np.arange(n * n)
    code = code[code // n != code % n]
    code = np.sort(np.random.default_rng(seed).choice(code, m, replace=False))
    return code // n, code % n
