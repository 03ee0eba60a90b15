"""Whisper through faster-whisper (CTranslate2): several times the speed of torch on the same processor, no torch to install."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from adapters.stt.invented import Doubt, Figures, invented
from adapters.stt.joining import Heard, spread
from adapters.stt.port import ChannelAudio
from adapters.stt.whisper import RATE_HZ, Whisper
from adapters.stt.whisper_models import Form
from schemas.errors import EngineOutputInvalid, MemoryLimit, ModelDamaged, SettingsInvalid, TamizError

_RUNTIME_BYTES = 350 << 20
"""CTranslate2, onnxruntime and the activations of one window with five beams, beyond the weights: 310 MB measured with a model of `small`'s shape."""

_WIDENED = 4
"""Memory by size of the file where 16-bit weights become 32 bits: while they are loaded both are there (4.4 measured, runtime included)."""

_HEARABLE_S = 0.1
"""Less audio than this holds no word."""


class FasterWhisperOptions(Doubt):
    """Which model, and how it listens."""

    model: str = Field(
        default="auto", min_length=1, description="`auto` (the largest fetched), a size such as `small`, an id of the hub, an absolute path"
    )
    models: Path | None = Field(default=None, description="folder of fetched models (`<models>/hub/...`); None: only absolute paths are found")
    device: Literal["cpu", "cuda", "auto"] = Field(default="cpu", description="`auto` takes a CUDA device where CTranslate2 sees one")
    compute_type: Literal["default", "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"] = (
        Field(default="int8", description="number format; int8 takes the least memory and time on a processor, `default` keeps the file's")
    )
    threads: int = Field(default=1, ge=1, le=256, description="threads of one engine; workers are processes, so 1 serves many calls best")
    beam_size: int = Field(default=5, ge=1, le=20, description="readings followed at once; 1 is about twice as fast and errs a little more")
    batch_size: int = Field(default=1, ge=1, le=64, description="windows decoded together; above 1 is faster on long stretches and takes memory")
    temperatures: tuple[float, ...] = Field(
        default=(0.0,),
        min_length=1,
        max_length=6,
        description="0 to 1, tried in turn when a text looks invented; above 0 answers vary from call to call",
    )
    vad: bool = Field(default=True, description="cut silence out before listening, by silero's detector in the package; without it more is invented")
    vad_threshold: float = Field(default=0.5, gt=0, lt=1, description="probability from which a moment is speech; lower hears quiet voices and noise")
    pad_s: float = Field(default=0.2, ge=0, le=2, description="seconds kept around speech; less may cut soft consonants")
    pause_s: float = Field(default=0.5, ge=0.1, le=5, description="seconds of silence that end a turn; shorter splits sentences")
    context: bool = Field(default=False, description="give each window the text before it; steadier names, but one invention brings others")
    prompt: str = Field(default="", max_length=800, description="words before the first window, such as a greeting in the style wanted")


