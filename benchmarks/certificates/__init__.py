"""Repeated experiments: how often certificates are false, and how often intervals hold the truth."""

from benchmarks.common.registry import ONLY, Argument, Experiment

# Larger than the δ = 0.01 that plans have, so that a bound that is wrong too often would be seen.
DELTA = Argument("--delta", "allowed share of false certificates", type=float, default=0.1)

EXPERIMENTS = (
    Experiment(
        "certificate_experiment",
        "How often a certificate is false, and how often the 95 % interval holds the truth.",
        "benchmarks.certificates.certificate_experiment",
        ("certificate_experiment.csv",),
        (Argument("--runs", "plans per network and method", type=int, default=600), DELTA),
    ),
    Experiment(
        "ruled_certificates",
        "How often a certificate is false under budgets and rules.",
        "benchmarks.certificates.ruled_certificates",
        ("ruled_certificates.csv",),
        (Argument("--runs", "plans per case and method", type=int, default=300), DELTA),
    ),
    Experiment(
        "campaign_certificates",
        "How often a certificate is false where all parts of a campaign come together.",
        "benchmarks.certificates.campaign_certificates",
        ("campaign_certificates.csv",),
        (Argument("--runs", "plans per campaign and method", type=int, default=300), DELTA),
    ),
    Experiment(
        "interval_coverage",
        "How often the 95 % interval of an estimated reach holds the truth, rare events and all.",
        "benchmarks.certificates.interval_coverage",
        ("interval_coverage.csv",),
        (Argument("--runs", "runs per case, precision and rule", type=int, default=1_000), ONLY),
    ),
)
