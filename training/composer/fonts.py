"""Typefaces for made-up pages: whatever freely licensed TrueType files this machine has, reportlab's built-in ones otherwise.

The same files give the same pages; on a machine without any of them every page is set in Helvetica, Times and Courier.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

Kind = Literal["sans", "serif", "condensed", "rounded", "display", "script"]

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")

CATALOGUE: tuple[tuple[str, Kind, str, str], ...] = (
    ("DejaVu Sans", "sans", "DejaVuSans", "DejaVuSans-Bold"),
    ("DejaVu Condensed", "condensed", "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"),
    ("DejaVu Serif", "serif", "DejaVuSerif", "DejaVuSerif-Bold"),
    ("Liberation Sans", "sans", "LiberationSans-Regular", "LiberationSans-Bold"),
    ("Liberation Narrow", "condensed", "LiberationSansNarrow-Regular", "LiberationSansNarrow-Bold"),
    ("Liberation Serif", "serif", "LiberationSerif-Regular", "LiberationSerif-Bold"),
    ("Lato", "sans", "Lato-Regular", "Lato-Black"),
    ("Lato Light", "sans", "Lato-Light", "Lato-Heavy"),
    ("Roboto", "sans", "Roboto-Regular", "Roboto-Black"),
    ("Roboto Condensed", "condensed", "RobotoCondensed-Regular", "RobotoCondensed-Bold"),
    ("Roboto Slab", "serif", "RobotoSlab-Regular", "RobotoSlab-Bold"),
    ("Open Sans", "sans", "OpenSans-Regular", "OpenSans-ExtraBold"),
    ("Open Sans Condensed", "condensed", "OpenSans-CondLight", "OpenSans-CondBold"),
    ("Manrope", "sans", "Manrope-Regular", "Manrope-ExtraBold"),
    ("PT Sans", "sans", "PTS55F", "PTS75F"),
    ("PT Narrow", "condensed", "PTN57F", "PTN77F"),
    ("PT Serif", "serif", "PTF55F", "PTF75F"),
    ("Vollkorn", "serif", "Vollkorn-Regular", "Vollkorn-Black"),
    ("Caladea", "serif", "Caladea-Regular", "Caladea-Bold"),
    ("Carlito", "sans", "Carlito-Regular", "Carlito-Bold"),
    ("Old Standard", "serif", "OldStandard-Regular", "OldStandard-Bold"),
    ("Comfortaa", "rounded", "Comfortaa-Regular", "Comfortaa-Bold"),
    ("Quicksand", "rounded", "Quicksand-Medium", "Quicksand-Bold"),
    ("Play", "display", "Play-Regular", "Play-Bold"),
    ("Tuffy", "sans", "tuffy_regular", "Tuffy_Bold"),
    ("Andika", "sans", "Andika-Regular", "Andika-Bold"),
    ("Humor Sans", "script", "Humor-Sans", "Humor-Sans"),
    ("Essays", "serif", "Essays1743", "Essays1743-Bold"),
    ("Bebas Neue", "display", "BebasNeue-Book", "BebasNeue-Bold"),
    ("League Spartan", "display", "LeagueSpartan-Bold", "LeagueSpartan-ExtraBold"),
    ("Lobster", "script", "Lobster-Regular", "Lobster-Regular"),
    ("Lobster Two", "script", "LobsterTwo-Regular", "LobsterTwo-Bold"),
    ("Yanone Kaffeesatz", "condensed", "YanoneKaffeesatz-Regular", "YanoneKaffeesatz-Bold"),
    ("Dosis", "rounded", "Dosis-Medium", "Dosis-ExtraBold"),
    ("Cabin", "sans", "Cabin-Regular", "Cabin-Bold"),
    ("Comic Neue", "script", "ComicNeue-Regular", "ComicNeue-Bold"),
    ("Oswald", "condensed", "Oswald-Regular", "Oswald-Bold"),
    ("Ubuntu", "sans", "Ubuntu-R", "Ubuntu-B"),
)
"""Name, kind, file stem of the regular and of the bold cut."""

LETTERS = "abcxyzABCXYZ0123456789äöüÄÖÜßéèêàâçñíóúãõôìòùœ€£$.,-–+%/*()&'"


@dataclass(frozen=True)
class Family:
    """A typeface in two cuts, by the names reportlab knows them under; `regular_file` is None for a built-in one."""

    name: str
    kind: Kind
    regular: str
    bold: str
    regular_file: Path | None = None
    bold_file: Path | None = None


BUILT_IN = (
    Family("Helvetica", "sans", "Helvetica", "Helvetica-Bold"),
    Family("Times", "serif", "Times-Roman", "Times-Bold"),
)


def installed_files() -> dict[str, Path]:
    """TrueType files of this machine by stem: fontconfig's list, else the usual folders."""
    try:
        listed = subprocess.run(["fc-list", "--format", "%{file}\n"], capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S607
        paths: Iterable[Path] = (Path(line) for line in listed.splitlines())
    except (OSError, subprocess.SubprocessError):
        paths = (path for folder in FOLDERS for path in folder.rglob("*.ttf"))
    return {path.stem: path for path in sorted(paths, reverse=True) if path.suffix.lower() == ".ttf"}


class FontBook:
    """The families at hand. `files`: TrueType files by stem; {} for reportlab's built-in families alone."""

    def __init__(self, files: dict[str, Path]) -> None:
        found = [_family(name, kind, files[regular], files[bold]) for name, kind, regular, bold in CATALOGUE if regular in files and bold in files]
        self.families: tuple[Family, ...] = tuple(family for family in found if family) + BUILT_IN

    @classmethod
    def of_machine(cls) -> FontBook:
        """A book of everything installed here."""
        return cls(installed_files())

    def pick(self, random: Random, *kinds: Kind) -> Family:
        """A family of one of `kinds`; of any kind when the machine has none of them."""
        fitting = [family for family in self.families if family.kind in kinds]
        return random.choice(fitting or list(self.families))

    def pack(self, random: Random) -> Family:
        """A family for the print on packs; one with a file where there is one, since pictures are set from files."""
        return random.choice([family for family in self.families if family.bold_file] or list(self.families))

    def named(self, name: str) -> Family:
        """The family called `name`.

        Raises:
            KeyError: this machine does not have it.
        """
        return {family.name: family for family in self.families}[name]


@cache
def _family(name: str, kind: Kind, regular: Path, bold: Path) -> Family | None:
    """The family registered with reportlab; None when a cut cannot be read or lacks letters of our languages."""
    tag = name.replace(" ", "")
    for suffix, path in (("Regular", regular), ("Bold", bold)):
        try:
            font = TTFont(f"{tag}-{suffix}", str(path))
        except TTFError:
            return None
        if any(ord(letter) not in font.face.charToGlyph for letter in LETTERS):
            return None
        pdfmetrics.registerFont(font)
    return Family(name, kind, f"{tag}-Regular", f"{tag}-Bold", regular, bold)


@cache
def cap_height(font: str) -> float:
    """Height of capitals and figures over the type size."""
    face = pdfmetrics.getFont(font).face
    height = getattr(face, "capHeight", 0) or 718
    return float(min(0.8, max(0.55, height / 1000)))


def width_of(text: str, font: str, size: float) -> float:
    """Advance width of `text` in points."""
    return float(pdfmetrics.stringWidth(text, font, size))
