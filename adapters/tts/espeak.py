"""eSpeak NG: a small formant synthesiser of over a hundred languages, run as a program."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import wave
from functools import cached_property
from typing import ClassVar, Final

from pydantic import Field

from adapters.capabilities import Capabilities
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, LanguageUnsupported, ProgramMissing, TimedOut
from schemas.transcripts import SpokenAudio

PROGRAM: Final = "espeak-ng"
REMEDY: Final = "install it with your system's packages (Debian and Ubuntu: apt-get install espeak-ng)"

_VARIANT: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SERVED: Final = re.compile(r"\(([A-Za-z0-9-]+) (\d+)\)")


class EspeakVoice:
    """Speaks through `espeak-ng`; the program is looked for on first use. `version` is the adapter's; rows carry the program's."""

    name: ClassVar[str] = "espeak-ng"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(needs_program=True)

    class Options(Value):
        """How it speaks."""

        words_per_minute: int = Field(default=165, ge=80, le=450, description="words a minute; faster is shorter and harder to follow")
        pitch: int = Field(default=50, ge=0, le=99, description="0 to 99, the program's own scale; higher sounds younger")
        timeout_s: float = Field(default=60.0, gt=0, description="seconds one text may take; it speaks hundreds of times faster than real time")

    def __init__(self, options: Options) -> None:
        self.options = options

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """Mono PCM at the program's 22,050 Hz; `voice` is one of its languages, with a variant where one is wanted (`en-us+f3`).

        Raises `ProgramMissing`, `LanguageUnsupported` (a voice it does not have, too), `TimedOut` or `EngineOutputInvalid`.
        """
        chosen = self._voice(language) if voice is None else self._stated(voice)
        setting = ["-v", chosen, "-s", str(self.options.words_per_minute), "-p", str(self.options.pitch)]
        # The text goes in by standard input, so that none of it is taken for an option; `-b 1`: it is UTF-8.
        wav = self._run(["-b", "1", *setting, "--stdin", "--stdout"], text)
        try:
            with wave.open(io.BytesIO(wav)) as file:
                pcm, rate = file.readframes(len(wav)), file.getframerate()
        except (wave.Error, EOFError) as error:
            raise EngineOutputInvalid("espeak-ng did not answer with a WAV file") from error
        return SpokenAudio(pcm=pcm, sample_rate_hz=rate, adapter=f"{self.name}/{self._program_version}/{chosen}")

    def _voice(self, language: str) -> str:
        """The voice for a BCP 47 tag: of the region, else of the language."""
        tag = language.lower().replace("_", "-")
        for wanted in (tag, tag.partition("-")[0]):
            if wanted in self._voices:
                return self._voices[wanted]
        raise LanguageUnsupported(f"espeak-ng has no voice for {language!r}; `espeak-ng --voices` lists what it speaks")

    def _stated(self, voice: str) -> str:
        """The voice somebody names, and its variant."""
        name, plus, variant = voice.partition("+")
        if name.lower() not in self._voices or (plus and not _VARIANT.fullmatch(variant)):
            raise LanguageUnsupported(f"espeak-ng has no voice {voice!r}; `espeak-ng --voices` and `espeak-ng --voices=variant` list what it has")
        return f"{self._voices[name.lower()]}{plus}{variant}"

    @cached_property
    def _voices(self) -> dict[str, str]:
        """Voice by language, lower case. The listing's columns are priority, language, age/gender, name, file, then `(language priority)` for
        the more general ones it also serves: `en-gb` and `en-us` both serve `en`, the lower number first."""
        ranked: dict[str, tuple[int, str]] = {}
        for line in self._run(["--voices"]).decode("utf-8", "replace").splitlines()[1:]:
            columns = line.split()
            if len(columns) > 1:
                served = [(columns[1].lower(), 0), *((name.lower(), int(rank)) for name, rank in _SERVED.findall(line))]
                for language, rank in served:
                    ranked[language] = min(ranked.get(language, (rank, columns[1])), (rank, columns[1]))
        return {language: voice for language, (_, voice) in ranked.items()}

    @cached_property
    def _program_version(self) -> str:
        """From `eSpeak NG text-to-speech: 1.51  Data at: ...`."""
        words = self._run(["--version"]).decode("utf-8", "replace").split()
        return next((word for word in words if word[0].isdigit()), "unknown")

    def _run(self, arguments: list[str], text: str = "") -> bytes:
        program = shutil.which(PROGRAM)
        if program is None:
            raise ProgramMissing(f"{PROGRAM} is not installed; {REMEDY}")
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, the text on standard input
                [program, *arguments], input=text.encode(), capture_output=True, timeout=self.options.timeout_s, check=True
            )
        except subprocess.TimeoutExpired as error:
            raise TimedOut(f"espeak-ng did not finish within {self.options.timeout_s:.0f} s; speak a shorter text") from error
        except subprocess.CalledProcessError as error:
            raise EngineOutputInvalid(f"espeak-ng ended with status {error.returncode}") from error
        return done.stdout
