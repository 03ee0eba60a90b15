"""The networks of the rapidocr wheel: what is taken out of them, and that nothing else changes."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from adapters.ocr.networks import Network, Weights, _model_class, weights
from schemas.errors import EngineOutputInvalid, ModelMissing

MODELS = Path(str(resources.files("rapidocr") / "models"))
DETECTION, RECOGNITION = MODELS / "PP-OCRv6_det_small.onnx", MODELS / "PP-OCRv6_rec_small.onnx"


def denormals(model):
    parsed = _model_class()()
    parsed.ParseFromString(model)
    found = 0
    for tensor in parsed.graph.initializer:
        if tensor.data_type == 1:
            values = np.abs(np.frombuffer(tensor.raw_data, dtype="<f4"))
            found += int(((values > 0) & (values < np.finfo(np.float32).tiny)).sum())
    return found


def raw(file, batch):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": batch})[0]


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(7).uniform(-1, 1, (1, 3, 96, 160)).astype(np.float32)


def test_the_wheel_s_detector_has_denormal_weights_and_ours_none():
    assert denormals(DETECTION.read_bytes()) > 200_000
    assert denormals(weights(DETECTION).model) == 0


def test_the_detector_answers_as_before(noise):
    np.testing.assert_allclose(Network(weights(DETECTION))(noise), raw(DETECTION, noise), atol=1e-5)


def test_the_latin_recogniser_scores_its_characters_in_the_whole_one_s_proportions(noise):
    line = noise[:, :, :48]
    whole, latin = weights(RECOGNITION), weights(RECOGNITION, "latin")
    places = [whole.characters.index(one) for one in latin.characters]
    before = raw(RECOGNITION, line)[..., places]
    np.testing.assert_allclose(Network(latin)(line), before / before.sum(axis=2, keepdims=True), rtol=1e-2, atol=1e-5)


def test_latin_has_what_brochures_of_six_languages_print_and_no_chinese():
    characters = set(weights(RECOGNITION, "latin").characters)
    assert set("aZ09ÄöüßñçãéèìœŁ€£$%½²*.,-–•°®™ ") <= characters
    assert not {"目", "シ", "口"} & characters


def test_all_keeps_every_character_of_the_file():
    assert "目" in weights(RECOGNITION).characters


@pytest.mark.parametrize("content", [None, b"no network"])
def test_a_file_that_is_missing_or_no_network_is_a_missing_model(tmp_path, content):
    file = tmp_path / "model.onnx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelMissing, match="make setup"):
        weights(file)


def test_a_batch_that_does_not_fit_the_network_is_a_named_failure():
    network = Network(weights(DETECTION))
    with pytest.raises(EngineOutputInvalid):
        network(np.zeros((1, 4, 32, 32), dtype=np.float32))


def test_weights_that_the_runtime_cannot_load_are_a_missing_model():
    with pytest.raises(ModelMissing):
        Network(Weights(b""))
