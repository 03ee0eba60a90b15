"""A report on calls as tables: one wording for the terminal and the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workers.evaluation.calls.diarisation import DiarisationError
from workers.evaluation.calls.mistakes import Misjudged, Mistaken
from workers.evaluation.calls.report import CallReport, SpeechReport
from workers.evaluation.calls.words import STRETCH, WordErrors
from workers.evaluation.tables import NOTHING, Table

WORDS, SPEAKERS, QUIET, ROLES = "Word error rate", "Diarisation error rate", "Time in which nobody speaks", "Roles"
PACE, QUESTIONS, INTENTS = "Pace", "Questions", "Intents"
ROWS_SHOWN: Final = 20
"""Of bad rows and of unread files."""


def tables(report: CallReport) -> list[Table]:
    """All of them; what nothing was measured of is left out."""
    found = [_words(report), _speakers(report), _quiet(report), _roles(report), _pace(report), _questions(report), _intents(report)]
    found += [_files(report), _bad(report), _unread(report), _failed(report)]
    return [table for table in found if table.rows]


def mistakes(report: CallReport) -> list[Table]:
    """What went wrong, in the words of the calls: to look at, not for the documentation."""
    found = [table for one in report.speech for table in (_misheard(one), _miscast(one))]
    if report.dialogues:
        found += [
            _misjudged("Questions that were missed", report.dialogues.missed),
            _misjudged("Turns taken for questions", report.dialogues.invented),
            _mistaken(report.dialogues.mistaken),
        ]
    return [table for table in found if table.rows]


def _misheard(of: SpeechReport) -> Table:
    rows = tuple((one.name, str(one.stretch.wrong), one.stretch.said, one.stretch.heard) for one in of.misheard)
    note = f"Of each recording the {STRETCH} words with the most errors, without case and punctuation."
    return Table(f"{of.stt}: worst heard", ("of", "wrong", "said", "heard"), rows, note)


def _miscast(of: SpeechReport) -> Table:
    rows = tuple((one.name, f"{one.start_s:.1f}", f"{one.seconds:.1f}", one.role, one.ours, one.text) for one in of.miscast)
    return Table(f"{of.stt}: turns under a wrong role", ("of", "at s", "seconds", "true role", "ours", "text"), rows, "The longest of each call.")


def _misjudged(title: str, found: Sequence[Misjudged]) -> Table:
    rows = tuple((one.of, one.dialogue, str(one.turn_no), one.text) for one in found)
    return Table(title, ("of", "dialogue", "turn", "text"), rows, "Taken evenly from each set.")


def _mistaken(found: Sequence[Mistaken]) -> Table:
    rows = tuple((one.of, one.label, one.said or NOTHING, str(one.turns), one.text) for one in found)
    return Table("Intents taken for others", ("of", "label", "said", "turns", "the first of them"), rows, f"{NOTHING}: nothing was said.")


def figure(value: float) -> str:
    """Three digits."""
    return f"{value:.3f}"


def measured_line(report: CallReport) -> str:
    """When and with what."""
    versions = {version for one in report.speech for version in one.pipeline_versions}
    versions |= set(report.dialogues.pipeline_versions) if report.dialogues else set()
    language = "told" if report.told_language else "not told, but guessed"
    split = f" Only rows of the split {report.split!r}." if report.split is not None else ""
    measured = f"Measured on {report.measured_on.isoformat()} with {', '.join(sorted(versions)) or 'nothing read'}"
    return f"{measured}; a stated language is {language}.{split}"


def _words(report: CallReport) -> Table:
    rows = [(one.stt, group, *_errors(errors)) for one in report.speech for group, errors in one.words.items()]
    rows += [(one.stt, heard.name, *_errors(heard.errors)) for one in report.speech for heard in one.heard]
    note = f"Without case and punctuation; zh, ja and th by characters. {measured_line(report)}"
    return Table(WORDS, ("stt", "of", "words", "wrong", "left out", "made up", "rate"), tuple(rows), note)


def _errors(of: WordErrors) -> tuple[str, ...]:
    return (*map(str, (of.words, of.substitutions, of.deletions, of.insertions)), figure(of.rate))


def _speakers(report: CallReport) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in report.speech:
        if found := one.speakers:
            rows.append((one.stt, "all", NOTHING, NOTHING, *_error(found.whole), figure(found.collar.rate)))
            rows += [(one.stt, each.name, str(each.speakers), str(each.ours), *_error(each.whole), figure(each.collar.rate)) for each in found.each]
    columns = ("stt", "of", "speakers", "ours", "talk s", "missed s", "false s", "confused s", "error", "error, collar 0.25 s")
    note = f"Missed, false and confused speaker time by the reference's; overlapped speech counts for everybody in it. {measured_line(report)}"
    return Table(SPEAKERS, columns, tuple(rows), note)


def _error(of: DiarisationError) -> tuple[str, ...]:
    return (*(f"{value:.1f}" for value in (of.speech_s, of.missed_s, of.false_s, of.confused_s)), figure(of.rate))


def _quiet(report: CallReport) -> Table:
    rows = tuple(
        (one.stt, each.name, *(f"{value:.1f}" for value in (each.duration_s, each.labelled_s, each.ours_s)), f"{each.off:+.3f}")
        for one in report.speech
        for each in one.quiet
    )
    note = "Seconds in which nobody speaks, by the labelled segments and by us; off: by how much of the recording ours is longer."
    return Table(QUIET, ("stt", "of", "seconds", "labelled", "ours", "off"), rows, note)


def _roles(report: CallReport) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in report.speech:
        if found := one.roles:
            rows.append((one.stt, "all", f"{found.right} of {found.calls}", "", figure(found.time_accuracy)))
            heard = [(each, ", ".join(f"{role}: {said or 'nobody'}" for role, said in each.heard.items())) for each in found.each]
            rows += [(one.stt, each.name, "right" if each.right else "wrong", said, NOTHING) for each, said in heard]
    note = "A call is right when every role is the one that most of our time within its stretches carries; time: seconds under the right role."
    return Table(ROLES, ("stt", "of", "calls", "true role: ours", "time"), tuple(rows), note)


def _pace(report: CallReport) -> Table:
    rows = tuple((one.stt, ", ".join(one.adapters), *_took(one)) for one in report.speech)
    columns = ("stt", "adapter", "recordings", "audio s", "work s", "real-time factor", "of processor", "processes", "not read")
    return Table(
        PACE,
        columns,
        rows,
        "Seconds of work by seconds of audio, by the clock and by processor time; the first recording of a process loads its models.",
    )


def _took(one: SpeechReport) -> tuple[str, ...]:
    pace = one.pace
    factors = (figure(pace.real_time_factor), figure(pace.processor_factor))
    return (str(pace.recordings), f"{pace.audio_s:.0f}", f"{pace.work_s:.0f}", *factors, str(pace.jobs), str(len(one.unread)))


def _questions(report: CallReport) -> Table:
    found = report.dialogues.questions.items() if report.dialogues else ()
    rows = tuple((name, *map(str, (of.labelled, of.stated, of.right)), *map(figure, (of.precision, of.recall, of.f1))) for name, of in found)
    note = (
        "Over turns of transcripts; a backchannel (bh) or a rhetorical question (qh) is no question. bare: without case and punctuation. "
        f"{measured_line(report)}"
    )
    return Table(QUESTIONS, ("of", "questions", "ours", "right", "precision", "recall", "F1"), rows, note)


def _intents(report: CallReport) -> Table:
    found = report.dialogues.intents.items() if report.dialogues else ()
    rows = tuple((name, *map(str, (of.turns, of.stated, of.right)), figure(of.accuracy), figure(of.macro_f1)) for name, of in found)
    by = "by the classifier in force in the folder of models, else by rules" if report.models else "by the rules that ship, trained on nothing"
    note = f"Said {by}. Of a turn with several labelled intents any one is right; a turn of which nothing is said is wrong. {measured_line(report)}"
    return Table(INTENTS, ("of", "turns", "stated", "right", "accuracy", "macro-F1"), rows, note)


def _files(report: CallReport) -> Table:
    rows = tuple((of.file, *map(str, (of.rows, of.measured, of.unlabelled, of.other_split, of.bad))) for of in report.files)
    return Table("Files", ("file", "rows", "measured", "unlabelled", "of another split", "bad"), rows, "Only measured rows are in any figure.")


def _bad(report: CallReport) -> Table:
    rows = tuple((one.file, str(one.line_no), one.why) for one in report.bad[:ROWS_SHOWN])
    return Table("Bad rows", ("file", "line", "why"), rows, _more(len(report.bad)))


def _unread(report: CallReport) -> Table:
    found = [(one.stt, lost) for one in report.speech for lost in one.unread]
    found += [("", lost) for lost in report.dialogues.unread] if report.dialogues else []
    rows = tuple((stt, lost.name, lost.code, lost.message) for stt, lost in found[:ROWS_SHOWN])
    return Table("Not read", ("stt", "of", "code", "why"), rows, _more(len(found)))


def _more(number: int) -> str:
    return f"And {number - ROWS_SHOWN} more." if number > ROWS_SHOWN else ""


def _failed(report: CallReport) -> Table:
    return Table("Recognisers not measured", ("stt", "code", "why"), tuple((one.stt, one.code, one.message) for one in report.failed))
