"""`python -m benchmarks.chaos`: one run under random kills, then messages lost in the broker; a JSON summary, exit 1 on any violation."""

from __future__ import annotations

import argparse
import json
import logging
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.chaos import engines
from benchmarks.chaos.lost import lose_messages
from benchmarks.chaos.run import Pace, torment
from benchmarks.chaos.stores import Stores
from benchmarks.service import commit, end_on_sigterm


def main() -> int:
    """Both phases; 0 when nothing was violated."""
    options = _options()
    end_on_sigterm()
    logging.getLogger("tamiz").setLevel(logging.ERROR)
    engines.allow_here()
    folder = Path(tempfile.mkdtemp(prefix="tamiz-chaos-"))
    started = time.monotonic()
    summary: dict[str, Any] = {"seed": options.seed, "commit": commit()}
    _say(f"seed {options.seed}, commit {summary['commit']}, working in {folder}")
    try:
        if options.documents:
            summary["kills_under_load"] = torment(
                folder / "load",
                Stores(options.redis, options.postgres),
                options.seed,
                options.documents,
                Pace(options.rate, options.seconds_between_kills),
            )
        if options.lost:
            summary["lost_messages"] = lose_messages(folder / "lost", options.seed, options.lost)
    finally:
        if options.keep:
            _say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    summary["violations"] = [fault for phase in summary.values() if isinstance(phase, dict) for fault in phase["violations"]]
    summary["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(summary, indent=2))
    return 1 if summary["violations"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--documents", type=int, default=2000, help="documents of the first phase; 0 leaves it out")
    parser.add_argument("--seconds-between-kills", type=float, default=2.0, help="mean of the exponential intervals")
    parser.add_argument("--rate", type=float, default=15.0, help="documents a second that are sent")
    parser.add_argument("--lost", type=int, default=200, help="messages lost in the second phase; 0 leaves it out")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="the same seed plans the same documents and kills")
    parser.add_argument("--redis", default="", help="URL of a Redis to use, and flush, as the broker of the first phase")
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database to use as ledger and warehouse of the first phase")
    parser.add_argument("--keep", action="store_true", help="keep the data directories, to look into")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
