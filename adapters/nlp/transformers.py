"""Language engine over Hugging Face transformers: encoder models for sentiment, classes, entities and vectors, run on this machine.

Default models, fetched once by `tamiz models pull nlp NAME`, never while a document is read. Licences are those their cards state (November 2026):

- sentiment: `nlptown/bert-base-multilingual-uncased-sentiment`, MIT, 1 to 5 stars of product reviews in en, nl, de, fr, es, it; 669 MB.
- entities: `Davlan/bert-base-multilingual-cased-ner-hrl`, AFL-3.0, persons, organisations, places in ar, de, en, es, fr, it, lv, nl, pt, zh; 709 MB.
- classes: `MoritzLaurer/mDeBERTa-v3-base-mnli-xnli`, MIT, entailment in 100 languages; 558 MB. Trained on MultiNLI and XNLI; XNLI's own licence is
  CC BY-NC 4.0, which its author's MIT does not mention: who must be sure sets a model trained on other data.
- vectors, off unless named: `intfloat/multilingual-e5-small`, MIT, 384 numbers, 94 languages; 471 MB.

What no model is set for (language, terms, aspects, prices, dates, addresses) comes from the `local` engine. All models of one engine live in one
process: texts of a call are sorted by length and batched for each task, text-label pairs of all texts together. Documents are not batched with each
other: each has a child of its own, which is what keeps one from harming another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version as installed_version
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from adapters import hub
from adapters.capabilities import Capabilities, Readiness
from adapters.nlp.local import LocalLanguage
from adapters.nlp.neural.windows import Reach
from adapters.nlp.port import TermJudge
from adapters.pretrained import TORCH_BYTES, Loader, Runtime
from schemas.errors import TamizError
from schemas.language import Classification, Entity, LanguageGuess, Polarity, TextAnalysis, checked_analyses

_torch = installed_version("torch")  # raises, naming the package, where the extra is not installed
_EXACT = frozenset({"URL", "EMAIL", "IBAN", "PRICE", "DATE", "PERCENT", "PHONE_NUMBER"})
"""Types that are found by their form, which a model can only guess at."""

ModelName = Annotated[str | None, BeforeValidator(lambda value: value or None)]
"""An id of the hub or an absolute path; None (in TOML the empty string) switches the task off."""


class TransformersOptions(Runtime, Reach):
    """Which models, how sure they must be, how much they read."""

    sentiment: ModelName = Field(
        default="nlptown/bert-base-multilingual-uncased-sentiment",
        description="model of a sentiment head: stars, negative/neutral/positive, or LABEL_0 rising; empty: feelings come from `rest`",
    )
    sentiment_labels: dict[str, float] = Field(
        default_factory=dict, description="value from -1 to 1 of every label of a sentiment head whose labels say no feeling"
    )
    entities: ModelName = Field(
        default="Davlan/bert-base-multilingual-cased-ner-hrl",
        description="model of a token classification head; empty: only `rest` finds entities",
    )
    classes: ModelName = Field(
        default="MoritzLaurer/mDeBERTa-v3-base-mnli-xnli",
        description="model of an entailment head; needs `labels`, and each costs one reading",
    )
    labels: tuple[str, ...] = Field(default=(), max_length=100, description="classes to choose from, in words a person would use; none: no classes")
    hypothesis: str = Field(default="This text is about {}.", description="sentence a class is put into at `{}`; one near the question is surer")
    exclusive: bool = Field(default=False, description="classes share one certainty (one of them is true); else each is judged alone")
    vectors: ModelName = Field(default=None, description="encoder that gives each text a vector, such as intfloat/multilingual-e5-small; empty: none")
    vector_prefix: str = Field(default="query: ", description="words before each text that the encoder was trained with; E5 asks for `query: `")
    min_entity: float = Field(default=0.5, ge=0, le=1, description="0 to 1: entities less sure are left out; lower finds more and errs more")
    min_class: float = Field(default=0.5, ge=0, le=1, description="0 to 1: classes less sure are left out")
    languages: tuple[str, ...] = Field(default=("en", "nl", "de", "fr", "es", "it"), description="languages the sentiment model knows, ISO 639-1")
    max_chars: int = Field(default=100_000, ge=100, le=10_000_000, description="characters of a text that are looked at; the rest is left unread")
    rest: Literal["local", "none"] = Field(default="local", description="engine of everything no model is set for; `none` leaves it unknown")
    local: LocalLanguage.Options = Field(default_factory=LocalLanguage.Options, description="options of the `local` engine behind `rest`")

    @model_validator(mode="after")
    def _usable(self) -> TransformersOptions:
        if "{}" not in self.hypothesis:
            raise ValueError("hypothesis needs {} where the class goes")
        if any(not -1 <= value <= 1 for value in self.sentiment_labels.values()):
            raise ValueError("sentiment_labels go from -1 to 1")
        if len(set(self.labels)) != len(self.labels) or not all(label.strip() for label in self.labels):
            raise ValueError("labels must differ and say something")
        return self

    @property
    def tasks(self) -> dict[str, str]:
        """Model of every task that is on, by what it provides."""
        wanted = {
            "sentiment": self.sentiment,
            "entities": self.entities,
            "classes": self.classes if self.labels else None,
            "embeddings": self.vectors,
        }
        return {part: name for part, name in wanted.items() if name}


class TransformersLanguage:
    """Encoder models for what they are best at, word lists for the rest."""

    Options = TransformersOptions
    name: ClassVar[str] = "transformers"
    version: ClassVar[str] = installed_version("transformers")

    def __init__(self, options: TransformersOptions) -> None:
        self.options = options
        self._loader = Loader(options)
        self._heads: dict[str, Callable[..., list[Any]]] = {}

    @cached_property
    def model(self) -> str:
        """The models in use, with the revision of those that were pulled, joined by `+`."""
        named = [hub.label(name, self.options.models) for name in self.options.tasks.values()]
        return "+".join([*dict.fromkeys(named), *([f"local-{self._local.model}"] if self._local else [])]) or "none"

    @property
    def capabilities(self) -> Capabilities:
        """What the options turn on. Memory is that of the models found on disk."""
        return self._capabilities

    @cached_property
    def _capabilities(self) -> Capabilities:
        rest = self._local.capabilities.provides if self._local else ()
        return Capabilities(
            languages=self.options.languages if self.options.sentiment else self._local.capabilities.languages if self._local else (),
            batch_size=256,
            provides=tuple(dict.fromkeys([*rest, *self.options.tasks])),
            resident_bytes=self._resident_bytes(),
        )

    def ready(self) -> Readiness:
        """Whether every model that is on lies on this machine. Loads nothing."""
        try:
            found = [hub.find("nlp", name, self.options.models) for name in self.options.tasks.values()]
        except TamizError as error:
            return Readiness(ok=False, reason=error.message)
        return Readiness(ok=True, reason=f"{len(found)} models on this machine")

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, in order; the figures of a text may differ by 0.001 with what else is in the call.

        Raises `ModelMissing` for a model that is not on this machine, `ModelDamaged`, `SettingsInvalid` for labels nobody can read or a device that
        is not there, `MemoryLimit`, `EngineOutputInvalid`.
        """
        shown = [text[: self.options.max_chars] for text in texts]
        label = f"{self.name}/{self.version}/{self.model}"
        found: list[dict[str, Any]]
        if self._local:
            found = [analysis._asdict() | {"adapter": label} for analysis in self._local.analyze(shown, language)]
        else:
            stated = {"language": language, "confidence": 1.0} if language else None
            found = [{"language": stated, "adapter": label} for _ in shown]
        if shown:
            for part in self.options.tasks:
                self._fill(part, shown, found)
        return checked_analyses(found)

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        """See `LanguageTeller`: the engine of the rest tells; without one, nobody does."""
        shown = [text[: self.options.max_chars] for text in texts]
        return self._local.tell_languages(shown) if self._local else (None,) * len(shown)

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], language: str | None = None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        """See `TermJudge`: the engine of the rest judges; without one, nobody does."""
        if isinstance(self._local, TermJudge):
            return self._local.judge_terms(texts, spans, language)
        return tuple((None,) * len(places) for places in spans)

    def _fill(self, part: str, texts: list[str], found: list[dict[str, Any]]) -> None:
        options = self.options
        answers: list[Any]
        if part == "sentiment":
            answers = self._head(part)(texts)
        elif part == "classes":
            named = self._head(part)(texts, hub.label(options.tasks[part], options.models), options.exclusive, options.min_class)
            answers = [_surest_first(ours, analysis.get("classes", ())) for ours, analysis in zip(named, found, strict=True)]
        elif part == "entities":
            named = self._head(part)(texts, options.min_entity)
            answers = [_beside(ours, analysis.get("entities", ())) for ours, analysis in zip(named, found, strict=True)]
        else:
            part, answers = "embedding", self._head(part)(texts)
        for analysis, answer in zip(found, answers, strict=True):
            analysis[part] = answer

    def _head(self, part: str) -> Callable[..., list[Any]]:
        """The loaded model of a task."""
        if part not in self._heads:
            from adapters.nlp.neural.heads import ClassesHead, EntityHead, FeelingHead, VectorHead

            options, loader = self.options, self._loader
            folder = hub.find("nlp", options.tasks[part], options.models)
            reach = Reach.model_validate(options.model_dump(include=set(Reach.model_fields)))
            made: dict[str, Callable[[], Callable[..., list[Any]]]] = {
                "sentiment": lambda: FeelingHead(loader, folder, reach, options.sentiment_labels),
                "classes": lambda: ClassesHead(loader, folder, reach, options.labels, options.hypothesis),
                "entities": lambda: EntityHead(loader, folder, reach),
                "embeddings": lambda: VectorHead(loader, folder, reach, options.vector_prefix),
            }
            self._heads[part] = made[part]()
        return self._heads[part]

    @cached_property
    def _local(self) -> LocalLanguage | None:
        if self.options.rest == "none":
            return None
        own = self.options.local
        return LocalLanguage(own if own.models else own.model_copy(update={"models": self.options.models}))

    def _resident_bytes(self) -> int:
        """The weights in the chosen number format and what torch itself takes; 0 where no model is on disk."""
        size = 0
        for name in dict.fromkeys(self.options.tasks.values()):
            try:
                size += hub.weights_bytes(hub.find("nlp", name, self.options.models), self.options.dtype)
            except TamizError:  # `ready` and `analyze` say so; nothing is loaded then
                continue
        return size + TORCH_BYTES if size else 0


def _beside(ours: Sequence[Entity], others: Sequence[Entity]) -> tuple[Entity, ...]:
    """The model's entities and those of the local engine, in order of place. Of two that overlap an exact form wins, then the model."""
    exact = [one for one in others if one.type in _EXACT]
    named = [one for one in ours if not _overlaps(one, exact)]
    free = [one for one in others if one.type not in _EXACT and not _overlaps(one, ours)]
    return tuple(sorted((*exact, *named, *free), key=lambda one: one.char_start))


def _surest_first(ours: Sequence[Classification], others: Sequence[Classification]) -> tuple[Classification, ...]:
    """Zero-shot classes beside those of classifiers that somebody trained."""
    return tuple(sorted((*ours, *others), key=lambda one: -one.confidence))


def _overlaps(one: Entity, others: Sequence[Entity]) -> bool:
    return any(one.char_start < known.char_end and known.char_start < one.char_end for known in others)
