"""Frames: patterns over what is said that a person writes in a data file, and words they may not follow.

A pattern is words with spaces between. In it stand for themselves or for

    a/b_c      either, `_` is a space      (a/b c)   either, or nothing
    stem~      any word that begins so     [a/b c]   either, of parts of a pattern
    dar+       it, or it and pronouns that lean on it ("darmelo")
    *          any one word                ..        up to three words
    <name>     a phrase of the list        <!name>   none of the list among the next three words
    ^  $       clause begins, ends         <-name>   none of the list comes next

Patterns are separated by `|`. Accents do not count, as recognisers lose them, but for the words and endings ("-é") of the list `accented`.
A gap does not cross a comma; fillers ("uh", "o sea") and words said twice are taken out before anything is looked for, so that a hesitating
caller says the same as a fluent one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final
from unicodedata import combining, normalize

_PART: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>|\S+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*'?|[,;:—–]|\.{2,}|…")
_SHORT: Final = 4
"""Letters of a word whose accent at its end says nothing ("que", "esta"); on longer ones it may be what tells the past."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_ELISION: Final = re.compile(r"(?<=[^\W_]')(?=[^\W_])")
_MARKS: Final = ("negations", "inabilities", "boundaries", "hypotheses", "able")
"""Lists of single words that `denied` goes by."""
_WORD: Final = r"[^\s,]+ "
_SCOPE: Final = 3
"""Words before a phrase among which a denial is looked for: "I don't really want to cancel"."""


class Frames:
    """Patterns and lists of one language. `elides`: whether its short words lean on the next by an apostrophe ("l'argent", "dell'ordine")."""

    def __init__(self, lists: Mapping[str, str], *, elides: bool = False) -> None:
        """Raises `ValueError` where a list is used that is not there."""
        self._elides = elides
        self._accented = frozenset(_split(lists.get("accented", "")))
        self._lists = {name: _split(text) for name, text in lists.items()}
        self._marks = {name: frozenset(self._apart(word) for word in self._lists.get(name, ())) for name in _MARKS}

    def pattern(self, text: str) -> re.Pattern[str]:
        """An expression over `clean` text for patterns separated by `|`. Raises `ValueError` for a list that is not there."""
        return re.compile(f"(?<= )(?:{self._either(_split(text))})")

    def clean(self, sentence: str) -> str:
        """Words in lower case and commas, one space around each; without fillers and words said twice."""
        said = [self._plain(token) for token in _TOKEN.findall(self._apart(sentence))]
        text = self._fillers.sub(" ", f" {' '.join(said)} ")
        return _repeated(re.sub(r"(?:, )+", ", ", text))

    def denied(self, text: str, match: re.Match[str], *, inability: bool) -> bool:
        """Whether what stands before a match in its clause denies it, or makes it a mere thought ("if I cancelled").

        `inability`: whether "cannot" denies it too.
        """
        if self._has(match.group(), "negations"):
            return self._supposed(text, match)
        near = self._near(text[: match.start()], match.group())
        words = self._words("negations") | (self._words("inabilities") if inability else frozenset())
        return not words.isdisjoint(near) or self._supposed(text, match)

    def _near(self, before: str, matched: str) -> list[str]:
        """The last words of the clause before a match; a match with its own subject begins a clause."""
        starts = self._words("boundaries")
        if matched.split(maxsplit=1)[0] in starts:
            return []
        near: list[str] = []
        for word in reversed(before.rpartition(",")[2].split()[-_SCOPE:]):
            near.append(word)
            if word in starts:
                break
        return near

    def _supposed(self, text: str, match: re.Match[str]) -> bool:
        """ "If I cancelled" supposes; "if I could cancel" asks for it politely."""
        clause = text[: match.start()].rpartition(",")[2].split()
        found = [at for at, word in enumerate(clause) if word in self._words("hypotheses")]
        if not found:
            return False
        return self._words("able").isdisjoint([*clause[found[-1] :], *match.group().split()])

    def _has(self, text: str, name: str) -> bool:
        return not self._words(name).isdisjoint(text.split())

    def _words(self, name: str) -> frozenset[str]:
        return self._marks[name]

    @cached_property
    def _fillers(self) -> re.Pattern[str]:
        alone, aside = (self._either(self._lists.get(name, ())) or "(?!)" for name in ("fillers", "asides"))
        return re.compile(rf" (?:{alone})+|(?<=,) (?:{aside})(?=, )")

    def _apart(self, text: str) -> str:
        text = _LETTERS.sub(lambda word: self._bare(word.group()), text.lower().replace("’", "'"))
        return _ELISION.sub(" ", text) if self._elides else text

    def _bare(self, word: str) -> str:
        """Without accents: the letters of Unicode's canonical decomposition, less its marks."""
        if word.isascii() or word in self._accented or (len(word) > _SHORT and f"-{word[-1]}" in self._accented):
            return word
        return "".join(letter for letter in normalize("NFD", word) if not combining(letter))

    def _plain(self, token: str) -> str:
        if not token[0].isalnum():
            return ","
        return token if self._elides else token.rstrip("'")

    def _either(self, phrases: tuple[str, ...]) -> str:
        return "|".join(self._sequence(phrase) for phrase in phrases)

    def _sequence(self, phrase: str) -> str:
        return "".join(self._part(part) for part in _PART.findall(phrase))

    def _part(self, part: str) -> str:
        if part.startswith("(") and part != "(":
            return f"(?:{self._group(part[1:-1])})?"
        if part.startswith("["):
            return f"(?:{self._group(part[1:-1])})"
        if part.startswith("<!"):
            return f"(?!(?:{_WORD}){{0,2}}(?:{self._listed(part[2:-1])}))"
        if part.startswith("<-"):
            return f"(?!{self._listed(part[2:-1])})"
        if part.startswith("<"):
            return f"(?:{self._listed(part[1:-1])})"
        return _SIGNS.get(part) or f"(?:{'|'.join(self._word(one) for one in part.split('/'))})"

    def _group(self, inside: str) -> str:
        return self._listed(inside[1:-1]) if inside.startswith("<") else "|".join(self._sequence(one) for one in inside.split("/"))

    def _listed(self, name: str) -> str:
        if name not in self._lists:
            raise ValueError(f"no list `{name}`")
        return self._either(self._lists[name])

    def _word(self, word: str) -> str:
        if word == "*":
            return _WORD
        ending = _ENDINGS.get(word[-1])
        stem = word[:-1] if ending else word
        return " ".join(re.escape(one) for one in self._apart(stem.replace("_", " ")).split()) + (ending or "") + " "


_ENDINGS: Final = {"~": r"[^\s,]*", "+": "(?:[mts]e|nos|l[aeo]s?|os)*"}
_SIGNS: Final = {"..": f"(?:{_WORD}){{0,3}}?", "^": "(?:(?<=^ )|(?<=, ))", "$": "(?=,|$)"}


def _split(text: str) -> tuple[str, ...]:
    return tuple(phrase for one in text.split("|") if (phrase := " ".join(one.split())))


def _repeated(text: str) -> str:
    """One or two words said twice in a row, with or without a comma between, once."""
    return re.sub(r" ((?:[^\s,]+ ){1,2})(?:, )?(?:\1)+", r" \1", text)
