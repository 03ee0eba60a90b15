"""The message pipeline: an e-mail to one row of `messages`, its attachments to documents of their own."""

from __future__ import annotations

from email import message_from_binary_file
from email.message import Message
from email.policy import default
from time import monotonic
from typing import ClassVar

from schemas.documents import Kind, document_id
from schemas.errors import Malformed, TooLarge
from schemas.extractions import MessageExtraction, Problem
from schemas.language import TextAnalysis
from schemas.ledger import PartSpec
from schemas.rows.common import EntityRow
from schemas.rows.message import MessageRow
from workers.messages.headers import addresses, field, message_ids, sent_at
from workers.messages.parts import Contents, contents_of
from workers.pipeline import FoundAttachment, Result, Source, Tools, envelope
from workers.sniffing import HEAD_BYTES, sniff

ADAPTER = "messages/1/stdlib-email"
TEXT_CHARS = 3 * 1024**2
"""Characters of text kept of one message, so that its Extraction stays under 16 MB; `limits.text_bytes` may ask for fewer."""
_KNOWN_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "received", "return-path", "mime-version", "content-type", "sender", "reply-to")


class MessagePipeline:
    """Reads RFC 5322 messages. Always one part."""

    kind: ClassVar[Kind] = Kind.MESSAGE
    media_types: ClassVar[frozenset[str]] = frozenset({"message/rfc822"})

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:  # noqa: ARG002 - the protocol's signature
        """A message is worked off in one go."""
        return ()

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """One row, entities of the text, and the attachments as files of `tools.out_dir`.

        Raises `TooLarge` for messages nested too deep and `Malformed` for a file without a header field.
        """
        started = monotonic()
        _refuse_depth(source, tools.limits.nesting)
        with tools.steps.step("read"):
            message, contents = _read(source)
            problems = _problems(contents, tools.limits.attachments)
            attachments = _written(contents, tools)
        text = contents.text
        most = min(TEXT_CHARS, tools.limits.text_bytes)
        if len(text) > most:
            problems.append(Problem(code="too_large", message=f"the text is cut after {most} of its {len(text)} characters"))
            text = text[:most]
        nlp = tools.nlp
        with tools.steps.step("nlp", f"{nlp.name}/{nlp.version}/{nlp.model}"):
            (analysis,) = nlp.analyze([text], _stated_language(source))
        row = _row(message, contents, text, analysis, _listed(contents, source, attachments))
        extraction = MessageExtraction(
            **envelope(source, part, tools, started)
            | {"language": row.language, "items": 1, "problems": tuple(problems), "messages": (row,)}
            | {"entities": tuple(_entities(analysis))}
        )
        return Result(extraction, attachments)


def _refuse_depth(source: Source, deepest: int) -> None:
    depth = source.metadata.get("depth", 0)
    if isinstance(depth, int) and depth > deepest:
        raise TooLarge(f"messages inside messages are read {deepest} levels deep (TAMIZ_LIMITS__NESTING)")


def _stated_language(source: Source) -> str | None:
    stated = source.metadata.get("language")
    return stated if isinstance(stated, str) and stated else None


def _read(source: Source) -> tuple[Message, Contents]:
    try:
        with source.path.open("rb") as file:
            message: Message = message_from_binary_file(file, policy=default)
        contents = contents_of(message)
    except RecursionError as error:
        raise TooLarge("the message's parts are nested too deep to be read") from error
    names = {name.lower() for name, _ in message.raw_items()}
    if not names & set(_KNOWN_FIELDS):
        raise Malformed("this file has no header field of an e-mail (From, To, Subject, Date, ...)")
    return message, contents


def _problems(contents: Contents, most: int) -> list[Problem]:
    """Parts that could not be read, and attachments beyond the cap, which are left out."""
    problems: list[Problem] = []
    if contents.unreadable:
        problems.append(Problem(code="malformed", message=f"{contents.unreadable} parts of the message cannot be decoded"))
    if len(contents.files) > most:
        more = len(contents.files) - most
        problems.append(Problem(code="too_large", message=f"{more} attachments beyond the first {most} were left out (TAMIZ_LIMITS__ATTACHMENTS)"))
        del contents.files[most:]
    return problems


def _written(contents: Contents, tools: Tools) -> tuple[FoundAttachment, ...]:
    """Files under names of ours; what the sender called them is data."""
    found: list[FoundAttachment] = []
    for number, file in enumerate(contents.files, 1):
        path = tools.out_dir / f"attachment-{number}"
        path.write_bytes(file.data)
        found.append(FoundAttachment(number=number, name=file.name, content_type=file.content_type, path=path))
    return tuple(found)


def _listed(contents: Contents, source: Source, attachments: tuple[FoundAttachment, ...]) -> list[dict[str, object]]:
    return [
        {
            "name": found.name,
            "media_type": sniff(file.data[:HEAD_BYTES], len(file.data), file.name),
            "size_bytes": len(file.data),
            "document_id": document_id("attachments", f"{source.document_id}/{found.number}"),
        }
        for found, file in zip(attachments, contents.files, strict=True)
    ]


def _row(message: Message, contents: Contents, text: str, analysis: TextAnalysis, listed: list[dict[str, object]]) -> MessageRow:
    own = next(iter(message_ids(field(message, "Message-ID"))), None)
    earlier = [*message_ids(field(message, "References")), *message_ids(field(message, "In-Reply-To"))]
    sender = addresses([field(message, "From") or field(message, "Sender")])
    written = field(message, "Date")
    moment = sent_at(written)
    flags = [
        flag
        for flag, raised in (
            ("sender_missing", not sender),
            ("date_unreadable", bool(written) and moment is None),
            ("parts_unreadable", contents.unreadable > 0),
            ("text_missing", not text),
        )
        if raised
    ]
    return MessageRow.model_validate(
        {
            "message_id": own,
            "thread_id": earlier[0] if earlier else own,
            "sender": sender[0] if sender else None,
            "recipients": addresses(field(message, name) for name in ("To", "Cc", "Bcc")),
            "subject": field(message, "Subject"),
            "sent_at": moment,
            "text": text,
            "language": analysis.language.language if analysis.language else None,
            "attachments": listed,
            "confidence": round(0.8 ** len(flags), 3),
            "adapter": ADAPTER,
            "flags": tuple(flags),
        }
    )


def _entities(analysis: TextAnalysis) -> list[EntityRow]:
    return [EntityRow(item_no=1, adapter=analysis.adapter, **entity.model_dump()) for entity in analysis.entities]
