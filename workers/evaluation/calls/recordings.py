"""Labelled recordings through the pipeline, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Final

from schemas.documents import Kind
from workers.calls.turns import Span, talk_s
from workers.container import Container
from workers.evaluation.calls.diarisation import COLLAR_S, diarisation_error, overall
from workers.evaluation.calls.gold import Recording
from workers.evaluation.calls.heard import Utterance, duration_s, non_talk_s, roles_of, talks_of, text_of, utterances
from workers.evaluation.calls.mistakes import miscast, misheard
from workers.evaluation.calls.report import HeardFile, Pace, QuietFile, Speakers, SpeakersFile, SpeechReport, Unread
from workers.evaluation.calls.roles import RoledCall, RoleScores, role_accuracy
from workers.evaluation.calls.words import WordErrors, together, word_errors
from workers.evaluation.labelled import grouped
from workers.evaluation.runs import How, Run, run_all
from workers.evaluation.shares import share

ALL: Final = "all"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Readings:
    """One recogniser's runs by file, and the processor time of all its processes."""

    runs: Mapping[Path, Run]
    processor_s: float
    jobs: int


def read_recordings(container: Container, recordings: Sequence[Recording], how: How, *, told_language: bool) -> Readings:
    """Every file once, whatever it is labelled with; its language is told where a row states it."""
    languages: dict[Path, str | None] = {}
    for one in recordings:
        languages[one.path] = languages.get(one.path) or (one.language if told_language else None)
    metadata = [{"language": language} if language else {} for language in languages.values()]
    before = _children_s()
    runs = run_all(container, list(languages), Kind.CALL, How(how.jobs, how.kept, how.told, metadata))
    return Readings(dict(zip(languages, runs, strict=True)), _children_s() - before, how.jobs)


def _children_s() -> float:
    """Processor time of all children of this process that have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def speech_report(stt: str, recordings: Sequence[Recording], readings: Readings, worst: int) -> SpeechReport:
    """The report of one recogniser, with at most `worst` mistakes of a kind."""
    runs = readings.runs
    spoken = {path: utterances(run.line) for path, run in runs.items()}
    read = {path: heard for path, heard in spoken.items() if not runs[path].unread}
    names = {one.path: one.name for one in recordings}
    return SpeechReport(
        stt=stt,
        adapters=tuple(sorted({one.adapter for heard in spoken.values() for one in heard})),
        pipeline_versions=tuple(sorted({run.line["pipeline_version"] for run in runs.values() if not run.unread})),
        words=_words(heard := _heard(recordings, spoken)),
        heard=heard,
        speakers=_speakers(recordings, spoken),
        quiet=tuple(filter(None, (_quiet(one, runs[one.path]) for one in recordings))),
        roles=_roles(recordings, spoken),
        pace=_pace(readings),
        unread=tuple(Unread(name=names[path], **run.line["error"]) for path, run in runs.items() if run.unread),
        misheard=misheard(recordings, read, worst),
        miscast=miscast(recordings, read, worst),
    )


def _heard(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]]) -> tuple[HeardFile, ...]:
    return tuple(
        HeardFile(name=one.name, language=one.language, errors=word_errors(one.said, text_of(spoken[one.path]), one.language))
        for one in recordings
        if one.said is not None
    )


def _words(heard: Sequence[HeardFile]) -> dict[str, WordErrors]:
    languages = grouped(heard, lambda one: f"language {one.language or UNKNOWN}")
    groups = {ALL: list(heard), **(languages if len(languages) > 1 else {})} if heard else {}
    return {name: together(one.errors for one in group) for name, group in groups.items()}


def _speakers(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]]) -> Speakers | None:
    each = [_speakers_of(one, spoken[one.path]) for one in recordings if one.talks is not None]
    if not each:
        return None
    return Speakers(whole=overall(one.whole for one in each), collar=overall(one.collar for one in each), each=tuple(each))


def _speakers_of(recording: Recording, heard: Sequence[Utterance]) -> SpeakersFile:
    reference, ours = recording.talks or (), talks_of(heard)
    return SpeakersFile(
        name=recording.name,
        speakers=len({talk.speaker for talk in reference}),
        ours=len({talk.speaker for talk in ours}),
        whole=diarisation_error(reference, ours),
        collar=diarisation_error(reference, ours, COLLAR_S),
    )


def _quiet(recording: Recording, run: Run) -> QuietFile | None:
    """None where it is not labelled, not read, or nothing is said of it."""
    whole_s, ours_s = duration_s(run.line), non_talk_s(run.line)
    if recording.talks is None or ours_s is None:
        return None
    talking = talk_s(Span(0, talk.start_s, min(talk.end_s, whole_s)) for talk in recording.talks if talk.start_s < whole_s)
    return QuietFile(name=recording.name, duration_s=whole_s, labelled_s=max(0.0, whole_s - talking), ours_s=ours_s)


def _roles(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]]) -> RoleScores | None:
    calls = [RoledCall(one.name, one.roles, roles_of(spoken[one.path])) for one in recordings if one.roles is not None]
    return role_accuracy(calls) if calls else None


def _pace(readings: Readings) -> Pace:
    read = [run for run in readings.runs.values() if not run.unread]
    audio_s, work_s = sum(duration_s(run.line) for run in read), sum(run.seconds for run in read)
    return Pace(
        recordings=len(read),
        audio_s=audio_s,
        work_s=work_s,
        real_time_factor=share(work_s, audio_s),
        processor_factor=share(readings.processor_s, audio_s),
        jobs=readings.jobs,
    )
