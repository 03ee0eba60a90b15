"""`python -m training.calls.hearing SCRIPT... --into FILE`: English scripts spoken by espeak-ng and heard by pocketsphinx, turn by turn.

Each speaker of a call gets a voice, a pace and a pitch by lot, two calls of five a telephone's band, every call a level of noise. Scripts that FILE
holds already are passed over, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.stt.pocketsphinx import PocketSphinx
from adapters.stt.port import ChannelAudio
from training.calls.mishearing import Call, read_heard, read_scripts

RATE_HZ = 16_000
ACCENTS, OFTEN = ("en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029"), 3
"""The first `OFTEN` speak four times of five."""
TIMBRES = (
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "Annie",
    "belinda",
    "linda",
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "adam",
    "john",
    "paul",
    "rob",
    "Michael",
)
BAND_HZ = (250.0, 3600.0)
NOISES = (5.0, 30.0, 120.0)
"""Amplitudes, of 32768."""
BEFORE_S, AFTER_S = 0.3, 0.5

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Speaker:
    """A voice of espeak-ng, words a minute, pitch (0 to 99)."""

    voice: str
    speed: int
    pitch: int

    @classmethod
    def drawn(cls, lot: random.Random) -> Speaker:
        """Any of them."""
        accent = lot.choice(ACCENTS[:OFTEN] if lot.random() < 0.8 else ACCENTS)
        return cls(f"{accent}+{lot.choice(TIMBRES)}", lot.randint(145, 185), lot.randint(35, 65))

    def says(self, text: str) -> Samples:
        """At 16 kHz. Raises `CalledProcessError`."""
        command = ["espeak-ng", "-v", self.voice, "-s", str(self.speed), "-p", str(self.pitch), "--stdout", text]
        spoken = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a fixed program, and words of our own
        with wave.open(io.BytesIO(spoken.stdout)) as file:
            rate, pcm = file.getframerate(), file.readframes(1 << 30)
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float64)
        places = np.arange(len(samples) * RATE_HZ // rate) * rate / RATE_HZ
        found: Samples = np.interp(places, np.arange(len(samples)), samples)
        return found


def heard(call: Call, lot: random.Random, engine: PocketSphinx) -> list[tuple[str, str]]:
    """Who says what, as heard; turns of which nothing was heard left out."""
    speakers = {who: Speaker.drawn(lot) for who in "AC"}
    by_telephone, noise = lot.random() < 0.4, lot.choice(NOISES)
    drawn = np.random.default_rng(lot.getrandbits(32))
    found = []
    for who, text in call.turns:
        said = speakers[who].says(text)
        said = np.pad(in_band(said) if by_telephone else said, (int(BEFORE_S * RATE_HZ), int(AFTER_S * RATE_HZ)))
        pcm = np.clip(said + drawn.normal(0, noise, len(said)), -32768, 32767).astype("<i2").tobytes()
        told = engine.recognize(ChannelAudio(pcm=pcm, sample_rate_hz=RATE_HZ, channel=0, offset_s=0.0, language="en"))
        found += [(who, " ".join(word.text for word in segment.words)) for segment in told.segments if segment.words]
    return found


def in_band(samples: Samples) -> Samples:
    """Without what a telephone does not carry."""
    spectrum, places = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(places < BAND_HZ[0]) | (places > BAND_HZ[1])] = 0
    return np.fft.irfft(spectrum, len(samples))


def main(arguments: Sequence[str] | None = None) -> int:
    """A line of FILE for each script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args(arguments)
    engine = PocketSphinx(PocketSphinx.Options())
    known = read_heard(asked.into) if asked.into.exists() else {}
    for call in read_scripts(asked.scripts):
        if call.language == "en" and call.name not in known:
            turns = heard(call, random.Random(f"{asked.seed} {call.name}"), engine)
            with asked.into.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": call.name, "language": "en", "turns": turns}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
