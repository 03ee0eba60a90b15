"""Each recogniser as its own library is used, without a line of ours: `python -m benchmarks.bare_recognisers ENGINE FILE...` (internal).

Prints the text of each file, and what the process took. `--model` is the folder of a Whisper, `--language` its language.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

Hear = Callable[[Path], str]
RATE_HZ = 16_000
WINDOW_S = 30
"""Seconds that a Whisper hears at once."""


def pocketsphinx(model: Path | None, language: str) -> Hear:  # noqa: ARG001 - every engine has the same signature
    """The library's own segmenter, each of its segments an utterance, one decoder for all."""
    from pocketsphinx import Decoder, Segmenter

    decoder: Any = Decoder(samprate=RATE_HZ, loglevel="FATAL")

    def hear(path: Path) -> str:
        said = []
        for segment in Segmenter(sample_rate=RATE_HZ).segment(io.BytesIO(_pcm(path))):
            decoder.start_utt()
            decoder.process_raw(segment.pcm, full_utt=True)
            decoder.end_utt()
            said.append(found.hypstr if (found := decoder.hyp()) else "")
        return " ".join(said)

    return hear


def faster_whisper(model: Path | None, language: str) -> Hear:
    """`transcribe` of the whole file with its voice filter; one thread, 8-bit weights, as ours is set by default."""
    from faster_whisper import WhisperModel

    engine: Any = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def hear(path: Path) -> str:
        found, _ = engine.transcribe(str(path), language=language, vad_filter=True, word_timestamps=True, condition_on_previous_text=False)
        return " ".join(one.text for one in found)

    return hear


def transformers(model: Path | None, language: str) -> Hear:
    """The library's own decoding of long audio, window after window, one thread."""
    import numpy as np
    import torch
    from transformers import AutoFeatureExtractor, AutoTokenizer, WhisperForConditionalGeneration

    torch.set_num_threads(1)
    tokenizer: Any = AutoTokenizer.from_pretrained(model, local_files_only=True)
    extractor: Any = AutoFeatureExtractor.from_pretrained(model, local_files_only=True)
    engine: Any = WhisperForConditionalGeneration.from_pretrained(model, local_files_only=True)

    def hear(path: Path) -> str:
        samples = np.frombuffer(_pcm(path), "<i2").astype(np.float32) / 32768
        size = {"truncation": False, "padding": "longest"} if len(samples) > WINDOW_S * RATE_HZ else {}
        given = extractor(samples, sampling_rate=RATE_HZ, return_tensors="pt", return_attention_mask=True, **size)
        told = engine.generate(
            given.input_features, attention_mask=given.attention_mask, language=language, task="transcribe", return_timestamps=True
        )
        return re.sub(r"<\|[^|]*\|>", " ", tokenizer.decode(told[0], skip_special_tokens=True))

    return hear


ENGINES: dict[str, Callable[[Path | None, str], Hear]] = {
    "pocketsphinx": pocketsphinx,
    "faster-whisper": faster_whisper,
    "transformers": transformers,
}
"""By the names of our adapters."""


def _pcm(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def main() -> int:
    """Hear the files one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--language", default="en")
    asked = parser.parse_args()
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    hear = ENGINES[asked.engine](asked.model, asked.language)
    texts = [hear(path) for path in asked.files]
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"texts": texts, "processor_s": used.ru_utime + used.ru_stime, "peak_bytes": used.ru_maxrss * 1024}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
