"""Four readings of an encoder: feeling, classes by entailment, named entities, one vector. Each takes texts and answers in their order.

A text without a token of its own (empty, blank, control characters) has no answer: None or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.nlp.neural import labels as names
from adapters.nlp.neural.spans import Tagged, entities
from adapters.nlp.neural.windows import Reach, Window, cut, limit, run
from adapters.pretrained import Loader
from schemas.errors import EngineOutputInvalid
from schemas.language import Classification, Entity, Polarity, Sentiment

_DIGITS = 4
"""Probabilities are rounded to this many: beyond it they depend on what else was in the batch (matrix products add up in another order)."""


class Head:
    """One model with its tokenizer."""

    def __init__(self, loader: Loader, folder: Any, kind: str, reach: Reach) -> None:
        self.loader, self.reach = loader, reach
        self.tokenizer = loader.tokenizer(folder)
        self.model = loader.model(folder, kind)
        self.longest = limit(self.model, self.tokenizer)

    @property
    def labels(self) -> list[str]:
        """The head's labels by their number."""
        return [self.model.config.id2label[number] for number in range(self.model.config.num_labels)]

    def windows(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> list[Window]:
        """The windows worth running: those that hold something of their text."""
        return [window for window in cut(self.tokenizer, texts, self.reach, self.longest, pairs) if window.content]

    def logits(self, windows: Sequence[Window]) -> list[tuple[Window, Any]]:
        """Each window with its row of float64 logits. Raises `EngineOutputInvalid` when a model answers no numbers."""
        found: list[tuple[Window, Any]] = []
        for batch, output, _ in run(self.loader, self.model, self.tokenizer, windows, self.reach):
            values = self.loader.torch.as_tensor(output.logits).double().cpu()
            if not bool(values.isfinite().all()):
                raise EngineOutputInvalid(
                    f"the model {self.model.config.name_or_path} answered no numbers; try dtype=float32 or another version of it"
                )
            found += list(zip(batch, values.numpy(), strict=True))
        return found


class FeelingHead(Head):
    """Sentiment. Windows of one text are averaged, weighted by their tokens."""

    def __init__(self, loader: Loader, folder: Any, reach: Reach, stated: Mapping[str, float]) -> None:
        super().__init__(loader, folder, "AutoModelForSequenceClassification", reach)
        self.valences = names.valences(self.labels, stated)

    def __call__(self, texts: Sequence[str]) -> list[Sentiment | None]:
        """One feeling per text."""
        shares = _mean([(window.text_no, window.content, _softmax(row)) for window, row in self.logits(self.windows(texts))], len(texts))
        return [None if share is None else self._felt(share) for share in shares]

    def _felt(self, share: Any) -> Sentiment:
        """The side with most of the probability, unless the mean says the contrary: that is two strong sides, `mixed`."""
        sides: dict[Polarity, float] = {"negative": 0.0, "neutral": 0.0, "positive": 0.0, "mixed": 0.0}
        score = 0.0
        for probability, valence in zip(share.tolist(), self.valences, strict=True):
            if isinstance(valence, str):
                sides["mixed"] += probability
                continue
            sides["negative" if valence < 0 else "positive" if valence > 0 else "neutral"] += probability
            score += probability * valence
        polarity: Polarity = max(sides, key=lambda side: sides[side])
        confidence = sides[polarity]
        if (polarity == "positive" and score < 0) or (polarity == "negative" and score > 0):
            polarity, confidence = "mixed", sides["mixed"] + min(sides["negative"], sides["positive"])
        return Sentiment(polarity=polarity, score=round(max(-1.0, min(1.0, score)), _DIGITS), confidence=_share(confidence))


class ClassesHead(Head):
    """Zero-shot classes: does the text entail "This text is about X."? (Yin, Hay and Roth 2019, "Benchmarking Zero-shot Text Classification")."""

    def __init__(self, loader: Loader, folder: Any, reach: Reach, candidates: Sequence[str], hypothesis: str) -> None:
        super().__init__(loader, folder, "AutoModelForSequenceClassification", reach)
        self.candidates, self.hypotheses = list(candidates), [hypothesis.replace("{}", label) for label in candidates]
        self.places = names.entailment(self.labels)

    def __call__(self, texts: Sequence[str], model: str, exclusive: bool, least: float) -> list[tuple[Classification, ...]]:
        """Labels of each text at or above `least`, the surest first.

        `exclusive`: labels share one certainty among them; else each is weighed against its own contrary. Texts times labels run in the same batches.
        """
        import numpy as np

        count = len(self.candidates)
        pairs = self.windows([text for text in texts for _ in self.candidates], self.hypotheses * len(texts))
        means = _mean([(window.text_no, window.content, row[list(self.places)]) for window, row in self.logits(pairs)], len(texts) * count)
        found: list[tuple[Classification, ...]] = []
        for first in range(0, len(means), count):
            rows = [row for row in means[first : first + count] if row is not None]
            if not rows:
                found.append(())
                continue
            both = np.stack(rows)
            sure = _softmax(both[:, 0]) if exclusive else np.array([_softmax(row)[0] for row in both])
            ranked = sorted(zip(sure.tolist(), self.candidates, strict=True), key=lambda one: -one[0])
            found.append(tuple(Classification(model=model, label=label, confidence=_share(value)) for value, label in ranked if value >= least))
        return found


class EntityHead(Head):
    """Named entities by their tokens' tags."""

    def __init__(self, loader: Loader, folder: Any, reach: Reach) -> None:
        super().__init__(loader, folder, "AutoModelForTokenClassification", reach)
        self.tags = [names.tag(label) for label in self.labels]

    def __call__(self, texts: Sequence[str], least: float) -> list[tuple[Entity, ...]]:
        """Entities of each text at or above `least`, in order of place, none overlapping."""
        tagged: list[list[Tagged]] = [[] for _ in texts]
        for window, rows in self.logits(self.windows(texts)):
            tagged[window.text_no].append(Tagged(window, _softmax(rows[: len(window.spans)])))
        return [entities(text, found, self.tags, least) for text, found in zip(texts, tagged, strict=True)]


class VectorHead(Head):
    """One vector of length 1 per text: the mean of its tokens' last states, windows weighted by their tokens."""

    def __init__(self, loader: Loader, folder: Any, reach: Reach, prefix: str) -> None:
        super().__init__(loader, folder, "AutoModel", reach)
        self.prefix = prefix

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, ...] | None]:
        """Vectors rounded to 6 digits, the precision of a 32-bit number."""
        import numpy as np

        parts: list[tuple[int, int, Any]] = []
        prefixed = [f"{self.prefix}{text}" if text.strip() else "" for text in texts]
        for batch, output, mask in run(self.loader, self.model, self.tokenizer, self.windows(prefixed), self.reach):
            weights = mask.unsqueeze(-1)
            means = (output.last_hidden_state * weights).sum(1) / weights.sum(1)
            parts += [(window.text_no, window.content, row) for window, row in zip(batch, means.double().cpu().numpy(), strict=True)]
        found: list[tuple[float, ...] | None] = []
        for mean in _mean(parts, len(texts)):
            length = 0.0 if mean is None else float(np.linalg.norm(mean))
            if mean is not None and not np.isfinite(length):
                raise EngineOutputInvalid(f"the model {self.model.config.name_or_path} answered no numbers; look for another version of it")
            found.append(None if mean is None else tuple(np.round(mean / (length or 1.0), 6).tolist()))
        return found


def _mean(parts: Sequence[tuple[int, int, Any]], count: int) -> list[Any]:
    """Weighted means by number; None where a number has no part. Parts are (number, weight, array)."""
    sums: list[Any] = [None] * count
    weights = [0] * count
    for number, weight, values in sorted(parts, key=lambda part: part[0]):
        sums[number] = values * weight if sums[number] is None else sums[number] + values * weight
        weights[number] += weight
    return [None if total is None else total / weight for total, weight in zip(sums, weights, strict=True)]


def _softmax(rows: Any) -> Any:
    import numpy as np

    raised = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), _DIGITS)
