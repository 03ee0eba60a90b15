from __future__ import annotations

from adapters.sandbox.spec import ChildLimits
from schemas.settings import Limits, Settings
from workers.consumer import child_limits


def test_a_child_may_write_one_unpacked_file_and_no_less_than_before() -> None:
    settings = Settings(limits=Limits(unpacked_bytes=1 << 30), child_memory_bytes=1 << 29)
    limits = child_limits(settings)
    assert limits.file_bytes > 1 << 30
    assert limits.disk_bytes > limits.file_bytes + ChildLimits().disk_bytes
    assert limits.resident_bytes == 1 << 29
    assert child_limits(Settings(limits=Limits(unpacked_bytes=1))).file_bytes == ChildLimits().file_bytes
