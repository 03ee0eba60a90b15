"""Turns are about lock files, so they are tested on real ones."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from adapters.warehouse.turns import Turns
from schemas.errors import WarehouseBusy


@pytest.fixture
def turns(tmp_path):
    return Turns(tmp_path / "run")


def test_readers_share(turns):
    with turns.reading(0), turns.reading(0):
        pass


def test_a_loader_is_alone(turns):
    with turns.writing(0):
        with pytest.raises(WarehouseBusy), turns.reading(0):
            pass
        with pytest.raises(WarehouseBusy), turns.writing(0):
            pass
    with turns.writing(0):
        pass


def test_a_loader_waits_for_the_readers_inside(turns):
    with turns.reading(0), pytest.raises(WarehouseBusy), turns.writing(0):
        pass


def test_a_waiting_loader_goes_before_readers_that_come_later(turns):
    inside, loaded = threading.Event(), threading.Event()
    order = []

    def load():
        with turns.writing(30):
            order.append("loader")
            loaded.set()

    def read():
        with turns.reading(30):
            order.append("reader")

    with ExitStack() as first:
        first.enter_context(turns.reading(0))
        loader = threading.Thread(target=load)
        loader.start()
        while not inside.is_set():  # the loader keeps the door: a reader that may not wait is turned away
            try:
                with turns.reading(0):
                    pass
            except WarehouseBusy:
                inside.set()
        reader = threading.Thread(target=read)
        reader.start()
        assert order == []
    loader.join(30)
    reader.join(30)
    assert loaded.is_set()
    assert order == ["loader", "reader"]


def test_a_turn_is_given_back_when_it_ends_in_an_error(turns):
    with pytest.raises(KeyError), turns.writing(0):
        raise KeyError("x")
    with turns.writing(0):
        pass
