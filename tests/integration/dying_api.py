"""An API process that is killed between the bucket and the ledger: `python -m tests.integration.dying_api DATA`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from handlers.http.server import serve
from schemas.settings import Settings
from workers.container import Container
from workers.intake import Intake


def die(*_: object) -> NoReturn:
    """What a power cut looks like."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


if __name__ == "__main__":
    Intake.observe_key = die  # type: ignore[method-assign]
    serve(Container(Settings(data=Path(sys.argv[1]), port=0)))
