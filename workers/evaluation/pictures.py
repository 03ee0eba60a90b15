"""Pages as small pictures, for reports. Foreign bytes are decoded in a confined child of its own, never here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import Field, JsonValue, ValidationError

from adapters.sandbox.child import Child
from adapters.sandbox.host import Host, Operations
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildSpec
from adapters.storage.beneath import as_typed
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, TamizError
from schemas.settings import Limits
from workers.exchange import INPUT, opened

LONG_SIDE_PX: Final = 1_200
"""Small print of a brochure is still readable at that, at some 200 kB a page."""
_PICTURE: Final = "picture.jpg"
_MAX_BYTES: Final = 8 * 1024**2


class Asked(Value):
    """What the child is asked for: the first page of the file in its folder."""

    name: str
    size_bytes: int


class Size(Value):
    """Pixels of a picture."""

    width_px: int = Field(gt=0, le=LONG_SIDE_PX)
    height_px: int = Field(gt=0, le=LONG_SIDE_PX)


class Picture(Size):
    """A page as JPEG."""

    jpeg: bytes


def pictures(files: Sequence[Path], limits: Limits) -> list[Picture | None]:
    """The first page of each file; None where it cannot be drawn."""
    folder = Path(tempfile.mkdtemp(prefix="tamiz-"))
    spec = ChildSpec(entry="workers.evaluation.pictures:serve", options={"limits": limits.model_dump(mode="json")})
    pool = ChildPool(spec, folder / "children", 1)
    try:
        return [_picture(pool, path) for path in files]
    finally:
        pool.abort_all()
        shutil.rmtree(folder, ignore_errors=True)


def _picture(pool: ChildPool, path: Path) -> Picture | None:
    try:
        with pool.lease() as child:
            return _drawn(child, path)
    except TamizError:
        return None


def _drawn(child: Child, path: Path) -> Picture:
    try:
        shutil.copyfile(path, child.workdir / INPUT)
    except OSError as error:
        raise as_typed(error, f"reading {path.name}") from error
    answer = child.call("picture", Asked(name=path.name, size_bytes=path.stat().st_size).model_dump())
    try:
        size = Size.model_validate(answer)
    except ValidationError as error:
        raise EngineOutputInvalid("the child's answer is no size of a picture") from error
    with opened(child.workdir / _PICTURE) as file:
        return Picture(width_px=size.width_px, height_px=size.height_px, jpeg=file.read(_MAX_BYTES))


def serve(host: Host) -> Operations:
    """Entry of the child; `host.options` hold the `limits`."""
    limits = Limits.model_validate(host.options["limits"])

    def picture(request: Mapping[str, Any]) -> dict[str, JsonValue]:
        return _draw(Asked.model_validate(request), host.workdir, limits)

    return {"picture": picture}


def _draw(asked: Asked, folder: Path, limits: Limits) -> dict[str, JsonValue]:
    """In the child: write the picture, answer its size. Raises what opening a page file does."""
    from adapters.decoding.pages import open_pages
    from adapters.decoding.thumbnails import thumbnail
    from workers.sniffing import HEAD_BYTES, sniff

    path = folder / INPUT
    with path.open("rb") as file:
        media_type = sniff(file.read(HEAD_BYTES), asked.size_bytes, asked.name)
    with open_pages(path, media_type, limits) as pages:
        small = thumbnail(pages.image(1), LONG_SIDE_PX)
    (folder / _PICTURE).write_bytes(small.encoded)
    return Size(width_px=small.width_px, height_px=small.height_px).model_dump()
