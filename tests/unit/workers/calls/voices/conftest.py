"""Made-up sounds of a telephone line: voices by source and filter (Klatt 1980, cut to the bone), tones, music."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ
from workers.calls.voices.features import Extractor

VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410), (440, 1020, 2240))
"""Formants of men's vowels, Hz (Peterson and Barney 1952)."""


def resonant(samples, hertz, width=90.0):
    """Through one resonance, by its spectrum."""
    at = np.exp(2j * np.pi * np.fft.rfftfreq(len(samples), 1 / RATE_HZ) / RATE_HZ)
    pole = np.exp(-np.pi * width / RATE_HZ + 2j * np.pi * hertz / RATE_HZ)
    return np.fft.irfft(np.fft.rfft(samples) / ((1 - pole / at) * (1 - pole.conj() / at)), len(samples))


def syllable(draw, pitch_hz, tract):
    """A consonant's noise and a vowel, 0.15 to 0.3 s; `tract` stretches the formants."""
    length = int(draw.uniform(0.1, 0.22) * RATE_HZ)
    phase = np.cumsum(pitch_hz * np.exp(draw.normal(0, 0.05)) * np.linspace(1.03, 0.97, length)) / RATE_HZ
    vowel = np.diff(np.floor(phase), prepend=0.0)
    for formant in VOWELS[draw.integers(len(VOWELS))]:
        vowel = resonant(vowel, formant * tract * np.exp(draw.normal(0, 0.03)))
    consonant = resonant(draw.normal(0, 1, int(draw.uniform(0.04, 0.08) * RATE_HZ)), 3000 * tract, 800)
    parts = (0.15 * consonant / np.abs(consonant).max(), vowel / np.abs(vowel).max() * np.hanning(length) ** 0.3)
    return np.concatenate([*parts, np.zeros(int(draw.uniform(0, 0.06) * RATE_HZ))])


def voice(seconds, pitch_hz=110.0, tract=1.0, seed=0):
    """Syllable after syllable, -20 dB or so."""
    draw = np.random.default_rng(seed)
    found = np.zeros(0)
    while len(found) < seconds * RATE_HZ:
        found = np.concatenate([found, syllable(draw, pitch_hz, tract)])
    return found[: round(seconds * RATE_HZ)] * 5000


def tones(seconds, *hertz):
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 4000 * sum(np.sin(2 * np.pi * one * at) for one in hertz)


def music(seconds, seed=0):
    """Three-part chords of several harmonics, a new one every half second, each ringing on into the next."""
    draw = np.random.default_rng(seed)
    found = np.zeros(round((seconds + 2) * RATE_HZ))
    for start in np.arange(0, seconds, 0.5):
        length = round(1.5 * RATE_HZ)
        at = np.arange(length) / RATE_HZ
        chord = sum(np.sin(2 * np.pi * 220 * 2 ** (note / 12) * part * at) / part for note in draw.integers(0, 24, 3) for part in (1, 2, 3, 4))
        first = round(start * RATE_HZ)
        found[first : first + length] += 1200 * chord * np.exp(-1.5 * at)
    return found[: round(seconds * RATE_HZ)]


def melody(seconds, parts, fades, step, voices=1, rests=0.0, drum=0.0, seed=0):
    """Notes of C major every `step` seconds with the given harmonics; they ring on where they fade (1/s), end at the next where they do not."""
    draw = np.random.default_rng(seed)
    found = np.zeros(round((seconds + 3) * RATE_HZ))
    for start in np.arange(0, seconds, step):
        at = np.arange(round((2 * step if fades else step) * RATE_HZ)) / RATE_HZ
        for note in draw.choice((0, 2, 4, 5, 7, 9, 11, 12), voices):
            if draw.random() >= rests:
                tone = sum(loud * np.sin(2 * np.pi * 262 * 2 ** (note / 12) * (part + 1) * at) for part, loud in enumerate(parts))
                found[round(start * RATE_HZ) :][: len(at)] += 2500 * tone * np.exp(-fades * at)
        hit = draw.normal(0, 1, 2000) * np.exp(-np.arange(2000) / 400)
        found[round(start * RATE_HZ) :][:2000] += drum * hit
    return found[: round(seconds * RATE_HZ)]


def rattle(seconds, seed=0):
    """Wood on wood: every 60 ms another pitch, -40 dB or so."""
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(round(seconds / 0.06)):
        beats = np.arange(round(0.06 * RATE_HZ)) * draw.uniform(80, 380) / RATE_HZ
        found.append(resonant(np.diff(np.floor(beats), prepend=0.0), draw.uniform(400, 2000), 200))
    whole = np.concatenate(found)
    return 260 * whole / np.abs(whole).max()


def crowd(seconds, seed=0):
    """Eight who talk in words of about a second with pauses in between, each at -45 dB or so; never all silent for long."""
    draw = np.random.default_rng(seed)
    whole = silence(seconds)
    for _ in range(8):
        at = draw.uniform(0, 0.5)
        while at < seconds - 2:
            said = voice(draw.uniform(0.6, 1.4), draw.uniform(90, 230), draw.uniform(0.9, 1.2), seed=int(draw.integers(1000)))
            first = round(at * RATE_HZ)
            whole[first : first + len(said)] += 0.05 * said
            at += len(said) / RATE_HZ + draw.uniform(0.1, 0.5)
    return whole


def silence(seconds):
    return np.zeros(round(seconds * RATE_HZ))


def on_a_line(*pieces, noise=20.0, seed=9):
    """The pieces one after the other, with the line's noise, as int16."""
    whole = np.concatenate(pieces)
    return np.clip(whole + np.random.default_rng(seed).normal(0, noise, len(whole)), -32768, 32767).astype(np.int16)


def features_of(samples, block=RATE_HZ, first=0):
    """Of one channel, read in blocks."""
    extractor = Extractor([0])
    for start in range(0, len(samples), block):
        extractor.take(Block(first + start, samples[None, start : start + block]))
    return extractor.features()[0]


@pytest.fixture(scope="session")
def conversation():
    """Six turns of four seconds of two voices in turn, half a second apart; samples."""
    turns = [voice(4, 105, 1.0, number) if number % 2 == 0 else voice(4, 190, 1.18, number) for number in range(6)]
    return on_a_line(silence(0.5), *(piece for turn in turns for piece in (turn, silence(0.8))))
