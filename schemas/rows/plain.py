"""Rows that are checked and stay plain: for results of a hundred thousand rows, which are written down and dropped."""

from __future__ import annotations

from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from schemas.rows.evidence import Row


class FieldsOf:
    """Marks a dict as the fields of a row: `Annotated[dict[str, Any], FieldsOf(TermRow)]`.

    It is checked as the row's model checks, gets its defaults and its order, and dumps to the same JSON; but it does not become a model, which takes
    two thirds of the time again and three objects a row for the collector of garbage to walk over. Models with validators of their own, or with
    aliases, are refused with `TypeError`: what they do is not in their fields.
    """

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """See pydantic, "Custom types"."""
        found: Any = handler.resolve_ref_schema(handler(self._model))
        if found["type"] != "model" or found["schema"]["type"] != "model-fields":
            raise TypeError(f"{self._model.__name__} is more than its fields")
        fields = {}
        for name, field in found["schema"]["fields"].items():
            if "validation_alias" in field or "serialization_alias" in field:
                raise TypeError(f"the field {name} of {self._model.__name__} has an alias")
            fields[name] = core_schema.typed_dict_field(field["schema"], required=field["schema"]["type"] != "default")
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid")
