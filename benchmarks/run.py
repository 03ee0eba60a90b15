"""`python -m benchmarks.run`: every budget that applies, side by side in one run; the page is `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.measurement import Measurement, machine, say, write
from benchmarks.service import commit, end_on_sigterm

BUDGETS = (
    "install-size",
    "startup",
    "help",
    "text-layer",
    "straightening",
    "review-latency",
    "review-throughput",
    "live-latency",
    "event-burst",
    "ocr-overhead",
    "two-workers",
    "long-brochure",
    "memory",
)
"""In order of how long they take; each is a module of `benchmarks.budgets` with a function `measure(pages)`."""


def main() -> int:
    """0 when every measured budget is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--only", action="append", choices=BUDGETS, help="measure this one; may be repeated")
    parser.add_argument("--pages", type=Path, help="folder of brochure page images to read instead of drawn ones")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    end_on_sigterm()
    logging.getLogger("tamiz").setLevel(logging.ERROR)
    about, done = machine(), list[Measurement]()
    for name in options.only or BUDGETS:
        say(f"{name} ...")
        one: Measurement = import_module(f"benchmarks.budgets.{name.replace('-', '_')}").measure(options.pages)
        done.append(one)
        say(f"  {one.measured} (budget {one.budget}): {'kept' if one.kept else 'BROKEN'}, ratio {one.ratio:.2f}")
        if not options.no_page:
            write([one], about, commit())
    print(json.dumps([vars(one) for one in done], indent=2))
    return 0 if all(one.kept for one in done) else 1


if __name__ == "__main__":
    sys.exit(main())
