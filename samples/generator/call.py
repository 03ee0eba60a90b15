"""A two-channel call about a late delivery: agent left, customer right, synthesised by espeak-ng.

Bytes are the same for the same espeak-ng (1.51 when the committed file was made) and PyAV; another espeak-ng speaks a little differently.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import wave
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second: what speech recognisers are trained on, and what a wide-band telephone line gives."""

SEED = 20261119
AGENT, CUSTOMER = 0, 1
VOICES = {AGENT: ("en-us+f2", 172, 52), CUSTOMER: ("en-us+m1", 168, 42)}
"""Channel to voice, words a minute and pitch (0 to 99), as espeak-ng counts them: of 13 voices the two the default recogniser follows best."""


@dataclass(frozen=True)
class Turn:
    """One turn. `gap` is the pause before it in seconds; below zero it starts while the other still speaks."""

    channel: int
    gap: float
    text: str


DIALOGUE = (
    Turn(AGENT, 0.4, "Good morning, Moolane customer care, this is Nora. How can I help you?"),
    Turn(CUSTOMER, 0.6, "Hello. My milk and yogurt order was due yesterday at ten, and it has still not arrived. Where is it?"),
    Turn(AGENT, 0.7, "I am sorry about that. Could you give me the order number, please?"),
    Turn(CUSTOMER, 0.5, "Yes. It is four, seven, one, nine, two."),
    Turn(AGENT, 1.1, "Thank you. I can see that the delivery van broke down last night, so we had to move your order to the next free"),
    Turn(CUSTOMER, -0.9, "But nobody called me! Why did nobody tell me?"),
    Turn(AGENT, 0.5, "You are right, we should have called you. I can send it today, between four and six. Would that work for you?"),
    Turn(CUSTOMER, 0.6, "Yes, today is fine. Will I get the delivery fee back?"),
    Turn(AGENT, 0.5, "Of course. I will refund the four euros and ninety cents now. Is there anything else I can do for you?"),
    Turn(CUSTOMER, 0.4, "No, that is all. Thank you for your help."),
    Turn(AGENT, 0.4, "Thank you for your patience. Goodbye."),
)

META: dict[str, str | int] = {
    "kind": "call",
    "agent_id": "agent-017",
    "customer_id": "customer-5204",
    "agent_channel": 0,
    "queue": "deliveries",
    "direction": "inbound",
    "started_at": "2026-11-19T09:41:07Z",
    "language": "en-US",
}


def meta_json() -> bytes:
    """The sidecar: what the recording itself does not say."""
    return (json.dumps(META, indent=2) + "\n").encode()


def call_wav() -> bytes:
    """The call as 16-bit PCM. Raises RuntimeError naming the remedy when espeak-ng is missing."""
    voices = [_spoken(turn) for turn in DIALOGUE]
    starts = turn_starts([len(voice) / RATE for voice in voices])
    total = int((max(start + len(voice) / RATE for start, voice in zip(starts, voices, strict=True)) + 0.6) * RATE)
    line = np.random.default_rng(SEED).normal(0, 6, (total, 2))
    for turn, start, voice in zip(DIALOGUE, starts, voices, strict=True):
        first = round(start * RATE)
        line[first : first + len(voice), turn.channel] += voice
    return _wav(np.clip(line, -32768, 32767).astype("<i2"))


def turn_starts(durations: list[float]) -> list[float]:
    """Seconds at which each turn of `DIALOGUE` begins, given how long each lasts."""
    starts, end = [], 0.0
    for turn, duration in zip(DIALOGUE, durations, strict=True):
        starts.append(end + turn.gap)
        end = starts[-1] + duration
    return starts


def _spoken(turn: Turn) -> NDArray[np.float64]:
    """The turn as samples at `RATE`, peak at 45% of full scale, without the silence espeak-ng puts around it."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise RuntimeError("espeak-ng speaks the sample call and is not installed: apt-get install espeak-ng")
    voice, speed, pitch = VOICES[turn.channel]
    command = [program, "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", turn.text]
    spoken = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout  # noqa: S603 - our own texts, no shell
    samples = _resampled(spoken)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    samples = samples[loud[0] : loud[-1] + 1]
    return np.asarray(samples * (0.45 * 32767 / np.abs(samples).max()), dtype=np.float64)


def _resampled(wav: bytes) -> NDArray[np.float64]:
    """Mono samples of a WAV file at `RATE`."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(BytesIO(wav), "r") as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float64)


def _wav(samples: NDArray[np.int16]) -> bytes:
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()
