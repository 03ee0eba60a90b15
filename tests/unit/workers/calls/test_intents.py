"""Intents by a classifier of the deployment's own labels."""

from __future__ import annotations

import json

import pytest

from adapters.capabilities import Capabilities
from adapters.nlp.none import NoLanguage
from schemas.language import Classification, TextAnalysis
from workers.calls.pipeline import CallPipeline


class Sorter(NoLanguage):
    """A language engine that knows English, and whose classifier `intents` says the same of every text."""

    capabilities = Capabilities(languages=("en",), provides=("sentiment", "classes"))

    def analyze(self, texts, language=None):
        return tuple(TextAnalysis(classes=(Classification(model="intents", label="pay", confidence=1),), adapter="sorter/1/x") for _ in texts)


@pytest.mark.parametrize("language", [None, "de", "en"])
def test_a_classifier_is_asked_in_any_language_and_in_none(tmp_path, source, tools, language):
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"utterances": [{"text": "zz"}, {"text": ""}], **({"language": language} if language else {})}))
    found = CallPipeline().extract(source(path, media_type="application/json"), None, tools(nlp=Sorter(NoLanguage.Options()))).extraction
    assert [row.intent for row in found.utterances] == ["pay", None]
