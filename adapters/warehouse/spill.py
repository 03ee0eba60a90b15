"""Where a load that does not fit into memory spills to: a folder per process, so that what a killed one left can be told and removed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PREFIX = ".spill-"


def spill_folder(parent: Path) -> Path:
    """This process's folder under `parent`, which DuckDB makes when it needs it; folders of processes that are gone are removed."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX)
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return parent / f"{PREFIX}{os.getpid()}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
