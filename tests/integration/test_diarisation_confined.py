"""pyannote inside a confined child: its package and its pipeline are in reach, and nothing else of the machine or the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.errors import ModelMissing
from schemas.settings import Settings
from tests import fakepyannote, tinyvoices
from tests.contract.test_diarisation import PACKAGES

NAME = "pyannote/speaker-diarization-community-1"


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of models with the pipeline as a pull leaves it, and the folder the package lies in."""
    models, site = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("site")
    folder = models / "hub" / NAME
    if request.param == "stand-in":
        fakepyannote.install(site)
        monkeypatch.syspath_prepend(str(site))
        fakepyannote.pipeline(folder)
    else:
        found = find_spec("pyannote.audio")
        assert found is not None
        assert found.origin
        site = Path(found.origin).parents[2]
        tinyvoices.pipeline(folder)
    return models, site


@contextmanager
def child(options: dict[str, str], reads: tuple[Path, ...], folder: Path) -> Iterator[Child]:
    limits = ChildLimits(resident_bytes=1536 << 20, recycle_above_bytes=1536 << 20)
    pool = ChildPool(ChildSpec(entry="tests.integration.diarising_child:serve", options=dict(options), read_paths=reads, limits=limits), folder, 1)
    try:
        with pool.lease() as leased:
            yield leased
    finally:
        pool.close()


def test_voices_are_told_apart_in_a_confined_child(package: tuple[Path, Path], tmp_path: Path) -> None:
    models, site = package
    options = Settings(data=tmp_path, options={"diarisation": {"pyannote": {"models": str(models)}}}).engines.options["diarisation"]["pyannote"]
    with child(options, (models, site), tmp_path / "children") as confined:
        assert confined.call("separate", {})["speakers"] == [1, 2, 1]
        assert confined.call("call_out", {}) == {"kept": True}


def test_a_pipeline_out_of_reach_is_missing(package: tuple[Path, Path], tmp_path: Path) -> None:
    models, site = package
    with child({"models": str(models)}, (site,), tmp_path / "children") as confined, pytest.raises(ModelMissing, match="must not be read"):
        confined.call("separate", {})
