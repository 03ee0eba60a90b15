"""The transformers engine on tiny models that the test builds: the real files, the real loading, batching and decoding."""

from __future__ import annotations

import json
import shutil
import socket
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from adapters.nlp.neural.windows import Reach, batches, cut, limit
from adapters.nlp.transformers import TransformersLanguage
from adapters.testing.nlp import BLAME, PRAISE, alike, plain
from schemas.errors import EngineOutputInvalid, MemoryLimit, ModelDamaged, ModelMissing, SettingsInvalid
from tests import tinymodels

LABELS = ("food", "hotel")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tinymodels.language_models(tmp_path_factory.getbasetemp() / "tiny-language")


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a document reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def engine(**options):
    off = {"sentiment": "", "entities": "", "classes": "", "vectors": ""}
    return TransformersLanguage(TransformersLanguage.Options.model_validate(off | options))


def test_stars_become_polarity_score_and_confidence(models):
    found = engine(sentiment=models["sentiment"]).analyze([PRAISE["en"], BLAME["es"], "the room"])
    assert [one.sentiment.polarity for one in found] == ["positive", "negative", "neutral"]
    assert found[0].sentiment.score > 0.5
    assert found[1].sentiment.score < -0.5
    assert all(0.4 < one.sentiment.confidence <= 1 for one in found)


def test_classes_are_those_the_text_entails(models):
    tagged = engine(classes=models["classes"], labels=LABELS, rest="none").analyze(["delicious yogurt", "dirty room", ""])
    assert [[one.label for one in analysis.classes] for analysis in tagged] == [["food"], ["hotel"], []]
    assert {one.model for one in tagged[0].classes} == {"topics"}


def test_exclusive_classes_share_one_certainty(models):
    (both,) = engine(classes=models["classes"], labels=LABELS, rest="none", exclusive=True, min_class=0).analyze(["delicious yogurt"])
    assert [one.label for one in both.classes] == ["food", "hotel"]
    assert sum(one.confidence for one in both.classes) == pytest.approx(1, abs=2e-4)


def test_without_labels_the_model_of_classes_is_not_even_looked_for():
    idle = engine(classes="/nowhere/model", rest="none")
    assert "classes" not in idle.capabilities.provides
    assert idle.ready().ok
    assert idle.analyze(["x"])[0].classes == ()


def test_entities_have_whole_words_types_and_places(models):
    text = "ana maría works in madrid"
    (found,) = engine(entities=models["entities"], rest="none").analyze([text])
    assert [(one.text, one.type) for one in found.entities] == [("ana maría", "PERSON"), ("madrid", "LOCATION")]
    assert all(text[one.char_start : one.char_end] == one.text for one in found.entities)


def test_a_new_beginning_ends_the_entity_before_it(models):
    (found,) = engine(entities=models["entities"], rest="none").analyze(["ana carlos works"])
    assert [one.text for one in found.entities] == ["ana", "carlos"]


def test_patterns_find_beside_the_model_what_it_does_not_know(models):
    (found,) = engine(entities=models["entities"], min_entity=0.9).analyze(["ana maría works in madrid write to ana@example.org"])
    assert ("ana@example.org", "EMAIL") in [(one.text, one.type) for one in found.entities]
    assert [one.char_start for one in found.entities] == sorted(one.char_start for one in found.entities)


def test_vectors_have_length_one_and_blank_texts_none(models):
    found = engine(vectors=models["vectors"], rest="none").analyze(["the room", "   ", "the room"])
    assert found[1].embedding is None
    assert found[0].embedding == found[2].embedding
    assert sum(value**2 for value in found[0].embedding) == pytest.approx(1, abs=1e-4)


def test_a_batch_answers_like_its_texts_one_by_one(models):
    whole = engine(**models, labels=LABELS, min_class=0, batch_size=3, batch_tokens=96)
    texts = [*PRAISE.values(), *BLAME.values(), "ana maría works in madrid", "👍", "", "the room is dirty " * 30, "a" * 300]
    together = whole.analyze(texts)
    assert all(alike(plain(one), plain(whole.analyze([text])[0])) for text, one in zip(texts, together, strict=True))


