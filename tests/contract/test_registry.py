"""The registry: every built-in is what it claims, third parties load only when allowed, and none can break the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from adapters import registry
from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from adapters.registry import BUILT_IN, Entry, adapter_class, create, names
from adapters.testing.ocr import OcrDescription
from schemas.errors import ExtraMissing, SettingsInvalid, UnknownAdapter

ROOT = Path(__file__).parents[2]
ENTRIES = [(family, name) for family, entries in BUILT_IN.items() for name in entries]
HEAVY = ("av", "boto3", "cv2", "faster_whisper", "google", "obstore", "onnxruntime", "pocketsphinx", "rapidocr", "torch", "transformers")


@pytest.fixture
def example_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example package as if it were installed."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "example_plugin"))
    for module in [name for name in sys.modules if name.startswith("tamiz_example")]:
        monkeypatch.delitem(sys.modules, module)


def test_every_family_with_a_port_is_registered_and_can_be_switched_off() -> None:
    assert set(BUILT_IN) == {path.parent.name for path in (ROOT / "adapters").glob("*/port.py")}
    assert all("none" in entries for entries in BUILT_IN.values())


@pytest.mark.parametrize("family, name", ENTRIES)
def test_a_built_in_says_what_it_is(family: str, name: str) -> None:
    cls = adapter_class(family, name)
    assert cls.name == name
    assert isinstance(cls.version, str)
    assert cls.version
    found = cls(cls.Options()).capabilities if isinstance(cls.capabilities, property) else cls.capabilities  # `auto` has those of its choice
    assert isinstance(found, Capabilities)
    assert cls.__doc__


@pytest.mark.parametrize("family, name", ENTRIES)
def test_the_options_of_a_built_in_are_described_checked_and_have_defaults(family: str, name: str) -> None:
    options: type[BaseModel] = adapter_class(family, name).Options
    assert issubclass(options, BaseModel)
    assert [field for field, info in options.model_fields.items() if not info.description] == []
    assert options.model_config.get("extra") == "forbid"
    assert options() == options.model_validate({})


def test_looking_adapters_up_loads_no_engine() -> None:
    program = (
        "import sys; from adapters.registry import BUILT_IN, adapter_class\n"
        "for family, entries in BUILT_IN.items():\n"
        "    for name in entries: adapter_class(family, name)\n"
        f"print([module for module in {HEAVY!r} if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownAdapter, match=r"'nobody'; built in: none, rapidocr, tesseract"):
        adapter_class("ocr", "nobody")
    with pytest.raises(UnknownAdapter):
        adapter_class("nofamily", "none")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "BUILT_IN", {"ocr": {"far": Entry("a_package_nobody_has:Far", "aws")}})
    with pytest.raises(ExtraMissing, match=r"pip install 'tamiz\[aws\]'.*a_package_nobody_has is missing"):
        adapter_class("ocr", "far")


def test_unknown_options_are_refused_by_name() -> None:
    with pytest.raises(SettingsInvalid, match="colour"):
        create("feed", "none", {"colour": "red"})


class TestThirdParty:
    pytestmark = pytest.mark.usefixtures("example_plugin")

    def test_one_that_is_not_allowed_is_neither_listed_nor_imported(self) -> None:
        assert "comments" not in names("ocr")
        with pytest.raises(UnknownAdapter, match="TAMIZ_PLUGINS"):
            adapter_class("ocr", "comments", ["ocr:other", "stt:comments"])
        assert "tamiz_example.comments" not in sys.modules

    def test_one_that_is_allowed_works_beside_the_built_ins(self) -> None:
        assert {"comments", "rapidocr"} <= set(names("ocr", ["ocr:comments"]))
        engine = create("ocr", "comments", {"confidence": 0.25}, allowed_plugins=["ocr:comments"])
        page = engine.read(described_png("Greek yogurt\n1.99"))
        assert [(line.text, line.confidence) for line in page.lines] == [("Greek yogurt", 0.25), ("1.99", 0.25)]
        assert page.adapter == "comments/1.0/none"

    def test_its_options_are_checked_too(self) -> None:
        with pytest.raises(SettingsInvalid, match="confidence"):
            create("ocr", "comments", {"confidence": 7}, allowed_plugins=["ocr:comments"])

    @pytest.mark.parametrize(
        "name, why",
        [
            ("broken", "tamiz-example could not be loaded .*another century"),
            ("vanished", "could not be loaded .*nowhere"),
            ("hollow", "is no adapter: it lacks name, version, capabilities, Options"),
        ],
    )
    def test_a_broken_one_is_named_and_keeps_nobody_from_the_others(self, name: str, why: str) -> None:
        allowed = ["ocr:comments", f"ocr:{name}"]
        assert {name, "comments"} <= set(names("ocr", allowed))
        with pytest.raises(ExtraMissing, match=why):
            create("ocr", name, allowed_plugins=allowed)
        assert create("ocr", "comments", allowed_plugins=allowed).name == "comments"

    def test_it_cannot_take_a_built_in_s_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "sly-1.dist-info").mkdir()
        (tmp_path / "sly-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: sly\nVersion: 1\n")
        (tmp_path / "sly-1.dist-info" / "entry_points.txt").write_text("[tamiz.ocr]\nnone = tamiz_example.comments:CommentOcr\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        assert adapter_class("ocr", "none", ["ocr:none"]).__module__ == "adapters.ocr.none"


@pytest.mark.usefixtures("example_plugin")
class TestExampleRunsTheContract(OcrDescription):
    @pytest.fixture
    def engine(self) -> Any:
        return create("ocr", "comments", allowed_plugins=["ocr:comments"])


def described_png(text: str) -> PageImage:
    from io import BytesIO

    from PIL import Image, PngImagePlugin

    comment, buffer = PngImagePlugin.PngInfo(), BytesIO()
    comment.add_text("Description", text)
    Image.new("RGB", (40, 20), "white").save(buffer, "PNG", pnginfo=comment)
    return PageImage(encoded=buffer.getvalue(), width_px=40, height_px=20)
