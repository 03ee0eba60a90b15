"""200 yogurt reviews as JSON lines, put together from hand-written parts; the seed decides which, so the bytes are always the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random

from samples.generator.phrases import ASPECTS, CLOSERS, OPENERS, TITLES, TURNS, Language, Mood

SEED = 20261101
COUNT = 200
FIRST_DAY, DAYS = date(2026, 8, 3), 110


@dataclass(frozen=True)
class Yogurt:
    """A product people review. `flavour` by language, None where it is plain."""

    brand: str
    product: str
    flavour: dict[Language, str] | None


@dataclass(frozen=True)
class Review:
    """One review as a shop's export has it; `date` is ISO 8601."""

    id: str
    product: str
    brand: str
    stars: int
    title: str
    text: str
    date: str
    store: str
    city: str
    author: str


YOGURTS = (
    Yogurt("Brimmelhof", "Strawberry Yogurt 4 x 125 g", {"en": "strawberry", "es": "fresa"}),
    Yogurt("Brimmelhof", "Greek Style Yogurt with 10% fat 500 g", None),
    Yogurt("Skaldar", "Skyr Blueberry 450 g", {"en": "blueberry", "es": "arándano"}),
    Yogurt("Skaldar", "Skyr Natural 450 g", None),
    Yogurt("Brimmelhof", "Peach Yogurt 4 x 125 g", {"en": "peach", "es": "melocotón"}),
    Yogurt("Moolane Daily", "Natural Yogurt 1 kg", None),
    Yogurt("Cabrinella", "Goat Yogurt with Fig 150 g", {"en": "fig", "es": "higo"}),
)

STORES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (("Moolane Harbour Street", "Port Ellary"), ("Moolane Station Square", "Port Ellary"), ("Moolane Old Mill", "Wexcombe")),
    "es": (("Moolane Plaza Mayor", "Villarena"), ("Moolane Avenida del Puerto", "Costa Brenes"), ("Moolane Mercado Viejo", "Villarena")),
}
AUTHORS: dict[Language, tuple[str, ...]] = {
    "en": ("hillwalker", "Tess B.", "spoon_and_bowl", "Gordon P.", "milkmoustache", "Ivy R.", "Dale", "breakfast_at_six", "Noor A.", "Kit M."),
    "es": ("Marisol G.", "cuchara_feliz", "Íñigo R.", "la_merienda", "Rocío P.", "abuela_pilar", "Nacho", "desayuno_lento", "Olaya F.", "Teo V."),
}
STARS, WEIGHTS = (5, 4, 3, 2, 1), (36, 26, 14, 11, 13)
"""Most reviews of groceries are good, and one star is commoner than two."""

PLAN: dict[int, tuple[tuple[Mood, ...], ...]] = {
    5: (("good", "good"), ("good", "good", "good"), ("good",)),
    4: (("good", "good", "bad"), ("good", "good"), ("good", "bad")),
    3: (("good", "bad"), ("bad", "good")),
    2: (("bad", "bad"), ("bad", "bad", "good"), ("bad", "good")),
    1: (("bad", "bad"), ("bad",), ("bad", "bad", "bad")),
}
"""By stars, the moods of the aspects a review speaks of, in order: what makes the text fit the stars."""


def reviews_jsonl() -> bytes:
    """One review a line, UTF-8, in order of date."""
    return "".join(json.dumps(asdict(review), ensure_ascii=False) + "\n" for review in reviews()).encode()


def reviews() -> list[Review]:
    """The reviews, ordered by date; no two have the same text."""
    random = Random(SEED)  # noqa: S311 - sample texts, not secrets
    days = sorted(random.randrange(DAYS) for _ in range(COUNT))
    said: set[str] = set()
    return [_review(random, number, FIRST_DAY + timedelta(days=day), said) for number, day in enumerate(days, start=1)]


def _review(random: Random, number: int, day: date, said: set[str]) -> Review:
    language: Language = "es" if random.random() < 0.45 else "en"
    yogurt = random.choice(YOGURTS)
    stars = random.choices(STARS, WEIGHTS)[0]
    text = next(text for text in _texts(random, language, yogurt, stars) if text not in said)
    said.add(text)
    store, city = random.choice(STORES[language])
    return Review(
        id=f"R{number:04d}",
        product=yogurt.product,
        brand=yogurt.brand,
        stars=stars,
        title=random.choice(TITLES[language][stars]),
        text=text,
        date=day.isoformat(),
        store=store,
        city=city,
        author=random.choice(AUTHORS[language]),
    )


def _texts(random: Random, language: Language, yogurt: Yogurt, stars: int) -> Iterator[str]:
    """Endless texts for a review of `stars` stars."""
    while True:
        parts = [random.choice(OPENERS[language][stars]), *_aspects(random, language, yogurt, random.choice(PLAN[stars]))]
        parts.append(random.choice(CLOSERS[language][stars]))
        yield " ".join(part for part in parts if part)


def _aspects(random: Random, language: Language, yogurt: Yogurt, moods: tuple[Mood, ...]) -> list[str]:
    """A sentence on a different aspect for each mood; the first change of mood is led over to."""
    names = [name for name in ASPECTS[language] if yogurt.flavour or name != "fruit"]
    sentences = []
    for place, (name, mood) in enumerate(zip(random.sample(names, len(moods)), moods, strict=True)):
        usable = [text for text in ASPECTS[language][name][mood] if yogurt.flavour or "{flavour}" not in text]
        sentence = random.choice(usable).format(flavour=(yogurt.flavour or {}).get(language, ""))
        turned = place > 0 and moods[place - 1] != mood
        sentences.append(_led_over(random.choice(TURNS[language][mood]), sentence) if turned else sentence)
    return sentences


def _led_over(lead: str, sentence: str) -> str:
    """`sentence` behind `lead`, its first letter small unless it is the pronoun I or a question."""
    if sentence.startswith(("I ", "¿")):
        return lead + sentence
    return lead + sentence[0].lower() + sentence[1:]
