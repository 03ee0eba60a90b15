"""The samples: what the generator promises, and that the committed files are what it makes."""

from __future__ import annotations

import json
import wave
from collections import Counter
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from samples import make
from samples.generator import call, message, photo, reviews
from samples.generator.brochure import brochure_pdf, validity
from samples.generator.catalogue import PAGE_ONE, PAGE_TWO, VALID_FROM, VALID_TO, Offer
from samples.generator.phrases import ASPECTS, Mood

SAMPLES = Path(make.__file__).parent
FILES = (make.BROCHURE, make.PHOTO, make.CALL, make.CALL_META, make.REVIEWS, make.MAIL)
OFFERS = PAGE_ONE + PAGE_TWO


def committed(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def page_texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_the_committed_samples_are_under_five_megabytes() -> None:
    kept = [path for folder in ("brochures", "calls", "reviews", "messages") for path in (SAMPLES / folder).iterdir()]
    assert {str(path.relative_to(SAMPLES)) for path in kept} == set(FILES)
    assert sum(path.stat().st_size for path in kept) < 5_000_000


def test_write_samples_writes_every_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "photographed_page", lambda pdf, page: b"photo")
    monkeypatch.setattr(call, "call_wav", lambda: b"call")
    written = make.write_samples(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in written] == list(FILES)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)


# --- brochure


def test_the_brochure_is_the_same_at_every_run() -> None:
    assert brochure_pdf() == brochure_pdf()


def test_the_committed_brochure_says_what_the_generator_prints() -> None:
    assert page_texts(committed(make.BROCHURE)) == page_texts(brochure_pdf())


@pytest.mark.parametrize(("page", "offers"), [(0, PAGE_ONE), (1, PAGE_TWO)])
def test_every_offer_is_in_the_text_layer_of_its_page(page: int, offers: tuple[Offer, ...]) -> None:
    text = " ".join(page_texts(committed(make.BROCHURE))[page].split())
    for offer in offers:
        printed = [offer.brand, offer.name, offer.package, f"{offer.basis} = {offer.unit_price}", str(offer.price)]
        printed += [str(money) for money in (offer.original, offer.loyalty, offer.deposit) if money is not None]
        printed += [offer.multibuy] if offer.multibuy else []
        assert [part for part in printed if part not in text] == []
    assert validity() in text


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_the_prices_of_an_offer_agree_with_each_other(offer: Offer) -> None:
    for dearer, cheaper in ((offer.original, offer.price), (offer.price, offer.loyalty)):
        assert dearer is None or cheaper is None or dearer > cheaper
    assert (offer.discount is None) == (offer.original is None)
    if offer.original is not None and offer.discount is not None:
        assert abs(float(offer.price / offer.original) - (1 - offer.discount / 100)) <= 0.005


def test_unit_prices_are_rounded_as_shops_round_them() -> None:
    by_name = {offer.name: offer.unit_price for offer in OFFERS}
    assert by_name["Mature Gouda in slices"] == Decimal("5.98")
    assert by_name["Goat Cream Cheese with honey"] == Decimal("14.60")
    assert by_name["Free Range Eggs size M"] == Decimal("0.26")
    assert by_name["Iced Coffee Latte"] == Decimal("0.48")


def test_the_brochure_shows_every_kind_of_offer() -> None:
    assert len(PAGE_ONE) == 8
    assert len(PAGE_TWO) == 9
    for feature in ("original", "loyalty", "deposit", "multibuy", "promo", "barcode"):
        assert any(getattr(offer, feature) for offer in OFFERS), feature
    assert {offer.raised_cents for offer in OFFERS} == {True, False}


def test_the_offers_run_from_a_monday_to_its_saturday() -> None:
    assert (VALID_FROM.weekday(), VALID_TO.weekday(), (VALID_TO - VALID_FROM).days) == (0, 5, 5)
    assert validity() == "Mon 23 November to Sat 28 November 2026"


def test_the_barcode_of_page_two_can_be_scanned() -> None:
    import zxingcpp

    with pypdfium2.PdfDocument(committed(make.BROCHURE)) as document:
        picture = document[1].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [offer.barcode for offer in PAGE_TWO if offer.barcode]


def test_the_committed_photograph_shows_page_one() -> None:
    with Image.open(BytesIO(committed(make.PHOTO))) as kept, Image.open(BytesIO(photo.photographed_page(brochure_pdf(), 0))) as made:
        assert kept.format == "JPEG"
        assert kept.size == made.size == (photo.WIDTH, photo.HEIGHT)
        difference = np.asarray(kept, dtype=np.float32) - np.asarray(made, dtype=np.float32)
    assert float(np.abs(difference).mean()) < 3  # another JPEG or rendering library moves single pixels, not the page


