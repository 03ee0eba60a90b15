"""`tamiz train`: models from files people labelled, with stars or with words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.cli.common import container, data_option, print_json, to_a_person

if TYPE_CHECKING:
    from workers.train import Asked, Outcome, Policy, Task

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("train")
def train() -> None:
    """Learn from labelled files. A model that beats the one in force on held-out rows takes its place."""


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every training."""
    for option in (
        data_option,
        click.option("--format", "form", type=click.Choice(["table", "json"]), help="Default: table for a terminal, json for a program."),
        click.option("--keep-out", is_flag=True, help="Store the model, but do not put it in force."),
        click.option("--force", is_flag=True, help="Put the model in force whatever the held-out rows say."),
        click.option("--rows", type=click.IntRange(min=100), help="Rows to learn from at most; more are sampled. Default: 40000."),
        click.option("--language", "languages", multiple=True, help="Only rows of this language (BCP 47; may be given several times)."),
        click.option("--name", default="default", show_default=True, help="Name of the model."),
        click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILES),
    ):
        command = option(command)
    return command


@train.command()
@_common
@click.option("--text", help="Column of the text; default: found, with the title.")
@click.option("--label", help="Column of stars, numbers or words of feeling; default: the ratings, else a column of polarities.")
def sentiment(files: tuple[Path, ...], text: str | None, label: str | None, **how: Any) -> None:
    """Learn positive, neutral and negative from the stars of review FILEs.

    Of five stars 4 and 5 praise, 1 and 2 blame, 3 is neutral. Rows without a label are left out and counted.
    """
    from workers.train import Asked

    _run("sentiment", files, Asked(sentiment=True, text=text, label=label, languages=how["languages"]), how)


@train.command()
@_common
@click.option("--text", required=True, help="Column of the text.")
@click.option("--label", required=True, help="Column of the label; a JSON list means several labels.")
def classifier(files: tuple[Path, ...], text: str, label: str, **how: Any) -> None:
    """Learn any label column of FILEs: intents, queues, scores."""
    from workers.train import Asked

    _run("classifier", files, Asked(sentiment=False, text=text, label=label, languages=how["languages"]), how)


@train.command()
@data_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), help="Default: table for a terminal, json for a program.")
@click.option("--keep-out", is_flag=True, help="Store the model, but do not put it in force.")
@click.option("--force", is_flag=True, help="Put the model in force whatever the held-out rows say.")
@click.option("--set", "sets", multiple=True, metavar="SET", help="Only rows whose `set` this is (may be given several times).")
@click.option("--name", default="default", show_default=True, help="Name of the model.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILES)
def aspects(files: tuple[Path, ...], data: Path | None, form: str | None, **how: Any) -> None:
    """Learn to find aspect terms from FILEs of JSON lines.

    A line is {"text", "language", "aspects": [{"term", "polarity", "start"}]}; `start` counts characters from 0. A text without terms has an empty
    list. At least 50 texts with terms are needed, some hundred make it better than the rules that ship. Sets that were labelled by different rules
    disturb each other: learn from one at a time.
    """
    from datetime import UTC, datetime

    from workers.train import WantedAspects, as_text, aspect_tables, store_of, train_aspects

    wanted = WantedAspects(files, how["name"], _policy(how["force"], how["keep_out"]), how["sets"])
    outcome = train_aspects(wanted, store_of(container(data)), datetime.now(UTC), _told)
    stored, report = outcome.stored, outcome.report
    if (form or ("table" if to_a_person() else "json")) == "json":
        shown = {"task": stored.task, "name": stored.name, "version": stored.version, "folder": str(stored.folder), "promoted": outcome.promoted}
        print_json(shown | {"report": report.model_dump(mode="json")})
    else:
        click.echo(as_text(aspect_tables(report)).encode("utf-8", "backslashreplace"), nl=False)
    _told(report.contest.told)
    _told(f"{stored.title} is {'in force' if outcome.promoted else 'stored, and not in force'}; its report: {stored.folder / 'report.json'}")


def _policy(force: bool, keep_out: bool) -> Policy:
    if force and keep_out:
        raise click.UsageError("--force and --keep-out contradict each other")
    return "always" if force else "never" if keep_out else "if-better"


def _run(task: Task, files: tuple[Path, ...], asked: Asked, how: dict[str, Any]) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    from workers.train import Wanted, store_of
    from workers.train import train as fitted

    policy = _policy(how["force"], how["keep_out"])
    box = container(how["data"])
    wanted = Wanted(task, how["name"], files, replace(asked, most=how["rows"]) if how["rows"] else asked, policy)
    outcome = fitted(wanted, store_of(box), box.settings.limits, datetime.now(UTC), _told)
    _show(outcome, how["form"] or ("table" if to_a_person() else "json"))


def _show(outcome: Outcome, form: str) -> None:
    from workers.train import PAGE, as_text, tables

    stored, contest = outcome.stored, outcome.report.contest
    if form == "json":
        shown = {"task": stored.task, "name": stored.name, "version": stored.version, "folder": str(stored.folder), "promoted": outcome.promoted}
        print_json(shown | {"report": outcome.report.model_dump(mode="json")})
    else:
        click.echo(as_text(tables(outcome.report)).encode("utf-8", "backslashreplace"), nl=False)
    _told(contest.told)
    _told(f"{stored.title} is {'in force' if outcome.promoted else 'stored, and not in force'}; its report: {stored.folder / PAGE}")


def _told(line: str) -> None:
    click.echo(line, err=True)