def test_batches_hold_similar_lengths_within_their_limits(models):
    pieces = engine(**models)._loader.tokenizer(Path(models["vectors"]))
    reach = Reach(max_tokens=32, stride=4, batch_tokens=64, batch_size=3, max_windows=100)
    windows = cut(pieces, ["the room", "very good " * 40, "it", "dirty and bad and terrible"], reach, 64)
    found = list(batches(windows, reach))
    assert sorted(id(window) for batch in found for window in batch) == sorted(map(id, windows))
    assert all(len(batch) <= 3 and len(batch) * max(len(one.spans) for one in batch) <= 64 for batch in found)
    lengths = [len(window.spans) for batch in found for window in batch]
    assert lengths == sorted(lengths, reverse=True)


def test_windows_overlap_by_the_stride_and_end_at_the_limit(models):
    pieces = engine(**models)._loader.tokenizer(Path(models["vectors"]))
    text = "good " * 40
    windows = cut(pieces, [text], Reach(max_tokens=12, stride=3, max_windows=4), 64)
    assert len(windows) == 4
    places = [[start for start, end in window.spans if end > start] for window in windows]
    assert [len(one) for one in places] == [10] * 4
    assert all(before[-3:] == after[:3] for before, after in pairwise(places))


def test_a_long_text_is_judged_by_all_its_windows_and_no_further(models):
    near = engine(sentiment=models["sentiment"], max_tokens=8, stride=0, max_windows=1)
    far = engine(sentiment=models["sentiment"], max_tokens=8, stride=0, max_windows=50)
    text = "very good service and lovely room " + "very bad service and dirty room " * 9
    assert near.analyze([text])[0].sentiment.polarity == "positive"
    assert far.analyze([text])[0].sentiment.polarity == "negative"
    assert far.analyze([text])[0].sentiment.score == pytest.approx(-0.8, abs=0.1)


def test_the_name_of_the_models_says_revision_and_rest(models, tmp_path):
    folder = tmp_path / "hub" / "someone" / "stars"
    shutil.copytree(models["sentiment"], folder)
    pulled = engine(sentiment="someone/stars", models=str(tmp_path))
    assert pulled.model.startswith("someone/stars+local-")
    (folder / "tamiz-model.json").write_text(json.dumps({"revision": "0123456789abcdef"}))
    again = engine(sentiment="someone/stars", models=str(tmp_path), rest="none")
    assert again.model == "someone/stars@01234567"
    assert again.analyze(["x"])[0].adapter == f"transformers/{again.version}/someone/stars@01234567"


def test_memory_is_that_of_the_weights_in_their_format(models):
    full = engine(sentiment=models["sentiment"]).capabilities.resident_bytes
    half = engine(sentiment=models["sentiment"], dtype="bfloat16").capabilities.resident_bytes
    weights = Path(models["sentiment"], "model.safetensors").stat().st_size
    assert full - half == pytest.approx(weights / 2, abs=1)
    assert engine(sentiment="someone/absent").capabilities.resident_bytes == 0


def test_sixteen_bits_say_nearly_the_same(models):
    full, half = (engine(sentiment=models["sentiment"], dtype=dtype).analyze([PRAISE["en"]])[0].sentiment for dtype in ("float32", "bfloat16"))
    assert half.score == pytest.approx(full.score, abs=0.05)


def test_a_device_that_is_not_there_is_named_and_auto_does_without(models, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SettingsInvalid, match="no CUDA device"):
        engine(sentiment=models["sentiment"], device="cuda").analyze(["x"])
    assert engine(sentiment=models["sentiment"], device="auto").analyze([PRAISE["en"]])[0].sentiment.polarity == "positive"


@pytest.mark.parametrize("name, words", [("someone/absent", "models pull nlp someone/absent"), ("/nowhere/model", "no model in /nowhere/model")])
def test_a_missing_model_names_the_remedy(name, words, tmp_path):
    absent = engine(sentiment=name, models=str(tmp_path))
    assert not absent.ready().ok
    with pytest.raises(ModelMissing, match=words):
        absent.analyze(["x"])
    assert absent.analyze([]) == ()