def test_any_page_can_be_photographed_and_its_corners_are_told() -> None:
    red = np.full((400, 300, 3), (20, 20, 220), np.uint8)
    for level in (1, 5):
        taken = photo.photograph(red, level, photo.strength(level, level))
        with Image.open(BytesIO(taken.jpeg)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (photo.WIDTH, photo.HEIGHT))
            pixels = np.asarray(picture.convert("RGB"), dtype=np.float32)
        corners = np.array(taken.corners) * (photo.WIDTH, photo.HEIGHT)
        assert (corners >= 0).all() and (corners <= (photo.WIDTH, photo.HEIGHT)).all()
        for corner in corners:
            x, y = (corner + 0.08 * (corners.mean(axis=0) - corner)).round().astype(int)
            assert pixels[y, x, 0] > pixels[y, x, 1] + 50
            x, y = np.clip((corner - 0.08 * (corners.mean(axis=0) - corner)).round().astype(int), 0, (photo.WIDTH - 1, photo.HEIGHT - 1))
            assert pixels[y, x, 0] < pixels[y, x, 1] + 50
    assert photo.photograph(red, 5, photo.strength(5, 5)) == taken
    assert len({photo.strength(3, seed).table for seed in range(40)}) == len(photo.TABLES)


# --- call


def test_turns_follow_each_other_and_one_interrupts() -> None:
    durations = [2.0] * len(call.DIALOGUE)
    starts = call.turn_starts(durations)
    early = [place for place in range(1, len(starts)) if starts[place] < starts[place - 1] + 2.0]
    assert [call.DIALOGUE[place].channel for place in early] == [call.CUSTOMER]
    assert all(first.channel != second.channel for first, second in zip(call.DIALOGUE, call.DIALOGUE[1:], strict=False))


def test_both_sides_ask() -> None:
    assert {turn.channel for turn in call.DIALOGUE if "?" in turn.text} == {call.AGENT, call.CUSTOMER}


def test_the_committed_call_has_two_channels_of_sixteen_bits_for_under_a_minute() -> None:
    with wave.open(str(SAMPLES / make.CALL)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, call.RATE)
        seconds = file.getnframes() / call.RATE
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).astype(np.float64)
    assert 40 <= seconds <= 60
    blocks = samples[: len(samples) // 800 * 800].reshape(-1, 800, 2)  # 50 ms
    spoken = np.sqrt((blocks**2).mean(axis=1)) > 500
    alone, both = spoken.sum(axis=1) == 1, spoken.all(axis=1)
    assert 0.3 <= both.sum() * 0.05 <= 1.5
    assert alone.sum() * 0.05 > 30
    assert (spoken.sum(axis=0) * 0.05 > 8).all()


def test_the_sidecar_says_what_the_recording_does_not() -> None:
    assert committed(make.CALL_META) == call.meta_json()
    assert {"agent_id", "customer_id", "queue", "started_at"} <= json.loads(committed(make.CALL_META)).keys()


def test_a_missing_speech_program_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samples.generator.call.shutil.which", lambda name: None)
    with pytest.raises(RuntimeError, match="apt-get install espeak-ng"):
        call.call_wav()


# --- reviews


def test_the_committed_reviews_are_what_the_generator_makes() -> None:
    assert committed(make.REVIEWS) == reviews.reviews_jsonl()


def test_there_are_two_hundred_different_reviews_in_two_languages() -> None:
    rows = [json.loads(line) for line in committed(make.REVIEWS).decode().splitlines()]
    assert len(rows) == len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == 200
    assert not [row for row in rows if "{" in row["text"] or "  " in row["text"] or row["text"] != row["text"].strip()]
    spanish = {store for store, _ in reviews.STORES["es"]}
    assert 60 <= sum(row["store"] in spanish for row in rows) <= 140
    assert Counter(row["stars"] for row in rows).keys() == {1, 2, 3, 4, 5}
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert all(date(2026, 8, 3) <= date.fromisoformat(row["date"]) <= date(2026, 11, 20) for row in rows)


def test_what_a_review_says_fits_its_stars() -> None:
    assert [review for review in reviews.reviews() if not _fits(review)] == []


def _fits(review: reviews.Review) -> bool:
    """5 stars only praise, 1 star only complains, 3 does both alike; 4 and 2 lean their way or have one of each."""
    good, bad = _said(review.text, "good"), _said(review.text, "bad")
    return {5: good > bad == 0, 4: good >= bad and good > 0, 3: good == bad > 0, 2: bad >= good and bad > 0, 1: bad > good == 0}[review.stars]


def _said(text: str, mood: Mood) -> int:
    """How many phrases of `mood` the text has, whatever their flavour and their first letter."""
    count = 0
    for aspects in ASPECTS.values():
        for moods in aspects.values():
            for phrase in moods[mood]:
                before, _, after = phrase[1:].partition("{flavour}")
                place = text.find(before)
                count += place >= 0 and after in text[place:]
    return count


# --- message


def test_the_committed_mail_carries_the_committed_brochure() -> None:
    raw = committed(make.MAIL)
    assert raw == message.brochure_mail(committed(make.BROCHURE), Path(make.BROCHURE).name)
    mail = message_from_bytes(raw, EmailMessage, policy=default)
    assert mail.defects == []
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == Path(make.BROCHURE).name
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == committed(make.BROCHURE)
    assert mail["message-id"] and mail["date"].datetime.date() == date(2026, 11, 19)
    body = mail.get_body()
    assert body is not None
    assert "strawberry yogurt" in body.get_content()
