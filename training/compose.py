"""`python -m training.compose OUT`: write labelled brochure pages of chains that do not exist."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.composer.fonts import FontBook
from training.composer.styles import styles
from training.composer.words import LANGUAGES
from training.composer.writing import Order, write_pages, write_photographs


def main(arguments: list[str] | None = None) -> int:
    """Write `--pages` pages into OUT; 0 when all are there."""
    parser = argparse.ArgumentParser(prog="python -m training.compose", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for gold.jsonl, pages/ and pdf/; made when missing")
    parser.add_argument("--pages", type=int, default=24, help="how many pages")
    parser.add_argument("--seed", type=int, default=1, help="the same seed and fonts give the same pages")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--styles", nargs="+", choices=[style.name for style in styles()], help="chains; default: all in turn")
    parser.add_argument("--offers", type=int, default=None, help="offers a page; default: as the chain likes; 0 for pages without any")
    parser.add_argument("--built-in-fonts", action="store_true", help="only the fonts every reportlab has")
    parser.add_argument("--photos", action="store_true", help="every page photographed too: OUT/photos, a set of the same form")
    options = parser.parse_args(arguments)
    fonts = FontBook({}) if options.built_in_fonts else FontBook.of_machine()
    order = Order(options.pages, options.seed, options.languages, options.styles, options.offers)
    written = write_pages(options.out, order, fonts)
    if options.photos:
        write_photographs(options.out, options.seed)
    print(f"{written} pages, {len(fonts.families)} typefaces: {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
