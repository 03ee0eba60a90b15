"""Every language engine against the family's suite."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.nlp.local import LocalLanguage
from adapters.nlp.none import NoLanguage
from adapters.nlp.transformers import TransformersLanguage
from adapters.testing.nlp import LanguageContract, NoLanguageContract
from tests import tinymodels


class TestNone(NoLanguageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return NoLanguage(NoLanguage.Options())


class TestLocal(LanguageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return LocalLanguage(LocalLanguage.Options())


class TestTransformers(LanguageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory):
        models = tinymodels.language_models(tmp_path_factory.getbasetemp() / "tiny-language")
        return TransformersLanguage(TransformersLanguage.Options.model_validate(models | {"labels": ["food", "hotel"]}))

    def test_importing_and_building_it_loads_no_model(self):
        code = (
            "import sys; from adapters.nlp.transformers import TransformersLanguage as L; L(L.Options()).model; "
            "print([m for m in ('torch', 'transformers', 'tokenizers', 'huggingface_hub', 'numpy') if m in sys.modules])"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_importing_and_building_the_local_engine_loads_no_model():
    code = "import sys; from adapters.nlp.local import LocalLanguage as L; L(L.Options()); assert not {'py3langid', 'numpy'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
