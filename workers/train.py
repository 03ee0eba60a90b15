"""The door of `tamiz train` and `tamiz models`: fit a model on labelled files, see what there is, and say which is in force."""

from __future__ import annotations

from adapters.nlp.learned.archive import read_card
from adapters.nlp.learned.store import DEFAULT_NAME, TASKS, ModelStore, Stored, Task
from adapters.pulling import PYANNOTE_FILES, TORCH_FILES, Progress, Pulled, pull
from adapters.stt.whisper_models import pull_speech
from schemas.errors import InvalidRequest, ModelMissing
from workers.container import Container
from workers.evaluation.tables import Table, as_text
from workers.learning.aspects import AspectOutcome, WantedAspects, aspect_report_of, aspect_tables, promote_aspects, train_aspects
from workers.learning.contest import Contest
from workers.learning.drawing import mistakes, tables
from workers.learning.records import MOST_ROWS, Asked
from workers.learning.report import LearningReport
from workers.learning.training import PAGE, REPORT, Outcome, Policy, Wanted, promote, report_of, train

__all__ = [
    "DEFAULT_NAME",
    "MOST_ROWS",
    "PAGE",
    "REPORT",
    "TASKS",
    "Asked",
    "AspectOutcome",
    "Contest",
    "LearningReport",
    "ModelStore",
    "Outcome",
    "Policy",
    "Stored",
    "Table",
    "Task",
    "Wanted",
    "WantedAspects",
    "as_text",
    "aspect_report_of",
    "aspect_tables",
    "fetch",
    "find",
    "mistakes",
    "promote",
    "promote_aspects",
    "read_card",
    "report_of",
    "store_of",
    "tables",
    "train",
    "train_aspects",
]


def store_of(container: Container) -> ModelStore:
    """The models of a deployment: `DATA/models`."""
    return ModelStore(container.settings.models)


def fetch(container: Container, family: str, name: str, progress: Progress) -> Pulled:
    """Fetch a published model of a family (`stt`, `diarisation`, `nlp`) into the deployment's models. Raises as `adapters.pulling.pull`."""
    models = container.settings.models
    models.mkdir(parents=True, exist_ok=True)
    if family == "stt":
        return pull_speech(name, models, progress)
    return pull(name, models, PYANNOTE_FILES if family == "diarisation" else TORCH_FILES, progress)


def find(store: ModelStore, name: str, task: Task | None, version: str | None) -> Stored:
    """The model a person means; without `version` its newest. Raises `ModelMissing`, and `InvalidRequest` when two tasks have one of that name."""
    tasks = [task] if task else [one for one in TASKS if store.versions(one, name)]
    if len(tasks) > 1:
        raise InvalidRequest(f"{' and '.join(tasks)} both have a model called {name!r}; say which with --task")
    if not tasks:
        raise ModelMissing(f"there is no model called {name!r}; `tamiz models list` shows those there are")
    return store.get(tasks[0], name, version)
