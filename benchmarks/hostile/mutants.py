"""Files of every readable format, cut short and scribbled over."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks import material

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

_INTERESTING = (0x00, 0x01, 0x7F, 0x80, 0xFF, 0x0A, 0x22, 0x2F, 0x3C, 0x5B, 0x7B)
"""Bytes that mean something to most parsers: zero, signs, quotes, brackets."""


def seeds(rng: random.Random) -> dict[str, bytes]:
    """One whole file of every format, by name. Pages and sounds are small, so that a thousand of their mutants can be read in minutes."""
    rows = [material.review(rng) for _ in range(8)]
    found = {
        "reviews/seed.json": material.reviews_json(rows),
        "reviews/seed.jsonl": material.reviews_jsonl(rows),
        "reviews/seed.csv": material.reviews_csv(rows),
        "documents/seed.txt": material.prose(rng, 30).encode(),
        "messages/seed.eml": material.mail(
            "Order", material.prose(rng, 6), [("a.txt", "text/plain", b"enclosed"), ("b.png", "image/png", _page("PNG"))]
        ),
        "brochures/seed.pdf": (SAMPLES / "brochures" / "moolane-week-48.pdf").read_bytes(),
        "documents/scan.pdf": material.scanned_pdf("Scanned 2.49"),
        "calls/seed.wav": material.tone(rng, 1.5, 2),
    }
    for name in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"):
        found[f"scans/seed.{name.lower()}"] = _page(name)
    for ending, container, codec in (("flac", "flac", "flac"), ("mp3", "mp3", "libmp3lame"), ("ogg", "ogg", "libvorbis"), ("m4a", "mp4", "aac")):
        encoded = _encoded(container, codec)
        if encoded:
            found[f"calls/seed.{ending}"] = encoded
    return found


def mutants(rng: random.Random, each: int) -> Iterator[tuple[str, bytes]]:
    """`each` mutants of every seed: a third cut short, the others scribbled over."""
    for name, whole in seeds(rng).items():
        stem, _, ending = name.rpartition(".")
        for number in range(each):
            mutate = _cut if number % 3 == 0 else _scribble
            yield f"{stem}-{mutate.__name__.strip('_')}-{number}.{ending}", mutate(rng, whole)


def _cut(rng: random.Random, whole: bytes) -> bytes:
    return whole[: rng.randint(1, len(whole) - 1)]


def _scribble(rng: random.Random, whole: bytes) -> bytes:
    """A few bytes changed, half of them near the front where the headers are; sometimes a stretch doubled, removed or zeroed."""
    content = bytearray(whole)
    for _ in range(rng.choice((1, 3, 10, 60))):
        at = rng.randrange(min(len(content), 256)) if rng.random() < 0.5 else rng.randrange(len(content))
        content[at] = rng.choice(_INTERESTING) if rng.random() < 0.5 else rng.randrange(256)
    start = rng.randrange(len(content))
    length = rng.randint(1, max(1, len(content) // 8))
    chance = rng.random()
    if chance < 0.1:
        content[start:start] = content[start : start + length]
    elif chance < 0.2:
        del content[start : start + length]
    elif chance < 0.3:
        content[start : start + length] = bytes(len(content[start : start + length]))
    return bytes(content)


def _page(image_format: str) -> bytes:
    return material.page_image("Natural yogurt 500 g\n2.49 EUR\nMountain butter\n1.99 EUR", (320, 420), image_format)


def _encoded(container: str, codec: str) -> bytes:
    """A second of a tone in another format; nothing where this build cannot write it."""
    import av
    import numpy as np

    samples = (12_000 * np.sin(np.arange(16_000) / 7)).astype("<i2").reshape(1, -1)
    out = io.BytesIO()
    try:
        with av.open(out, "w", format=container) as file:
            stream = file.add_stream(codec, rate=16_000)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = 16_000
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                file.mux(packet)
    except (av.FFmpegError, ValueError):
        return b""
    return out.getvalue()
