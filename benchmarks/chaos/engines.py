"""The engines of a chaos run: null ones, and a language engine that misbehaves where a text asks for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[2] / "adapters" / "testing" / "plugin"
CHOSEN = {"ocr": "null", "stt": "null", "nlp": "misbehaving", "vision": "none", "tts": "none"}
PATIENCE = {"TAMIZ_MAX_ATTEMPTS": "1000", "TAMIZ_OPTIONS__LEDGER__SQLITE__BACKOFF_CAP_S": "5", "TAMIZ_OPTIONS__LEDGER__POSTGRES__BACKOFF_CAP_S": "5"}
"""A fault that heals heals once per parser child here, and children are killed all the time: as many attempts as it takes, and shorter waits."""

PLUGINS = ("ocr:null", "stt:null", "nlp:misbehaving", "nlp:null")


def environment() -> dict[str, str]:
    """For the processes of a deployment."""
    return {
        "PYTHONPATH": str(PLUGIN),
        **PATIENCE,
        "TAMIZ_PLUGINS": json.dumps(PLUGINS),
        **{f"TAMIZ_{family.upper()}": name for family, name in CHOSEN.items()},
    }


def allow_here() -> None:
    """For this process, where the oracle lives."""
    if str(PLUGIN) not in sys.path:
        sys.path.append(str(PLUGIN))
