"""The call pipeline: a recording or a transcript in, who said what and when out.

The audio is read twice: once for levels, by which cuts and the header are planned, and once for the recogniser, stretch by stretch. A recording of
more than ten minutes is split where nobody speaks; utterances count from 1 in each part (the loader adds the parts before), and the one row of
`calls` stands in part 1, computed from the levels of the whole recording while it was planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from pydantic import Field

from adapters.decoding.audio import Recording, decode, probe
from adapters.decoding.audio_formats import MEDIA_TYPES
from schemas.documents import Kind, Value
from schemas.extractions import CallExtraction, Problem
from schemas.ledger import PartSpec
from schemas.rows.call import CallRow, Role, UtteranceRow
from workers.calls.copying import leave_copy
from workers.calls.cuts import SPLIT_S, parts
from workers.calls.diarised import voices_of
from workers.calls.invented import believable, flagged, voices
from workers.calls.judging import judged
from workers.calls.metadata import CallFacts, call_facts, companies
from workers.calls.personal import with_personal
from workers.calls.recognition import turns
from workers.calls.replies import with_replies
from workers.calls.rows import Shape, header, utterances
from workers.calls.telling import in_their_languages, remembering, told_language
from workers.calls.turns import Turn
from workers.calls.understanding import understood, with_roles
from workers.calls.vocabulary import vocabulary, with_names
from workers.calls.voices.attribution import VoicedTurn, attributed
from workers.calls.voices.listening import Listened, listen, within
from workers.calls.voices.pauses import non_talk_s
from workers.calls.voices.speakers import VoiceSpan
from workers.calls.voices.waiting import music, with_music
from workers.calls.whole import talk_of_roles
from workers.calls.written import TYPES, call_row, read_written, utterance_rows
from workers.pipeline import Result, Source, Tools, envelope
from workers.redaction import asked_of, with_copy
from workers.speaking import reply_file, spoken


class _Whole(Value):
    """What a part must know of the whole recording: `PartSpec.spec`."""

    start_s: float
    end_s: float
    copies: dict[int, int] = Field(default_factory=dict)
    voices: tuple[VoiceSpan, ...] = ()
    """Who speaks in the part, numbered over the whole recording."""
    call: CallRow | None = None
    """In the first part only."""
    problems: tuple[Problem, ...] = ()


class CallPipeline:
    """Utterances of each channel and the call's header; what a plain reading does not know stays null."""

    kind: ClassVar[Kind] = Kind.CALL
    media_types: ClassVar[frozenset[str]] = TYPES.union(*MEDIA_TYPES.values())

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:
        """Parts of about five minutes, cut where nobody speaks, for recordings over ten; part 1's spec carries the header.

        Raises what the decoder raises.
        """
        if source.media_type in TYPES:
            return ()
        stated_s = probe(source.path, tools.limits, source.media_type).duration_s
        if 0 < stated_s <= SPLIT_S:
            return ()
        recording, listened = _listened(source, tools, None)
        whole = listened.survey
        spans = parts(whole.levels)
        if len(spans) == 1:
            return ()
        facts = call_facts(source.metadata, whole.channels)
        shape = Shape(whole.duration_s, whole.channels, whole.copies, listened.adapter)
        voices = _voices(listened, facts, source, tools)
        first = _Whole(
            start_s=spans[0][0],
            end_s=spans[0][1],
            copies=dict(whole.copies),
            voices=within(voices, *spans[0]),
            call=_with_silence(header(shape, listened.talk(), facts), listened, voices).model_copy(update=_format(recording)),
            problems=(*facts.problems, *recording.problems),
        )
        rest = [_Whole(start_s=start, end_s=end, copies=dict(whole.copies), voices=within(voices, start, end)) for start, end in spans[1:]]
        return tuple(
            PartSpec(part_no=number, spec=spec.model_dump(mode="json", exclude_none=True)) for number, spec in enumerate([first, *rest], start=1)
        )

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """Recognise the recording or one part of it, or take the turns a transcript gives. Raises what the decoder and the recogniser raise."""
        started, tools = monotonic(), remembering(tools)
        if source.media_type in TYPES:
            return _written(source, tools, started)
        spec = _Whole.model_validate(part.spec) if part else None
        recording, listened = _listened(source, tools, spec)
        heard = listened.survey
        facts = call_facts(source.metadata, heard.channels)
        names = vocabulary(source.metadata, tools.calls)
        with tools.steps.step("stt", adapter=f"{tools.stt.name}/{tools.stt.version}/{tools.stt.model}"):
            every = turns(_recording(source, tools, spec), heard, tools.stt, facts.language, names)
        believed = believable(every, listened.talk(), voices(listened))
        found = believed.turns
        who = spec.voices if spec else _voices(listened, facts, source, tools)
        voiced = attributed(found, who)
        language = _language(found, facts)
        rows = flagged(utterances(voiced, heard, facts, assumed_language=_assumes_language(tools, facts)), listened.talk())
        rows = with_names(rows if _knows_one(tools) else in_their_languages(rows, language, tools), names, language)
        words = {number: one.turn.segment.words for number, one in enumerate(voiced, start=1)}
        said = judged(with_roles(rows, language, companies(source.metadata, tools.calls)), words, language, tools)
        rows = said.rows
        calls, problems = _header(spec, recording, listened, _cast(facts, rows), found, tools)
        calls = calls if spec else tuple(_with_silence(call, listened, who) for call in calls)
        told = with_music(understood(rows, language, heard.duration_s, tools.calls.categories, names), music(listened))
        whole = with_personal(told, said.personal)
        extraction = CallExtraction(
            **envelope(source, part, tools, started),
            language=language,
            items=len(rows),
            problems=(*problems, *believed.problems, *said.problems),
            calls=tuple(call.model_copy(update={**whole.header, **(talk_of_roles(whole.rows) if _is_shared(voiced) else {})}) for call in calls),
            utterances=whole.rows,
            call_spans=whole.spans,
            entities=said.entities,
        )
        return Result(extraction if part else _answered(_copied(extraction, source, tools), tools))


