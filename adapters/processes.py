"""Whether a process of this machine still runs: what one that was killed left behind is known by its process id."""

from __future__ import annotations

import os


def runs(pid: int) -> bool:
    """Whether a process `pid` exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
