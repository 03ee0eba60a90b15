"""Who sells what a brochure shows: evidence from its file name, its pages and what was seen on them, weighed.

Evidence is kept as votes by name, so that parts of a large document can be counted together. A name wins with `ENOUGH` votes and twice those of any
other. Whether a name is a known chain only weighs its evidence; a shop nobody ever heard of is found by its web address, imprint and file name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from schemas.pages import Detection, Line
from workers.brochures.chains import Chain, key_of, known, sites_in
from workers.brochures.lexicon import Lexicon
from workers.pages.rows import line_height

ENOUGH: Final = 1.5
"""Votes that name a retailer: an address of a known chain, or an unknown one on three pages, or one beside its logo or its imprint."""
STATED: Final = 100.0
"""What the sender says outweighs every page."""
FILE_KNOWN, FILE_DATED, FILE_PAGED, FILE_ECHO = 3.0, 1.0, 0.5, 1.0
"""Votes of a file name: of a known chain; of a new name beside a date or week, beside a page number, and of one that the pages name too."""
SITE_KNOWN, SITE_NEW, IMPRINT_KNOWN, IMPRINT_NEW, LOGO, RUNNING, MENTION = 1.5, 0.6, 2.0, 1.5, 1.0, 0.2, 0.3
"""Votes a page; `RUNNING` is what most pages repeat at head or foot: a name or a slogan, which alone says nothing, but bears out a file's name."""
REPEATED: Final = 3
"""Pages that must repeat a name there."""
EDGE: Final = 0.1
"""Head and foot of a page, as a fraction of its height."""
MOST: Final = {"site": 4.5, "imprint": 3.0, "logo": 4.0, "running": 0.7, "mention": 1.2}
"""Votes of one kind of evidence over all pages of a part: fifty pages with a mention are not more sure than four."""
DISPLAY: Final = 1.3
"""Type size, in the page's median line height, from which a line may be a logo."""

