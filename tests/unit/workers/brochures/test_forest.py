from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workers.brochures import forest
from workers.brochures.forest import Forest, load, save

NAN = float("nan")


def tree(*nodes):
    """Columns of a tree from (feature, threshold, missing left, left, right, value)."""
    return list(zip(*nodes, strict=True))


def trees(*grown, output=(0,), baseline=(0.0,), depth=2):
    size = max(len(columns[0]) for columns in grown)

    def table(place, fill, kind):
        return np.array([list(columns[place]) + [fill] * (size - len(columns[place])) for columns in grown], dtype=kind)

    return Forest(
        feature=table(0, -1, np.int16),
        threshold=table(1, 0.0, np.float64),
        missing_left=table(2, False, np.bool_),
        left=table(3, 0, np.int16),
        right=table(4, 0, np.int16),
        value=table(5, 0.0, np.float64),
        output=np.array(output, dtype=np.int16),
        baseline=np.array(baseline, dtype=np.float64),
        depth=depth,
    )


def leaf(value):
    return (-1, 0.0, False, 0, 0, value)


STUMP = tree((0, 1.5, True, 1, 2, 0.0), leaf(-2.0), leaf(2.0))
RIGHT_WHEN_MISSING = tree((1, 0.0, False, 1, 2, 0.0), leaf(-1.0), leaf(1.0))


def sigmoid(value):
    return 1 / (1 + np.exp(-value))


def test_a_stump_splits_at_its_threshold():
    chances = trees(STUMP).chances(np.array([[1.0], [1.5], [1.6]]))
    assert chances[:, 1] == pytest.approx(sigmoid(np.array([-2.0, -2.0, 2.0])))
    assert chances.sum(axis=1) == pytest.approx(1)


def test_what_is_missing_takes_the_way_of_training():
    missing = np.array([[NAN, NAN]])
    assert trees(STUMP).chances(missing)[0, 1] == pytest.approx(sigmoid(-2.0))
    assert trees(RIGHT_WHEN_MISSING).chances(missing)[0, 1] == pytest.approx(sigmoid(1.0))


def test_votes_add_up_to_the_baseline():
    both = trees(STUMP, RIGHT_WHEN_MISSING, output=(0, 0), baseline=(0.25,))
    assert both.chances(np.array([[9.0, -1.0]]))[0, 1] == pytest.approx(sigmoid(0.25 + 2.0 - 1.0))


def test_a_shallow_leaf_beside_a_deep_branch():
    deep = tree((0, 0.0, True, 1, 2, 0.0), leaf(-3.0), (0, 5.0, True, 3, 4, 0.0), leaf(1.0), leaf(3.0))
    chances = trees(deep).chances(np.array([[-1.0], [1.0], [9.0]]))
    assert chances[:, 1] == pytest.approx(sigmoid(np.array([-3.0, 1.0, 3.0])))


def test_classes_exclude_each_other():
    three = trees(STUMP, tree(leaf(0.5)), tree(leaf(-0.5)), output=(0, 1, 2), baseline=(0.0, 0.1, 0.2), depth=1)
    chances = three.chances(np.array([[0.0], [9.0]]))
    for row, first in zip(chances, (-2.0, 2.0), strict=True):
        power = np.exp([first, 0.6, -0.3])
        assert row == pytest.approx(power / power.sum())


def test_no_rows_are_no_chances():
    assert trees(STUMP).chances(np.zeros((0, 1))).shape == (0, 2)


def test_models_come_back_as_they_were_written(tmp_path):
    models = {"one": trees(STUMP, baseline=(0.5,)), "other": trees(STUMP, tree(leaf(0.5)), output=(0, 1), baseline=(0.0, 0.25))}
    save(tmp_path / "a.npz", models)
    found = load(tmp_path / "a.npz")
    assert sorted(found) == ["one", "other"]
    rows = np.array([[0.0], [9.0], [NAN]])
    for name, model in models.items():
        assert (found[name].chances(rows) == model.chances(rows)).all()
        assert found[name].depth == model.depth


def test_the_same_models_are_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        save(tmp_path / name, {"one": trees(STUMP)})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_objects_in_a_file_are_never_loaded(tmp_path):
    fields = {f"one.{name}": np.asarray(getattr(trees(STUMP), name)) for name in Forest.__dataclass_fields__}
    np.savez(tmp_path / "a.npz", **{**fields, "one.value": np.array([[{"any": "object"}]], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        load(tmp_path / "a.npz")


def test_the_shipped_models_are_small_and_whole():
    path = forest.FOLDER / "brochures.npz"
    assert path.stat().st_size < 1_000_000
    models = load(path)
    assert sorted(models) == ["line", "offer", "pair", "token"]
    for model in models.values():
        nodes = model.feature.shape[1]
        inner = model.feature >= 0
        assert (model.left[inner] < nodes).all()
        assert (model.right[inner] > 0).all()
        assert np.isfinite(model.value).all()
    assert len(models["token"].baseline) == 3


@pytest.mark.parametrize("classes", [2, 3])
def test_trees_say_what_scikit_learn_says(classes, tmp_path):
    from sklearn.ensemble import HistGradientBoostingClassifier

    from training.brochures.fitting import exported

    lots = np.random.default_rng(3)
    rows = lots.normal(size=(300, 4))
    rows[lots.random(rows.shape) < 0.15] = NAN
    score = np.nan_to_num(rows[:, 0]) + np.isnan(rows[:, 1])
    labels = np.digitize(score, [0.3] if classes == 2 else [-0.3, 0.6])
    model = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=6, random_state=0, early_stopping=False).fit(rows, labels)
    ours = exported(model)
    assert ours.chances(rows) == pytest.approx(model.predict_proba(rows), abs=1e-5)
    save(tmp_path / "a.npz", {"one": ours})
    assert (load(tmp_path / "a.npz")["one"].chances(rows) == ours.chances(rows)).all()
    assert not (replace(ours, missing_left=~ours.missing_left).chances(rows) == ours.chances(rows)).all()


def test_a_regression_is_the_sum_of_its_trees():
    grown = trees(STUMP, RIGHT_WHEN_MISSING, output=(0, 0), baseline=(0.5,))
    assert grown.sums(np.array([[1.0, 1.0], [2.0, -1.0]])).tolist() == [[-2.0 + 1.0 + 0.5], [2.0 - 1.0 + 0.5]]
