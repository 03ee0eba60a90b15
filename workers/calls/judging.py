"""What the language engine says of a call's turns: their feeling, what is named in them, and what of it is personal and goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas.extractions import Problem
from schemas.language import TextAnalysis
from schemas.rows.call import CallSpanRow, UtteranceRow
from schemas.rows.common import EntityRow
from schemas.transcripts import TimedWord
from workers.calls.feelings import felt, stated
from workers.calls.named import beside, entities
from workers.calls.personal import personal_spans
from workers.calls.phrases import base
from workers.calls.privacy import personal, persons, without
from workers.calls.rows import with_analysis
from workers.pipeline import Tools


class Judged(NamedTuple):
    """What the language engine says of the turns; of none of it is left what the settings have taken out."""

    rows: tuple[UtteranceRow, ...]
    personal: list[CallSpanRow]
    entities: tuple[EntityRow, ...]
    problems: tuple[Problem, ...]


def judged(rows: tuple[UtteranceRow, ...], words: Mapping[int, Sequence[TimedWord]], language: str | None, tools: Tools) -> Judged:
    """The rows with what the language engine feels in them, without the personal data that the settings name; where all of it was said; and what
    is named beside it.

    Sentiment of each utterance with words, where the language engine knows its language's; null elsewhere. `words`: of each utterance, as recognised.
    """
    analyses = _analyses(rows, tools)
    score = felt if "sentences" in tools.nlp.capabilities.provides else stated
    scored = {row.utterance_no: row for row in with_analysis([row for row in rows if row.utterance_no in analyses], analyses.values(), score)}
    scored_rows = [scored.get(row.utterance_no, row) for row in rows]
    found = personal(scored_rows, persons(analyses), language)
    named, problems = entities(analyses)
    return Judged(
        rows=tuple(without(scored_rows, found, tools.calls.redact)),
        personal=personal_spans(scored_rows, found, words, tools.calls.redact),
        entities=beside(named, found, tools.calls.redact),
        problems=problems,
    )


def _analyses(rows: Sequence[UtteranceRow], tools: Tools) -> dict[int, TextAnalysis]:
    """By utterance number, in the order of the rows. A classifier of the deployment's own labels is asked in any language, a turn of one word too."""
    known, provides = {base(tag) for tag in tools.nlp.capabilities.languages}, tools.nlp.capabilities.provides
    spoken = [row for row in rows if row.text]
    chosen = spoken if "classes" in provides else [row for row in spoken if row.language and (not known or base(row.language) in known)]
    if "sentiment" not in provides or not chosen:
        return {}
    by_language: dict[str | None, list[UtteranceRow]] = {}
    for row in chosen:
        by_language.setdefault(row.language, []).append(row)
    with tools.steps.step("nlp", adapter=f"{tools.nlp.name}/{tools.nlp.version}/{tools.nlp.model}"):
        found = {
            row.utterance_no: analysis
            for language, group in by_language.items()
            for row, analysis in zip(group, tools.nlp.analyze([row.text for row in group], language), strict=True)
        }
    return {row.utterance_no: found[row.utterance_no] for row in chosen}
