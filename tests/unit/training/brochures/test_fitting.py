"""From composed pages to models in a file: with few pages and small trees, so that it takes seconds; how good models are is measured elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.brochures import fitting, train
from training.brochures.fitting import examples, fit
from training.brochures.material import LabelledPage, chains, labelled_pages
from training.brochures.scoring import judged_pages
from training.composer.fonts import FontBook
from training.composer.writing import Order, write_pages
from workers.brochures.forest import load
from workers.brochures.reading import Models
from workers.evaluation.brochures.scoring import measured

SMALL = {"max_iter": 12, "learning_rate": 0.3, "max_leaf_nodes": 6, "min_samples_leaf": 5}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("composed")
    write_pages(out, Order(30, 7, ("de", "en"), ("frischwerk", "kontor", "mercadia")), FontBook({}))
    return out


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def pages(folder: Path, kept: Path) -> list[LabelledPage]:
    return labelled_pages(folder, kept, jobs=1, pdf=True)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "ROUNDS", 1)
    monkeypatch.setattr(fitting, "SHAPE", {name: {**shape, **SMALL} for name, shape in fitting.SHAPE.items()})


def test_pages_come_with_their_labels_and_chains(pages: list[LabelledPage]) -> None:
    assert len(pages) == 30
    assert sorted(chains(pages)) == ["frischwerk", "kontor", "mercadia"]
    assert all(page.page.text_source == "text-layer" and page.page.lines for page in pages)
    assert sum(len(page.offers) for page in pages) > 60


def test_a_page_that_was_read_is_not_read_again(folder: Path, kept: Path, pages: list[LabelledPage]) -> None:
    files = sorted(kept.iterdir())
    assert len(files) == 30
    for file in files:
        reading = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps({**reading, "adapter": "kept/1/reading"}), "utf-8")
    again = labelled_pages(folder, kept, jobs=1, pdf=True)
    assert {page.page.adapter for page in again} == {"kept/1/reading"}
    assert [page.name for page in again] == [page.name for page in pages]
    assert sorted(kept.iterdir()) == files


def test_a_page_whose_text_layer_says_nothing_is_left_out(folder: Path, tmp_path: Path) -> None:
    labelled_pages(folder, tmp_path, jobs=1, pdf=True)
    sorted(tmp_path.iterdir())[0].write_text("")
    assert len(labelled_pages(folder, tmp_path, jobs=1, pdf=True)) == 29


def test_examples_hold_labels_of_each_page(pages: list[LabelledPage]) -> None:
    real, composed = pages[:20], pages[20:]
    found = examples(real, composed)
    assert {one.fold for one in found} == {*chains(real), "composed 0", "composed 1"}
    assert {one.weight for one in found if one.fold.startswith("composed")} == {fitting.COMPOSED}
    assert all(len(one.roles) == len(one.look.prices) for one in found)
    prices = sum(one.roles.count(1) for one in found)
    assert prices > 0.7 * sum(len(one.source.offers) for one in found)


@pytest.mark.usefixtures("small")
def test_models_fitted_on_composed_pages_read_offers(pages: list[LabelledPage]) -> None:
    models = fit(examples(pages[:24], []))
    assert isinstance(models, Models)
    scores = measured(judged_pages(pages[24:], models)).scores
    assert scores.recall > 0.4
    assert scores.precision > 0.4


@pytest.mark.usefixtures("small")
def test_the_same_pages_fit_the_same_models(pages: list[LabelledPage]) -> None:
    first, second = (fit(examples(pages[:6], [])) for _ in range(2))
    for name in ("token", "line", "pair", "offer"):
        one, other = getattr(first, name), getattr(second, name)
        assert (one.value == other.value).all()
        assert (one.threshold == other.threshold).all()


@pytest.fixture
def trained(folder: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: None) -> Callable[..., Path]:
    """`python -m training.brochures.train` on text layers in place of images, which would need OCR; answers where it writes."""
    monkeypatch.setattr(train, "FOLDER", tmp_path)
    monkeypatch.setattr(train, "labelled_pages", lambda place, kept, *, jobs: labelled_pages(place, kept, jobs=jobs, pdf=True)[:6])

    def run(*options: str) -> Path:
        assert train.main([str(folder), "--kept", str(kept), "--jobs", "1", *options]) == 0
        return tmp_path

    return run


def test_what_is_written_is_what_was_fitted(trained: Callable[..., Path]) -> None:
    written = trained()
    models = load(written / "brochures.npz")
    assert {"token", "line", "pair", "offer"} <= set(models)
    assert all(np.isfinite(model.value).all() for model in models.values())
    card = json.loads((written / "brochures.json").read_text("utf-8"))
    assert card["composed_pages"] == 0
    assert sum(card["labelled_pages"].values()) == 6
    assert set(card["left_out"]) == {*card["labelled_pages"], "all"}
    assert "monotonic_cst" not in card["shape"]["pair"]


def test_fitting_alone_leaves_the_card(trained: Callable[..., Path]) -> None:
    written = trained("--fit-only")
    assert (written / "brochures.npz").exists()
    assert not (written / "brochures.json").exists()


def test_judging_writes_nothing(trained: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    written = trained("--judge-only")
    assert list(written.iterdir()) == []
    told = capsys.readouterr().err
    assert [line.split()[0] for line in told.splitlines() if "e2e" in line] == ["frischwerk", "kontor", "mercadia", "all"]


@pytest.mark.usefixtures("small")
def test_a_feature_that_nobody_measured_is_asked_by_no_tree(pages: list[LabelledPage]) -> None:
    found = examples(pages[:6], [])
    rows = {id(one): one.look.token_rows(fitting.WORDS) for one in found}
    for table in rows.values():
        table[:, 1] = np.nan
    forest = fitting._fitted("token", found, rows, lambda one: one.roles)
    assert (forest.feature >= 0).any()
    assert not (forest.feature == 1).any()
