"""The models a person trained and promoted, read when they come into force: they speak in place of the shipped ones."""

from __future__ import annotations

from pathlib import Path

from adapters.nlp.aspects.finder import AspectFinder
from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.store import DEFAULT_NAME, TASKS, ModelStore
from adapters.nlp.lexical.lexicons import PACKS, SHIPPED
from adapters.nlp.lexical.verdicts import EVERY_LANGUAGE, Sentiment


class Promoted:
    """What is in force in a model folder (None: nothing ever is)."""

    def __init__(self, folder: Path | None) -> None:
        self._store = ModelStore(folder) if folder else None
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._sentiment: Sentiment | None = None
        self._aspects: AspectFinder | None = None

    @property
    def label(self) -> str:
        """Names the models that speak, for the rows they make: `shipped`, or `shipped+sentiment.default@20261121T060000Z`."""
        if self._store is None:
            return SHIPPED
        return "+".join([SHIPPED, *(f"{stored.task}.{stored.name}@{stored.version}" for task in TASKS for stored in self._store.in_force(task))])

    def readers(self) -> tuple[Sentiment, AspectFinder]:
        """The judge of feelings and the finder of aspects, made anew when another version came into force.

        Raises `ModelMissing` and `ModelDamaged`.
        """
        stamp = self._store.stamp() if self._store else None
        if self._sentiment is None or self._aspects is None or stamp != self._stamp:
            self._sentiment = Sentiment(_trained(self._store) if self._store else {})
            self._aspects = _finder(self._store) if self._store else AspectFinder()
            self._stamp = stamp
        return self._sentiment, self._aspects

    @property
    def store(self) -> ModelStore | None:
        """Where promoted models lie."""
        return self._store


def _trained(store: ModelStore) -> dict[str, LinearModel]:
    """By language. A model speaks for the languages its card names, for all where it names none; the default model goes before the others."""
    found: dict[str, LinearModel] = {}
    for stored in sorted(store.in_force("sentiment"), key=lambda stored: stored.name == DEFAULT_NAME):
        model = LinearModel.load(stored.folder)
        found |= dict.fromkeys(_languages(model) or (*PACKS, EVERY_LANGUAGE), model)
    return found


def _finder(store: ModelStore) -> AspectFinder:
    """The default one, or else the first by name."""
    found = sorted(store.in_force("aspects"), key=lambda stored: stored.name != DEFAULT_NAME)
    return AspectFinder.load(found[0].folder) if found else AspectFinder()


def _languages(model: LinearModel) -> list[str]:
    stated = model.card.get("languages") or ()
    return [language for language in stated if isinstance(language, str) and language != "und"]
