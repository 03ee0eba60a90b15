"""PDFium's functions taken by bare addresses, and plain values out of their out-parameters.

The bindings make a pointer object for every handle they answer, which costs three times the call itself (1.0 against 0.3 microseconds, measured over
the objects of a page); whoever looks at every object of a page calls through here.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from ctypes import c_float, c_int, c_uint, c_ulong, c_void_p
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium_c


class Matrix(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f, as PDF writes it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the inner space lies outside."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, outer: Matrix) -> Matrix:
        """This matrix first, `outer` after it."""
        return Matrix(
            self.a * outer.a + self.b * outer.c,
            self.a * outer.b + self.b * outer.d,
            self.c * outer.a + self.d * outer.c,
            self.c * outer.b + self.d * outer.d,
            *outer.point(self.e, self.f),
        )

    def scale(self) -> float:
        """By how much lengths grow: the root of the area's growth."""
        return float(abs(self.a * self.d - self.b * self.c) ** 0.5)


def _bare(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, c_void_p).value or 0)


def address(handle: Any) -> int:
    """The bare address of a binding's handle (its raw pointer)."""
    return ctypes.cast(handle, c_void_p).value or 0


count_objects = _bare(pdfium_c.FPDFPage_CountObjects, c_int, c_void_p)
page_object = _bare(pdfium_c.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
count_form_objects = _bare(pdfium_c.FPDFFormObj_CountObjects, c_int, c_void_p)
form_object = _bare(pdfium_c.FPDFFormObj_GetObject, c_void_p, c_void_p, c_ulong)
object_type = _bare(pdfium_c.FPDFPageObj_GetType, c_int, c_void_p)
has_transparency = _bare(pdfium_c.FPDFPageObj_HasTransparency, c_int, c_void_p)
set_active = _bare(pdfium_c.FPDFPageObj_SetIsActive, c_int, c_void_p, c_int)
count_segments = _bare(pdfium_c.FPDFPath_CountSegments, c_int, c_void_p)
path_segment = _bare(pdfium_c.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
segment_type = _bare(pdfium_c.FPDFPathSegment_GetType, c_int, c_void_p)
text_object = _bare(pdfium_c.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
text_mode = _bare(pdfium_c.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
text_font = _bare(pdfium_c.FPDFTextObj_GetFont, c_void_p, c_void_p)
font_flags = _bare(pdfium_c.FPDFFont_GetFlags, c_int, c_void_p)
count_marks = _bare(pdfium_c.FPDFPageObj_CountMarks, c_int, c_void_p)
unmapped = _bare(pdfium_c.FPDFText_HasUnicodeMapError, c_int, c_void_p, c_int)
_clip_path = _bare(pdfium_c.FPDFPageObj_GetClipPath, c_void_p, c_void_p)
_clip_paths = _bare(pdfium_c.FPDFClipPath_CountPaths, c_int, c_void_p)
_clip_segments = _bare(pdfium_c.FPDFClipPath_CountPathSegments, c_int, c_void_p, c_int)
_clip_segment = _bare(pdfium_c.FPDFClipPath_GetPathSegment, c_void_p, c_void_p, c_int, c_int)

_four_addresses = (c_void_p,) * 4
_bounds = _bare(pdfium_c.FPDFPageObj_GetBounds, c_int, c_void_p, *_four_addresses)
_fill = _bare(pdfium_c.FPDFPageObj_GetFillColor, c_int, c_void_p, *_four_addresses)
_stroke = _bare(pdfium_c.FPDFPageObj_GetStrokeColor, c_int, c_void_p, *_four_addresses)
_matrix = _bare(pdfium_c.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
_stroke_width = _bare(pdfium_c.FPDFPageObj_GetStrokeWidth, c_int, c_void_p, c_void_p)
_draw_mode = _bare(pdfium_c.FPDFPath_GetDrawMode, c_int, c_void_p, c_void_p, c_void_p)
_point = _bare(pdfium_c.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
_font_name = _bare(pdfium_c.FPDFFont_GetBaseFontName, c_ulong, c_void_p, c_void_p, c_ulong)
_mark = _bare(pdfium_c.FPDFPageObj_GetMark, c_void_p, c_void_p, c_ulong)
_mark_name = _bare(pdfium_c.FPDFPageObjMark_GetName, c_int, c_void_p, c_void_p, c_ulong, c_void_p)
_char_box = _bare(pdfium_c.FPDFText_GetCharBox, c_int, c_void_p, c_int, *_four_addresses)
count_rects = _bare(pdfium_c.FPDFText_CountRects, c_int, c_void_p, c_int, c_int)
_rect = _bare(pdfium_c.FPDFText_GetRect, c_int, c_void_p, c_int, *_four_addresses)
_char_angle = _bare(pdfium_c.FPDFText_GetCharAngle, c_float, c_void_p, c_int)
_char_size = _bare(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, c_void_p, c_int)
_char_matrix = _bare(pdfium_c.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
_loose_box = _bare(pdfium_c.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_char_origin = _bare(pdfium_c.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)

# Out-parameters are one set for all calls: PDFium itself is not safe for several threads, so neither need these be.
_floats: Final = (c_float * 6)()
_doubles: Final = (ctypes.c_double * 4)()
_words: Final = (c_uint * 4)()
_name: Final = ctypes.create_string_buffer(256)
_float_at = [ctypes.addressof(_floats) + 4 * number for number in range(6)]
_double_at = [ctypes.addressof(_doubles) + 8 * number for number in range(4)]
_word_at = [ctypes.addressof(_words) + 4 * number for number in range(4)]
_name_at = ctypes.addressof(_name)


def bounds(item: int) -> tuple[float, float, float, float] | None:
    """left, bottom, right, top of an object in the space it is drawn into."""
    return (_floats[0], _floats[1], _floats[2], _floats[3]) if _bounds(item, *_float_at[:4]) else None


def fill_colour(item: int) -> tuple[int, int, int, int] | None:
    """red, green, blue, alpha, 0 to 255."""
    return (_words[0], _words[1], _words[2], _words[3]) if _fill(item, *_word_at) else None


def stroke_colour(item: int) -> tuple[int, int, int, int] | None:
    """red, green, blue, alpha, 0 to 255."""
    return (_words[0], _words[1], _words[2], _words[3]) if _stroke(item, *_word_at) else None


def matrix(item: int) -> Matrix:
    """From the object's own space to the one it is drawn into."""
    return Matrix(*_floats) if _matrix(item, _float_at[0]) else Matrix()


def stroke_width(item: int) -> float:
    """In the object's own units."""
    return float(_floats[0]) if _stroke_width(item, _float_at[0]) else 0.0


def draw_mode(item: int) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked."""
    return (bool(_words[0]), bool(_words[1])) if _draw_mode(item, _word_at[0], _word_at[1]) else (False, False)


def point(segment: int) -> tuple[float, float]:
    """The end of a path's segment."""
    return (_floats[0], _floats[1]) if _point(segment, _float_at[0], _float_at[1]) else (0.0, 0.0)


def font_name(font: int) -> str:
    """The base font's name as the file gives it, subset tag included; empty when it has none."""
    length = _font_name(font, _name_at, len(_name))
    return _name.value.decode("utf-8", "replace") if 0 < length <= len(_name) else ""


def mark_names(item: int) -> list[str]:
    """Tags of the marked content that an object stands in, outermost first."""
    names = []
    for number in range(count_marks(item)):
        if _mark_name(_mark(item, number), _name_at, len(_name), _word_at[0]) and 2 <= _words[0] <= len(_name):
            names.append(_name.raw[: _words[0] - 2].decode("utf-16-le", "replace"))
    return names


def char_angle(textpage: int, index: int) -> float:
    """Reading direction, radians clockwise from left to right."""
    return max(0.0, float(_char_angle(textpage, index)))


def type_size(textpage: int, index: int) -> float:
    """Points of the type as drawn: the font's size times the scale of its matrix."""
    size = float(_char_size(textpage, index))
    return size * math.hypot(_floats[2], _floats[3]) if _char_matrix(textpage, index, _float_at[0]) else size


def text_rects(textpage: int, count: int) -> list[tuple[float, float, float, float]]:
    """left, bottom, right, top of the `count` pieces that `count_rects` has just counted; those without an area are left out."""
    found = []
    for index in range(count):
        if _rect(textpage, index, *_double_at):
            left, top, right, bottom = _doubles
            if right > left and top > bottom:
                found.append((left, bottom, right, top))
    return found


def char_box(textpage: int, index: int) -> tuple[float, float, float, float] | None:
    """left, bottom, right, top of a character's ink in points."""
    return (_doubles[0], _doubles[2], _doubles[1], _doubles[3]) if _char_box(textpage, index, *_double_at) else None


def char_end(textpage: int, index: int) -> float | None:
    """x at which an upright character's advance ends, where the next would start."""
    return float(_floats[2]) if _loose_box(textpage, index, _float_at[0]) else None


def char_origin(textpage: int, index: int) -> tuple[float, float] | None:
    """Where a character's baseline starts."""
    return (_doubles[0], _doubles[1]) if _char_origin(textpage, index, *_double_at[:2]) else None


def clip_boxes(item: int) -> list[tuple[float, float, float, float]]:
    """The boxes of the paths that an object is clipped to, in the space it is drawn into."""
    clip = _clip_path(item)
    boxes = []
    for number in range(max(0, _clip_paths(clip)) if clip else 0):
        points = [point(_clip_segment(clip, number, place)) for place in range(_clip_segments(clip, number))]
        if points:
            xs, ys = zip(*points, strict=True)
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes
