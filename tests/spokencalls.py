"""Calls spoken by espeak-ng from scripts of our own: two channels, either way round, or one."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
import wave
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.testing.sound import RATE_HZ
from schemas.rows.call import UtteranceRow

SCRIPTS = Path(__file__).parent / "fixtures" / "calls" / "scripts.toml"
VOICES = {"en": {"A": "en-us+f2", "C": "en-us+m1"}, "es": {"A": "es+f2", "C": "es+m1"}}
GAP_S = 0.6
_SILENT = 100
"""Amplitude below which espeak-ng only pads: a turn begins and ends with sound."""
NOISE = 6.0
"""Amplitude of the line's noise, of 32768: about -75 dB."""


@dataclass(frozen=True)
class Script:
    """One call: who says what, in order; `A` is the agent, `C` the customer."""

    name: str
    language: str
    direction: str
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SpokenCall:
    """Samples of shape (channels, n) at 16 kHz, and when whose turns are, seconds."""

    samples: NDArray[np.int16]
    spans: tuple[tuple[str, float, float], ...]


def scripts() -> tuple[Script, ...]:
    """All of them, in the order of the file."""
    found = tomllib.loads(SCRIPTS.read_text(encoding="utf-8"))["call"]
    return tuple(Script(one["name"], one["language"], one["direction"], tuple((turn[0], turn[3:]) for turn in one["turns"])) for one in found)


def rows(script: Script, agent_channel: int = 0) -> tuple[UtteranceRow, ...]:
    """The script as a recogniser without errors would write it: channels, no roles."""
    return tuple(
        UtteranceRow(
            utterance_no=number,
            text=text,
            channel=agent_channel if who == "A" else 1 - agent_channel,
            language=script.language,
            confidence=1,
            adapter="script/1/given",
        )
        for number, (who, text) in enumerate(script.turns, start=1)
    )


def spoken(script: Script, agent_channel: int | None = 0) -> SpokenCall:
    """The script in two voices, each on its channel; both on one where `agent_channel` is None. Needs espeak-ng."""
    voices = [(who, _said(text, VOICES[script.language][who])) for who, text in script.turns]
    length = sum(len(voice) + round(GAP_S * RATE_HZ) for _, voice in voices) + RATE_HZ
    line = np.random.default_rng(7).normal(0, NOISE, (1 if agent_channel is None else 2, length))
    at = RATE_HZ // 2
    spans = []
    for who, voice in voices:
        channel = 0 if agent_channel is None else agent_channel if who == "A" else 1 - agent_channel
        line[channel, at : at + len(voice)] += voice
        spans.append((who, at / RATE_HZ, (at + len(voice)) / RATE_HZ))
        at += len(voice) + round(GAP_S * RATE_HZ)
    return SpokenCall(np.clip(line, -32768, 32767).astype(np.int16), tuple(spans))


def _said(text: str, voice: str) -> NDArray[np.float64]:
    program = shutil.which("espeak-ng")
    if program is None:
        raise RuntimeError("espeak-ng is missing; install the package of that name")
    said = subprocess.run([program, "-v", voice, "-s", "165", "--stdout", text], check=True, capture_output=True)
    with wave.open(BytesIO(said.stdout)) as file:
        rate = file.getframerate()
        # the stream states no length: what follows the header is the sound
        samples = np.frombuffer(file.readframes(len(said.stdout)), "<i2").astype(np.float64)
    heard = np.flatnonzero(np.abs(samples) > _SILENT)
    samples = samples[heard[0] : heard[-1] + 1]
    places = np.arange(0, len(samples), rate / RATE_HZ)
    return np.interp(places, np.arange(len(samples)), samples)