_WORD = re.compile(r"[^\W_]+(?:[&'’.-][^\W_]+)*")
_NAME = re.compile(r"[^\W\d_][\w&'’.-]*(?:\s[^\W_][\w&'’.-]*){0,2}")
_PAGE_NUMBER = re.compile(r"^\W*\d{1,3}\W+|\W+\d{1,3}\W*$")
_PAGE_MARK = re.compile(r"(?:^|[^a-z])(?:page|seite|pagina|página|pag|p|s)[\W_]?\d{1,4}(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about the retailer. `votes` by name as printed or as the chain writes itself; `countries` by ISO 3166 code."""

    votes: Mapping[str, float]
    countries: Mapping[str, int]


@dataclass(slots=True)
class _Evidence:
    """Votes by key and kind, and how each key is written."""

    votes: dict[tuple[str, str], float] = field(default_factory=dict)
    spellings: dict[str, Counter[str]] = field(default_factory=dict)
    countries: Counter[str] = field(default_factory=Counter)
    chains: dict[str, Chain] = field(default_factory=dict)

    def add(self, name: str | Chain, kind: str, votes: float) -> None:
        key = key_of(name if isinstance(name, str) else name.name)
        if isinstance(name, Chain):
            self.chains[key] = name
        elif key:
            self.spellings.setdefault(key, Counter())[name] += 1
        if key:
            self.votes[key, kind] = min(MOST.get(kind, STATED), self.votes.get((key, kind), 0.0) + votes)


def find_retailer(name: str, pages: Sequence[tuple[Sequence[Line], Sequence[Detection]]], words: Lexicon) -> Found:
    """Evidence in a file's name and on its pages (lines and detections of each)."""
    evidence = _Evidence()
    for lines, detections in pages:
        _look(lines, detections, words, evidence)
    _look_for_running_names(pages, words, evidence)
    _look_at_name(name, words, evidence)
    _look_for_logos(pages, evidence)
    return Found(_by_name(evidence), evidence.countries)


def decided(votes: Mapping[str, float]) -> str | None:
    """The one retailer that the votes name; None for too few, or two that are both likely."""
    totals = _families(votes)
    first, second = (*sorted(totals, key=lambda key: (-totals[key], key)), None, None)[:2]
    if first is None or totals[first] < ENOUGH or (second is not None and totals[first] < 2 * totals[second]):
        return None
    return max((name for name in votes if key_of(name) == first), key=lambda name: votes[name])


def country_of(retailer: str | None, countries: Mapping[str, float]) -> str | None:
    """Where the retailer sells: by its chain, else by the country of the web addresses when they agree."""
    chain = known().by_key.get(key_of(retailer)) if retailer else None
    if chain is not None and chain.country is not None:
        return chain.country
    best = max(countries, key=lambda country: countries[country], default=None)
    return best if best is not None and 2 * countries[best] > sum(countries.values()) else None


def _look(lines: Sequence[Line], detections: Sequence[Detection], words: Lexicon, evidence: _Evidence) -> None:
    """One page's addresses, imprint, logos that an engine saw, and chains that its text names."""
    seen: dict[tuple[str, str], tuple[str | Chain, float]] = {}
    for place, line in enumerate(lines):
        for site in sites_in(line.text):
            chain = known().chain_of_site(site)
            name = chain or site.label
            seen["site", key_of(chain.name if chain else site.label)] = (name, SITE_KNOWN if chain else SITE_NEW)
            country = chain.country if chain and chain.country else site.country
            if country and ("country", country) not in seen:
                seen["country", country] = (country, 0)
        company = _publisher(lines[place : place + 3], words)
        if company:
            chain = _chain_at_start(company)
            seen["imprint", key_of(chain.name if chain else company)] = (chain or company, IMPRINT_KNOWN if chain else IMPRINT_NEW)
        for chain in _named(line.text):
            seen["mention", key_of(chain.name)] = (chain, MENTION)
    for detection in detections:
        if detection.kind == "logo":
            chain = known().by_name.get(key_of(detection.value or detection.label))
            seen["logo", key_of(chain.name if chain else detection.label)] = (chain or detection.value or detection.label, LOGO)
    for (kind, key), (name, votes) in seen.items():
        if kind == "country":
            evidence.countries[key] += 1
        else:
            evidence.add(name, kind, votes)


def _look_at_name(name: str, words: Lexicon, evidence: _Evidence) -> None:
    """What a file's name says once dates, numbers and the words of its kind are taken away."""
    stem = re.sub(r"\.[^\W_]{1,5}$", "", name)
    week = rf"(?:{words.alternatives('calendar_week')})\W?\d"
    votes = FILE_DATED * bool(re.search(rf"\d{{6}}|20\d\d|{week}", stem, re.IGNORECASE)) + FILE_PAGED * bool(_PAGE_MARK.search(stem))
    split = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ]{2}|[A-ZÀ-Þ][a-zà-ÿ])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", stem)
    dates = {word for table in ("months", "weekdays") for entry in words.entries(table) for word in entry}
    tokens = [token for token in re.findall(r"[^\W\d_]+(?:&[^\W\d_]+)?", split) if len(token) > 1]
    for size in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            chain = known().by_name.get(key_of("".join(tokens[start : start + size])))
            if chain is not None:
                evidence.add(chain, "file", FILE_KNOWN)
                return
    names = [token for token in tokens if token.lower() not in dates and not words.pattern("file_words").fullmatch(token)]
    if not 1 <= len(names) <= 3:
        return
    key = key_of("".join(names))
    echoed = any(found == key or found.startswith(key) for found, _ in evidence.votes) and len(key) >= 3
    if echoed or (votes and len(key) >= 4):
        printed = " ".join(names)
        evidence.add(printed if any(map(str.isupper, printed)) else printed.title(), "file", votes + FILE_ECHO * echoed)