@pytest.mark.parametrize("name", ["../../etc", "a/../b", "a/b/c", ".hidden", "a b"])
def test_a_name_cannot_leave_the_folder_of_models(name, tmp_path):
    with pytest.raises(SettingsInvalid, match="no model's name"):
        engine(sentiment=name, models=str(tmp_path)).analyze(["x"])


def test_pickled_weights_are_refused_unless_allowed(models, tmp_path):
    from safetensors.torch import load_file

    folder = tmp_path / "pickled"
    shutil.copytree(models["sentiment"], folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelMissing, match="allow_pickle"):
        engine(sentiment=str(folder)).analyze(["x"])
    allowed = engine(sentiment=str(folder), allow_pickle=True).analyze([PRAISE["en"]])
    assert allowed[0].sentiment.polarity == "positive"


def test_a_vocabulary_alone_makes_a_tokenizer(models, tmp_path):
    folder = tmp_path / "older"
    shutil.copytree(models["sentiment"], folder)
    pieces = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    (folder / "vocab.txt").write_text("\n".join(sorted(pieces, key=pieces.get)), "utf-8")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true, "strip_accents": false}')
    assert engine(sentiment=str(folder)).analyze([PRAISE["en"]])[0].sentiment.polarity == "positive"


def test_positions_that_begin_behind_the_padding_shorten_a_window():
    from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

    sizes = {
        "vocab_size": 20,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 8,
        "max_position_embeddings": 40,
    }
    pieces = SimpleNamespace(model_max_length=10**30)
    assert limit(BertModel(BertConfig(**sizes)), pieces) == 40
    assert limit(RobertaModel(RobertaConfig(**sizes, pad_token_id=1)), pieces) == 38
    assert limit(BertModel(BertConfig(**sizes)), SimpleNamespace(model_max_length=16)) == 16


def test_a_checkpoint_without_a_trained_head_is_refused(models):
    with pytest.raises(ModelMissing, match="no trained ForSequenceClassification"):
        engine(sentiment=models["vectors"], sentiment_labels={"LABEL_0": 0.0}).analyze(["x"])


@pytest.mark.parametrize(
    "file, content", [("model.safetensors", b"\xff" * 64), ("model.safetensors", b""), ("config.json", b"{"), ("tokenizer.json", b"[]")]
)
def test_a_damaged_model_says_so(models, tmp_path, file, content):
    folder = tmp_path / "damaged"
    shutil.copytree(models["sentiment"], folder)
    (folder / file).write_bytes(content)
    (folder / "vocab.txt").unlink(missing_ok=True)
    with pytest.raises(ModelDamaged, match="fetch the model again"):
        engine(sentiment=str(folder)).analyze(["x"])


def test_a_head_that_is_none_of_entailment_is_refused(models):
    with pytest.raises(SettingsInvalid, match="entailment"):
        engine(classes=models["sentiment"], labels=LABELS).analyze(["x"])


def test_labels_longer_than_a_window_are_refused(models):
    with pytest.raises(EngineOutputInvalid, match="shorten the labels"):
        engine(classes=models["classes"], labels=("food " * 80,)).analyze(["x"])


def test_a_model_that_answers_no_numbers_is_caught(models):
    broken = engine(sentiment=models["sentiment"])
    broken.analyze(["x"])
    with torch.no_grad():
        broken._heads["sentiment"].model.classifier.bias.fill_(float("nan"))
    with pytest.raises(EngineOutputInvalid, match="no numbers"):
        broken.analyze(["x"])


def test_memory_that_runs_out_is_a_typed_error(models, monkeypatch):
    full = engine(sentiment=models["sentiment"])
    full.analyze(["x"])

    def exhausted(*_, **__):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")

    monkeypatch.setattr(full._heads["sentiment"].model, "forward", exhausted)
    with pytest.raises(MemoryLimit, match="batch_tokens"):
        full.analyze(["x"])


@pytest.mark.parametrize("options", [{"hypothesis": "about"}, {"sentiment_labels": {"A": 2}}, {"labels": ["a", "a"]}, {"labels": [" "]}])
def test_impossible_options_are_refused(options):
    with pytest.raises(ValueError, match=r"hypothesis|sentiment_labels|labels"):
        engine(**options)
