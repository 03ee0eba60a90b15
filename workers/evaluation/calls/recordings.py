"""Labelled recordings through the pipeline, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from schemas.documents import Kind
from workers.container import Container
from workers.evaluation.calls.diarisation import COLLAR_S, diarisation_error, overall
from workers.evaluation.calls.gold import Recording
from workers.evaluation.calls.heard import Utterance, duration_s, roles_of, talks_of, text_of, utterances
from workers.evaluation.calls.report import HeardFile, Pace, Speakers, SpeakersFile, SpeechReport, Unread
from workers.evaluation.calls.roles import RoledCall, RoleScores, role_accuracy
from workers.evaluation.calls.words import WordErrors, together, word_errors
from workers.evaluation.labelled import grouped
from workers.evaluation.runs import How, Run, run_all
from workers.evaluation.shares import share

ALL: Final = "all"
UNKNOWN: Final = "unknown"


def read_recordings(container: Container, recordings: Sequence[Recording], how: How, *, told_language: bool) -> dict[Path, Run]:
    """Every file once, whatever it is labelled with; its language is told where a row states it."""
    languages: dict[Path, str | None] = {}
    for one in recordings:
        languages[one.path] = languages.get(one.path) or (one.language if told_language else None)
    metadata = [{"language": language} if language else {} for language in languages.values()]
    runs = run_all(container, list(languages), Kind.CALL, How(how.jobs, how.kept, how.told, metadata))
    return dict(zip(languages, runs, strict=True))


def speech_report(stt: str, recordings: Sequence[Recording], runs: Mapping[Path, Run], jobs: int) -> SpeechReport:
    """The report of one recogniser."""
    spoken = {path: utterances(run.line) for path, run in runs.items()}
    names = {one.path: one.name for one in recordings}
    return SpeechReport(
        stt=stt,
        adapters=tuple(sorted({one.adapter for heard in spoken.values() for one in heard})),
        pipeline_versions=tuple(sorted({run.line["pipeline_version"] for run in runs.values() if not run.unread})),
        words=_words(heard := _heard(recordings, spoken)),
        heard=heard,
        speakers=_speakers(recordings, spoken),
        roles=_roles(recordings, spoken),
        pace=_pace(list(runs.values()), jobs),
        unread=tuple(Unread(name=names[path], **run.line["error"]) for path, run in runs.items() if run.unread),
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


def _roles(recordings: Sequence[Recording], spoken: Mapping[Path, Sequence[Utterance]]) -> RoleScores | None:
    calls = [RoledCall(one.name, one.roles, roles_of(spoken[one.path])) for one in recordings if one.roles is not None]
    return role_accuracy(calls) if calls else None


def _pace(runs: Sequence[Run], jobs: int) -> Pace:
    read = [run for run in runs if not run.unread]
    audio_s, work_s = sum(duration_s(run.line) for run in read), sum(run.seconds for run in read)
    return Pace(recordings=len(read), audio_s=audio_s, work_s=work_s, real_time_factor=share(work_s, audio_s), jobs=jobs)
