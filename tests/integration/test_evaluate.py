"""`tamiz eval brochures` as a program meets it, over pages with a text layer; one page is read by the default engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen import canvas

from schemas.documents import Kind
from schemas.settings import Settings
from tests.integration.api_process import TAMIZ
from tests.unit.workers.evaluation.brochures.benchmark import benchmark
from workers.container import Container
from workers.oneshot import OneShot

NAMES = ("Oat drink", "Emmental cheese", "Rye bread", "Smoked salmon")


def pdf(path: Path, name: str, price: str) -> None:
    page = canvas.Canvas(str(path), pagesize=(400, 560))
    page.setFont("Helvetica-Bold", 20)
    page.drawString(60, 400, name)
    page.setFont("Helvetica-Bold", 48)
    page.drawString(60, 330, price)
    page.save()


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Four pages of two chains, an offer on each; the last label is of another price."""
    folder = tmp_path / "set"
    (folder / "pages").mkdir(parents=True)
    lines = []
    for number, name in enumerate(NAMES):
        pdf(folder / "pages" / f"page_{number}.pdf", name, f"{number}.99")
        price = f"{number}.99" if number < 3 else "9.49"
        offers = [{"product_name": name, "price": price, "discount": None, "unit": None, "original_price": None, "bbox": [0.1, 0.2, 0.6, 0.45]}]
        lines.append({"page": f"page_{number}", "chain": "north" if number < 2 else "south", "offers": offers})
    (folder / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def evaluated(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [*TAMIZ, "eval", "brochures", *map(str, arguments)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=100, env={**os.environ, **environment})


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_report_says_what_a_scorer_says_of_our_predictions(labelled: Path, tmp_path: Path) -> None:
    predicted, page = tmp_path / "ours.jsonl", tmp_path / "worst.html"
    found = evaluated(labelled, "--jobs", "2", "--predictions", predicted, "--report", page)
    assert (found.returncode, found.stderr) == (0, "")
    report = json.loads(found.stdout)
    ours = {row["page"]: row["offers"] for row in rows(predicted)}
    assert report["overall"]["scores"] == pytest.approx(benchmark([(row["offers"], ours[row["page"]]) for row in rows(labelled / "gold.jsonl")]))
    assert report["overall"]["scores"]["offers"] == 4
    assert report["overall"]["scores"]["recall"] == 1.0  # names in a large type over a price: whatever reads brochures reads these
    assert (report["overall"]["misses"]["right"], report["overall"]["misses"]["price"]) == (3, 1)
    assert list(report["chains"]) == ["north", "south"]
    assert report["failed"] == []
    assert (report["seconds"]["jobs"], report["seconds"]["kept"]) == (2, False)
    html = page.read_text()
    assert "page_3" in html
    assert html.count("<image ") == 1  # only one page has a fault, and its picture is in the file
    assert not (tmp_path / "var").exists()


def test_pages_without_a_file_are_listed_and_the_rest_is_measured(labelled: Path) -> None:
    (labelled / "pages" / "page_1.pdf").unlink()
    (labelled / "pages" / "page_2.pdf").write_bytes(b"%PDF-1.7 broken")
    found = evaluated(labelled, "--format", "table")
    assert found.returncode == 1
    assert "page_1  not_found" in found.stdout
    assert "page_2  " in found.stdout
    assert "Traceback" not in found.stderr


def test_a_set_of_which_nothing_is_read_has_no_accuracy(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"page": "page", "offers": [{"product_name": "Oat"}]}')
    drawn(tmp_path / "page.png", "Oat")
    found = evaluated(tmp_path, TAMIZ_OCR="none")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("tamiz: none of the 1 pages could be read; page: ")
    assert found.stderr.endswith("(adapter_disabled)\n")


def test_lines_and_chains_can_be_chosen(labelled: Path) -> None:
    report = json.loads(evaluated(labelled, "--first", "3", "--chain", "south").stdout)
    assert report["overall"]["scores"]["pages"] == 1
    assert evaluated(labelled, "--first", "1", "--format", "markdown").stdout.startswith("**Scores**\n\n| chain | pages |")


@pytest.mark.parametrize(
    "line, code",
    [("{]", "malformed"), ("", "empty"), ('{"page": "elsewhere", "offers": []}', "not_found"), (None, "not_found")],
)
def test_a_set_that_cannot_be_measured_is_said_in_one_line(tmp_path: Path, line: str | None, code: str) -> None:
    if line is not None:
        (tmp_path / "gold.jsonl").write_text(line)
    found = evaluated(tmp_path)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("tamiz: ")
    assert found.stderr.endswith(f"({code})\n")
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [("--jobs", "0"), ("--first", "x"), ("--format", "csv"), ("--worst", "0"), ("--report", "/")])
def test_wrong_usage_is_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert evaluated(tmp_path, *arguments).returncode == 2


def test_a_file_that_cannot_be_written_is_known_before_the_work(labelled: Path, tmp_path: Path) -> None:
    found = evaluated(labelled, "--predictions", tmp_path / "nowhere" / "ours.jsonl")
    assert (found.returncode, found.stdout) == (1, "")
    assert "(invalid_request)" in found.stderr


def test_interrupted_it_ends_with_its_children(labelled: Path, tmp_path: Path) -> None:
    """Ctrl-C reaches the whole process group while a page is being read: no trace on the screen, nothing left on the disk."""
    slow = tmp_path / "temporary"
    slow.mkdir()
    for page in (labelled / "pages").iterdir():
        page.unlink()
    drawn(labelled / "pages" / "page_0.png", "Oat drink")
    process = subprocess.Popen(
        [*TAMIZ, "eval", "brochures", str(labelled)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(slow)},
    )
    try:
        while process.poll() is None and not list(slow.glob("tamiz-*/children/*/input")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err
    assert list(slow.iterdir()) == []


def drawn(path: Path, text: str) -> None:
    image = Image.new("RGB", (420, 160), "white")
    ImageDraw.Draw(image).text((20, 40), text, "black", ImageFont.load_default(48))
    image.save(path)


def test_kept_engine_outputs_are_replayed(tmp_path: Path) -> None:
    """What the engine said is changed in the store: the second reading tells the changed text."""
    drawn(tmp_path / "page.png", "Oat drink")
    box = Container(Settings(data=tmp_path / "data"))
    kept = tmp_path / "kept"
    with OneShot(box, kept=box.store_at(str(kept))) as shot:
        first = lines_of(shot.extract(tmp_path / "page.png", Kind.BROCHURE))
        outputs = [path for path in kept.rglob("*.json") if "Oat" in path.read_text()]
        assert len(outputs) == 1
        outputs[0].write_text(outputs[0].read_text().replace("Oat", "Rye"))
        assert lines_of(shot.extract(tmp_path / "page.png", Kind.BROCHURE)) == [line.replace("Oat", "Rye") for line in first]


def lines_of(extraction: Mapping[str, Any]) -> list[str]:
    return [line["text"] for line in extraction["lines"]]
