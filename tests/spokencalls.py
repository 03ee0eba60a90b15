"""Calls from scripts of our own: spoken by espeak-ng on two channels, either way round, or on one; or written as transcripts.

`python -m tests.spokencalls DIR` writes the transcripts, with what a telephone system knows of each call, into a folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import wave
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.testing.sound import RATE_HZ
from schemas.rows.call import UtteranceRow

SCRIPTS = Path(__file__).parent / "fixtures" / "calls" / "scripts.toml"
MORE_SCRIPTS = SCRIPTS.with_name("more_scripts.toml")
"""Twelve calls that phrases and weights of roles were not fitted to; whoever fits to them writes others."""
TRADES = SCRIPTS.with_name("trades.toml")
"""38 calls of many trades, English and Spanish, with what happens in them."""
VOICES = {"en": {"A": "en-us+f2", "C": "en-us+m1"}, "es": {"A": "es+f2", "C": "es+m1"}}
GAP_S = 0.6
SECONDS_A_WORD = 0.35
FIRST_DAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
AGENTS = ("lucia", "marcus", "ines")
NAMES = ("Telquira", "Nordbank", "Ferrovia", "Brimmelhof", "Marisol")
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
    pauses: tuple[float, ...]
    """Seconds of silence before each turn."""


@dataclass(frozen=True)
class SpokenCall:
    """Samples of shape (channels, n) at 16 kHz, and when whose turns are, seconds."""

    samples: NDArray[np.int16]
    spans: tuple[tuple[str, float, float], ...]


def scripts(path: Path = SCRIPTS) -> tuple[Script, ...]:
    """All of them, in the order of the file."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))["call"]
    return tuple(Script(one["name"], one["language"], one["direction"], *_turns(one["turns"])) for one in found)


def _turns(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], tuple[float, ...]]:
    turns, pauses, pause = [], [], GAP_S
    for line in lines:
        if line[0] == "P":
            pause = float(line[3:])
            continue
        turns.append((line[0], line[3:]))
        pauses.append(pause)
        pause = GAP_S
    return tuple(turns), tuple(pauses)


def transcript(script: Script, place: int) -> dict[str, Any]:
    """The script as a telephone system would send it, with times at the pace of talk; `place` gives it agent, queue and day."""
    at, utterances = 0.0, []
    for (who, text), pause in zip(script.turns, script.pauses, strict=True):
        start, at = at + pause, at + pause + SECONDS_A_WORD * len(text.split())
        edges = [round(start + SECONDS_A_WORD * place, 2) for place in range(len(text.split()) + 1)]
        words = [{"text": word, "start_s": edges[place], "end_s": edges[place + 1]} for place, word in enumerate(text.split())]
        utterances.append({"speaker": who, "text": text, "start_s": round(start, 2), "end_s": round(at, 2), "words": words})
    started = FIRST_DAY + timedelta(days=place % 4, minutes=17 * place)
    return {
        "language": script.language,
        "agent_id": AGENTS[place % len(AGENTS)],
        "queue": script.language,
        "direction": script.direction,
        "started_at": started.isoformat(),
        "utterances": utterances,
    }


def write_transcripts(folder: Path) -> None:
    """One JSON file per script, each with the names its companies use beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, script in enumerate(scripts()):
        (folder / f"{script.name}.json.meta.json").write_text(json.dumps({"kind": "call", "vocabulary": list(NAMES)}), encoding="utf-8")
        (folder / f"{script.name}.json").write_text(json.dumps(transcript(script, place), ensure_ascii=False, indent=1), encoding="utf-8")


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
    pauses = [round(pause * RATE_HZ) for pause in script.pauses]
    length = sum(len(voice) for _, voice in voices) + sum(pauses) + RATE_HZ
    line = np.random.default_rng(7).normal(0, NOISE, (1 if agent_channel is None else 2, length))
    at = 0
    spans = []
    for (who, voice), pause in zip(voices, pauses, strict=True):
        at += pause
        channel = 0 if agent_channel is None else agent_channel if who == "A" else 1 - agent_channel
        line[channel, at : at + len(voice)] += voice
        spans.append((who, at / RATE_HZ, (at + len(voice)) / RATE_HZ))
        at += len(voice)
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


if __name__ == "__main__":
    write_transcripts(Path(sys.argv[1]))
