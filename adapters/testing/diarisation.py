"""The contract of every diariser. Subclass `DiarisationContract` and give it a `diariser` fixture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.diarisation.port import RATE_HZ, Diariser, SharedChannel


def channel(seconds: float = 12.0, changes_s: tuple[float, ...] = (4.0, 8.0)) -> SharedChannel:
    """A hum that becomes noise and a hum again at `changes_s`: two sources nobody confuses, in pieces of a second."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hum = 0.2 * np.sin(2 * np.pi * 200 * times) * (1 + np.sin(2 * np.pi * 3 * times))
    noise = 0.2 * np.random.default_rng(1).normal(size=len(times))
    second = np.searchsorted(changes_s, times, side="right") % 2 == 1
    pcm = (np.where(second, noise, hum) * 20_000).astype("<i2").tobytes()
    return SharedChannel("hum-and-noise", seconds, lambda: (pcm[at : at + 2 * RATE_HZ] for at in range(0, len(pcm), 2 * RATE_HZ)))


class DiarisationDescription:
    """What holds for every diariser, `none` and `local` too."""

    def test_says_what_it_is(self, diariser: Diariser) -> None:
        """Name, version and model; options and capabilities are data."""
        assert diariser.name
        assert diariser.version
        assert diariser.model
        assert isinstance(diariser.options, BaseModel)
        assert isinstance(diariser.capabilities, Capabilities)

    def test_every_option_is_described(self, diariser: Diariser) -> None:
        """Each option says its unit and trade-off."""
        undescribed = [name for name, field in type(diariser.options).model_fields.items() if not field.description]
        assert not undescribed


class DiarisationContract(DiarisationDescription):
    """What holds for every diariser that listens."""

    def test_stretches_follow_each_other_within_the_audio(self, diariser: Diariser) -> None:
        """In order, without overlap; speakers are numbered by their first word."""
        assert "stretches" in diariser.capabilities.provides
        found = diariser.separate(channel(), 2)
        assert found
        assert all(0 <= one.start_s < one.end_s <= 12 for one in found)
        assert all(before.end_s <= after.start_s for before, after in pairwise(found))
        firsts = list(dict.fromkeys(one.speaker for one in found))
        assert firsts == list(range(1, len(firsts) + 1))

    def test_as_many_speakers_as_somebody_knows(self, diariser: Diariser) -> None:
        """Never more."""
        for known in (1, 2):
            assert len({one.speaker for one in diariser.separate(channel(), known)}) <= known

    def test_the_same_audio_gives_the_same_stretches(self, diariser: Diariser) -> None:
        """Whatever was heard before."""
        first = diariser.separate(channel(), 2)
        diariser.separate(channel(6.0, (2.0,)))
        assert diariser.separate(channel(), 2) == first

    def test_nobody_talks_where_nothing_sounds(self, diariser: Diariser) -> None:
        """Silence, and no audio at all."""
        assert not diariser.separate(SharedChannel("silence", 3.0, lambda: iter([bytes(96_000)])))
        assert not diariser.separate(SharedChannel("nothing", 0.0, lambda: iter(())))