class FasterWhisper(Whisper[FasterWhisperOptions]):
    """Whisper models converted for CTranslate2. The same audio gives the same words where `temperatures` is 0 alone."""

    Options = FasterWhisperOptions
    name: ClassVar[str] = "faster-whisper"
    version: ClassVar[str] = installed_version("faster-whisper")
    form: ClassVar[Form] = "ctranslate2"

    def _label(self, folder: Path) -> str:
        return f"{super()._label(folder)}-{self.options.compute_type}"

    def _resident_bytes(self, folder: Path) -> int:
        wide = self.options.compute_type in {"float32", "int16", "default"}  # conversions are stored in 16 bits, which a processor widens
        return (folder / "model.bin").stat().st_size * (_WIDENED if wide else 1) + _RUNTIME_BYTES

    def _heard(self, audio: ChannelAudio, language: str | None) -> tuple[str | None, Iterable[Heard]]:
        if len(audio.pcm) < _HEARABLE_S * RATE_HZ * 2:
            return language, ()
        told, found = self._transcribed(audio, language)
        return told, self._words(found)

    def _transcribed(self, audio: ChannelAudio, language: str | None) -> tuple[str | None, tuple[Any, ...]]:
        """The language and Whisper's own segments."""
        import numpy as np

        engine, options = self._engine, self.options
        samples = np.frombuffer(audio.pcm, "<i2").astype(np.float32) / 32768
        wanted: dict[str, Any] = {
            "language": language if engine.model.is_multilingual else "en",
            "beam_size": options.beam_size,
            "temperature": list(options.temperatures),
            "no_speech_threshold": options.max_no_speech,
            "log_prob_threshold": options.min_log_probability,
            "compression_ratio_threshold": options.max_compression,
            "word_timestamps": True,
            "condition_on_previous_text": options.context,
            "initial_prompt": options.prompt or None,
            "hotwords": ", ".join(audio.vocabulary) or None,
            "vad_filter": options.vad,
            "vad_parameters": {"threshold": options.vad_threshold, "speech_pad_ms": round(options.pad_s * 1000)} if options.vad else None,
        }
        try:
            if options.batch_size > 1 and options.vad:
                from faster_whisper import BatchedInferencePipeline

                found, info = BatchedInferencePipeline(engine).transcribe(samples, batch_size=options.batch_size, without_timestamps=False, **wanted)
            else:
                found, info = engine.transcribe(samples, **wanted)
            nothing = language is None and info.duration_after_vad == 0
            return None if nothing else info.language, tuple(found)
        except MemoryError as error:
            raise MemoryLimit("a window does not fit into memory; take a smaller model or raise TAMIZ_CHILD_MEMORY_BYTES") from error
        except (RuntimeError, ValueError, IndexError, KeyError) as error:
            raise _translated(error, f"faster-whisper failed on the audio ({type(error).__name__}); try another model or version") from error

    def _words(self, heard: Iterable[Any]) -> Iterable[Heard]:
        """Words of what somebody said, with their probabilities."""
        for one in heard:
            if invented(one.text, Figures(one.no_speech_prob, one.avg_logprob), self.options):
                continue
            if not one.words:
                yield from spread(one.text, one.start, one.end, math.exp(min(0.0, one.avg_logprob)))
                continue
            for word in one.words:
                yield Heard(word.word, float(word.start), float(word.end), float(word.probability))

    @cached_property
    def _engine(self) -> Any:
        """The loaded model. Its tokenizer must be there: the library would fetch one otherwise."""
        folder = self._folder()
        if not (folder / "tokenizer.json").is_file():
            raise ModelDamaged(f"the model in {folder} has no tokenizer.json; fetch the model again")
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(
                str(folder),
                device=self.options.device,
                compute_type=self.options.compute_type,
                cpu_threads=self.options.threads,
                num_workers=1,
                local_files_only=True,
            )
        except MemoryError as error:
            raise MemoryLimit(f"the model in {folder} does not fit into memory; take a smaller or raise TAMIZ_CHILD_MEMORY_BYTES") from error
        except Exception as error:  # tokenizers raises bare Exceptions for a damaged file
            raise _translated(error, f"the model in {folder} cannot be loaded ({type(error).__name__}); fetch the model again") from error


def _translated(error: Exception, otherwise: str) -> TamizError:
    """CTranslate2 speaks in RuntimeError and ValueError; its sentences tell devices and formats from damage."""
    said = str(error)
    if "CUDA" in said or "cuda" in said:
        return SettingsInvalid("device=cuda, and CTranslate2 cannot use a CUDA device in this process; set device to auto or cpu, or mend the driver")
    if "compute type" in said:
        return SettingsInvalid(f"compute_type: {said[:200]}; set it to default")
    return ModelDamaged(otherwise) if "fetch the model" in otherwise else EngineOutputInvalid(otherwise)
