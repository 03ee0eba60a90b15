"""`tamiz adapters` and `tamiz schema`: what this installation can do and what it gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.cli.common import container, data_option, print_json, to_a_person
from schemas.errors import TamizError

if TYPE_CHECKING:
    from schemas.settings import Settings


@click.command()
@data_option
def adapters(data: Path | None) -> None:
    """List the adapters by family, which are in force, and what keeps one from working."""
    for fact in adapter_facts(container(data).settings):
        if to_a_person():
            mark = "*" if fact["in_force"] else " "
            click.echo(f"{mark} {fact['family']:<10} {fact['name']:<16} {fact['missing'] or _abilities(fact['capabilities'])}")
        else:
            print_json(fact)


@click.command()
@click.argument("kind", required=False)
def schema(kind: str | None) -> None:
    """Print the JSON Schema of an Extraction: of one kind, or of all."""
    from schemas.documents import Kind
    from schemas.extractions import EXTRACTIONS, any_extraction

    if kind is None:
        print_json(any_extraction.json_schema(mode="serialization"))
        return
    if kind not in set(Kind):
        raise click.BadParameter(f"is one of {', '.join(one.value for one in Kind)}", param_hint="KIND")
    print_json(EXTRACTIONS[Kind(kind)].model_json_schema(mode="serialization"))


def adapter_facts(settings: Settings) -> list[dict[str, Any]]:
    """Every adapter as JSON values: family, name, in_force, missing (what to do, or null), capabilities."""
    from adapters import registry

    found = []
    for family in registry.BUILT_IN:
        used = in_force(settings, family)
        for name in registry.names(family, settings.plugins):
            fact: dict[str, Any] = {"family": family, "name": name, "in_force": name in used, "missing": None, "capabilities": None}
            try:
                cls = registry.adapter_class(family, name, settings.plugins)
                if not isinstance(cls.capabilities, property):
                    fact["capabilities"] = cls.capabilities.model_dump(mode="json")
            except TamizError as error:
                fact["missing"] = error.message
            found.append(fact)
    return found


def in_force(settings: Settings, family: str) -> tuple[str, ...]:
    """The adapters of a family that these settings use."""
    if family in ("ledger", "warehouse"):
        scheme = getattr(settings, f"{family}_url").partition(":")[0].partition("+")[0]
        embedded = "sqlite" if family == "ledger" else "duckdb"
        return ({"": embedded, "postgresql": "postgres"}.get(scheme, scheme),)
    if family == "storage":
        schemes = {place.partition("://")[0] if "://" in place else "file" for place in (settings.bucket, settings.results)}
        names = {"file": "local", "gs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
        return tuple(names.get(scheme, scheme) for scheme in schemes)
    return tuple(name.strip() for name in getattr(settings, family).split(","))


def _abilities(capabilities: dict[str, Any] | None) -> str:
    if capabilities is None:
        return "as the one it chooses"
    words = []
    if capabilities["languages"]:
        words.append(", ".join(capabilities["languages"][:8]))
    words += [word for name, word in (("needs_network", "needs network"), ("needs_program", "needs a program")) if capabilities[name]]
    if float(capabilities["price_usd"]):
        words.append(f"{capabilities['price_usd']} USD a {capabilities['price_unit']}")
    return "; ".join(words)
