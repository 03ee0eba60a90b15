"""`tamiz --help` beside a bare click program of two commands."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measurement import Measurement

LIMIT_S = 0.3
TIMES = 7
BARE = """import click
@click.group()
def app(): ...
@app.command()
def one(): ...
@app.command()
def two(): ...
app()
"""


def measure(pages: Path | None) -> Measurement:  # noqa: ARG001 - every budget has the same signature
    """Best of several starts of each, turn by turn."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bare.py"
        program.write_text(BARE)
        for _ in range(TIMES):
            ours.append(_seconds("-m", "handlers.cli.main", "--help"))
            bare.append(_seconds(str(program), "--help"))
    text = f"{min(ours):.2f} s; bare click {min(bare):.2f} s ({min(ours) / min(bare):.1f}x)"
    return Measurement("help", "`tamiz --help`", f"<= {LIMIT_S} s", text, min(ours) / LIMIT_S)


def _seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started