def _written(source: Source, tools: Tools, started: float) -> Result:
    """A call whose words another system has found."""
    with tools.steps.step("read"):
        written = read_written(source.path, source.media_type)
    channels = {turn.channel for turn in written.turns if turn.channel is not None}
    facts = call_facts({**written.facts, **source.metadata}, max(channels, default=-1) + 1)
    rows = utterance_rows(written, facts)
    language = facts.language or written.language or told_language(rows, tools)
    names = vocabulary(source.metadata, tools.calls)
    rows = with_names(in_their_languages(rows, language, tools, {turn.number for turn in written.turns if turn.language}), names)
    said = judged(with_roles(rows, language, companies(source.metadata, tools.calls)), {}, language, tools)
    call = call_row(written, said.rows, facts)
    whole = with_personal(understood(said.rows, language, call.duration_s, tools.calls.categories, names), said.personal)
    extraction = CallExtraction(
        **envelope(source, None, tools, started),
        language=language,
        items=written.turns[-1].number,
        problems=(*written.problems, *facts.problems, *said.problems),
        calls=(call.model_copy(update=whole.header),),
        utterances=whole.rows,
        call_spans=whole.spans,
        entities=said.entities,
    )
    return Result(_answered(extraction, tools))


def _answered(call: CallExtraction, tools: Tools) -> CallExtraction:
    """The call with its replies, each that is spoken as a file in `out_dir`; those of a call of parts are made when it is put together."""
    call = with_replies(call, tools.calls.replies)
    if not call.replies:
        return call

    def keep(number: int, file: bytes) -> None:
        (tools.out_dir / reply_file(number)).write_bytes(file)

    with tools.steps.step("tts", adapter=f"{tools.tts.name}/{tools.tts.version}") as spent:
        before = call.cost_usd
        call = spoken(call, tools.calls.replies, tools.tts, keep)
        spent.usd += call.cost_usd - before
    return call.model_copy(update={"steps": tuple(tools.steps.rows), "cost_usd": tools.steps.cost_usd})


def _copied(call: CallExtraction, source: Source, tools: Tools) -> CallExtraction:
    """The call with a redacted copy of its audio in `out_dir`, where personal data is redacted and somebody keeps the copy."""
    if not tools.calls.redact or not tools.keeps_audio:
        return call
    with tools.steps.step("redact"):
        made = leave_copy(source.path, asked_of(call), tools.limits, tools.out_dir)
    return with_copy(call, made).model_copy(update={"steps": tuple(tools.steps.rows)})


