"""The methods, cases and suites by name; frozen, so that results of different versions can be compared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from seeding.bench import networks
from seeding.bench.case import GIB, Build, Case, Effort, Method

_OURS = "seeding.bench.peers.ours:Ours"
_BASELINES = ("random", "degree", "degree_discount", "pagerank", "top_audience", "cheapest")
GAPS = (0.3, 0.2, 0.1, 0.05, 0.03, 0.02)


def _ours(name: str, **settings: float | str) -> Method:
    return Method(name, _OURS, settings)


def _pynetim(name: str, algorithm: str, **settings: float) -> Method:
    return Method(name, f"seeding.bench.peers.pynetim:{algorithm}", settings, "pynetim", "0.5.5")


METHODS = {
    method.name: method
    for method in (
        *(_ours(name, method=name) for name in ("ris", "celf", "exact")),
        # A ranking does not change with its certificate, so none is asked for that takes long.
        *(_ours(name, method=name, gap=0.3) for name in _BASELINES),
        *(_ours(f"ris_gap_{gap}", method="ris", gap=gap) for gap in GAPS),
        *(_pynetim(f"pynetim_imm_{epsilon}", "Imm", epsilon=epsilon) for epsilon in (0.5, 0.2, 0.1)),
        *(_pynetim(f"pynetim_opimc_{epsilon}", "OpimC", epsilon=epsilon) for epsilon in (0.1, 0.01)),
        *(_pynetim(f"pynetim_celf_{rounds}", "Celf", mc_rounds=rounds) for rounds in (100, 1000)),
        *(
            Method(
                f"cynetdiff_celf_{trials}",
                "seeding.bench.peers.cynetdiff:Celf",
                {"trials": trials},
                "cynetdiff",
                "0.1.18",
            )
            for trials in (100, 1000)
        ),
        Method(
            "ndlib_greedy_5",
            "seeding.bench.peers.ndlib:Greedy",
            {"simulations": 5, "shortlist": 2},
            "ndlib",
            "6.0.1",
            ("six",),
        ),
        # networkx is among our own requirements.
        Method("networkx_celf_100", "seeding.bench.peers.plain:Celf", {"simulations": 100}),
    )
}

# --- small: anyone, anywhere, in two minutes ----------------------------------------------------------

# Without a roster top_audience is degree, and everybody is the cheapest.
_RANKINGS = ("random", "degree", "degree_discount", "pagerank")
_CLASSIC = ("ris", "celf", "exact", *_RANKINGS, "networkx_celf_100")
_BRIEF = Effort(time_limit=5.0, repeat_seconds=4.0, worlds=2_000)

_KARATE = Case("karate", "Zachary's karate club, p = 0.1", networks.karate, _CLASSIC, k=4, effort=_BRIEF)
_SMALL = (
    _KARATE,
    Case(
        "les_miserables",
        "Les Misérables, p by shared chapters",
        networks.les_miserables,
        _CLASSIC,
        k=5,
        effort=_BRIEF,
    ),
    Case(
        "creator_market",
        "invented creator market, fees",
        networks.creator_market,
        ("ris", "exact", *_BASELINES),
        budget=Decimal(250_000),
        effort=_BRIEF,
    ),
    Case(
        "power_law_20k_100k",
        "Chung–Lu power law, weighted cascade",
        networks.power_law(20_000, 100_000),
        ("ris", *_RANKINGS),
        k=50,
        effort=_BRIEF,
    ),
)

# --- networks: public networks, or generated ones of their size ---------------------------------------

_CURVE = ("ris_gap_0.3", "ris_gap_0.1", "ris_gap_0.05", "ris_gap_0.03")
_AGAINST = ("degree_discount", "pagerank", "pynetim_imm_0.5", "pynetim_imm_0.1")
_WITH_COSTS = ("ris_gap_0.1", "ris_gap_0.05", "degree", "degree_discount", "pagerank", "cheapest")
_LARGE = Effort(time_limit=30.0, repeat_seconds=5.0, memory_limit=8 * GIB, worlds=2_000)
_WC = "weighted_cascade"


def _public(
    name: str,
    data: str,
    about: str,
    build: Build,
    stand_in: Case,
    best_known: float | None = None,
    methods: tuple[str, ...] | None = None,
) -> Case:
    """State a case on a public network, with the limits and methods of the case that stands in for it."""
    case = replace(stand_in, name=name, about=about, build=build, data=data, stand_in=stand_in)
    return replace(case, best_known=best_known, methods=methods or stand_in.methods)


def _power_law(n: int, m: int, probability: float | None = None) -> Case:
    rule = "weighted cascade" if probability is None else f"p = {probability}"
    size = f"{n // 1000}k_{m // 1000}k" + ("" if probability is None else f"_p{probability}")
    return Case(
        f"power_law_{size}",
        f"Chung–Lu power law, {rule}",
        networks.power_law(n, m, probability),
        _CURVE + _AGAINST,
        k=50,
        effort=_LARGE,
    )


def _market(budget: int) -> Case:
    return Case(
        f"creator_market_{budget // 1000}k",
        "invented creator market, fees",
        networks.creator_market,
        ("ris_gap_0.1", "ris_gap_0.05", "exact", "degree", "top_audience", "cheapest"),
        budget=Decimal(budget),
        effort=_LARGE,
    )


_HEP, _EPINIONS = "nethept/hep.txt.gz", "soc-epinions1-sym/soc-Epinions1_undirected.txt.gz"
_WIKI, _SLASHDOT = "wiki-Vote/wiki-Vote.txt.gz", "soc-slashdot0902/soc-Slashdot0902.txt.gz"
_TWITCH, _BIMP = "twitch/ENGB_edges.csv", "bimp-twitter/twitter_2000_cost.txt.gz"
_HEPT_WC = (
    "NetHEPT, undirected and simple, weighted cascade",
    networks.edge_list(_HEP, _WC, directed=False),
)

_NETWORKS = (
    _public("nethept_wc", _HEP, *_HEPT_WC, _power_law(15_000, 62_000), 967.0),
    _public(
        "nethept_p0.01",
        _HEP,
        "NetHEPT, undirected and simple, p = 0.01",
        networks.edge_list(_HEP, 0.01, directed=False),
        _power_law(15_000, 62_000, 0.01),
        72.8,
    ),
    _public(
        "epinions_sym_wc",
        _EPINIONS,
        "soc-Epinions1 symmetrised, weighted cascade",
        networks.edge_list(_EPINIONS, _WC, directed=False),
        _power_law(76_000, 811_000),
        16_747.0,
    ),
    _public(
        "epinions_sym_p0.01",
        _EPINIONS,
        "soc-Epinions1 symmetrised, p = 0.01",
        networks.edge_list(_EPINIONS, 0.01, directed=False),
        _power_law(76_000, 811_000, 0.01),
        2_213.0,
    ),
    _public(
        "wiki_vote_wc",
        _WIKI,
        "wiki-Vote, from voted to voter, weighted cascade",
        networks.edge_list(_WIKI, _WC, direction="follower_to_followed"),
        _power_law(7_000, 104_000),
    ),
    _public(
        "slashdot_wc",
        _SLASHDOT,
        "soc-Slashdot0902, weighted cascade",
        networks.edge_list(_SLASHDOT, _WC),
        _power_law(82_000, 870_000),
    ),
    _public(
        "twitch_engb",
        _TWITCH,
        "Twitch ENGB, views as weights, fees by views, weighted cascade",
        networks.twitch("ENGB", _WC),
        _market(20_000),
    ),
    replace(
        _public(
            "bimp_twitter_p0.1",
            _BIMP,
            "BIMP Twitter, costs 50 to 100, p = 0.1",
            networks.bimp(_BIMP, 0.1),
            _market(100_000),
            6_495.0,
            _WITH_COSTS,
        ),
        budget=Decimal(2_000),
    ),
    replace(
        _public(
            "bimp_twitter_wc",
            _BIMP,
            "BIMP Twitter, costs 50 to 100, weighted cascade",
            networks.bimp(_BIMP, _WC),
            _market(50_000),
            22_174.0,
            _WITH_COSTS,
        ),
        budget=Decimal(2_000),
    ),
)

# --- peers: sizes on which slow packages can finish ---------------------------------------------------

_IMM = ("pynetim_imm_0.5", "pynetim_imm_0.2", "pynetim_imm_0.1")
_FAST_PEERS = (*_IMM, "pynetim_opimc_0.1", "pynetim_opimc_0.01")
_CELF_PEERS = (
    "cynetdiff_celf_100",
    "cynetdiff_celf_1000",
    "pynetim_celf_100",
    "networkx_celf_100",
    "ndlib_greedy_5",
)
_RIVALS = (*_CURVE, "celf", *_FAST_PEERS, *_CELF_PEERS)
_FAIR = Effort(time_limit=30.0)

_PEERS = (
    replace(
        _KARATE,
        name="karate_peers",
        methods=("ris", "celf", "exact", *_FAST_PEERS, *_CELF_PEERS),
        effort=_FAIR,
    ),
    Case(
        "random_15k_62k",
        "arcs drawn uniformly, weighted cascade",
        networks.uniform_random(15_000, 62_000),
        _RIVALS,
        k=10,
        effort=_FAIR,
    ),
    _public(
        "nethept_wc_peers",
        _HEP,
        *_HEPT_WC,
        replace(
            _power_law(15_000, 62_000),
            name="power_law_15k_62k_peers",
            methods=_RIVALS,
            effort=replace(_FAIR, wall_limit=240.0),
        ),
        967.0,
    ),
)

# --- scaling: how cost grows --------------------------------------------------------------------------

_N, _M, _K = 100_000, 1_000_000, 50
_PATIENT = Effort(120.0, 240.0, repeat_seconds=15.0, memory_limit=12 * GIB, worlds=512)


def _scaled(axis: str, value: float, n: int = _N, m: int = _M, k: int = _K) -> Case:
    return Case(
        f"scaling_{axis}_{value}",
        "Chung–Lu power law, weighted cascade",
        networks.power_law(n, m),
        (f"ris_gap_{value}",) if axis == "gap" else ("ris",),
        k=k,
        # Arc by arc, a world of the largest networks takes a second.
        effort=_PATIENT if n < 1_000_000 else replace(_PATIENT, worlds=128),
        threads=int(value) if axis == "threads" else None,
        axis=axis,
        value=float(value),
    )


_SCALING = (
    *(_scaled("threads", threads) for threads in (1, 2, 4, 8, 16)),
    *(_scaled("k", k, k=k) for k in (5, 20, 50, 100, 200, 500)),
    *(_scaled("gap", gap) for gap in GAPS),
    *(_scaled("m", m, m=m) for m in (200_000, 500_000, 1_000_000, 2_000_000, 5_000_000)),
    *(_scaled("n", n, n, 10 * n) for n in (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)),
)

SUITES: dict[str, tuple[Case, ...]] = {
    "small": _SMALL,
    "networks": _NETWORKS,
    "peers": _PEERS,
    "scaling": _SCALING,
}
