"""RR sets where creators may decline: who of a set would accept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seeding.sampling.reverse_task import Task
from seeding.sampling.roots import Block

# Probabilities of accepting where nobody declines, and creators where they are the nodes themselves.
EVERYBODY, NONE = np.empty(0), np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class FirstYes:
    """Who may be the first to accept, where somebody does: conditions samples on that rare event.

    Attributes
    ----------
    rank, most
        The rank of each place's creator, and by rank how likely each accepts anything.
    until
        The probability that the first to accept is of this rank or below.
    """

    rank: np.ndarray
    most: np.ndarray
    until: np.ndarray

    @classmethod
    def of(cls, invited: Invited) -> FirstYes:
        """Rank the creators behind the places."""
        creators = invited.creator if invited.creator.size else np.arange(invited.nodes.size)
        first = invited.indptr[:-1] if invited.offers.size else np.arange(invited.nodes.size)
        distinct, rank = np.unique(creators, return_inverse=True)
        most = np.zeros(distinct.size)
        np.maximum.at(most, rank, invited.accept[first])
        until = chance_of_any(most)
        return cls(rank, most, until / until[-1])

    def answer(self, invited: Invited, block: Block, key: np.uint64, first: int) -> Block:
        """Let the creators in the sets of a block answer, given that somebody accepts."""
        from seeding._kernels.forward import acceptance

        n = invited.nodes.size
        creator = invited.creator if invited.creator.size else np.arange(n)
        indptr, offers = invited.indptr, invited.offers
        if offers.size == 0:
            indptr, offers = np.arange(n + 1), np.arange(n, dtype=np.int32)
        first_yes = np.empty(block.sizes.size, dtype=np.int64)
        acceptance.draw_first_yes(key, first, self.until, first_yes)
        places = creator, indptr, offers, invited.accept, self.rank, self.most
        kept = np.empty(block.members.size * int(np.diff(indptr).max()), dtype=np.int32)
        used = acceptance.keep_given_somebody(key, first, block.sizes, block.members, places, first_yes, kept)
        return block._replace(members=kept[:used])


def chance_of_any(chances: np.ndarray) -> np.ndarray:
    """Return how likely one of the first 1, 2, … independent events happens, exactly where that is tiny."""
    with np.errstate(divide="ignore"):
        chance: np.ndarray = -np.expm1(np.cumsum(np.log1p(-chances)))
    return chance


@dataclass(frozen=True, eq=False)
class Invited:
    """The offers of each creator, and how likely each is accepted: candidates in the place of creators.

    In an RR set a candidate stays with the probability of accepting, so that Pr[S meets the set] is σ(S) / W
    for the seeds who accept: the expected reach of inviting S.

    Attributes
    ----------
    nodes
        The nodes of all candidates, each once; the tasks' candidates are places in it. Where each candidate
        has a node of its own, places are the candidates, in their order.
    creator
        int64: the node whose coin answers for each place; empty where place v is node v.
    accept
        How likely each place accepts, or each of `offers`.
    indptr, offers
        Candidates of each place by falling acceptance, as compressed rows; empty where places are candidates.
    given
        Where only worlds are sampled in which somebody accepts something: who may be the first to; None: all
        worlds are.
    """

    nodes: np.ndarray
    creator: np.ndarray
    accept: np.ndarray
    indptr: np.ndarray = field(default_factory=lambda: NONE)
    offers: np.ndarray = field(default_factory=lambda: NONE)
    given: FirstYes | None = None

    @classmethod
    def of(cls, nodes: np.ndarray, accept: np.ndarray, creators: np.ndarray) -> Invited | None:
        """Group candidates by node; None where nobody declines and each node is one candidate."""
        nobody_declines = accept.size == 0 or bool((accept >= 1).all())
        if nobody_declines and bool((nodes[1:] > nodes[:-1]).all()):
            return None
        creators = (creators if creators.size else nodes).astype(np.int64)
        distinct, first, place = np.unique(nodes, return_index=True, return_inverse=True)
        if distinct.size == nodes.size:
            if nobody_declines:
                return None
            own = (creators == np.arange(nodes.size)).all()
            return cls(nodes, NONE if own else creators, accept)
        accept = accept if accept.size else np.ones(nodes.size)
        order = np.lexsort((np.arange(nodes.size), -accept, place)).astype(np.int32)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(place))]).astype(np.int64)
        return cls(distinct, creators[first], accept[order], indptr, order)

    def answer(self, task: Task, first: int, count: int) -> Block:
        """Sample worlds and let the creators in their sets answer."""
        from seeding._kernels.forward import acceptance

        block, key = task(first, count), np.uint64(task.key)
        sizes, members = block.sizes, block.members
        if self.given is not None:
            return self.given.answer(self, block, key, first)
        if self.offers.size == 0:
            used = acceptance.keep_who_accepts(key, first, sizes, members, self.creator, self.accept)
            return block._replace(members=members[:used])
        # Memory that is never written to is not taken.
        kept = np.empty(members.size * int(np.diff(self.indptr).max()), dtype=np.int32)
        places = self.creator, self.indptr, self.offers, self.accept
        used = acceptance.keep_accepted_offers(key, first, sizes, members, places, kept)
        return block._replace(members=kept[:used])


@dataclass(frozen=True, eq=False)
class InvitedTask:
    """Samples RR sets and lets the creators in them answer; a plain value for any executor."""

    task: Task
    invited: Invited

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        return self.invited.answer(self.task, first, count)
