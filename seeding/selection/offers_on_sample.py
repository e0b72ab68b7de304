"""A coverage sample as offers see it: an offer covers the sets that hold any of its candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seeding.network.labels import Labels
from seeding.rules.program import Offers
from seeding.sampling.coverage import Coverage, Room


def offered(sample: Coverage, offers: Offers) -> Coverage:
    """Put offers in the place of candidates; the sample itself where offers are candidates."""
    if offers.plain:
        return sample
    owner = np.repeat(np.arange(offers.n_offers), offers.heads)
    order = np.argsort(offers.members, kind="stable")
    offers_of, counts = owner[order], np.bincount(offers.members, minlength=len(sample.names))
    starts = np.concatenate([[0], np.cumsum(counts)])
    repeats = counts[sample.members]
    # Each member of a set gives way to all offers of that candidate, each offer once in a set.
    sets = np.repeat(np.repeat(np.arange(sample.n_sets), np.diff(sample.set_indptr)), repeats)
    within = np.arange(sets.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    entries = offers_of[np.repeat(starts[sample.members], repeats) + within]
    keys = np.unique(sets * offers.n_offers + entries)
    rows, members = np.divmod(keys, offers.n_offers)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=sample.n_sets))]).astype(np.int64)
    members = members.astype(np.int32)
    return replace(
        sample,
        names=Labels(np.arange(offers.n_offers)),
        set_indptr=indptr,
        members=members,
        known=None,
        counted=None,
        room=Room(members, members.size),
    )
