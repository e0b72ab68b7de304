"""Who accepts: invited creators say yes or no in each world, the same way forwards and backwards."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.randomness.coins import accept_coin, world_key
from seeding._kernels.rows.prefetch import prefetch

# So many members ahead, what is needed of them is asked for.
_AHEAD = 24


@inlined
def says_yes(world, seed, accept, creator):
    """Tell whether a seed takes part in a world; all do where `accept` is empty.

    Nothing is drawn for who is certain, so that certain seeds cost nothing.
    """
    if accept.size == 0 or accept[seed] >= 1.0:
        return True
    return accept_coin(world, creator[seed]) < accept[seed]


@lean
def keep_who_accepts(key, first, sizes, members, creator, accept):
    """Leave in RR sets only the creators who accept in each world; changes `sizes` and `members` in place.

    Member c of a set tosses the coin of node ``creator[c]``, or of node c where `creator` is empty. The coin
    is tossed for certain creators as well: that costs less than to ask, and it is below 1. Returns the
    entries of `members` used.
    """
    own = creator.size == 0
    last = members.size - 1
    read = 0
    used = 0
    for i in range(sizes.size):
        world = world_key(key, first + i)
        start = used
        for _ in range(sizes[i]):
            member = members[read]
            prefetch(accept, members[min(read + _AHEAD, last)])
            read += 1
            node = np.int64(member) if own else creator[member]
            members[used] = member
            used += accept_coin(world, node) < accept[member]
        sizes[i] = used - start
    return used


@lean
def keep_accepted_offers(key, first, sizes, members, places, kept):
    """Put into RR sets, in place of creators, the offers that they accept in each world; fills `kept`.

    `members` are places, set by set as `sizes` says (changed to the new sizes). ``places`` is (creator,
    indptr, offers, accept): the node whose coin place i tosses, and its offers ``indptr[i] … indptr[i + 1] −
    1``, by falling probability of being accepted. One coin answers for all of them. Returns the entries of
    `kept` used.
    """
    creator, indptr, offers, accept = places
    read = 0
    used = 0
    for i in range(sizes.size):
        world = world_key(key, first + i)
        start = used
        for _ in range(sizes[i]):
            place = members[read]
            read += 1
            coin = accept_coin(world, creator[place])
            for j in range(indptr[place], indptr[place + 1]):
                if coin >= accept[j]:
                    break
                kept[used] = offers[j]
                used += 1
        sizes[i] = used - start
    return used


@lean
def keep_given_somebody(key, first, sizes, members, places, first_yes, kept):
    """Do as `keep_accepted_offers` in worlds in which somebody accepts something; fills `kept`.

    ``places`` is (creator, indptr, offers, accept, rank, most): creators have ranks, and `most` is by rank
    how likely each accepts at all. In world i the one of rank ``first_yes[i]`` is the first to do so: those
    before decline, this one's coin is tossed below what is accepted at most, all others toss theirs as ever.
    """
    creator, indptr, offers, accept, rank, most = places
    read = 0
    used = 0
    for i in range(sizes.size):
        world = world_key(key, first + i)
        start = used
        for _ in range(sizes[i]):
            place = members[read]
            read += 1
            if rank[place] < first_yes[i]:
                continue
            coin = accept_coin(world, creator[place])
            if rank[place] == first_yes[i]:
                coin *= most[rank[place]]
            for j in range(indptr[place], indptr[place + 1]):
                if coin >= accept[j]:
                    break
                kept[used] = offers[j]
                used += 1
        sizes[i] = used - start
    return used


@lean
def draw_first_yes(key, first, until, first_yes):
    """Draw by rank who is the first to accept in the worlds ``first …``; fills `first_yes`.

    ``until[r]`` is the probability that it is somebody of rank r or below. The coin is that of no node.
    """
    for i in range(first_yes.size):
        coin = accept_coin(world_key(key, first + i), -1)
        low, high = 0, until.size - 1
        while low < high:
            middle = (low + high) // 2
            if coin < until[middle]:
                high = middle
            else:
                low = middle + 1
        first_yes[i] = low


@lean
def answer(key, first, accept, creator, yes):
    """Tell which of some candidates accept in the worlds ``first …``; fills `yes` (uint8, a row a world)."""
    for r in range(yes.shape[0]):
        world = world_key(key, first + r)
        for c in range(accept.size):
            yes[r, c] = says_yes(world, c, accept, creator)
