"""No warehouse: what is loaded is forgotten, and asking is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from adapters.capabilities import Capabilities
from schemas.documents import DocumentId
from schemas.errors import AdapterDisabled
from schemas.warehouse import QueryLimits, QueryResult, RowGroup


class NoWarehouse:
    """For deployments that only want the Extractions."""

    class Options(BaseModel):
        """None."""

        model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or self.Options()

    def migrate(self) -> None:
        """Nothing to make."""

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[DocumentId, int]]:  # noqa: ARG002 - nothing is fenced
        """Accepts all and keeps none; the batches are not read."""
        return [(group.document_id, group.load_seq) for group in groups]

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:  # noqa: ARG002 - nothing answers
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("there is no warehouse to ask; set TAMIZ_WAREHOUSE_URL")

    def export(self, directory: Path) -> Mapping[str, int]:  # noqa: ARG002 - nothing is written
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled("there is no warehouse to export; set TAMIZ_WAREHOUSE_URL")

    def health(self) -> str | None:
        """Always well."""
        return None

    def close(self) -> None:
        """Nothing to give back."""
