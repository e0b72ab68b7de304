"""Small wrong changes of the code, each of which a test must notice."""

from benchmarks.common.registry import Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "mutations",
        "Whether the tests notice each small wrong change that is listed beside.",
        "benchmarks.mutations.runner",
        ("mutations.csv",),
        (
            Argument("names", "a mutation, or an area; all if none", nargs="*", metavar="NAME"),
            Argument("--jobs", "how many at a time", type=int, default=1),
            Argument("--unchecked", "leave out the run without any change", action="store_true"),
        ),
    ),
)
