#!/usr/bin/env python3
"""Runs the own tests of `chain` and `observe` against a seeded sample of their mutants, with cargo-mutants.

ci/mutants.py [NUMBER [SEED]]      200 mutants and seed 1 unless said; results in target/mutants/mutants.out
"""

import json
import random
import re
import subprocess
import sys

number, seed = (int(x) for x in (sys.argv[1:] + ["200", "1"][len(sys.argv) - 1:]))
packages = ["-p", "hashquake-chain", "-p", "hashquake-observe"]
listed = subprocess.run(["cargo", "mutants", "--list", "--json", *packages], capture_output=True, check=True)
names = sorted(mutant["name"] for mutant in json.loads(listed.stdout))
sample = sorted(random.Random(seed).sample(names, min(number, len(names))))
print(f"{len(sample)} of {len(names)} mutants, seed {seed}", flush=True)
chosen = [arg for name in sample for arg in ("--re", f"^{re.escape(name)}$")]
sys.exit(subprocess.run([
    "cargo", "mutants", *packages, *chosen, "--no-shuffle", "--timeout", "120",
    "--output", "target/mutants", "--", "--tests",
]).returncode)
