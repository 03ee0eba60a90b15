"""Labelled recordings by every recogniser asked for, labelled dialogues as transcripts, and what came of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from schemas.errors import Empty, InvalidRequest, TamizError
from workers.container import Container
from workers.evaluation.calls.gold import Recording, dialogues, read_calls
from workers.evaluation.calls.recordings import Readings, read_recordings, speech_report
from workers.evaluation.calls.report import CallReport, Fault
from workers.evaluation.calls.swapping import with_swapped
from workers.evaluation.calls.transcripts import Dialogues, dialogue_report, read_dialogues, with_bare
from workers.evaluation.runs import How, Run, Told
from workers.evaluation.trained import model_folder, takes_models, with_engine

PARTS: Final = ("words", "speakers", "roles", "turns")
"""What can be measured: of recordings what is said, who speaks when and in which role; of transcripts questions and intents."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: a file or folder, which of its rows, which of `PARTS` (none: all), by which recognisers.

    `swapped`: calls of two channels whose roles are known are read once more with their channels exchanged. `models`: a folder of trained and fetched
    models, for the engines that take any; without it every engine is measured as it ships. `worst`: mistakes of a kind that the report quotes.
    """

    place: Path
    stt: tuple[str, ...]
    parts: tuple[str, ...] = ()
    split: str | None = None
    first: int | None = None
    told_language: bool = True
    swapped: bool = False
    jobs: int = 1
    kept: Path | None = None
    models: Path | None = None
    worst: int = 20


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report and what it was made of."""

    report: CallReport
    recordings: tuple[Recording, ...]
    readings: Mapping[str, Readings]
    """By recogniser; those that could not be measured are left out."""
    dialogues: Dialogues
    runs: tuple[Run, ...]
    """Of the dialogues, in their order."""


def evaluate(container: Container, wanted: Wanted, today: date, told: Told) -> Evaluation:
    """Read every recording with every recogniser, and every dialogue once. A recogniser that cannot run is a fault of the report.

    Raises what reading the labels does, `Empty` where nothing is labelled with the parts asked for, `SettingsInvalid` for a store that cannot be
    written, `NotFound` for a folder of models that is not there, `InvalidRequest` when no engine takes one.
    """
    container = _with_models(container, wanted)
    gold = read_calls(wanted.place, wanted.split, wanted.first)
    parts = wanted.parts or PARTS
    recordings = [found for one in gold.items if isinstance(one, Recording) and (found := _wanted(one, parts))]
    talked = with_bare(dialogues(gold.items)) if "turns" in parts else {}
    if not recordings and not talked:
        raise Empty(f"nothing in {wanted.place} is labelled with {', '.join(parts)}")
    kept = container.store_at(str(wanted.kept.absolute())) if wanted.kept else None
    with TemporaryDirectory(prefix="tamiz-") as folder:
        recordings = with_swapped(recordings, Path(folder)) if wanted.swapped else recordings
        readings, faults = _read(container, wanted, recordings, How(wanted.jobs, kept, told))
    runs = read_dialogues(container, talked, How(wanted.jobs, None, told), told_language=wanted.told_language) if talked else []
    report = CallReport(
        measured_on=today,
        split=wanted.split,
        told_language=wanted.told_language,
        models=str(wanted.models) if wanted.models else None,
        files=gold.files,
        bad=gold.bad,
        speech=tuple(speech_report(stt, recordings, read, wanted.worst) for stt, read in readings.items()),
        dialogues=dialogue_report(talked, runs, wanted.worst) if talked else None,
        failed=tuple(faults),
    )
    return Evaluation(report, tuple(recordings), readings, talked, tuple(runs))


def _with_models(container: Container, wanted: Wanted) -> Container:
    """The deployment whose language engine takes its models from the folder that is named. Raises as `evaluate`."""
    folder, name = model_folder(wanted.models), container.settings.nlp
    if folder is None:
        return container
    if not takes_models(container, "nlp", name):
        raise InvalidRequest(f"the language engine {name} takes no trained models; leave --models away, or set TAMIZ_NLP=local")
    return with_engine(container, "nlp", name, folder)


def _wanted(one: Recording, parts: Sequence[str]) -> Recording | None:
    """The recording with the labels of the parts that are measured; None when there are none."""
    found = replace(
        one,
        said=one.said if "words" in parts else None,
        talks=one.talks if "speakers" in parts else None,
        roles=one.roles if "roles" in parts else None,
    )
    return None if found.said is None and found.talks is None and found.roles is None else found


def _read(container: Container, wanted: Wanted, recordings: Sequence[Recording], how: How) -> tuple[dict[str, Readings], list[Fault]]:
    """Every recogniser's readings, and why others have none."""
    found, faults = dict[str, Readings](), list[Fault]()
    for name in wanted.stt if recordings else ():
        try:
            box = with_engine(container, "stt", name, model_folder(wanted.models))
            readings = read_recordings(box, recordings, how, told_language=wanted.told_language)
        except TamizError as error:
            faults.append(Fault(stt=name, code=error.code, message=error.message))
            continue
        errors = [run.line["error"] for run in readings.runs.values() if run.unread]
        if len(errors) == len(readings.runs):  # a recogniser that read nothing has no accuracy: its model or package is missing
            faults.append(Fault(stt=name, **errors[0]))
        else:
            found[name] = readings
    return found, faults
