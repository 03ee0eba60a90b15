"""Makes the redacted copy of a recording, in the confined child: decoded, silenced and written piece by piece."""

from __future__ import annotations

from pathlib import Path

from adapters.decoding.audio import decode_as_recorded
from adapters.decoding.audio_flac import write_flac
from schemas.errors import TooLarge
from schemas.extractions import Problem
from schemas.settings import Limits
from workers.calls.silencing import silenced
from workers.redaction import COPY, MOST_BYTES, CopyReply, CopyRequest


def leave_copy(path: Path, asked: CopyRequest, limits: Limits, out_dir: Path) -> CopyReply:
    """Write the recording at `path`, silent where it is asked for, to `out_dir`. Raises what the decoder raises."""
    recording = decode_as_recorded(path, limits, asked.media_type)
    pieces = silenced(recording, asked.quiet, recording.rate_hz)
    try:
        write_flac(out_dir / COPY, pieces, recording.format.channels, recording.rate_hz, min(MOST_BYTES, limits.unpacked_bytes))
    except TooLarge as error:
        return CopyReply(problem=Problem(code=error.code, message=f"there is no redacted copy of the audio: {error.message}"[:500]))
    return CopyReply()
