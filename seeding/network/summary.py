"""Sentences about a network."""

from __future__ import annotations

import numpy as np

from seeding.network.core import NetworkCore
from seeding.network.label_spellings import similar


def network_facts(network: NetworkCore) -> dict[str, object]:
    """Collect what was read as plain values, for a table or for JSON."""
    probability, report = network.out.probability, network.report
    alike = None if network.names.are_integers else similar(network.labels)
    degree = np.diff(network.out.indptr) + np.diff(network.into.indptr)
    return {
        "origin": report.origin,
        "rows": report.rows,
        "nodes": network.n_nodes,
        "isolated_nodes": int((degree == 0).sum()),
        "arcs": network.n_arcs,
        "directed": report.directed,
        "two_way_rows": report.two_way_rows,
        "direction": report.direction,
        "self_loops_dropped": report.self_loops_dropped,
        "parallel_merged": report.parallel_merged,
        "parallel_rule": report.parallel_rule,
        "probability_source": report.probability_source,
        "probability_min": float(probability.min()) if probability.size else None,
        "probability_mean": float(probability.mean()) if probability.size else None,
        "probability_max": float(probability.max()) if probability.size else None,
        "weight_source": report.weight_source,
        "weight_min": float(network.weights.min()),
        "weight_max": float(network.weights.max()),
        "total_weight": network.total_weight,
        "audience": report.audience or None,
        "message": None if network.message is None else str(network.message),
        "clipped_arcs": report.clipped_arcs,
        "clipped_excess": report.clipped_excess,
        "clipped_largest": report.clipped_largest,
        "look_alike": None if alike is None else alike.sentence("label", "labels"),
        "arc_columns": [] if network.arcs is None else [str(name) for name in network.arcs.columns],
    }


def describe_network(network: NetworkCore) -> str:
    """Describe a network in a few lines."""
    facts = network_facts(network)
    flow = {
        "source_to_target": "influence flows source → target",
        "follower_to_followed": "rows are follower → followed, so influence flows back along them",
    }[network.report.direction]
    rows = "every row is one arc" if facts["directed"] else "every row is two arcs (undirected)"
    if network.report.two_way_rows:
        rows = f"two arcs each of {network.report.two_way_rows:,} rows (undirected), one of the others"
    lines = [
        f"Network from {facts['origin']}",
        f"  nodes         {facts['nodes']:,} ({facts['isolated_nodes']:,} without arcs)",
        f"  arcs          {facts['arcs']:,} from {facts['rows']:,} rows; {rows}; {flow}",
        f"  dropped       {facts['self_loops_dropped']:,} self-loops",
        f"  merged        {facts['parallel_merged']:,} parallel arcs ({_merge_rule(network)})",
        f"  probability   {_range(facts)} — {facts['probability_source']}",
        f"  node weight   {facts['weight_min']:g} to {facts['weight_max']:g}, "
        f"total {facts['total_weight']:,.6g} — {facts['weight_source']}",
    ]
    if facts["look_alike"] is not None:
        lines.append(f"  note          {facts['look_alike']}")
    if facts["audience"] is not None:
        lines.append(f"  who counts    {facts['audience']}; all others weigh 0 and may carry it on")
    if network.arcs is not None:
        lines.append(f"  arcs know     {', '.join(map(str, network.arcs.columns))}")
    if facts["message"] is not None:
        lines.append(f"  message       {facts['message']}")
        lines.append(f"  clipped       {describe_clipped(network)}")
    return "\n".join(lines + _special(network))


def _special(network: NetworkCore) -> list[str]:
    """Say what there is beside arcs and people."""
    lines = []
    if network.exposure is not None and network.exposure.size:
        lines.append(
            f"  seeing        {_numbers(network.exposure)}; the probability is that of passing it on"
        )
    if network.delays is not None and network.delays.values.size:
        what = "chance of meeting in a step" if network.delays.meeting else "time an arc takes"
        lines.append(f"  time          {_numbers(network.delays.values)}: the {what}")
    if network.person is not None:
        persons = np.unique(network.person).size
        lines.append(f"  persons       {persons:,} with {network.n_nodes:,} accounts; a person counts once")
    if network.active.size:
        lines.append(f"  active anyway {network.active.size:,}; what they reach does not count")
    return lines


def _numbers(values: np.ndarray) -> str:
    return f"{values.min():.4g} to {values.max():.4g}, mean {values.mean():.4g}"


def describe_clipped(network: NetworkCore) -> str:
    """Say how many products of a message were above 1, and by how much."""
    report = network.report
    if not report.clipped_arcs:
        return "none; no product of probabilities was above 1"
    share = report.clipped_arcs / network.n_arcs
    return (
        f"{report.clipped_arcs:,} arcs ({share:.2%}) had a product above 1 and have 1 now; the largest was "
        f"{report.clipped_largest:.4g}, on average {1 + report.clipped_excess / report.clipped_arcs:.4g}"
    )


def _range(facts: dict[str, object]) -> str:
    if facts["probability_min"] is None:
        return "no arcs"
    return (
        f"{facts['probability_min']:.4g} to {facts['probability_max']:.4g}, "
        f"mean {facts['probability_mean']:.4g}"
    )


def _merge_rule(network: NetworkCore) -> str:
    if network.report.probability_by_row:
        return f"by {network.report.parallel_rule.replace('_', '-')}"
    return "to one arc each, as the probability is a rule"
