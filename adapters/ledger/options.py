"""What can be tuned about a ledger, whatever database it lives in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class LedgerOptions(BaseModel):
    """Waiting, backoff and what is kept of erased versions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    busy_timeout_s: float = Field(
        default=10.0, gt=0, le=120, description="seconds a transaction waits for a lock before `ledger_unavailable`; longer hides an overloaded disk"
    )
    backoff_base_s: float = Field(
        default=2.0, gt=0, le=60, description="upper bound in seconds of the first wait after a failure; it doubles each time"
    )
    backoff_cap_s: float = Field(default=300.0, gt=0, le=86_400, description="upper bound in seconds of any wait between attempts")
    max_crashes: int = Field(default=3, ge=1, le=10, description="deaths of a document's own parser child before the document is dead")
    garbage_grace_s: float = Field(
        default=60.0, ge=0, description="seconds a result nobody needs any more is kept, for readers and late writers still at it; costs disk"
    )
    erase_key: SecretStr = Field(default=SecretStr(""), description="key of the hashes kept of erased versions; empty: made once, kept in the ledger")
