"""The DuckDB warehouse when processes die, come twice, or another program holds the file."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from adapters.testing.warehouse import texts_of
from adapters.testing.warehouse_rows import A, B, group, reviews
from adapters.warehouse.duckdb import DuckDbWarehouse
from schemas.errors import SchemaTooNew, ServiceUnavailable, StorageFull, WarehouseBusy
from schemas.tables import TABLES, WAREHOUSE_SCHEMA
from schemas.warehouse import QueryLimits, RowGroup

LIMITS = QueryLimits(seconds=30.0)
ROOT = Path(__file__).parents[2]
OLD, NEW = {A: ["old"]}, {A: ["new"] * 1000, B: ["new"]}


def made(folder, **options):
    return DuckDbWarehouse(DuckDbWarehouse.Options(**options), path=folder / "data" / "w.duckdb", run_dir=folder / "run")


@pytest.fixture
def warehouse(tmp_path):
    found = made(tmp_path)
    found.migrate()
    yield found
    found.close()


def python(code, *arguments):
    """A foreign program that says `ready` on a line and waits for its input to end."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ("ATTACH", OLD),
        ("BEGIN", OLD),
        ("DELETE FROM warehouse", OLD),
        ('INSERT INTO warehouse."documents"', OLD),
        ('INSERT INTO warehouse."reviews"', OLD),
        ("INSERT INTO warehouse._loads", OLD),
        ("COMMIT", OLD),
        ("DETACH", NEW),
    ],
)
def test_a_loader_killed_anywhere_leaves_the_old_rows_or_the_new_ones(warehouse, tmp_path, before, left):
    warehouse.replace([group(A, 1, ["old"])], 1)
    command = [sys.executable, "-m", "tests.integration.dying_loader", str(tmp_path / "data" / "w.duckdb"), str(tmp_path / "run"), before]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert texts_of(warehouse) == left, "what a reader sees first"
    warehouse.replace([group(A, 5, NEW[A]), group(B, 6, NEW[B])], 3)
    assert texts_of(warehouse) == NEW


def test_what_a_killed_loader_left_can_be_exported_and_is_well(warehouse, tmp_path):
    command = [sys.executable, "-m", "tests.integration.dying_loader", str(tmp_path / "data" / "w.duckdb"), str(tmp_path / "run"), "DETACH"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert (tmp_path / "data" / "w.duckdb.wal").exists(), "the case: the rows are in the log alone"
    assert warehouse.health() is None
    assert warehouse.export(tmp_path / "out")["reviews"] == 1001


def test_a_load_beyond_its_memory_spills_and_leaves_nothing(tmp_path):
    small = made(tmp_path, memory_bytes=64 * 1024**2)
    small.migrate()
    left = tmp_path / "data" / ".spill-999999999"
    left.mkdir()
    small.close()
    batches = (reviews(A, [f"{part}-{number}-" + "x" * 4000 for number in range(5000)]) for part in range(8))
    small.replace([RowGroup(A, 1, batches)], 1)
    assert small.query("SELECT count(*), count(DISTINCT text) FROM reviews", LIMITS).rows == ((40_000, 40_000),)
    small.close()
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["w.duckdb"]


def test_a_file_held_by_a_foreign_program_is_busy_and_then_loads(warehouse, tmp_path):
    holder = python("import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('ready', flush=True); sys.stdin.read()", tmp_path / "data/w.duckdb")
    try:
        with pytest.raises(WarehouseBusy):
            warehouse.replace([group(A, 1, ["x"])], 1)
        with pytest.raises(WarehouseBusy):
            warehouse.query("SELECT 1", LIMITS)
        assert "holds" in warehouse.health()
    finally:
        holder.communicate()
    warehouse.replace([group(A, 1, ["x"])], 1)
    assert texts_of(warehouse) == {A: ["x"]}


def test_the_file_is_free_between_loads_and_queries(warehouse, tmp_path):
    warehouse.replace([group(A, 1, ["x"])], 1)
    texts_of(warehouse)
    python("import duckdb, sys; duckdb.connect(sys.argv[1]).close(); print('ready', flush=True)", tmp_path / "data/w.duckdb").communicate()


def test_loaders_in_processes_of_their_own_take_turns(warehouse, tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom adapters.testing.warehouse_rows import group\nfrom schemas.documents import document_id\n"
        "from adapters.warehouse.duckdb import DuckDbWarehouse\n"
        "warehouse = DuckDbWarehouse(path=Path(sys.argv[1]), run_dir=Path(sys.argv[2]))\nprint('ready', flush=True)\n"
        "for number in range(10):\n"
        "    warehouse.replace([group(document_id('d', str(number)), int(sys.argv[3]) + number, [sys.argv[3]])], 1)\n"
    )
    loaders = [python(code, tmp_path / "data/w.duckdb", tmp_path / "run", number * 100) for number in range(1, 5)]
    seen = [sum(map(len, texts_of(warehouse).values())) for _ in range(5)]
    assert [loader.communicate() and loader.returncode for loader in loaders] == [0, 0, 0, 0]
    assert seen == sorted(seen)
    assert list(texts_of(warehouse).values()) == [["400"]] * 10


def test_readers_and_a_busy_loader_both_get_on(warehouse):
    stop = threading.Event()
    answers = []

    def read():
        while not stop.is_set():
            answers.append(warehouse.query("SELECT count(*) FROM reviews", LIMITS).rows[0][0])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 21):
        warehouse.replace([group(A, number, ["x"] * 7)], 1)
    stop.set()
    for reader in readers:
        reader.join(60)
    assert set(answers) <= {0, 7}
    assert 7 in answers