def _look_for_logos(pages: Sequence[tuple[Sequence[Line], Sequence[Detection]]], evidence: _Evidence) -> None:
    """Lines that say nothing but a name, in display type or at a page's head or foot: a known chain's, or one there is evidence for."""
    candidates = {key for key, kind in evidence.votes if kind != "running"}
    for lines, _ in pages:
        heights = [line_height(line) for line in lines]
        body = sorted(heights)[len(heights) // 2] if heights else 0.0
        seen: dict[str, str | Chain] = {}
        for line, height in zip(lines, heights, strict=True):
            if len(line.text) > 40 or not (height >= DISPLAY * body or _at_edge(line)):
                continue
            key = key_of(_PAGE_NUMBER.sub("", line.text))
            chain = known().by_name.get(key)
            if chain is not None:
                seen[key_of(chain.name)] = chain
            elif len(key) >= 3 and key in candidates:
                seen[key] = _PAGE_NUMBER.sub("", line.text).strip()
        for name in seen.values():
            evidence.add(name, "logo", LOGO)


def _look_for_running_names(pages: Sequence[tuple[Sequence[Line], Sequence[Detection]]], words: Lexicon, evidence: _Evidence) -> None:
    """What most pages repeat at their head or foot, and may be a name."""
    running: dict[str, list[str]] = {}
    for lines, _ in pages:
        texts = (_PAGE_NUMBER.sub("", line.text).strip() for line in lines if len(line.text) <= 40 and _at_edge(line))
        for key, text in {key_of(text): text for text in texts if _may_be_name(text, words)}.items():
            running.setdefault(key, []).append(text)
    for repeated in running.values():
        if len(repeated) >= REPEATED and 2 * len(repeated) > len(pages):
            for text in repeated:
                evidence.add(text, "running", RUNNING)


def _at_edge(line: Line) -> bool:
    return not EDGE < sum(y for _, y in line.polygon) / 4 < 1 - EDGE


def _may_be_name(text: str, words: Lexicon) -> bool:
    """Up to three words that are no date, badge, price for members, programme or seal."""
    if not _NAME.fullmatch(text) or len(key_of(text)) < 4 or known().programs.fullmatch(text) or key_of(text) in known().other_sites:
        return False
    rest = text
    for table in ("badges", "dates", "valid", "loyalty_price", "promo", "loyalty", "file_words", "date_from", "date_to", "other_dates"):
        rest = words.pattern(table).sub(" ", rest)
    return " ".join(rest.split()) == " ".join(text.split())


def _publisher(lines: Sequence[Line], words: Lexicon) -> str | None:
    """The company that the first of these lines calls publisher; its name may stand in the lines below."""
    text = lines[0].text
    match = words.pattern("publisher").search(text)
    if match is None:
        return None
    told = " ".join([text[match.end() :], *(line.text for line in lines[1:])])[:200]
    company = known().company.search(words.pattern("publisher").sub(" ", told))
    return re.sub(r"[\s&,.-]+$", "", company["name"]).strip() or None if company else None


def _chain_at_start(company: str) -> Chain | None:
    """`EDEKA Südwest` is EDEKA's."""
    tokens = company.split()
    return next((chain for size in range(min(3, len(tokens)), 0, -1) if (chain := known().by_name.get(key_of("".join(tokens[:size]))))), None)


def _named(text: str) -> set[Chain]:
    """Known chains that a text names, those with ordinary words as names left out."""
    keys = [key_of(word) for word in _WORD.findall(text)]
    names = known().by_name
    grams = (*keys, *(a + b for a, b in pairwise(keys)))
    return {chain for gram in grams if (chain := names.get(gram)) is not None and not chain.plain}


def _by_name(evidence: _Evidence) -> dict[str, float]:
    totals: dict[str, float] = {}
    for (key, _), votes in evidence.votes.items():
        totals[key] = totals.get(key, 0.0) + votes
    return {_spelling(key, evidence): round(votes, 2) for key, votes in totals.items()}


def _families(votes: Mapping[str, float]) -> dict[str, float]:
    """Votes by key. Of two names of which one begins the other the shorter takes all, as `EDEKA` of `EDEKA Südwest`; but a known chain takes its
    family's, as `ALDI SÜD` of `ALDI`."""
    totals: dict[str, float] = {}
    for name, count in votes.items():
        totals[key_of(name)] = totals.get(key_of(name), 0.0) + count
    for key in sorted(totals, key=len, reverse=True):
        shorter = max((other for other in totals if other != key and len(other) >= 4 and key.startswith(other)), key=len, default=None)
        if shorter is not None:
            giver, taker = (shorter, key) if key in known().by_key else (key, shorter)
            totals[taker] += totals.pop(giver)
    return totals


def _spelling(key: str, evidence: _Evidence) -> str:
    if key in evidence.chains:
        return evidence.chains[key].name
    spellings = evidence.spellings[key]
    same = {name: count for name, count in spellings.items() if key_of(name) == key} or spellings
    best = max(same, key=lambda name: (name != name.lower(), not name.isupper(), same[name]))
    return best.title() if best == best.lower() else best
