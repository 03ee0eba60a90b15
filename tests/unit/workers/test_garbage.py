from __future__ import annotations

import gc

import pytest

from workers.garbage import collection_put_off


def test_the_collector_works_again_whatever_happened() -> None:
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collection_put_off():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collection_put_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
