"""A deployment whose engines take trained and fetched models from a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from adapters import registry
from schemas.errors import NotFound
from workers.container import Container

MODELS: Final = "models"
"""Option of the engines that take models: the folder they are in."""


def takes_models(container: Container, family: str, name: str) -> bool:
    """Whether an engine takes models from a folder. Raises `UnknownAdapter`, `ExtraMissing`."""
    return MODELS in registry.adapter_class(family, name, container.settings.plugins).Options.model_fields


def model_folder(stated: Path | None) -> Path | None:
    """The folder, absolute. Raises `NotFound` where there is none."""
    if stated is not None and not stated.is_dir():
        raise NotFound(f"there is no folder of models at {stated}")
    return stated.absolute() if stated else None


def with_engine(container: Container, family: str, name: str, models: Path | None) -> Container:
    """The deployment with another engine of a family, and its models in `models`, where that is given and the engine takes any.

    Raises as `takes_models`.
    """
    settings = container.settings
    options: dict[str, dict[str, dict[str, Any]]] = settings.options
    if takes_models(container, family, name) and models:
        of_family = options.get(family, {})
        options = {**options, family: {**of_family, name: {**of_family.get(name, {}), MODELS: str(models)}}}
    return Container(settings.model_copy(update={family: name, "options": options}))
