"""Where each setting came from, and what somebody meant to set and did not: for `tamiz doctor`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from schemas.settings import Settings

PREFIX = "TAMIZ_"
OURS = frozenset({"TAMIZ_API_KEY", "TAMIZ_SUPERVISED", "TAMIZ_LIFELINE_FD"})
"""Variables that are no settings: the key the command line sends, and what `tamiz up` tells its processes."""


def setting_origins(stated: Collection[str], environment: Mapping[str, str] | None = None, file: Path = Path("tamiz.toml")) -> dict[str, str]:
    """`command line`, `environment`, `tamiz.toml` or `default` by setting. `stated` are the settings given as options."""
    variables = {name.upper() for name in (os.environ if environment is None else environment)}
    in_file = set(tomllib.loads(file.read_text("utf-8"))) if file.is_file() else set()

    def origin(name: str) -> str:
        variable = f"{PREFIX}{name.upper()}"
        if name in stated:
            return "command line"
        if any(one == variable or one.startswith(f"{variable}__") for one in variables):
            return "environment"
        return "tamiz.toml" if name in in_file else "default"

    return {name: origin(name) for name in Settings.model_fields}


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """`TAMIZ_*` variables that set nothing: a typing mistake, most likely."""
    known = {name.upper() for name in Settings.model_fields}
    found = (os.environ if environment is None else environment).keys()
    ours = (name for name in found if name.upper().startswith(PREFIX) and name not in OURS)
    return sorted(name for name in ours if name.upper().removeprefix(PREFIX).split("__")[0] not in known)
