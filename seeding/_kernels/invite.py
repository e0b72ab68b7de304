"""Who accepts: invited creators say yes or no in each world, the same way forwards and backwards."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.coins import accept_coin, world_key


@inlined
def says_yes(world, seed, accept, creator):
    """Tell whether a seed takes part in a world; all do where `accept` is empty.

    Nothing is drawn for who is certain, so that certain seeds cost nothing.
    """
    if accept.size == 0 or accept[seed] >= 1.0:
        return True
    return accept_coin(world, creator[seed]) < accept[seed]


@lean
def keep_who_accepts(key, first, sizes, members, places, kept):
    """Put into RR sets, in place of creators, the offers that they accept in each world; fills `kept`.

    `members` are places, set by set as `sizes` says (changed to the new sizes). ``places`` is (creator,
    indptr, offers, accept): the node whose coin place i tosses, and its offers ``indptr[i] … indptr[i + 1] −
    1``, by falling probability of being accepted. One coin answers for all of them. Returns the entries of
    `kept` used.
    """
    creator, indptr, offers, accept = places
    if offers.size == creator.size:
        return _keep_single_offers(key, first, sizes, members, (creator, offers, accept), kept)
    read = 0
    used = 0
    for i in range(sizes.size):
        world = world_key(key, first + i)
        start = used
        for _ in range(sizes[i]):
            place = members[read]
            read += 1
            coin = -1.0
            for j in range(indptr[place], indptr[place + 1]):
                if accept[j] < 1.0:
                    if coin < 0.0:
                        coin = accept_coin(world, creator[place])
                    if coin >= accept[j]:
                        break
                kept[used] = offers[j]
                used += 1
        sizes[i] = used - start
    return used


@inlined
def _keep_single_offers(key, first, sizes, members, places, kept):
    """Do the same where each creator has one offer: every member is written, and then kept or not.

    A branch would be guessed wrong too often.
    """
    creator, offers, accept = places
    read = np.int64(0)
    used = np.int64(0)
    for i in range(sizes.size):
        world = world_key(key, first + i)
        start = used
        for _ in range(sizes[i]):
            place = members[read]
            read += 1
            kept[used] = offers[place]
            used += np.int64(accept_coin(world, creator[place]) < accept[place])
        sizes[i] = used - start
    return used


@lean
def answer(key, first, accept, creator, yes):
    """Tell which of some candidates accept in the worlds ``first …``; fills `yes` (uint8, a row a world)."""
    for r in range(yes.shape[0]):
        world = world_key(key, first + r)
        for c in range(accept.size):
            yes[r, c] = says_yes(world, c, accept, creator)