def test_a_newer_schema_is_left_alone(warehouse, tmp_path):
    import duckdb

    with duckdb.connect(str(tmp_path / "data/w.duckdb")) as db:
        db.execute("UPDATE _schema SET number = ?", [WAREHOUSE_SCHEMA + 1]).fetchall()
        db.execute("ALTER TABLE offers DROP COLUMN deposit").fetchall()
    with pytest.raises(SchemaTooNew):
        warehouse.migrate()
    assert "deposit" not in warehouse.query("SELECT * FROM offers", LIMITS).columns


def test_an_older_schema_gets_what_it_lacks(warehouse, tmp_path):
    import duckdb

    warehouse.replace([group(A, 1, ["kept"])], 1)
    with duckdb.connect(str(tmp_path / "data/w.duckdb")) as db:
        for statement in ("ALTER TABLE reviews DROP COLUMN helpful", "DROP TABLE terms", "UPDATE _schema SET number = 0"):
            db.execute(statement).fetchall()
    warehouse.migrate()
    assert texts_of(warehouse) == {A: ["kept"]}
    warehouse.replace([group(B, 2, ["new"])], 1)
    assert warehouse.query("SELECT text, helpful FROM reviews ORDER BY 1", LIMITS).rows == (("kept", None), ("new", None))
    assert warehouse.query("SELECT * FROM terms", LIMITS).columns == TABLES["terms"].column_names


def test_a_file_put_in_the_place_of_the_old_one_is_read(warehouse, tmp_path):
    warehouse.replace([group(A, 1, ["old"])], 1)
    assert texts_of(warehouse) == {A: ["old"]}
    (tmp_path / "data/w.duckdb").unlink()
    warehouse.migrate()
    assert texts_of(warehouse) == {}


def test_a_warehouse_that_is_not_there_says_so(tmp_path):
    missing = made(tmp_path)
    assert "does not exist" in missing.health()
    with pytest.raises(ServiceUnavailable, match="does not exist"):
        missing.query("SELECT 1", LIMITS)
    missing.close()


def test_a_full_disk_is_typed_and_nothing_is_half_loaded(warehouse, tmp_path):
    """The limit on file sizes stands in for a full disk: the kernel refuses the write with EFBIG instead of ENOSPC."""
    warehouse.replace([group(A, 1, ["old"])], 1)
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom adapters.testing.warehouse_rows import A, group\n"
        "from adapters.warehouse.duckdb import DuckDbWarehouse\nfrom schemas.errors import TamizError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "path = Path(sys.argv[1])\nwarehouse = DuckDbWarehouse(path=path, run_dir=Path(sys.argv[2]))\n"
        "size = path.stat().st_size + 100_000\nresource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "import random\nrandom.seed(1)\ntexts = [random.randbytes(500).hex() for _ in range(20_000)]\n"
        "try:\n    warehouse.replace([group(A, 2, texts)], 1)\nexcept TamizError as error:\n    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data/w.duckdb"), str(tmp_path / "run")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{StorageFull.code}\n", done.stderr
    assert texts_of(warehouse) == {A: ["old"]}
    warehouse.replace([group(A, 2, ["new"])], 1)
    assert texts_of(warehouse) == {A: ["new"]}


def test_an_empty_file_left_by_a_full_disk_is_made_anew(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "w.duckdb").touch()
    found = made(tmp_path)
    found.migrate()
    found.replace([group(A, 1, ["now"])], 1)
    assert texts_of(found) == {A: ["now"]}
    found.close()


def test_a_new_file_that_was_not_finished_is_made_anew(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".w.duckdb.new").write_bytes(b"half a header")
    found = made(tmp_path)
    found.migrate()
    assert [path.name for path in (tmp_path / "data").iterdir() if path.is_file()] == ["w.duckdb"]
    found.close()
