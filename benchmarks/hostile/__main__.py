"""`python -m benchmarks.hostile`: a JSON summary on standard output, exit 1 on any violation."""

from __future__ import annotations

import argparse
import json
import logging
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.hostile.run import Attack, attack, summary
from benchmarks.service import commit, end_on_sigterm


def main() -> int:
    """0 when nothing was violated."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--mutants", type=int, default=12, help="mutants of each of the seeds")
    parser.add_argument("--also", type=Path, help="a folder of more files")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=25.0, help="longest wait for everything to end")
    parser.add_argument("--keep", action="store_true", help="keep the data directory, to look into")
    options = parser.parse_args()
    end_on_sigterm()
    logging.getLogger("tamiz").setLevel(logging.ERROR)
    root = Path(tempfile.mkdtemp(prefix="tamiz-hostile-"))
    print(f"seed {options.seed}, commit {commit()}, working in {root}", file=sys.stderr, flush=True)
    try:
        found = attack(root, Attack(options.seed, options.mutants, options.also, options.minutes))
    finally:
        if not options.keep:
            shutil.rmtree(root, ignore_errors=True)
    print(json.dumps({"seed": options.seed, "commit": commit(), **summary(found)}, indent=2))
    return 1 if found.violations else 0


if __name__ == "__main__":
    sys.exit(main())
