"""Small documents of every kind, made from a seeded generator: the same seed, the same bytes. All of it is invented."""

from __future__ import annotations

import csv
import io
import json
import random
import wave
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np

PRODUCTS = ("Natural yogurt 500 g", "Strawberry yogurt 150 g", "Mountain butter 250 g", "Oat drink 1 l", "Cream cheese 200 g", "Kefir 400 ml")
_PRAISE = ("creamy", "fresh", "delicious", "a delight", "worth every cent", "my favourite", "perfect for breakfast")
_BLAME = ("watery", "far too sweet", "spoiled after a day", "overpriced", "a disappointment", "badly packed", "bland")
_SUBJECTS = ("The yogurt", "This butter", "The lid", "Delivery", "The service", "The flavour", "The price")
_PLACES = ("Valencia", "Bilbao", "Leeds", "Austin", "Toronto", "Cork")


def sentence(rng: random.Random) -> str:
    """One opinion."""
    word = rng.choice(_PRAISE if rng.random() < 0.6 else _BLAME)
    return f"{rng.choice(_SUBJECTS)} was {word}, bought in {rng.choice(_PLACES)} for {rng.randint(1, 9)}.{rng.randint(10, 99)} EUR."


def prose(rng: random.Random, sentences: int) -> str:
    """A text nobody would take for a table."""
    return "\n".join(" ".join(sentence(rng) for _ in range(3)) for _ in range(max(1, sentences // 3))) + "\n"


def review(rng: random.Random, text: str | None = None) -> dict[str, object]:
    """One review as a shop would export it."""
    return {
        "id": f"r{rng.getrandbits(40):010x}",
        "product": rng.choice(PRODUCTS),
        "rating": rng.randint(1, 5),
        "title": rng.choice(("Good", "Not again", "As expected", "Surprised")),
        "text": text or " ".join(sentence(rng) for _ in range(rng.randint(1, 3))),
        "author": f"buyer-{rng.randint(1, 9999)}",
        "date": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    }


def reviews_json(rows: Sequence[dict[str, object]]) -> bytes:
    """A JSON array."""
    return json.dumps(list(rows)).encode()


def reviews_jsonl(rows: Sequence[dict[str, object]]) -> bytes:
    """One object per line."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def reviews_csv(rows: Sequence[dict[str, object]]) -> bytes:
    """A table with a header line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def reviews_text(rows: Sequence[dict[str, object]]) -> bytes:
    """Paragraphs, one per opinion, without stars."""
    return "\n\n".join(str(row["text"]) for row in rows).encode() + b"\n"


def page_image(text: str, size: tuple[int, int] = (240, 320), image_format: str = "PNG") -> bytes:
    """White paper with one line of text per line of `text`."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    for number, line in enumerate(text.splitlines()):
        pen.text((10, 10 + 16 * number), line, fill="black")
    out = io.BytesIO()
    sheet.save(out, image_format)
    return out.getvalue()


def text_pdf(pages: Sequence[str], password: str | None = None) -> bytes:
    """A PDF with a text layer, one entry of `pages` per page, encrypted when there is a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    encryption = StandardEncryption(password, strength=128) if password is not None else None
    canvas = Canvas(out, pagesize=(300, 400), invariant=1, encrypt=encryption)
    for page in pages:
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(20, 370 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned_pdf(text: str) -> bytes:
    """A PDF whose one page is an image."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(page_image(text))).save(out, "PDF", resolution=72, creationDate=None, modDate=None)
    return out.getvalue()


def tone(rng: random.Random, seconds: float, channels: int, rate_hz: int = 8000) -> bytes:
    """A wav of `seconds` at `rate_hz`: a falling tone per channel under a little noise."""
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    noise = np.random.default_rng(rng.getrandbits(32))
    columns = [
        0.3 * np.sin(2 * np.pi * (rng.randint(200, 900) - 50 * time) * time) + 0.01 * noise.standard_normal(len(time)) for _ in range(channels)
    ]
    samples = (np.stack(columns, axis=1) * 32_000).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def mail(subject: str, body: str, attachments: Sequence[tuple[str, str, bytes]]) -> bytes:
    """An e-mail with attachments given as (file name, media type, bytes)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ana Ruiz <ana@shop.example>"
    message["To"] = "service@moolane.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Nov 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{abs(hash_of(subject + body)):x}@shop.example>"
    message.set_content(body)
    for name, media_type, content in attachments:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return _fixed_boundaries(message.as_bytes(), subject)


def hash_of(text: str) -> int:
    """A number that depends on the text alone, unlike `hash`."""
    return random.Random(text).getrandbits(64)


def _fixed_boundaries(raw: bytes, seed: str) -> bytes:
    """The boundary drawn at random becomes one that the seed gives."""
    marker = b'boundary="'
    start = raw.find(marker)
    if start < 0:
        return raw
    start += len(marker)
    boundary = raw[start : raw.index(b'"', start)]
    return raw.replace(boundary, b"=====" + f"{hash_of(seed):016x}".encode() + b"==")
