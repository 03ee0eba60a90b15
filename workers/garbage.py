"""The collector of cyclic garbage, put off while very many values are made that hold no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_put_off() -> Iterator[None]:
    """No cyclic collection inside; reference counting goes on. For work whose memory is bounded: one part of a file, one stored result.

    Every 700 new containers the collector walks over young ones, and over all of them time and again: a sixth of the time of a file of reviews.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
