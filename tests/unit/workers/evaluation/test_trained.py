from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import NotFound, UnknownAdapter
from schemas.settings import Settings
from workers.container import Container
from workers.evaluation.trained import model_folder, takes_models, with_engine


@pytest.fixture
def box(tmp_path: Path) -> Container:
    options = {"nlp": {"local": {"max_terms": 2}}}
    return Container(Settings(data=tmp_path / "data", options=options))


def test_an_engine_that_takes_models_gets_the_folder_beside_its_own_options(box: Container) -> None:
    found = with_engine(box, "nlp", "local", Path("/trained")).settings
    assert (found.nlp, found.options) == ("local", {"nlp": {"local": {"max_terms": 2, "models": "/trained"}}})
    assert Path("/trained") in found.engines.model_folders


def test_an_engine_that_takes_none_is_told_of_none(box: Container) -> None:
    found = with_engine(box, "nlp", "none", Path("/trained")).settings
    assert (found.nlp, found.options) == ("none", box.settings.options)
    assert (takes_models(box, "stt", "auto"), takes_models(box, "stt", "pocketsphinx")) == (True, False)


def test_an_engine_nobody_knows_and_a_folder_that_is_not_there_are_refused(box: Container, tmp_path: Path) -> None:
    with pytest.raises(UnknownAdapter):
        with_engine(box, "nlp", "nonesuch", None)
    with pytest.raises(NotFound):
        model_folder(tmp_path / "absent")
    assert (model_folder(None), model_folder(tmp_path)) == (None, tmp_path)
