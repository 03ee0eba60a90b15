"""`docs/settings.md`, written from the models: `python -m schemas.settings_markdown > docs/settings.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from schemas.settings import CallSettings, Limits, ReviewSettings, Settings

_INTRODUCTION = """# Settings

Written from the models by `python -m schemas.settings_markdown`; a test fails when this file is not current.

Every setting is an environment variable or a key of `tamiz.toml` in the working directory (lower case, without `TAMIZ_`; `limits.pages` is a table
there); the environment wins. Lists and tables in the environment are JSON. `tamiz doctor` prints what is in force and where it came from.
"""


def markdown() -> str:
    """The whole file."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield "| variable | default | what it is |\n|---|---|---|"
    yield from _rows(Settings, "TAMIZ_", skip=("limits", "reviews", "calls"))
    yield "\n## Limits\n\nBeyond them a document is rejected with `too_large`, or a row set aside.\n"
    yield "| variable | default | what it is |\n|---|---|---|"
    yield from _rows(Limits, "TAMIZ_LIMITS__")
    yield "\n## Review files\n\nThe metadata of a file wins over these ([reviews.md](reviews.md)).\n"
    yield "| variable | default | what it is |\n|---|---|---|"
    yield from _rows(ReviewSettings, "TAMIZ_REVIEWS__")
    yield "\n## Calls\n\nThe metadata of a call wins over these.\n"
    yield "| variable | default | what it is |\n|---|---|---|"
    yield from _rows(CallSettings, "TAMIZ_CALLS__")
    yield "\n## Key patterns and adapter options\n"
    yield (
        "```toml\n"
        "[[patterns]]                      # the first that matches wins; `**` crosses levels\n"
        'pattern = "es/reviews/**"\n'
        'kind = "review"\n'
        'metadata = { language = "es", store = "Madrid" }\n\n'
        "[reviews.columns]                 # names of columns in every review file; a pattern's metadata has `columns` for some files\n"
        'text = ["Opinion libre", "q7_open"]\n'
        'rating = "NPS"\n\n'
        "[[calls.categories]]              # all conditions must hold; each may name a role, a range of the call, and `negate`\n"
        'name = "wants to leave"\n'
        'conditions = [{ words = ["cancel", "close my account"], role = "customer" }, { sentiment = ["negative"], last_percent = 25 }]\n\n'
        "[options.ocr.rapidocr]            # checked by the adapter's own model; `tamiz adapters` lists them\n"
        "detection_side_px = 1280\n"
        "```\n"
    )


def _rows(model: type[BaseModel], prefix: str, skip: tuple[str, ...] = ()) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name not in skip:
            yield f"| `{prefix}{name.upper()}` | {_default(field)} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr) or value in ("", (), {}, None):
        return ""
    if isinstance(value, tuple) and isinstance(value[0], BaseModel):
        return ", ".join(f"`{pattern.pattern}`" for pattern in value)
    return f"`{json.dumps(value, default=str)}`" if not isinstance(value, str) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
