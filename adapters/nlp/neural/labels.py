"""What the labels of sentiment, entailment and entity heads mean, whoever trained them.

Known ways of writing a feeling: stars (`1 star` ... `5 stars`, `5`, `rating_4`), words (`NEG`, `neutral`, `Very Positive`, `mixed`), and bare numbers
(`LABEL_0` ...) that rise from worst to best, as the common checkpoints of 2, 3 and 5 classes do. Anything else must be said by an option.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.errors import SettingsInvalid

MIXED: Final = "mixed"
"""In place of a valence: both at once."""

Valence = float | str
"""-1 worst to 1 best, or `MIXED`."""

_WORDS: Final[Mapping[str, Valence]] = {
    **dict.fromkeys(("positive", "pos", "positivo", "positiv", "positif"), 1.0),
    **dict.fromkeys(("negative", "neg", "negativo", "negativ", "negatif", "négatif"), -1.0),
    **dict.fromkeys(("neutral", "neu", "neutre", "neutro", "none"), 0.0),
    **dict.fromkeys(("mixed", "mix", "both", "ambiguous"), MIXED),
}
_STRONG: Final = ("very", "muy", "sehr", "très", "tres", "strongly", "extremely")
_MILD: Final = 0.5
"""A plain `positive` where the head also knows `very positive`: the middle of its half of the scale, as four of five stars are."""

_RISING_SIZES: Final = (2, 3, 5)
_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("PER", "PERSON", "PERS"), "PERSON"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "CORP", "GRP"), "ORGANIZATION"),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "FAC"), "LOCATION"),
    **dict.fromkeys(("PROD", "PRODUCT"), "PRODUCT"),
    **dict.fromkeys(("TIME", "DATE"), "DATE"),
    **dict.fromkeys(("MONEY", "PRICE"), "PRICE"),
}


def valences(labels: Sequence[str], stated: Mapping[str, float]) -> list[Valence]:
    """How each label of a sentiment head feels, in the head's order; `stated` (label -> -1..1) is believed first.

    Raises `SettingsInvalid` naming the labels nobody could read.
    """
    if stated:
        if missing := [name for name in labels if name not in stated]:
            raise SettingsInvalid(f"sentiment_labels leaves out {', '.join(missing[:5])}; give every label of the model a value from -1 to 1")
        return [stated[name] for name in labels]
    found = _words(labels) or _numbers(labels)
    if found is None:
        raise SettingsInvalid(f"the labels {', '.join(labels[:6])} say no feeling; set sentiment_labels, for example {{{labels[0]} = -1.0}}")
    return found


def _words(labels: Sequence[str]) -> list[Valence] | None:
    split = [re.findall(r"[^\W\d_]+", name.lower()) for name in labels]
    graded = any(parts and parts[0] in _STRONG for parts in split)
    found: list[Valence] = []
    for parts in split:
        if not parts or parts[-1] not in _WORDS or len(parts) > 2 or (len(parts) == 2 and parts[0] not in _STRONG):
            return None
        valence = _WORDS[parts[-1]]
        mild = graded and len(parts) == 1 and isinstance(valence, float)
        found.append(float(valence) * _MILD if mild else valence)
    return found if len(set(found)) > 1 else None


def _numbers(labels: Sequence[str]) -> list[Valence] | None:
    """Labels that hold one number each and otherwise the same word: 1 to n, or 0 to n - 1, worst to best."""
    read = [re.fullmatch(r"(\D*)(\d+)(\D*)", name.strip().lower()) for name in labels]
    if any(one is None for one in read) or len(labels) not in _RISING_SIZES:
        return None
    numbers = [int(one[2]) for one in read if one]
    least, count = min(numbers), len(labels)
    if least not in (0, 1) or sorted(numbers) != list(range(least, least + count)):
        return None
    return [2 * (number - least) / (count - 1) - 1 for number in numbers]


def entailment(labels: Sequence[str]) -> tuple[int, int]:
    """Places of `entailment` and of its contrary (`contradiction`, `not_entailment`) in a head. Raises `SettingsInvalid` for a head without them."""
    lowered = [name.lower() for name in labels]
    yes = [at for at, name in enumerate(lowered) if name.startswith("entail")]
    no = [at for at, name in enumerate(lowered) if name.startswith(("contradict", "not_entail", "not-entail", "non_entail"))]
    if len(yes) != 1 or len(no) != 1:
        raise SettingsInvalid(f"the labels {', '.join(labels[:6])} are no entailment head's; classes need a model trained on entailment (NLI)")
    return yes[0], no[0]


def tag(name: str) -> tuple[str, str | None]:
    """A token's tag as its prefix (`B`, `I`, or `` for none) and our name of the type; None: outside of any entity."""
    prefix, dash, kind = name.partition("-")
    if not dash or prefix.upper() not in {"B", "I", "E", "S", "L", "U"}:
        prefix, kind = "", name
    kind = kind.upper()
    if kind in {"O", "", "0"}:
        return "", None
    return ("B" if prefix.upper() in {"B", "S", "U"} else "I" if prefix else ""), _TYPES.get(kind, kind)
