"""The network: who can activate whom, with what probability, and what each person is worth."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeding._runtime.rng import RandomSource, to_key
from seeding._runtime.source import noting
from seeding.errors import InputError
from seeding.network import arc_rates, building, frame_ends, probabilities, undirected_rows
from seeding.network import arcs as arc_tools
from seeding.network import csr as csr_build
from seeding.network import labels as label_tools
from seeding.network import people as people_tools
from seeding.network.arc_rates import Rate
from seeding.network.building import Direction, Parallel, Probability, SelfLoops, Weights
from seeding.network.core import NetworkCore, ReadReport
from seeding.network.from_graph import is_graph, read_graph
from seeding.network.message import Message
from seeding.network.platforms import couple

if TYPE_CHECKING:
    import networkx as nx


class Network(NetworkCore):
    """A directed network with an activation probability on each arc and a weight on each node.

    Make one with `from_edges`, `from_pandas`, `from_networkx`, `from_scipy` or `seeding.read_network`.

    Attributes
    ----------
    names
        The user's label of each node, in the order of our indices; `labels` gives them as a pandas Index.
    weights
        What reaching each node is worth (float64, one per node, not negative).
    out, into
        The arcs twice: rows of ``out`` are sources, rows of ``into`` are targets.
    report
        What was read, dropped and merged.
    people
        What else is known of them: one row per node in the order of the indices, indexed by label; None if
        nothing is. Who was not in the table that it comes from has missing values.
    exposure
        The chance that the target of each out-arc sees the message at all, where that is more than passing it
        on (see `with_exposure`); None otherwise.
    delays
        What each out-arc takes (see `with_delays`); None: one step.
    person
        The number of the person that each node is (int32), where several may be one: a person counts once.
        None: everybody is one node.
    active
        Nodes that are active anyway (see `with_organic`); they do not count.
    arcs
        What else is known of the arcs: one row per arc in the order of ``out`` (by source, then target); None
        if nothing is.
    message
        The message that the probabilities were made for (`carrying`); None if they are for any.
    source
        Where it was read from, for plans that are saved; None: it was made in memory.
    """

    def with_audience(self, query: str) -> Network:
        """Return the same network in which only the people whom a query is true of count.

        All others may still carry the message on; they weigh nothing, so reaching them is worth nothing.

        Parameters
        ----------
        query
            A question about the columns of `people`, as pandas reads it: ``"country == 'NO' and age < 30"``;
            or the name of a column of yes and no (or 1 and 0). Nothing there means no.

        Raises
        ------
        InputError
            If the query cannot be answered, or nobody who counts is left.

        Examples
        --------
        >>> import pandas as pd
        >>> import seeding as sd
        >>> people = pd.DataFrame({"node": ["a", "b", "c"], "country": ["NO", "SE", "NO"]})
        >>> path = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0, nodes=people)
        >>> sd.estimate_reach(path.with_audience("country == 'NO'"), ["a"], rng=1).mean
        2.0
        """
        marked = people_tools.matching(self.people, query)
        weights = np.where(marked, self.weights, 0.0)
        if weights.sum() <= 0:
            raise InputError(f"audience={query!r} is true of nobody who counts; ask for others.")
        asked = f"{self.report.audience} and {query}" if self.report.audience else query
        report = replace(self.report, audience=asked, new_weight=0.0)
        source = noting(self.source, "nodes", audience=asked)
        return replace(self, weights=weights, report=report, source=source)

    def with_audience_size(
        self,
        followers: str | float = "followers",
        *,
        view_rate: str | float = 1.0,
        real_share: str | float = 1.0,
        others: float | None = None,
    ) -> Network:
        """Return the same network in which reaching an account is worth its own audience.

        weight = followers × view rate × real share: how many genuine people are expected to see a post there.
        Then a reach adds up such views. Whoever follows two of the accounts reached is counted in both, as
        the network does not hold these followers, so it is no number of different people.

        Parameters
        ----------
        followers
            A column of `people` with how many follow each, or one number for all.
        view_rate
            The share of an account's followers who see a post, from 0 to 1: a column or a number.
        real_share
            The share of them who are genuine, from 0 to 1, as fraud checks estimate: a column or a number.
        others
            What somebody weighs whose number of followers is unknown (1: themselves); None refuses that.

        Raises
        ------
        InputError
            If there is no such column, a value is missing or out of range (names the person), or the network
            has weights already.

        Examples
        --------
        >>> import pandas as pd
        >>> import seeding as sd
        >>> people = pd.DataFrame({"node": ["a", "b"], "followers": [1000, 200], "real": [0.5, 1.0]})
        >>> pair = sd.Network.from_edges(["a"], ["b"], 1.0, nodes=people)
        >>> pair.with_audience_size(view_rate=0.4, real_share="real").weights.tolist()
        [200.0, 80.0]
        """
        from seeding.network.weights import weigh

        weighed = weigh(self, followers, view_rate, real_share, others)
        said = {"view_rate": view_rate, "real_share": real_share, "others": others}
        return replace(weighed, source=noting(self.source, "nodes", followers=followers, **said))

    def carrying(
        self,
        message: Message,
        *,
        affinity: str | Mapping[str, str] | None = None,
        by_topic: str | Mapping[str, str] | None = None,
        credibility: str | float = 1.0,
        factors: Mapping[str, Mapping[Any, float]] = MappingProxyType({}),
    ) -> Network:
        """Return the same network with the probabilities that a message has.

        p = base · Σ_z γ_z·i_vz · c_u · Π f · s for the arc u→v: the probability in this network, times how
        much the message (its weights γ of topics z) interests the receiver v, times the credibility c of the
        messenger u, times a factor f for each column of `factors`, times the shareability s. What is above 1
        is clipped at 1, counted in `ReadReport`, and said by `summary`.

        With `by_topic` the probabilities of each topic are given instead, and mixed: base = Σ_z γ_z·p_z
        (topic-aware independent cascade: Barbieri, Bonchi and Manco, ICDM 2012). The product above is the
        case p_z = base · i_vz of it. The result is an independent cascade again: every method takes it, with
        the guarantees of plain reach. The quality and fidelity of the message are not in it: pass
        ``model=message.model()`` too.

        Parameters
        ----------
        message
            What is carried.
        affinity
            The columns of `people` with everybody's interest in each topic, from 0 to 1: a pattern with the
            topic in place of the braces, as ``"topic_{}"``, or a mapping from topic to column.
        by_topic
            The columns of `arcs` with the probability of each topic, likewise: ``"p_{}"``.
        credibility
            How likely the messenger is believed, from 0 to 1: a column of `people` (or of `arcs`), or a
            number.
        factors
            For a column of `people`, of the messenger, or of `arcs`: what each of its values multiplies the
            probability by, as ``{"platform": {"tiktok": 1.2, "x": 0.9}}``. The value ``""`` (or None) is that
            of those who have none.

        Raises
        ------
        InputError
            If a column or a factor is missing, a value is out of range (names the person or arc), or the
            arguments contradict each other.

        Examples
        --------
        >>> import pandas as pd
        >>> import seeding as sd
        >>> people = pd.DataFrame({"node": ["a", "b"], "sport": [0.0, 0.5], "food": [1.0, 1.0]})
        >>> pair = sd.Network.from_edges(["a"], ["b"], 0.4, nodes=people)
        >>> message = sd.Message({"sport": 0.8, "food": 0.2}, shareability=1.5)
        >>> round(float(pair.carrying(message, affinity="{}").out.probability[0]), 3)
        0.36
        """
        from seeding.network.topic_aware import carry

        carried = carry(self, message, affinity, by_topic, credibility, factors)
        said = {**asdict(message), "affinity": affinity, "by_topic": by_topic, "factors": factors or None}
        return replace(carried, source=noting(self.source, "message", **said, credibility=credibility))

    def with_exposure(self, view: Rate = None, share: Rate = None) -> Network:
        """Return the same network in which people may see the message without passing it on.

        u shows the message to v with probability e_uv, and v, having seen it, engages with probability s_v:
        then v shows it to others in turn. So v engages with probability p_uv = e_uv·s_v, each time anew, and
        reach counts everybody who has seen it (Wang et al., IJCAI 2015). Seeds engage.

        Parameters
        ----------
        view
            e: a number; one value per arc, in the order of `out`; the name of a column of `people`, of
            whoever shows; or a mapping such as ``{"platform": {"x": 0.2, "tiktok": 0.4}}`` from values of one
            column. None: what the network's probabilities say.
        share
            s: a number, a column of `people`, of whoever sees, or a mapping as above. None: everybody.

        Raises
        ------
        InputError
            If a rate is not within 0 and 1, a column or value is unknown, or there is exposure already.

        Examples
        --------
        >>> import seeding as sd
        >>> path = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0)
        >>> sd.estimate_reach(path.with_exposure(share=0.5), ["a"], rng=1).mean > 2
        True
        """
        source = noting(self.source, "network", view=view, share=share)
        return replace(arc_rates.with_exposure(self, view, share), source=source)

    def with_delays(self, delay: Rate = None, *, meeting: Rate = None) -> Network:
        """Return the same network in which arcs take time, so that a deadline is in that time.

        Parameters
        ----------
        delay
            What each arc takes, in the unit of the deadline, such as days: a number of 0 or more, one value
            per arc in the order of `out`, a column of `people`, of whoever hands on, or a mapping as in
            `with_exposure`.
        meeting
            Instead: the chance that the two ends meet in one step, so that an arc takes a random number of
            steps, 1 or more, with mean 1 / meeting (Chen, Lu and Zhang, AAAI 2012).

        Raises
        ------
        InputError
            If both or none are given, or a value is out of range.

        Examples
        --------
        >>> import seeding as sd
        >>> path = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0).with_delays([2, 3])
        >>> sd.estimate_reach(path, ["a"], model=sd.IndependentCascade(deadline=4), rng=1).mean
        2.0
        """
        source = noting(self.source, "network", delay=delay, meeting=meeting)
        return replace(arc_rates.with_delays(self, delay, meeting), source=source)

    def with_organic(self, labels: object) -> Network:
        """Return the same network in which some are active anyway: earlier waves, or who posts unpaid.

        They spread the message like seeds, cost nothing, and are taken as given: what they reach without the
        plan does not count for it.

        Raises
        ------
        InputError
            If a label is not in the network.

        Examples
        --------
        >>> import seeding as sd
        >>> path = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0).with_organic(["b"])
        >>> sd.estimate_reach(path, ["a"], rng=1).mean
        1.0
        """
        active = np.union1d(self.active, self.index(labels)).astype(np.int64)
        known = label_tools.plain(self.names.take(active).array())
        return replace(self, active=active, source=noting(self.source, "network", organic=known))

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"

    def summary(self) -> str:
        """Describe in a few lines what was read: nodes, arcs, what was dropped or merged, ranges."""
        from seeding.network.summary import describe_network

        return describe_network(self)

    @classmethod
    def from_any(cls, network: Any, probability: Probability = None) -> Network:
        """Make a network from whatever holds one: a `Network`, networkx graph, DataFrame or scipy matrix.

        Raises
        ------
        InputError
            If it is none of these, or `probability` is given for a `Network`, which has its own.
        """
        if isinstance(network, cls):
            if probability is not None:
                raise InputError("the network already has probabilities; give probability= where it is made.")
            return network
        if is_graph(network):
            return cls.from_networkx(network, probability)
        if isinstance(network, pd.DataFrame):
            return cls.from_pandas(network, probability=probability)
        if hasattr(network, "tocoo"):
            return cls.from_scipy(network, **({} if probability is None else {"probability": probability}))
        raise InputError(
            f"network is a {type(network).__name__}; pass a seeding.Network, a networkx graph, a DataFrame "
            "of arcs or a scipy sparse matrix (read files with seeding.read_network)."
        )

    @classmethod
    def from_edges(
        cls,
        source: object,
        target: object,
        probability: Probability = None,
        *,
        directed: bool | np.ndarray = True,
        direction: Direction = "source_to_target",
        nodes: object = None,
        weights: Weights = None,
        parallel: Parallel = "noisy_or",
        self_loops: SelfLoops = "drop",
        rng: RandomSource = 0,
        columns: arc_tools.Columns = None,
        origin: str = "arrays",
        probability_name: str | None = None,
    ) -> Network:
        """Make a network from two arrays of labels, one row per arc.

        Parameters
        ----------
        source, target
            Labels of the two ends of each row.
        probability
            A number or a rule (``"weighted_cascade"``, ``"trivalency"``), given to each distinct arc
            after parallel arcs are merged; or one value per row. None assumes ``"weighted_cascade"``
            and warns.
        directed
            If False, every row makes two arcs. One truth value per row where rows differ; then an edge that
            is listed both ways makes two arcs in all.
        direction
            ``"source_to_target"``: influence flows from source to target.
            ``"follower_to_followed"``: a row says that source follows target, so influence flows back.
        nodes
            Labels of people to have even if no row names them; or a DataFrame with their labels in a column
            called node, label, id or the like (else the first), or in the one whose values the rows name; its
            further columns are kept in `people`.
        weights
            What reaching each node is worth: a mapping or Series by label that covers every node, or an
            array aligned with `nodes`. None counts everyone as 1.
        parallel
            How the values of parallel rows are merged: ``"noisy_or"`` (1 − Π(1 − p)), ``"max"``, or
            ``"refuse"``.
        self_loops
            ``"drop"`` (counted in the report) or ``"refuse"``.
        rng
            Key of the ``"trivalency"`` draw.
        columns
            What else is known of each row: a DataFrame, or a mapping from name to one value per row; kept in
            `arcs`. No arc may then be given twice.
        origin, probability_name
            Words for the report: where the rows and their probabilities came from.

        Raises
        ------
        InputError
            If anything given breaks these rules.
        """
        both = undirected_rows.rows_of(directed)
        building.check_choice("direction", direction, ("source_to_target", "follower_to_followed"))
        building.check_choice("parallel", parallel, ("noisy_or", "max", "refuse"))
        building.check_choice("self_loops", self_loops, ("drop", "refuse"))
        source, target, nodes, known = people_tools.split_people(source, target, nodes)
        names, rows, extra = building.number_labels(source, target, nodes)
        n_rows = rows[0].size
        values, rule, said = building.read_probability(probability, n_rows, probability_name)
        known_arcs = arc_tools.read_columns(columns, n_rows)
        if direction == "follower_to_followed":
            rows.reverse()
        rows.append(values if values.ndim else np.empty(0))
        if known_arcs is not None:
            rows.append(np.arange(n_rows))
        undirected_rows.check_length(both, n_rows)
        rows += [] if both is None else [both]
        n_loops = building.drop_loops(rows, self_loops, names)
        rows = undirected_rows.lay_out(rows, both is not None, bool(np.all(directed)), origin)
        if known_arcs is not None:
            known_arcs = arc_tools.in_order(known_arcs, rows, names)
        out, merged = building.merge(
            csr_build.build_from(rows, len(names)), parallel, names, constant=values.ndim == 0
        )
        if rule is not None:
            out = out._replace(probability=probabilities.assign(rule, out.indptr, out.indices, to_key(rng)))
        elif values.ndim == 0:
            out = out._replace(probability=np.full(out.indices.size, float(values)))
        report = ReadReport(
            rows=n_rows,
            directed=bool(directed) if both is None else not both.all(),
            two_way_rows=0 if both is None or both.all() else int(both.sum()),
            direction=direction,
            self_loops_dropped=n_loops,
            parallel_merged=merged,
            parallel_rule=parallel,
            probability_source=said,
            probability_by_row=values.ndim > 0,
            weight_source="1 for everyone" if weights is None else "given",
            origin=origin,
        )
        node_weights = building.read_weights(weights, names, extra)
        network = cls(names, node_weights, out, csr_build.flip(out, len(names)), report, arcs=known_arcs)
        if known is None or extra is None:
            return network
        return network.with_people(known.set_axis(names.index[extra], axis=0))

    @classmethod
    def from_pandas(
        cls,
        frame: pd.DataFrame,
        source: str | None = None,
        target: str | None = None,
        probability: Probability = None,
        *,
        columns: arc_tools.Chosen = None,
        **options: Any,
    ) -> Network:
        """Make a network from a table with one row per arc.

        Parameters
        ----------
        frame
            The table; it is not changed.
        source, target
            Names of the columns with the two ends. By default those whose names, or else whose values, are
            those of ends, as in `seeding.read_network`: anything but ``source`` and ``target`` or a pair as
            usual is said in a warning.
        probability
            The name of a column, or anything `from_edges` takes. None uses a column called
            ``probability`` or ``p`` if there is one.
        columns
            Names of further columns to keep in `arcs`; True for all. No arc may then be given twice.
        options
            Passed to `from_edges`. Without ``direction``, columns named follower and followed or the like are
            read as such; without ``directed``, a column such as ``Type`` that says Undirected is heeded.

        Raises
        ------
        InputError
            If a column is missing, no two fit or several do, or `from_edges` refuses the values.
        """
        if not isinstance(frame, pd.DataFrame):
            raise InputError(f"frame is a {type(frame).__name__}; pass a pandas DataFrame.")
        ends = frame_ends.choose_ends(frame, source, target)
        values, said = building.column_or_rule(probability, frame)
        options.setdefault("origin", "DataFrame")
        used = [frame.columns[end] for end in ends[:2]]
        used += [name for name in frame.columns if said == f"column {name!r}"]
        options |= frame_ends.ways(frame, ends, used, options)
        names = arc_tools.choose(columns, list(frame.columns), used, "the DataFrame")
        kept = frame[names] if names else None
        tails, heads = (frame.iloc[:, end] for end in ends[:2])
        return cls.from_edges(tails, heads, values, probability_name=said, columns=kept, **options)

    @classmethod
    def from_networkx(
        cls,
        graph: nx.Graph,
        probability: Probability = None,
        *,
        weights: str | Weights = None,
        columns: arc_tools.Chosen = None,
        **options: Any,
    ) -> Network:
        """Make a network from a networkx graph, directed or not, with or without parallel edges.

        The attributes of its nodes become the columns of `people`.

        Parameters
        ----------
        graph
            The graph; it is not changed. An undirected edge makes two arcs.
        probability
            The name of an edge attribute that every edge has, or a number or a rule. None uses the
            attribute ``probability`` (or ``p``) if the edges have it.
        weights
            The name of a node attribute that every node has, or anything `from_edges` takes.
        columns
            Names of edge attributes to keep in `arcs`, missing where an edge has none; True for all. No two
            edges may then be parallel.
        options
            Passed to `from_edges`.

        Raises
        ------
        InputError
            If `graph` is not a graph, or an attribute is missing somewhere.
        """
        table = read_graph(graph, probability, weights, columns)
        options.setdefault("origin", "networkx graph")
        options.setdefault("directed", graph.is_directed())
        network = cls.from_edges(
            table.source,
            table.target,
            table.probability,
            nodes=table.nodes,
            weights=table.weights,
            probability_name=table.probability_name,
            columns=table.arcs,
            **options,
        )
        if table.people is None:
            return network
        return network.with_people(table.people.set_axis(label_tools.make_index(table.nodes), axis=0))

    @classmethod
    def couple(
        cls,
        networks: Mapping[str, Network],
        *,
        person: pd.DataFrame | str | None = None,
        crossing: float | Mapping[tuple[str, str], float] = 0.0,
        scale: Mapping[str, float] | None = None,
        separator: str = "/",
    ) -> Network:
        """Join the networks of several platforms: a person may have accounts on many, and counts once.

        Nodes are accounts, called ``"tiktok/anna"``. `people` gets the columns platform, account and person.
        All accounts of a person that count get the largest weight the person has anywhere.

        Parameters
        ----------
        networks
            The network of each platform by its name.
        person
            A table with columns platform, account and person, one row per account; accounts left out are
            persons of their own. Or ``"label"``: accounts of one name are one person. None: no account shares
            its person with another.
        crossing
            The chance that a message reaches a person's other accounts from one of them: a number, or by
            pairs such as ``{("tiktok", "x"): 0.1}``; pairs left out do not cross.
        scale
            Factors on the probabilities of some platforms; what comes out above 1 counts as 1, with a warning
            that says how many.
        separator
            What stands between platform and account in a node's label.

        Raises
        ------
        InputError
            If a platform or an account is unknown, an account has two persons, or a number is out of range.

        Examples
        --------
        >>> import seeding as sd
        >>> x = sd.Network.from_edges(["anna"], ["bo"], 1.0)
        >>> tiktok = sd.Network.from_edges(["bo"], ["cleo"], 1.0)
        >>> both = sd.Network.couple({"x": x, "tiktok": tiktok}, person="label", crossing=1.0)
        >>> sd.estimate_reach(both, ["x/anna"], rng=1).mean
        3.0
        """
        return couple(cls.from_edges, networks, person, crossing, scale, separator)

    @classmethod
    def from_scipy(cls, matrix: Any, *, nodes: object = None, **options: Any) -> Network:
        """Make a network from a square scipy sparse matrix: row u, column v, value = probability of u→v.

        Parameters
        ----------
        matrix
            Any scipy sparse matrix or array. An explicitly stored 0 is an arc of probability 0; entries
            stored twice in COO format are parallel arcs, merged like all others and never summed.
        nodes
            The label of each row, in order; 0, 1, … if None.
        options
            Passed to `from_edges`.

        Raises
        ------
        InputError
            If it is not a square sparse matrix, or labels do not match its size.
        """
        if not hasattr(matrix, "tocoo") or getattr(matrix, "ndim", 2) != 2:
            raise InputError(f"matrix is a {type(matrix).__name__}; pass a scipy sparse matrix.")
        if matrix.shape[0] != matrix.shape[1]:
            raise InputError(f"matrix is {matrix.shape[0]}×{matrix.shape[1]}; it must be square.")
        entries = matrix.tocoo()
        labels = np.arange(matrix.shape[0]) if nodes is None else label_tools.as_labels(nodes, "nodes")
        if labels.size != matrix.shape[0]:
            raise InputError(f"{labels.size} labels for {matrix.shape[0]} rows; give one label a row.")
        options.setdefault("origin", "scipy matrix")
        options.setdefault("probability_name", "matrix values")
        values = options.pop("probability", entries.data)
        return cls.from_edges(labels[entries.row], labels[entries.col], values, nodes=labels, **options)
