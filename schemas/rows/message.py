"""Messages and classifications."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from schemas.rows.evidence import Fact, Json, TextFact


class MessageRow(TextFact):
    """One e-mail."""

    message_id: str | None = None
    thread_id: str | None = None
    sender: str | None = None
    recipients: Json = Field(default=(), description="list of addresses")
    subject: str | None = None
    sent_at: datetime | None = None
    text: str = ""
    language: str | None = None
    attachments: Json = Field(default=(), description="list of {name, media_type, size_bytes, document_id}")
    class_: str | None = Field(default=None, alias="class")
    route: str | None = None
    priority: str | None = None
    summary: str | None = None


class ClassificationRow(Fact):
    """A label a model gave to the document."""

    model: str
    label: str