def _recording(source: Source, tools: Tools, spec: _Whole | None) -> Recording:
    if spec is None:
        return decode(source.path, tools.limits, source.media_type)
    return decode(source.path, tools.limits, source.media_type, spec.start_s, spec.end_s)


def _listened(source: Source, tools: Tools, spec: _Whole | None) -> tuple[Recording, Listened]:
    """The recording, read through once, and what it told; of a part, with the copies the whole recording has."""
    with tools.steps.step("decode"):
        recording = _recording(source, tools, spec)
        listened = listen(recording, recording.format.channels)
    return recording, listened if spec is None else replace(listened, survey=replace(listened.survey, copies=spec.copies))


def _voices(listened: Listened, facts: CallFacts, source: Source, tools: Tools) -> tuple[VoiceSpan, ...]:
    """Who speaks when on the only channel that is heard; a lone channel whose role is stated is one speaker's."""
    if listened.survey.channels == 1 and facts.roles:
        return listened.alone()
    return voices_of(listened, source, tools, lambda: _recording(source, tools, None))


def _is_shared(voiced: Sequence[VoicedTurn]) -> bool:
    """Whether several voices share a channel."""
    return any(one.speaker is not None for one in voiced)


def _cast(facts: CallFacts, rows: Sequence[UtteranceRow]) -> CallFacts:
    """The facts with the roles that the words tell, of channels that are one role's."""
    told: dict[int, set[Role]] = {}
    for row in rows:
        if row.channel is not None:
            told.setdefault(row.channel, set()).add(row.role)
    alone = {channel: min(roles) for channel, roles in told.items() if len(roles) == 1 and "unknown" not in roles}
    return replace(facts, roles={**alone, **facts.roles})


def _header(
    spec: _Whole | None, recording: Recording, listened: Listened, facts: CallFacts, found: Sequence[Turn], tools: Tools
) -> tuple[tuple[CallRow, ...], tuple[Problem, ...]]:
    """The call's row and its problems: planned for the first part of a long recording, none for the others."""
    if spec is not None:
        return (_with_reason(spec.call, found),) if spec.call else (), spec.problems
    words: Counter[int] = Counter()
    for turn in found:
        words[turn.channel] += len(turn.segment.words)
    adapter = found[0].adapter if found else f"{tools.stt.name}/{tools.stt.version}/{tools.stt.model}"
    heard = listened.survey
    shape = Shape(heard.duration_s, heard.channels, heard.copies, adapter)
    call = header(shape, [turn.span for turn in found], facts, words).model_copy(update=_format(recording))
    return (_with_reason(call, found),), (*facts.problems, *recording.problems)


def _with_silence(call: CallRow, listened: Listened, voices: Sequence[VoiceSpan]) -> CallRow:
    """The header with the time in which nobody talks, by the voices and not by turns: recognisers hear words in noise."""
    return call.model_copy(update={"non_talk_s": non_talk_s(listened, voices)})


def _format(recording: Recording) -> dict[str, str | int]:
    """Columns of the header: how the recording came."""
    return {"sample_rate_hz": recording.format.sample_rate_hz, "codec": recording.format.codec}


def _with_reason(call: CallRow, found: Sequence[Turn]) -> CallRow:
    """The header with what `auto` said of the recogniser it chose."""
    return call.model_copy(update={"recognizer_reason": next((turn.why for turn in found if turn.why), None)})


def _assumes_language(tools: Tools, facts: CallFacts) -> bool:
    """Nobody stated the language, and the recogniser hears only one whatever is spoken."""
    return facts.language is None and _knows_one(tools)


def _knows_one(tools: Tools) -> bool:
    """The recogniser writes words of one language whatever is spoken: they tell nothing of it."""
    return len({tag.partition("-")[0] for tag in tools.stt.capabilities.languages}) == 1


def _language(found: Sequence[Turn], facts: CallFacts) -> str | None:
    """What the sender stated, else what most turns with words are in."""
    spoken = Counter(turn.language for turn in found if turn.segment.words)
    return facts.language or (spoken.most_common(1)[0][0] if spoken else None)
