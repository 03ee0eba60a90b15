"""What a person says about a review file beside its bytes: the upload's metadata, and `[reviews]` of `tamiz.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from schemas.errors import Malformed, SettingsInvalid
from schemas.settings import ReviewSettings
from workers.reviews.columns import ROLES, normal
from workers.reviews.encodings import stated_encoding
from workers.reviews.values import DateOrder, rating_of

LAYOUTS = ("lines", "blocks", "pasted", "whole")


@dataclass(frozen=True)
class Said:
    """Checked statements; None and empty where nothing was said."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """All of it: `product`, `brand`, `retailer`, `store`, `region` and `language` hold for every review."""
    columns: Mapping[str, str | None] = field(default_factory=dict)
    """Column by role for this file; None: no column has that role."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further normalised names of columns by role, which files may have or not."""
    encoding: str | None = None
    delimiter: str | None = None
    layout: str | None = None
    rating_scale: float | None = None
    date_order: DateOrder | None = None


def said(metadata: Mapping[str, Any], settings: ReviewSettings | None = None) -> Said:
    """What the metadata says, and the settings where it is silent.

    Raises `Malformed` for a statement of another form, `SettingsInvalid` for a role that there is not.
    """
    settings = settings or ReviewSettings()
    scale = rating_of(metadata.get("rating_scale"))
    order, delimiter, layout = metadata.get("date_order"), metadata.get("delimiter"), metadata.get("layout")
    encoding = metadata.get("encoding")
    return Said(
        metadata=metadata,
        columns=_columns(metadata.get("columns")),
        names=_names(settings),
        encoding=stated_encoding(encoding) if isinstance(encoding, str) else None,
        delimiter=delimiter if isinstance(delimiter, str) and 0 < len(delimiter) < 6 and not set(delimiter) & set('\r\n"') else None,
        layout=layout if layout in LAYOUTS else None,
        rating_scale=scale.value if scale and scale.value > 0 else settings.rating_scale,
        date_order=order if order in get_args(DateOrder) else settings.date_order,
    )


def _columns(stated: Any) -> dict[str, str | None]:
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        raise Malformed("the metadata's `columns` must be an object: role -> column")
    for role in stated:
        if role not in ROLES:
            raise Malformed(f"the metadata's `columns` names the role {str(role)[:40]!r}; the roles are {', '.join(ROLES)}")
    return {role: str(column) if column not in (None, "") else None for role, column in stated.items()}


def _names(settings: ReviewSettings) -> dict[str, tuple[str, ...]]:
    unknown = sorted(set(settings.columns) - set(ROLES))
    if unknown:
        raise SettingsInvalid(f"reviews.columns in tamiz.toml names the role {unknown[0][:40]!r}; the roles are {', '.join(ROLES)}")
    return {role: tuple(normal(name) for name in ((names,) if isinstance(names, str) else names)) for role, names in settings.columns.items()}
