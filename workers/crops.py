"""Crops of offers where they are kept: one archive of JPEGs beside each result, gone when the result goes.

One object per result, not one per crop: it costs one call to write and one to remove, whatever the store. A crop is named `<part>-<offer>`, both
from 1, the offer counted within its part; `offers.crop_uri` is its path on the API.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from adapters.storage.port import ObjectStore
from schemas.documents import DocumentId
from schemas.errors import EngineOutputInvalid, NotFound, Superseded
from workers.redaction import copy_key
from workers.speaking import discard_replies

CROPS: Final = "crops.zip"
"""Name of the archive that the parser child writes."""
MOST_BYTES: Final = 8 * 1024**2
"""Bytes of all crops of a document or part: 250 offers at 480 px. The archive's own tables add about 100 bytes a crop."""
_ARCHIVE_BYTES: Final = MOST_BYTES + 1024**2
_NAME: Final = re.compile(r"(?P<part>[1-9]\d{0,5})-(?P<offer>[1-9]\d{0,5})")
_JPEG: Final = b"\xff\xd8\xff"


def crop_uri(document: DocumentId, part_no: int, offer_no: int) -> str:
    """The path under which the API hands out a crop."""
    return f"/documents/{document}/crops/{part_no}-{offer_no}"


def crops_key(result_key: str) -> str:
    """Where the crops of the result at `result_key` lie."""
    return f"{result_key.removesuffix('.json')}.{CROPS}"


def store_crops(lake: ObjectStore, result_key: str, archive: BinaryIO) -> None:
    """Keep what the child wrote. Raises `EngineOutputInvalid` for more than it may write."""
    size = archive.seek(0, io.SEEK_END)
    archive.seek(0)
    if size > _ARCHIVE_BYTES:
        raise EngineOutputInvalid(f"the parser child left {size} bytes of crops; at most {_ARCHIVE_BYTES} are kept")
    lake.put(crops_key(result_key), archive)


def discard_result(lake: ObjectStore, key: str) -> None:
    """Remove a result, its crops, spoken replies and redacted audio; these first, so that a crash in between leaves the result to be found again."""
    if key.startswith("results/"):
        lake.delete(crops_key(key))
        lake.delete(copy_key(key))
        discard_replies(lake, key)
    lake.delete(key)


def named(crop: str) -> tuple[int, int]:
    """Part and offer of a crop's name. Raises `NotFound` for another form."""
    match = _NAME.fullmatch(crop)
    if match is None:
        raise NotFound("there is no such crop; crops are named <part>-<offer>, as in `offers.crop_uri`")
    return int(match["part"]), int(match["offer"])


def read_crop(lake: ObjectStore, result_key: str, offer_no: int) -> bytes:
    """One crop as JPEG. Raises `NotFound` when this offer has none, or the result went away; `EngineOutputInvalid` for what is no crop."""
    gone = NotFound("this offer has no crop: its page was not drawn, crops are switched off, or the document was processed again")
    stat = lake.stat(crops_key(result_key))
    if stat is None:
        raise gone
    if stat.size > _ARCHIVE_BYTES:
        raise EngineOutputInvalid("the archive of crops is larger than any that is written here; `tamiz reprocess` makes it anew")
    try:
        with lake.open(stat.ref) as stream:
            data = io.BytesIO(stream.read())
        with ZipFile(data) as archive:
            entry = archive.getinfo(f"{offer_no}.jpg")
            if entry.compress_type != ZIP_STORED or entry.file_size > MOST_BYTES:
                raise EngineOutputInvalid("the kept crop is not of the form crops are written in; `tamiz reprocess` makes it anew")
            jpeg = archive.read(entry)
    except (KeyError, Superseded) as error:
        raise gone from error
    except (BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise EngineOutputInvalid("the kept crops cannot be read; `tamiz reprocess` makes them anew") from error
    if not jpeg.startswith(_JPEG):
        raise EngineOutputInvalid("the kept crop is no JPEG; `tamiz reprocess` makes it anew")
    return jpeg
