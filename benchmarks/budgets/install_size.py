"""Disk taken by the base install: every distribution that `requirements.txt` pins, as installed beside us, compiled files included."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.measurement import Measurement

LIMIT_MB = 800
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """Megabytes on disk, and the three largest."""
    pinned = _PINNED.findall((Path(__file__).resolve().parents[2] / "requirements.txt").read_text())
    sizes = {name: _size(name) for name in pinned}
    total = sum(sizes.values()) / 1e6
    largest = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:3])
    return Measurement(
        "install-size", "base install, no extras", f"<= {LIMIT_MB} MB", f"{total:.0f} MB of {len(sizes)} packages ({largest})", total / LIMIT_MB
    )


def _size(name: str) -> int:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # pinned for another platform
        return 0
    return sum(path.stat().st_size for path in (Path(str(file.locate())) for file in files) if path.is_file())
