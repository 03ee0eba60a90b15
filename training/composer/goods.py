"""Offers as they will be printed: invented products with packages, prices and everything a brochure says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from training.composer.money import Money, usual_price
from training.composer.words import Language, Shelf, shelves

BRANDS = (
    "Almara Vellona Bergtal Sonnhof Casa Lirio Pinedo Norvik Hartwell Delpino Fiorella Quintero Mirabel Oakfield Bonvita Lumea Tavola "
    "Brisa Kornland Merlune Arvo Zafira Rosalba Granvia Steinberg Wiesengold Marelle Tolvana Puro Dulcesa Frescal Harvest&Hill "
    "Nordsee-Kutter Solenta Bellaroma Krosser Vitalis Ondara Maravel Goldähre Petit-Jardin Lindwurm Old-Mill Cremona-Oro Sierra-Alta "
    "Monteluz Riva Schäferhof Pata-Negra Blauwald Ostara Kiwano Terranea Le-Moulin Bonbonette Alpenmilch Farmstead Duero-Viejo Casaluna "
    "Azzurra Polaris Fjordlax Hopfenklang Brauhaus-Adler Weingut-Ferber Château-Lormel Aquarela Silvana Topclean Blitz Weissa Mr-Foam "
    "Pflegia Dermalia Felina Bello Waldi Kraftwerk Homeline Gartenia Tecnova "
).split()
SYLLABLES = ("ma ri lo ve na to ka li so del fi ra bo nu pe ga mo ti zu el va no").split()
PACK = re.compile(r"(?P<container>\w*) (?:(?P<count>\d+)x)?(?P<amount>[\d.]+) (?P<unit>\w+)")
ENDINGS = {"g": 1, "kg": 1000, "ml": 1, "l": 1000}


@dataclass(frozen=True)
class Offer:
    """One offer before it is drawn. Money in cents; texts as they will be printed; empty strings and None: not said."""

    shelf: Shelf
    brand: str
    name: str
    details: tuple[str, ...]
    package: str
    price: int
    old: int | None = None
    discount: int | None = None
    unit_price: str = ""
    loyalty: int | None = None
    loyalty_label: str = ""
    loyalty_only: bool = False
    multibuy: str = ""
    tier: str = ""
    deposit: str = ""
    prefix: str = ""
    action: str = ""
    points: str = ""
    limit: str = ""
    only_on: str = ""
    basis: str = ""
    """What the price is for, printed at the price instead of a package: `per kg`."""


@dataclass(frozen=True)
class Habits:
    """How often a chain says what, 0 to 1 each, and in which of the language's templates (drawn once a page)."""

    brand: float
    old: float
    discount: float
    unit_price: float
    loyalty: float
    multibuy: float
    details: float
    action: float
    prefix: float
    package: float


def invented_brand(random: Random) -> str:
    """A brand nobody sells, now and then of made-up syllables."""
    if random.random() < 0.25:
        return "".join(random.choices(SYLLABLES, k=random.choice((2, 3)))).title()
    return random.choice(BRANDS).replace("-", " ") if random.random() < 0.7 else random.choice(BRANDS)


