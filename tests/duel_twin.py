"""Competing cascades a second time, in plain Python: with the coins of any world, literally, and exactly.

A world is played step by step with the coins of `oracle` and three further kinds of number (moods of people,
turns of arcs, who wins a seed of both). The literal simulation tosses numbers of its own, in the way the
process is described. The exact distribution goes through all outcomes of every step, weighted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from oracle import Graph, arc_coin, mix64, unit, world_key

POSITIVE, NEGATIVE, RIVAL = 1, 2, 3
_MASK = (1 << 64) - 1
_GOLDEN, _ARC = 0x9E3779B97F4A7C15, 0xD1342543DE82EF95
_MOOD, _TURN, _BOTH = 0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB


@dataclass(frozen=True)
class Rules:
    """How the two sides meet."""

    quality: float = 1.0
    bias: float = 1.0
    tie: str = "random"
    deadline: int | None = None


@dataclass
class Played:
    """What became of one world: the state and step of everybody reached, and who convinced them."""

    state: dict[int, int]
    step: dict[int, int]
    parent: dict[int, int]


def chance(p: float, state: int, rules: Rules) -> float:
    """Give the probability with which somebody in a state passes it on over an arc of probability p."""
    return 1 - (1 - p) ** rules.bias if state == NEGATIVE else p


def preferred(tries: list[tuple[int, int]], tie: str) -> list[tuple[int, int]]:
    """Keep those (person, state) among several who succeeded whom the tie rule prefers."""
    wanted = {"ours": (POSITIVE, NEGATIVE), "rival": (RIVAL,)}.get(tie, (POSITIVE, NEGATIVE, RIVAL))
    return [one for one in tries if one[1] in wanted] or tries


def node_number(constant: int, world: int, v: int) -> float:
    """Draw the number of a node: its mood, or who wins it as a seed."""
    return unit(mix64((mix64(world ^ constant) + _GOLDEN * (v + 1)) & _MASK))


def turn(world: int, u: int, v: int) -> int:
    """Draw the place of an arc in the order of those who succeed in the same step."""
    return mix64((mix64(world ^ _TURN) + _ARC * ((u << 32) | v)) & _MASK)


def play(
    graph: Graph, ours: Sequence[int], rivals: Sequence[int], rules: Rules, key: int, number: int
) -> Played:
    """Play one world of a key with the numbers that the kernels use."""
    world = world_key(key, number)
    return _play(
        graph, ours, rivals, rules,
        coin=lambda u, v: arc_coin(world, u, v),
        first=lambda v, tries: min(tries, key=lambda one: turn(world, one[0], v)),
        mood=lambda v: node_number(_MOOD, world, v),
        both=lambda v: node_number(_BOTH, world, v),
    )  # fmt: skip


def play_literally(
    graph: Graph, ours: Sequence[int], rivals: Sequence[int], rules: Rules, random: np.random.Generator
) -> Played:
    """Play once with fresh numbers for everything."""
    return _play(
        graph, ours, rivals, rules,
        coin=lambda _u, _v: random.random(),
        first=lambda _v, tries: tries[random.integers(len(tries))],
        mood=lambda _v: random.random(),
        both=lambda _v: random.random(),
    )  # fmt: skip


def _play(
    graph: Graph,
    ours: Sequence[int],
    rivals: Sequence[int],
    rules: Rules,
    *,
    coin: Callable[[int, int], float],
    first: Callable[[int, list[tuple[int, int]]], tuple[int, int]],
    mood: Callable[[int], float],
    both: Callable[[int], float],
) -> Played:
    state = {v: POSITIVE if mood(v) < rules.quality else NEGATIVE for v in dict.fromkeys(ours)}
    for v in dict.fromkeys(rivals):
        if v not in state or rules.tie == "rival" or (rules.tie == "random" and both(v) < 0.5):
            state[v] = RIVAL
    step, parent, fresh = dict.fromkeys(state, 0), dict.fromkeys(state, -1), set(state)
    while fresh and (rules.deadline is None or max(step.values()) < rules.deadline):
        turned: dict[int, tuple[int, int]] = {}
        for v in sorted(set(range(graph.n)) - state.keys()):
            tries = [
                (u, state[u])
                for (u, w), p in zip(graph.arcs, graph.p, strict=True)
                if w == v and u in fresh and coin(u, v) < chance(p, state[u], rules)
            ]
            if tries:
                turned[v] = first(v, preferred(tries, rules.tie))
        now = max(step.values()) + 1
        for v, (u, carried) in turned.items():
            spoiled = carried == POSITIVE and mood(v) >= rules.quality
            state[v], step[v], parent[v] = NEGATIVE if spoiled else carried, now, u
        fresh = set(turned)
    return Played(state, step, parent)


def tally(graph: Graph, played: Played, hop: float = 1.0) -> tuple[float, float, float]:
    """Sum the weights of the positive (hop^step each), the negative and the rival's."""
    sums = {POSITIVE: 0.0, NEGATIVE: 0.0, RIVAL: 0.0}
    for v, state in played.state.items():
        sums[state] += graph.w[v] * (hop ** played.step[v] if state == POSITIVE else 1.0)
    return sums[POSITIVE], sums[NEGATIVE], sums[RIVAL]


