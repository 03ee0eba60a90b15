"""Every language engine against the family's suite."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.nlp.local import LocalLanguage
from adapters.nlp.none import NoLanguage
from adapters.testing.nlp import LanguageContract, NoLanguageContract


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


def test_importing_and_building_the_local_engine_loads_no_model():
    code = "import sys; from adapters.nlp.local import LocalLanguage as L; L(L.Options()); assert not {'py3langid', 'numpy'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
