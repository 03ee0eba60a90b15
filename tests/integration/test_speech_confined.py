"""Whisper inside a confined child: its model, its detector's and its threads are in reach, and the network is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from tests import tinyspeech


@pytest.mark.parametrize("name", ["faster-whisper", "transformers"])
def test_a_recogniser_listens_in_a_confined_child(name: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    models = tinyspeech.shared(tmp_path_factory.getbasetemp())
    limits = ChildLimits(resident_bytes=1536 << 20, recycle_above_bytes=1536 << 20)
    options = {"name": name, "options": {"models": str(models)}}
    spec = ChildSpec(entry="tests.integration.sandbox_entries:listening", options=options, read_paths=(models,), limits=limits)
    pool = ChildPool(spec, tmp_path, 1)
    try:
        with pool.lease() as child:
            heard = child.call("listen", {})
    finally:
        pool.close()
    assert heard["words"][:3] == ["thank", "you", "for"]
