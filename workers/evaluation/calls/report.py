"""Everything `tamiz eval calls` tells, as one value."""

from __future__ import annotations

from datetime import date

from schemas.documents import Value
from workers.evaluation.calls.diarisation import DiarisationError
from workers.evaluation.calls.mistakes import Miscast, Misheard, Misjudged, Mistaken
from workers.evaluation.calls.questions import IntentScores
from workers.evaluation.calls.roles import RoleScores
from workers.evaluation.calls.words import WordErrors
from workers.evaluation.labelled import BadRow, FileCount
from workers.evaluation.shares import Retrieval, share


class Unread(Value):
    """A recording or dialogue that the service refused; it counts as one in which nothing was heard."""

    name: str
    code: str
    message: str


class HeardFile(Value):
    """One recording whose words are known."""

    name: str
    language: str | None
    errors: WordErrors


class SpeakersFile(Value):
    """One recording whose speakers are known."""

    name: str
    speakers: int
    ours: int
    whole: DiarisationError
    collar: DiarisationError
    """With a collar of 0.25 s around every boundary of the reference."""


class Speakers(Value):
    """Who spoke when, over several recordings."""

    whole: DiarisationError
    collar: DiarisationError
    each: tuple[SpeakersFile, ...]


class QuietFile(Value):
    """In how much of one recording nobody speaks, by its labelled segments and by us."""

    name: str
    duration_s: float
    labelled_s: float
    ours_s: float

    @property
    def off(self) -> float:
        """By how much of the recording ours is too long; negative: too short."""
        return share(self.ours_s - self.labelled_s, self.duration_s)


class Pace(Value):
    """What reading the recordings took."""

    recordings: int
    audio_s: float
    work_s: float
    """Seconds of the clock, summed over the recordings; the first of a process starts it."""
    real_time_factor: float
    """Seconds of work by seconds of audio: under 1 is faster than it was spoken."""
    processor_factor: float
    """Processor time by seconds of audio, starting the processes and loading models included: what a busy machine does not blur."""
    jobs: int


class SpeechReport(Value):
    """Accuracy with one recogniser."""

    stt: str
    adapters: tuple[str, ...]
    """Name, version and model, as the rows say."""
    pipeline_versions: tuple[str, ...]
    words: dict[str, WordErrors]
    """By `all` and `language ...`."""
    heard: tuple[HeardFile, ...]
    speakers: Speakers | None
    quiet: tuple[QuietFile, ...]
    roles: RoleScores | None
    pace: Pace
    unread: tuple[Unread, ...]
    misheard: tuple[Misheard, ...]
    miscast: tuple[Miscast, ...]


class DialogueReport(Value):
    """Accuracy over transcripts that were given as text: no recogniser was at work."""

    dialogues: int
    turns: int
    pipeline_versions: tuple[str, ...]
    questions: dict[str, Retrieval]
    """By file; `..., bare` without case and punctuation, as some recognisers write."""
    intents: dict[str, IntentScores]
    """By file and domain."""
    unread: tuple[Unread, ...]
    missed: tuple[Misjudged, ...]
    """Questions of which we do not say that they are."""
    invented: tuple[Misjudged, ...]
    """Turns that ask nothing, of which we say that they do."""
    mistaken: tuple[Mistaken, ...]


class Fault(Value):
    """Why a recogniser was not measured."""

    stt: str
    code: str
    message: str


class CallReport(Value):
    """Accuracy of calls on labelled recordings and transcripts."""

    measured_on: date
    split: str | None
    """Only rows that state it; None: all."""
    told_language: bool
    models: str | None
    """Folder of trained and fetched models; None: engines as they ship."""
    files: tuple[FileCount, ...]
    bad: tuple[BadRow, ...]
    speech: tuple[SpeechReport, ...]
    dialogues: DialogueReport | None
    failed: tuple[Fault, ...]
