"""Whisper models: their names, where they lie, and the act that fetches one. Licences as the cards state them: OpenAI's weights for transformers
Apache-2.0, the conversions for CTranslate2 by Systran (faster-whisper) MIT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from adapters import hub
from adapters.pulling import WHISPER_FILES, Progress, Pulled, pull
from schemas.errors import LanguageUnsupported, ModelMissing, TamizError

Form = Literal["ctranslate2", "transformers"]

_BEST_FIRST: Final = ("large-v3", "large-v3-turbo", "large-v2", "medium", "medium.en", "small", "small.en", "base", "base.en", "tiny", "tiny.en")
_CONVERTED: Final = {
    **{size: f"Systran/faster-whisper-{size}" for size in _BEST_FIRST},
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
_ORIGINAL: Final = {size: f"openai/whisper-{size}" for size in _BEST_FIRST}

LANGUAGES: Final = tuple(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn "
    "et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln "
    "ha ba jw su".split()
)
"""Languages of the multilingual models, in the order of their tokens (Radford et al. 2022, code of the paper)."""

_OTHER_CODES: Final = {"nb": "no", "iw": "he", "jv": "jw", "fil": "tl"}
"""Codes of today for languages that Whisper calls otherwise."""


def pull_speech(name: str, models: Path, progress: Progress, *, revision: str = "main", endpoint: str | None = None) -> Pulled:
    """Fetch a recogniser's model: a size (`small`: the conversion for faster-whisper) or an id of the hub in either form. Raises as `pull`."""
    return pull(_CONVERTED.get(name, name), models, WHISPER_FILES, progress, revision=revision, endpoint=endpoint)


def find_whisper(name: str, form: Form, models: Path | None) -> Path:
    """The folder of a model: a size, an id, an absolute path, or `auto` for the largest size that was fetched.

    Raises `ModelMissing` naming the command that fetches it, or that the model there has the other engine's form.
    """
    known = _CONVERTED if form == "ctranslate2" else _ORIGINAL
    if name == "auto":
        for size in _BEST_FIRST:
            try:
                return _of_form(hub.find("stt", known[size], models), form)
            except TamizError:
                continue
        fetched = "small" if form == "ctranslate2" else known["small"]
        raise ModelMissing(f"no Whisper model is on this machine; fetch one once with `tamiz models pull stt {fetched}`")
    return _of_form(hub.find("stt", known.get(name, name), models), form)


def _of_form(folder: Path, form: Form) -> Path:
    converted = (folder / "model.bin").is_file()
    if converted == (form == "ctranslate2"):
        return folder
    engine = "faster-whisper" if converted else "transformers"
    raise ModelMissing(f"the model in {folder} is one for {engine}; choose that recogniser (TAMIZ_STT={engine}), or another model")


def name_of(folder: Path, models: Path | None) -> str:
    """What rows call a model: its id below the folder of models, else the last part of its path; with its revision when it was pulled."""
    below = models / "hub" if models else None
    if below and folder.is_relative_to(below):
        return hub.label(str(folder.relative_to(below)), models)
    return hub.label(str(folder), models)


def english_only(name: str) -> bool:
    """Whether a model's name says that it knows English alone, as the `.en` models do."""
    return name.partition("@")[0].endswith(".en")


def whisper_code(stated: str | None, known: Sequence[str], who: str) -> str | None:
    """Whisper's code of a stated language (BCP 47); None where the model decides. Raises `LanguageUnsupported`."""
    if stated is None:
        return known[0] if len(known) == 1 else None
    code = stated.lower().partition("-")[0]
    code = _OTHER_CODES.get(code, code)
    if code not in known:
        knows = "English only" if len(known) == 1 else f"{len(known)} languages"
        raise LanguageUnsupported(f"{who} knows {knows}, not {stated}; choose another model, or recogniser with TAMIZ_STT")
    return code
