"""Models that a person promoted speak in place of the shipped ones, from the next text on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.store import DEFAULT_NAME, ModelStore, Stored
from adapters.nlp.lexical.verdicts import SHIPPED
from adapters.nlp.local import LocalLanguage
from schemas.errors import ModelDamaged

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PRAISE = "A wonderful kettle that I use every single day"
ELOGIO = "Una tetera maravillosa que uso todos los días"


def contrary(**card: object) -> LinearModel:
    """The shipped model of figures, sides exchanged."""
    shipped = LinearModel.load(SHIPPED / "any")
    return replace(shipped, labels=("positive", "negative"), card={**shipped.card, **card})


def stored(store: ModelStore, model: LinearModel, name: str = DEFAULT_NAME) -> Stored:
    return store.add("sentiment", name, AT, model.save)


def score(engine: LocalLanguage, text: str) -> float:
    sentiment = engine.analyze([text])[0].sentiment
    assert sentiment is not None
    return sentiment.score


def engine_of(folder: Path) -> LocalLanguage:
    return LocalLanguage(LocalLanguage.Options(models=folder))


def test_only_a_promoted_model_speaks_and_only_until_it_is_rolled_back(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    added = stored(store, contrary(languages=["en"]))
    assert score(engine, PRAISE) > 0
    store.promote(added)
    assert score(engine, PRAISE) < 0
    store.rollback("sentiment", DEFAULT_NAME)
    assert score(engine, PRAISE) > 0


def test_rows_name_the_model_that_spoke(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    assert engine.model == "shipped"
    store.promote(stored(store, contrary(languages=["en"])))
    assert engine.model == "shipped+sentiment.default@20261121T060000Z"
    assert engine.analyze([PRAISE])[0].adapter == f"local/{engine.version}/{engine.model}"


def test_a_model_speaks_the_languages_of_its_card(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    store.promote(stored(store, contrary(languages=["en", "nl", "und"])))
    assert score(engine, PRAISE) < 0 < score(engine, ELOGIO)
    assert engine.analyze(["Een heel goede waterkoker die ik elke dag gebruik"])[0].sentiment is not None


def test_a_model_without_languages_speaks_all(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    store.promote(stored(store, contrary()))
    assert score(engine, PRAISE) < 0
    assert score(engine, ELOGIO) < 0


def test_the_default_model_goes_before_others(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    shipped = LinearModel.load(SHIPPED / "any")
    store.promote(stored(store, contrary(languages=["en"]), "zz"))
    store.promote(stored(store, replace(shipped, card={**shipped.card, "languages": ["en"]})))
    assert score(engine, PRAISE) > 0


def test_a_model_that_is_no_sentiment_model_is_refused_by_name(tmp_path: Path) -> None:
    store, engine = ModelStore(tmp_path), engine_of(tmp_path)
    store.promote(stored(store, replace(contrary(), labels=("late", "early"))))
    with pytest.raises(ModelDamaged, match="no sentiment model"):
        engine.analyze([PRAISE])


def test_without_a_folder_nothing_but_the_shipped_models_speaks() -> None:
    assert LocalLanguage(LocalLanguage.Options()).model == "shipped"
    assert LocalLanguage(LocalLanguage.Options(models=Path("/nowhere/models"))).model == "shipped"
