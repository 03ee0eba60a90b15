"""Start of `tamiz up` until all its processes work."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measurement import Measurement
from benchmarks.service import Service

LIMIT_S = 3.0
TIMES = 3


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """Best of a few starts on an empty data directory, and one on a used one."""
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as folder:
        fresh = []
        for number in range(TIMES):
            service = Service(Path(folder) / str(number))
            fresh.append(service.start())
            stopped = service.stop()
        again = service.start()
        service.stop()
    text = f"{min(fresh):.1f} s, on a used directory {again:.1f} s; stopped in {stopped:.1f} s"
    return Measurement("startup", "start of `tamiz up` to ready", f"<= {LIMIT_S:g} s", text, min(fresh) / LIMIT_S)
