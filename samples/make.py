"""Make the samples: `python samples/make.py [FOLDER]` writes them into FOLDER, by default into this one.

The files are kept in the repository, because speech needs espeak-ng and the drawings need reportlab (a development dependency).
Seeds and dates are fixed. A second run gives the same bytes with the same versions of reportlab and zlib (PDF, and the e-mail that
carries it), pypdfium2, OpenCV and NumPy (photograph) and espeak-ng and PyAV (call); reviews and sidecars are the same everywhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __package__ in (None, ""):  # run as a script: the repository's root is not on the path yet
    sys.path.insert(0, str(HERE.parent))

from samples.generator import brochure, call, message, photo, reviews  # noqa: E402 - needs the path above

BROCHURE = "brochures/moolane-week-48.pdf"
PHOTO = "brochures/moolane-week-48-photo.jpg"
CALL = "calls/late-delivery.wav"
CALL_META = "calls/late-delivery.wav.meta.json"
REVIEWS = "reviews/yogurt.jsonl"
MAIL = "messages/brochure-week-48.eml"


def write_samples(folder: Path) -> list[Path]:
    """Write every sample under `folder` and give back the paths. Raises RuntimeError when espeak-ng is missing."""
    pdf = brochure.brochure_pdf()
    contents = {
        BROCHURE: pdf,
        PHOTO: photo.photographed_page(pdf, 0),
        CALL: call.call_wav(),
        CALL_META: call.meta_json(),
        REVIEWS: reviews.reviews_jsonl(),
        MAIL: message.brochure_mail(pdf, Path(BROCHURE).name),
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [folder / name for name in contents]


if __name__ == "__main__":
    for written in write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        sys.stdout.write(f"{written}  {written.stat().st_size:,} bytes\n")
