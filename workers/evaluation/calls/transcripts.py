"""Labelled dialogues through the pipeline as transcripts: as written, and bare of case and punctuation, as some recognisers write."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from schemas.documents import Kind
from workers.container import Container
from workers.evaluation.calls.gold import Turn
from workers.evaluation.calls.heard import utterances
from workers.evaluation.calls.mistakes import Said, domain_of, misjudged, mistaken
from workers.evaluation.calls.questions import intent_scores, question_scores
from workers.evaluation.calls.report import DialogueReport, Unread
from workers.evaluation.labelled import grouped
from workers.evaluation.runs import How, Run, run_all

BARE: Final = ", bare"
_MARKS: Final = re.compile(r"[^\w\s']+")
Dialogues = Mapping[tuple[str, str], Sequence[Turn]]
"""Turns by the name of their set (a file, or a file bare) and of their dialogue."""


def with_bare(dialogues: Dialogues) -> Dialogues:
    """The dialogues, and once more without case and punctuation those of the files with labelled questions that are written with them."""
    found = dict(dialogues)
    for file, names in grouped(dialogues, lambda name: name[0]).items():
        turns = [turn for name in names for turn in dialogues[name] if turn.asked is not None]
        if sum(_bare(turn.text) != turn.text for turn in turns) > len(turns) / 2:
            found |= {(f"{file}{BARE}", name): [replace(turn, text=_bare(turn.text)) for turn in dialogues[file, name]] for _, name in names}
    return found


def _bare(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text).lower().split())


def read_dialogues(container: Container, dialogues: Dialogues, how: How, *, told_language: bool) -> list[Run]:
    """Every dialogue as a file of its turns, in order; no label goes with them."""
    with tempfile.TemporaryDirectory(prefix="tamiz-") as folder:
        files = [Path(folder) / f"{number}.json" for number in range(1, len(dialogues) + 1)]
        for path, turns in zip(files, dialogues.values(), strict=True):
            path.write_text(transcript_of(turns, told_language=told_language), "ascii")
        return run_all(container, files, Kind.CALL, how)


def transcript_of(turns: Sequence[Turn], *, told_language: bool) -> str:
    """A transcript as another system would hand it over; an empty turn is one too."""
    said = [{"text": turn.text, **({"speaker": turn.speaker} if turn.speaker else {})} for turn in turns]
    language = next((turn.language for turn in turns if turn.language), None) if told_language else None
    return json.dumps({"utterances": said, **({"language": language} if language else {})})


def dialogue_report(dialogues: Dialogues, runs: Sequence[Run], worst: int) -> DialogueReport:
    """The report over all turns, with at most `worst` mistakes of a kind; of a dialogue that was not read, nothing was said."""
    said = [one for (name, turns), run in zip(dialogues.items(), runs, strict=True) for one in _aligned(name[0], turns, run)]
    asked = grouped((one for one in said if one.turn.asked is not None), lambda one: one.of)
    wanted = grouped((one for one in said if one.turn.intents), lambda one: domain_of(one.of, one.turn))
    return DialogueReport(
        dialogues=len(dialogues),
        turns=len(said),
        pipeline_versions=tuple(sorted({run.line["pipeline_version"] for run in runs if not run.unread})),
        questions={
            name: question_scores([bool(one.turn.asked) for one in group], [one.ours.is_question if one.ours else None for one in group])
            for name, group in asked.items()
        },
        intents={
            name: intent_scores([one.turn.intents for one in group], [one.ours.intent if one.ours else None for one in group])
            for name, group in wanted.items()
        },
        unread=tuple(Unread(name=f"{file}: {name}", **run.line["error"]) for (file, name), run in zip(dialogues, runs, strict=True) if run.unread),
        missed=misjudged(said, asked=True, worst=worst),
        invented=misjudged(said, asked=False, worst=worst),
        mistaken=mistaken(said, worst),
    )


def _aligned(of: str, turns: Sequence[Turn], run: Run) -> Iterator[Said]:
    """Every turn with our utterance of its number."""
    ours = {one.number: one for one in utterances(run.line)}
    for number, turn in enumerate(turns, 1):
        yield Said(of, number, turn, ours.get(number))
