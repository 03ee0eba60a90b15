"""Where a load that does not fit into memory spills to: a folder per process, so that what a killed one left can be told and removed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from adapters.processes import runs

PREFIX = ".spill-"


def spill_folder(parent: Path) -> Path:
    """This process's folder under `parent`, which DuckDB makes when it needs it; folders of processes that are gone are removed."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX)
        if owner.isdigit() and not runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return parent / f"{PREFIX}{os.getpid()}"
