"""`tamiz`: the commands and where they live."""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("handlers.cli.run:up", "Run everything here, embedded: API, folder watch, workers, sweeper, loader."),
    "api": ("handlers.cli.run:api", "Run the HTTP API only."),
    "worker": ("handlers.cli.run:worker", "Run one worker process for some queues."),
    "watch": ("handlers.cli.run:watch", "Watch the bucket's folder only."),
    "keeper": ("handlers.cli.run:keeper", "Run watch, reconciliation and sweeper."),
    "loader": ("handlers.cli.run:loader", "Run the loader only."),
    "extract": ("handlers.cli.extract:extract", "Extract files and print one JSON line each; no service needed."),
    "ingest": ("handlers.cli.ingest:ingest", "Put files into the bucket."),
    "status": ("handlers.cli.status:status", "Show what the ledger knows, or one document."),
    "sql": ("handlers.cli.sql:sql", "Ask the warehouse."),
    "export": ("handlers.cli.sql:export", "Write every table as Parquet."),
    "reprocess": ("handlers.cli.documents:reprocess", "Understand documents again; engines are not run again."),
    "redrive": ("handlers.cli.documents:redrive", "Try dead, failed or rejected documents again."),
    "delete": ("handlers.cli.documents:delete", "Remove documents and their rows."),
    "erase": ("handlers.cli.documents:erase", "Remove documents and every trace of them."),
    "reload": ("handlers.cli.documents:reload", "Load every document into the warehouse again."),
    "deletions": ("handlers.cli.documents:deletions", "Show, confirm or dismiss deletions that wait for a person."),
    "keys": ("handlers.cli.keys:keys", "Create, list and revoke API keys."),
    "adapters": ("handlers.cli.about:adapters", "List the adapters, what they can do and which are in force."),
    "schema": ("handlers.cli.about:schema", "Print the JSON Schema of an Extraction."),
    "eval": ("handlers.cli.eval:evaluate", "Measure accuracy on a labelled set."),
    "train": ("handlers.cli.train:train", "Learn from labelled files: sentiment from stars, any label column."),
    "models": ("handlers.cli.models:models", "List, show, promote, roll back and remove trained models."),
    "doctor": ("handlers.cli.doctor:doctor", "Print the settings in force and what is wrong."),
}
"""Every command, the function behind it, and its line in the help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command itself."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list in the help, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tamiz")
def tamiz() -> None:
    """Turns files nobody can query into tables anybody can: brochures, calls, reviews and mail as rows in SQL."""


def main(arguments: list[str] | None = None) -> Any:
    """Entry point: typed errors become one line on standard error and exit status 1; wrong usage is 2."""
    from schemas.errors import StorageFull, TamizError

    try:
        return tamiz.main(arguments, prog_name="tamiz")
    except TamizError as error:
        click.echo(f"tamiz: {error.message} ({error.code})", err=True)
        sys.exit(1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        click.echo(f"tamiz: the disk is full; free some space and start again ({StorageFull.code})", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
