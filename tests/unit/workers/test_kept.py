from __future__ import annotations

from collections.abc import Sequence

import pytest
from pydantic import BaseModel, ConfigDict

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from adapters.testing.misbehaving import MARK, Behaviour, MisbehavingLanguage, MisbehavingOcr, MisbehavingOptions, Rule
from schemas.errors import EngineOutputInvalid
from schemas.language import LanguageGuess, Polarity
from schemas.pages import Page
from workers.kept import CheckedLanguage, KeptOcr


class CountingOcr:
    """Reads nothing, and counts how often it was asked."""

    name = "counting"
    capabilities = Capabilities()
    model = "m1"

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True)
        scale: int = 1

    def __init__(self, scale: int = 1, version: str = "1") -> None:
        self.options = self.Options(scale=scale)
        self.version = version
        self.calls = 0

    def read(self, image: PageImage) -> Page:
        self.calls += 1
        return Page(width_px=image.width_px, height_px=image.height_px, adapter=f"counting/{self.version}/m1")


class MemoryStore:
    def __init__(self) -> None:
        self.outputs: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.outputs.get(key)

    def put(self, key: str, output: bytes) -> None:
        self.outputs[key] = output


IMAGE = PageImage(encoded=b"png", width_px=10, height_px=20)


def test_the_same_image_is_read_once_and_replayed_equal() -> None:
    store, engine = MemoryStore(), CountingOcr()
    first = KeptOcr(engine, store).read(IMAGE)
    assert KeptOcr(engine, store).read(IMAGE) == first
    assert engine.calls == 1


def test_another_image_option_version_or_language_is_read_again() -> None:
    store = MemoryStore()
    KeptOcr(CountingOcr(), store).read(IMAGE)
    for engine, image in (
        (CountingOcr(), PageImage(encoded=b"other", width_px=10, height_px=20)),
        (CountingOcr(scale=2), IMAGE),
        (CountingOcr(version="2"), IMAGE),
        (CountingOcr(), IMAGE.model_copy(update={"language": "de"})),
    ):
        KeptOcr(engine, store).read(image)
        assert engine.calls == 1
    assert len(store.outputs) == 5


def test_an_unreadable_kept_output_is_recognised_again_and_replaced() -> None:
    store, engine = MemoryStore(), CountingOcr()
    KeptOcr(engine, store).read(IMAGE)
    key = next(iter(store.outputs))
    store.outputs[key] = b"{}"
    KeptOcr(engine, store).read(IMAGE)
    assert engine.calls == 2
    assert store.outputs[key] != b"{}"


def test_an_invalid_answer_is_a_typed_error_and_is_not_kept() -> None:
    """A page no model would accept must end its document with a name, never as an exception nobody typed."""
    store = MemoryStore()
    engine = MisbehavingOcr(MisbehavingOptions(plan=(Rule(sha256="", behaviour=Behaviour.GARBAGE),)))
    with pytest.raises(EngineOutputInvalid, match="misbehaving"):
        KeptOcr(engine, store).read(IMAGE)
    assert store.outputs == {}


def test_a_language_engine_must_answer_every_text() -> None:
    engine = MisbehavingLanguage(MisbehavingOptions())
    assert CheckedLanguage(engine).analyze(["one", "two"]) == engine.analyze(["one", "two"])
    with pytest.raises(EngineOutputInvalid, match="2 answers to 1 texts"):
        CheckedLanguage(engine).analyze([f"{MARK}garbage"])


class Teller(MisbehavingLanguage):
    """Knows Spanish only, or forgets a text."""

    forgets = False

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        return (LanguageGuess(language="es", confidence=0.9),) * (len(texts) - self.forgets)


def test_every_text_gets_its_language() -> None:
    engine = Teller(MisbehavingOptions())
    assert [guess.language for guess in CheckedLanguage(engine).tell_languages(["a", "b"]) if guess] == ["es", "es"]
    engine.forgets = True
    with pytest.raises(EngineOutputInvalid, match="told 1 languages of 2 texts"):
        CheckedLanguage(engine).tell_languages(["a", "b"])


def test_an_engine_that_cannot_tell_languages_alone_analyses() -> None:
    engine = MisbehavingLanguage(MisbehavingOptions())
    assert CheckedLanguage(engine).tell_languages(["one"]) == (engine.analyze(["one"])[0].language,)


class Judge(MisbehavingLanguage):
    """Says `positive` of every term, or forgets some."""

    forgets = False

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], language: str | None = None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        assert len(texts) == len(spans)
        praised: Polarity = "positive"
        return tuple((praised,) * (len(one) - self.forgets) for one in spans)


def test_every_given_term_is_judged() -> None:
    engine = Judge(MisbehavingOptions())
    assert CheckedLanguage(engine).judge_terms(["a b", "c"], [[(0, 1), (2, 3)], []]) == (("positive", "positive"), ())
    engine.forgets = True
    with pytest.raises(EngineOutputInvalid, match="did not judge all terms"):
        CheckedLanguage(engine).judge_terms(["a b"], [[(0, 1), (2, 3)]])


def test_an_engine_that_judges_no_terms_is_refused() -> None:
    with pytest.raises(EngineOutputInvalid, match="judges no given terms"):
        CheckedLanguage(MisbehavingLanguage(MisbehavingOptions())).judge_terms(["a"], [[(0, 1)]])