class Stock:
    """Draws offers in one language and currency; no name comes twice on a page until the shelves are empty."""

    def __init__(self, random: Random, words: Language, money: Money, habits: Habits) -> None:
        self._random, self._words, self._money, self._habits = random, words, money, habits
        names = [(shelf, title.base, title.varieties) for shelf in shelves() for title in words.names[shelf.name]]
        random.shuffle(names)
        self._names = names
        self._next = 0
        phrases = words.phrases
        self._chosen = {name: random.choice(values) for name, values in phrases.items()}
        self._package = {name: random.choice(values) for name, values in words.packages.items()}
        self._litre = random.choice(("l", "l", "L", words.units["l"].title() if words.hyphenate else "L"))
        self._at_price = random.random() < 0.3
        self._own = [invented_brand(random) for _ in range(3)]

    def offer(self) -> Offer:
        """The next offer."""
        random, habits = self._random, self._habits
        shelf, base, varieties = self._names[self._next % len(self._names)]
        self._next += 1
        package, contents, basis = self._packaged(shelf)
        price = usual_price(random, *shelf.price, self._money.currency)
        said = Offer(
            shelf=shelf,
            brand=self._brand(shelf),
            name=self._name(base, varieties),
            details=self._details(shelf),
            package=package if random.random() < habits.package else "",
            price=price,
        )
        said = self._promoted(said)
        if contents is None and basis in {"kg", "pc"} and self._at_price and "100" not in package:
            said = replace(said, package="", basis=self._per(basis))
        if contents and basis and random.random() < habits.unit_price:
            said = replace(said, unit_price=self._unit_price(said.price, contents, basis))
        return said

    def sizes(self) -> tuple[Offer, Offer]:
        """The next product in two packages at two prices, with nothing else about money."""
        random = self._random
        plain = replace(
            self.offer(),
            old=None,
            discount=None,
            loyalty=None,
            loyalty_label="",
            loyalty_only=False,
            multibuy="",
            tier="",
            deposit="",
            action="",
            prefix="",
        )
        first, held, basis = self._packaged(plain.shelf)
        second, more, other = self._packaged(plain.shelf)
        for _ in range(8):
            if second != first and other == basis:
                break
            second, more, other = self._packaged(plain.shelf)
        dear = max(plain.price + 10, int(plain.price * random.uniform(1.4, 2.4)) // 10 * 10 + 9)
        said = [
            self._unit_price(price, size, kind) if size and kind else "" for price, size, kind in ((plain.price, held, basis), (dear, more, other))
        ]
        return replace(plain, package=first, unit_price=said[0]), replace(plain, package=second, unit_price=said[1], price=dear)

    def _brand(self, shelf: Shelf) -> str:
        if self._random.random() > self._habits.brand or (shelf.name in {"fruit", "vegetables", "garden"} and self._random.random() < 0.7):
            return ""
        return self._random.choice(self._own) if self._random.random() < 0.25 else invented_brand(self._random)

    def _name(self, base: str, varieties: tuple[str, ...]) -> str:
        """The generic name with a variety, two to choose from, or a word of praise."""
        if self._random.random() < 0.15:
            extra = self._random.choice(self._words.phrases["extra"])
            base = f"{extra} {base}" if extra[0].isupper() and self._words.code in {"de", "en"} else f"{base} {extra}"
        if not varieties or self._random.random() < 0.2:
            return base
        if len(varieties) > 1 and self._random.random() < 0.3:
            first, second = self._random.sample(varieties, 2)
            return f"{base} {first} {self._random.choice(self._words.phrases['or'])} {second}"
        return f"{base} {self._random.choice(varieties)}"

    def _details(self, shelf: Shelf) -> tuple[str, ...]:
        said = []
        details = self._words.details
        for pool in (details.get(shelf.name, ()), details["any"]):
            if pool and self._random.random() < self._habits.details:
                said.append(self._random.choice(pool))
        return tuple(said)

    def _packaged(self, shelf: Shelf) -> tuple[str, float | None, str]:
        """The package as printed, what it holds in g, ml or pieces, and the basis of its unit price."""
        found = PACK.fullmatch(self._random.choice(shelf.packs))
        if not found:
            return "", None, ""
        container, count, amount, unit = found["container"], int(found["count"] or 1), float(found["amount"]), found["unit"]
        contents = amount * count * ENDINGS.get(unit, 1)
        printed = self._printed(container, count, amount, unit)
        if unit == "pc":
            return printed, (contents if amount > 1 else None), "pc"
        return printed, (None if not container else contents), "kg" if unit in {"g", "kg"} else "l"

    def _printed(self, container: str, count: int, amount: float, unit: str) -> str:
        words = self._words
        number = f"{amount:g}".replace(".", self._money.separator)
        shown = self._litre if unit == "l" else unit
        box = words.containers.get(container, "")
        fields = {"n": number, "k": count, "u": shown, "c": box, "C": box.title() if not words.hyphenate else box}
        if unit == "pc":
            if container in {"set", "pair", "pot", "bunch"}:
                return box.title() if words.hyphenate else box
            return self._package["piece" if amount == 1 else "pieces"].format(**fields)
        if count > 1:
            return self._package["multi"].format(**fields)
        if not container:
            if amount != 1 and "{n}" not in self._package["bare"]:
                fields["u"] = f"{number} {shown}"
            return self._package["bare"].format(**fields)
        return self._package["contained"].format(**fields)

    def _per(self, basis: str) -> str:
        """`per kg` or `each`, with this page's currency sign."""
        return self._chosen["per_kg" if basis == "kg" else "per_piece"].replace("€", self._money.symbol)

    def _unit_price(self, price: int, contents: float, basis: str) -> str:
        if basis == "pc":
            each, unit = price / contents, self._words.units["pc"]
        else:
            each, unit = price / contents * 1000, "kg" if basis == "kg" else self._litre
            if basis == "kg" and contents < 90 and self._random.random() < 0.5:
                each, unit = each / 10, "100 g"
        template = self._chosen["unit_price"]
        if unit[0].isdigit():
            template = template.replace("1 {u}", "{u}")
        return template.format(p=self._money.written(round(each)), u=unit)

    def _promoted(self, offer: Offer) -> Offer:
        random, habits, chosen, price = self._random, self._habits, self._chosen, offer.price
        changes: dict[str, object] = {}
        if random.random() < habits.old:
            old = round(price * random.uniform(1.12, 1.9) / 10) * 10 - random.choice((1, 1, 1, 0))
            changes["old"] = old
            if random.random() < habits.discount:
                changes["discount"] = max(5, round(100 - price / old * 100))
        elif random.random() < habits.discount * 0.25:
            changes["discount"] = random.randint(10, 50)
        if random.random() < habits.loyalty:
            changes["loyalty"] = max(9, int(price * random.uniform(0.65, 0.92)) // 10 * 10 + 9)
            changes["loyalty_label"] = chosen["loyalty"]
            if random.random() < 0.25 and changes["loyalty"] != price:
                changes |= {"loyalty": None, "loyalty_only": True}
        if random.random() < habits.multibuy:
            changes |= self._multibuy(price)
        if offer.shelf.deposit and random.random() < 0.6:
            deposit = random.choice((8, 15, 25, 310, 342))
            changes["deposit"] = chosen["deposit"].format(p=self._money.written(deposit))
        if random.random() < habits.action:
            changes["action"] = random.choice(self._words.phrases["action"]) if random.random() < 0.5 else chosen["action"]
        if random.random() < habits.prefix:
            changes["prefix"] = chosen["from"]
        if random.random() < habits.loyalty * 0.3:
            changes["points"] = chosen["points"].format(n=random.choice((10, 20, 50, 100, 250)))
        if random.random() < 0.05:
            days = random.sample(self._words.page["days"], random.choice((1, 1, 2)))
            changes["only_on"] = chosen["only"].format(a=" + ".join(days))
        if random.random() < 0.06:
            changes["limit"] = chosen["limit"].format(n=random.randint(2, 6))
        return replace(offer, **changes)  # type: ignore[arg-type]

    def _multibuy(self, price: int) -> dict[str, object]:
        count = self._random.choice((2, 2, 3, 3, 4))
        total = max(50, int(price * count * self._random.uniform(0.7, 0.93)) // 50 * 50)
        kind = self._random.random()
        if kind < 0.45:
            whole = (
                self._money.written(total)
                if total % 100 or self._random.random() < 0.5
                else self._money.written(total).replace(f"{self._money.separator}00", "")
            )
            return {"multibuy": self._chosen["multibuy"].format(k=count, p=whole)}
        if kind < 0.75:
            return {"multibuy": self._chosen["kfor"]}
        return {"tier": self._chosen["tier"].format(k=count, p=self._money.written(max(9, int(price * 0.85) // 10 * 10 + 9)))}
