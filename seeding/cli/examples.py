"""One or two examples per command, shown at the end of its help."""

from __future__ import annotations

EXAMPLES = {
    "optimize": """\
examples:
  seeding optimize follows.csv --roster creators.csv --budget 250000 --out seeds.csv
      the best creators for 250,000, from a file of who influences whom
  seeding optimize follows.csv --direction follower_to_followed -k 10 --probability 0.05
      the best ten accounts of a 'follower, followed' file, everybody at the same price
  seeding optimize follows.csv --roster creators.csv --budget 250000 --require @anna \\
      --rule "SpendAtMost(30_000, platform='tiktok')"
      a plan that keeps rules""",
    "frontier": """\
example:
  seeding frontier follows.csv --roster creators.csv --budgets 10000,50000,250000 --plot curve.png
      what each of three budgets reaches, as a table and a picture""",
    "minimize": """\
example:
  seeding minimize follows.csv --roster creators.csv --target-reach 20000 --out seeds.csv
      the cheapest creators who together reach 20,000 people, with 90 % confidence""",
    "explain": """\
example:
  seeding explain autumn.plan --out why.csv
      what each seed of a plan saved with --save brings, and who just missed""",
    "what-if": """\
examples:
  seeding what-if autumn.plan --drop @anna
      what is left if she declines, all others staying
  seeding what-if autumn.plan --budget 300000
      what more money buys""",
    "report": """\
example:
  seeding report autumn.plan --title "Autumn campaign" --out autumn.html
      one file for the team and the client, which opens without a connection""",
    "replay": """\
example:
  seeding replay autumn.plan
      whether the same inputs and the same key still give the same plan""",
    "reach": """\
example:
  seeding reach follows.csv --seeds seeds.csv
      what the seeds of an earlier plan, or of your own list, are expected to reach""",
    "compare": """\
example:
  seeding compare follows.csv ours.csv agency.csv --roster creators.csv
      whether the agency's list reaches more than ours, and what each extra person costs""",
    "couple": """\
example:
  seeding couple --platform x=follows.csv --platform tiktok=tiktok.csv --persons persons.csv \\
      --crossing 0.1 --out market.npz
      one network of both, for 'seeding optimize market.npz'""",
    "virality": """\
example:
  seeding virality follows.csv --seeds seeds.csv --over 5000
      whether the campaign lives on by itself, and how likely it reaches more than 5,000""",
    "sensitivity": """\
example:
  seeding sensitivity x.plan --leave-out platform=tiktok
      what the plan hangs on: each input changed by itself, and TikTok left out""",
    "inspect": """\
example:
  seeding inspect follows.csv --roster creators.csv
      what was read from both files, and whether they fit together""",
    "warmup": """\
example:
  seeding warmup
      compile all kernels on all cores, once""",
    "demo": """\
example:
  seeding demo --budget 100000
      a plan for 100,000 on the invented market; the seeds go to seeds.csv""",
    "bench": """\
example:
  seeding bench --out results.csv
      about a minute or two of measurements on this machine, kept as a CSV""",
}
