"""Two small classics that ship with networkx."""

from __future__ import annotations

from seeding.network import probabilities
from seeding.network.network import Network


def karate(probability: float = 0.1) -> Network:
    """Return Zachary's karate club: 34 members, 78 friendships, each read as two arcs.

    Parameters
    ----------
    probability
        The probability of every arc, from 0 to 1.

    Returns
    -------
    A network with labels 0 to 33, as networkx numbers the members.

    Raises
    ------
    InputError
        If `probability` is not a probability.

    References
    ----------
    W. W. Zachary (1977), An information flow model for conflict and fission in small groups, Journal of
    Anthropological Research 33, 452–473.
    """
    import networkx as nx

    checked = probabilities.check_number(probability)
    return Network.from_networkx(nx.karate_club_graph(), checked, origin="networkx karate_club_graph")


def les_miserables(probability: float = 0.1) -> Network:
    r"""Return the characters of *Les Misérables*: 77 people, 254 pairs, each read as two arcs.

    Two characters who appear together in :math:`w` chapters have :math:`w` independent chances, each of
    probability :math:`p`, so both arcs between them have probability :math:`1 - (1 - p)^w`; with the
    default :math:`p = 0.1` that is 0.1 for one chapter and 0.96 for the 31 of Cosette and Valjean.

    Parameters
    ----------
    probability
        The probability :math:`p` of one shared chapter, from 0 to 1.

    Returns
    -------
    A network labelled with the characters' names, as networkx writes them.

    Raises
    ------
    InputError
        If `probability` is not a probability.

    References
    ----------
    D. E. Knuth (1993), The Stanford GraphBase, ACM Press.
    """
    import networkx as nx

    checked = probabilities.check_number(probability)
    pairs = list(nx.les_miserables_graph().edges(data="weight"))
    source, target, chapters = zip(*pairs, strict=True)
    return Network.from_edges(
        source,
        target,
        [1.0 - (1.0 - checked) ** shared for shared in chapters],
        directed=False,
        origin="networkx les_miserables_graph",
        probability_name=f"given by 1 − (1 − {checked:g})^shared chapters",
    )
