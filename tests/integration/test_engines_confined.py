"""Engines with models of the hub inside the confined parser child: what they may read, and that nothing else is in reach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.errors import ModelMissing
from schemas.settings import Settings
from tests import tinymodels
from workers.exchange import INPUT, OUT, RESULT

REVIEWS = [{"text": "the yogurt is delicious and fresh, I love it."}, {"text": "ana maría works in madrid"}, {"text": "dirty room"}]


def request(size: int) -> dict[str, object]:
    return {
        "key": "reviews/a.json",
        "name": "a.json",
        "document_id": "d" * 26,
        "source_uri": "file:///a.json",
        "version": "1",
        "size_bytes": size,
        "sha256": "0" * 64,
        "kind": "review",
    }


def spec(options: dict[str, object], reads: tuple[Path, ...]) -> ChildSpec:
    settings = Settings(nlp="transformers", options={"nlp": {"transformers": options}})
    limits = ChildLimits(resident_bytes=1536 << 20, recycle_above_bytes=1536 << 20)
    return ChildSpec(entry="workers.parser:serve", options=settings.engines.model_dump(mode="json"), read_paths=reads, limits=limits)


def read(pool: ChildPool) -> dict[str, object]:
    with pool.lease() as child:
        (child.workdir / INPUT).write_text(json.dumps(REVIEWS))
        child.call("work", request((child.workdir / INPUT).stat().st_size))
        found: dict[str, object] = json.loads((child.workdir / OUT / RESULT).read_text())
        return found


def test_a_review_file_is_understood_by_models_in_the_child(tmp_path: Path) -> None:
    models = tinymodels.language_models(tmp_path / "models")
    pool = ChildPool(spec({**models, "vectors": "", "labels": ["food", "hotel"]}, (tmp_path / "models",)), tmp_path / "children", 1)
    try:
        found = read(pool)
    finally:
        pool.close()
    assert found["reviews"][0]["sentiment"] == "positive"
    assert ("madrid", "LOCATION") in [(row["text"], row["type"]) for row in found["entities"]]
    assert all(row["adapter"].startswith("transformers/") for row in found["reviews"])


def test_models_outside_of_what_a_child_may_read_are_missing(tmp_path: Path) -> None:
    folder = tinymodels.classifier(tmp_path / "models", ["NEG", "POS"])
    pool = ChildPool(spec({"sentiment": str(folder), "entities": ""}, ()), tmp_path / "children", 1)
    try:
        with pytest.raises(ModelMissing, match="must not be read"):
            read(pool)
    finally:
        pool.close()