def exactly(
    graph: Graph, ours: Sequence[int], rivals: Sequence[int], rules: Rules, hop: float = 1.0
) -> tuple[float, float, float]:
    """Give the expected positive, negative and rival's reach by going through all outcomes of every step."""
    totals = [0.0, 0.0, 0.0]
    for weight, state in _beginnings(ours, rivals, rules):
        for part, value in enumerate(_onward(graph, state, frozenset(state), 0, rules, hop)):
            totals[part] += weight * value
        for v, s in state.items():
            totals[s - 1] += weight * graph.w[v]
    return totals[0], totals[1], totals[2]


def _beginnings(
    ours: Sequence[int], rivals: Sequence[int], rules: Rules
) -> Iterator[tuple[float, dict[int, int]]]:
    q = rules.quality
    wins = {"ours": 0.0, "rival": 1.0, "random": 0.5}[rules.tie]
    choices = []
    for v in dict.fromkeys([*ours, *rivals]):
        r = 0.0 if v not in rivals else 1.0 if v not in ours else wins
        odds = {POSITIVE: (1 - r) * q, NEGATIVE: (1 - r) * (1 - q), RIVAL: r}
        choices.append([(v, s, p) for s, p in odds.items() if p > 0])
    for picked in itertools.product(*choices):
        yield math.prod(p for _, _, p in picked), {v: s for v, s, _ in picked}


def _onward(
    graph: Graph, state: dict[int, int], fresh: frozenset[int], step: int, rules: Rules, hop: float
) -> tuple[float, float, float]:
    """Give the expected further reach of the three sides."""
    if not fresh or (rules.deadline is not None and step >= rules.deadline):
        return 0.0, 0.0, 0.0
    odds = [(v, _odds(graph, v, state, fresh, rules)) for v in range(graph.n) if v not in state]
    odds = [(v, table) for v, table in odds if table[0] < 1]
    totals = [0.0, 0.0, 0.0]
    for outcome in itertools.product(*([(s, p) for s, p in enumerate(t) if p > 0] for _, t in odds)):
        weight = math.prod(p for _, p in outcome)
        turned = {v: s for (v, _), (s, _) in zip(odds, outcome, strict=True) if s}
        further = _onward(graph, state | turned, frozenset(turned), step + 1, rules, hop)
        for part in range(3):
            totals[part] += weight * further[part]
        for v, s in turned.items():
            totals[s - 1] += weight * graph.w[v] * (hop ** (step + 1) if s == POSITIVE else 1.0)
    return totals[0], totals[1], totals[2]


def _odds(graph: Graph, v: int, state: dict[int, int], fresh: frozenset[int], rules: Rules) -> list[float]:
    """Give the probabilities that somebody stays out, or turns positive, negative or the rival's."""
    tries = [
        (u, state[u], chance(p, state[u], rules))
        for (u, w), p in zip(graph.arcs, graph.p, strict=True)
        if w == v and u in fresh
    ]
    table = [0.0, 0.0, 0.0, 0.0]
    for hits in itertools.product((False, True), repeat=len(tries)):
        weight = math.prod(c if hit else 1 - c for hit, (_, _, c) in zip(hits, tries, strict=True))
        winners = [(u, s) for hit, (u, s, _) in zip(hits, tries, strict=True) if hit]
        if not winners:
            table[0] += weight
            continue
        left = preferred(winners, rules.tie)
        for _, s in left:
            share = weight / len(left)
            if s == POSITIVE:
                table[POSITIVE] += share * rules.quality
                table[NEGATIVE] += share * (1 - rules.quality)
            else:
                table[s] += share
    return table
