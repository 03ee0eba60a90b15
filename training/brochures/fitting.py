"""Fitting the models one on the other: tokens, lines, pairs, and how sure an offer is.

Each model is trained on what the one before it says of pages that one has not seen, as it will be in use. Folds are chains, so that what is
learned of a chain never judges that chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from training.brochures.extent import fitted_reaches, reaches_of
from training.brochures.labels import Gold, golds, name_lines, token_roles
from training.brochures.material import LabelledPage
from training.brochures.mirroring import SHARE, mirrored
from workers.brochures.boxes import Matrix
from workers.brochures.forest import Forest
from workers.brochures.groups import Group, find_groups
from workers.brochures.lexicon import lexicon
from workers.brochures.look import Look, look_at
from workers.brochures.pair_features import PAIR_TREND
from workers.brochures.pairs import Pair, chosen_pairs, offer_rows, pair_chances, possible
from workers.brochures.reading import Models

WORDS = lexicon(None)
ROUNDS = 3
"""Times the lines of names are labelled, each time with the help of the model before."""
COMPOSED = 0.1
"""Weight of a composed page's examples: they widen what is seen, real ones decide."""
SHAPE: dict[str, dict[str, Any]] = {
    "token": {"max_iter": 150, "learning_rate": 0.07, "max_leaf_nodes": 12, "min_samples_leaf": 10, "l2_regularization": 1.0},
    "line": {"max_iter": 150, "learning_rate": 0.07, "max_leaf_nodes": 12, "min_samples_leaf": 10, "l2_regularization": 1.0},
    "pair": {
        "max_iter": 120,
        "learning_rate": 0.07,
        "max_leaf_nodes": 10,
        "min_samples_leaf": 20,
        "l2_regularization": 5.0,
        "monotonic_cst": PAIR_TREND,
    },
    "offer": {"max_iter": 40, "learning_rate": 0.08, "max_leaf_nodes": 6, "min_samples_leaf": 40, "l2_regularization": 5.0},
}


@dataclass
class Example:
    """A page on its way through the models; `fold` is its chain, or a half of the composed pages."""

    source: LabelledPage
    fold: str
    weight: float
    look: Look
    golds: list[Gold]
    roles: list[int]
    price_of: dict[int, int]
    chance: Any = None
    line_rows: Any = None
    lines: Any = None
    named: dict[int, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    pair_rows: Any = None
    pair_labels: Any = None
    pairs: list[Pair] = field(default_factory=list)
    offer_rows: Any = None
    right: list[int] = field(default_factory=list)


def examples(pages: Sequence[LabelledPage], composed: Sequence[LabelledPage]) -> list[Example]:
    """Pages with what the labels say of their tokens."""
    found = [_example(page, page.chain, 1.0) for page in pages]
    found += [_example(page, f"composed {number % 2}", COMPOSED) for number, page in enumerate(composed)]
    return [example for example in found if example.look.prices and example.look.texts]


def _example(page: LabelledPage, fold: str, weight: float) -> Example:
    look = look_at(page.page, WORDS)
    labels = golds(page.offers, look.aspect)
    roles, owner = token_roles(labels, look.prices)
    return Example(page, fold, weight, look, labels, roles, owner)


def fit(found: list[Example]) -> Models:
    """Models fitted on `found`. What each says of a page comes from the models that have not seen its fold."""
    token = _stage("token", found, lambda one: one.look.token_rows(WORDS), lambda one: one.roles, _keep_chances)
    for round_no in range(ROUNDS):
        for one in found:
            one.named = name_lines(one.golds, one.look.texts, one.look.above, one.lines if round_no else None)
        line = _stage("line", found, lambda one: one.line_rows, _name_labels, _keep_lines)
    for one in found:
        _pair_up(one)
    paired = [one for one in found if one.pair_rows is not None]
    pair = _stage("pair", paired, lambda one: one.pair_rows.reshape(-1, one.pair_rows.shape[-1]), lambda one: one.pair_labels, _keep_pairs)
    offered = [one for one in paired if one.pairs]
    offer = _stage("offer", offered, lambda one: one.offer_rows, lambda one: one.right, None)
    extent = exported(fitted_reaches([reaches_of(one) for one in offered]))
    return Models(token, line, pair, offer, extent)


def _stage(
    name: str,
    found: Sequence[Example],
    rows: Callable[[Example], Any],
    labels: Callable[[Example], Any],
    keep: Callable[[Example, Forest], None] | None,
) -> Forest:
    """Fit one model on all; before that, one per fold on the others, whose opinion of the fold `keep` puts down."""
    table = {id(one): rows(one) for one in found}
    if keep is not None:
        for fold in sorted({one.fold for one in found}):
            others = _fitted(name, [one for one in found if one.fold != fold], table, labels)
            for one in found:
                if one.fold == fold:
                    keep(one, others)
    return _fitted(name, found, table, labels)


def _fitted(name: str, found: Sequence[Example], table: dict[int, Any], labels: Callable[[Example], Any]) -> Forest:
    rows = np.vstack([table[id(one)] for one in found])
    rows[:, np.isnan(rows).all(axis=0)] = 0.0  # scikit-learn 1.9 fails on a feature that nobody measured; no tree asks for a constant one
    weights = np.concatenate([np.full(len(table[id(one)]), one.weight) for one in found])
    wanted = np.concatenate([labels(one) for one in found])
    if name == "pair":
        real = weights >= 1.0  # composed pages have every arrangement anyway
        turned = mirrored(rows[real])
        rows, wanted = np.vstack([rows, *turned]), np.concatenate([wanted, *(wanted[real] for _ in turned)])
        weights = np.concatenate([weights, *(SHARE * weights[real] for _ in turned)])
    model = HistGradientBoostingClassifier(random_state=0, early_stopping=False, **SHAPE[name])
    return exported(model.fit(rows, wanted, sample_weight=weights))


def exported(model: HistGradientBoostingClassifier | HistGradientBoostingRegressor) -> Forest:
    """The trees of a fitted scikit-learn model as plain arrays."""
    trees = [(tree.nodes, output) for stage in model._predictors for output, tree in enumerate(stage)]
    size = max(len(nodes) for nodes, _ in trees)

    def table(name: str, leaf: float, kind: Any) -> Any:
        out = np.zeros((len(trees), size), dtype=kind)
        for row, (nodes, _) in zip(out, trees, strict=True):
            row[: len(nodes)] = np.where(nodes["is_leaf"] > 0, leaf, nodes[name]) if name != "value" else nodes[name]
        return out

    return Forest(
        feature=table("feature_idx", -1, np.int16),
        threshold=_rounded(table("num_threshold", 0, np.float64)),
        missing_left=table("missing_go_to_left", 0, np.bool_),
        left=table("left", 0, np.int16),
        right=table("right", 0, np.int16),
        value=_rounded(table("value", 0, np.float64)),
        output=np.array([output for _, output in trees], dtype=np.int16),
        baseline=_rounded(model._baseline_prediction.ravel()),
        depth=max(int(nodes["depth"].max()) for nodes, _ in trees),
    )


def _rounded(numbers: Matrix) -> Matrix:
    """As the file keeps them, so that a fitted model and a loaded one say the same."""
    return numbers.astype(np.float32).astype(np.float64)


def _keep_chances(one: Example, model: Forest) -> None:
    one.chance = model.chances(one.look.token_rows(WORDS))
    one.line_rows = one.look.line_rows(one.chance[:, 1])


def _keep_lines(one: Example, model: Forest) -> None:
    one.lines = model.chances(one.line_rows)[:, 1]


def _name_labels(one: Example) -> list[int]:
    return [int(number in one.named) for number in range(len(one.look.texts))]


def _pair_up(one: Example) -> None:
    look = one.look
    one.groups = find_groups(look.texts, one.lines, look.above, look.below, look.facts)
    one.chosen = possible(one.chance)
    if not one.groups or not one.chosen:
        return
    one.pair_rows = look.pair_rows(one.chosen, one.chance[:, 1], one.groups)
    whose = [Counter(one.named[line] for line in group.lines if line in one.named).most_common(1) for group in one.groups]
    one.pair_labels = [int(bool(owner) and one.price_of.get(token) == owner[0][0]) for token in one.chosen for owner in whose]


def _keep_pairs(one: Example, model: Forest) -> None:
    from training.brochures.scoring import right_pairs

    chance = pair_chances(one.pair_rows, model)
    one.pairs = [Pair(one.chosen[row], column) for row, column in chosen_pairs(chance)]
    if one.pairs:
        one.offer_rows = offer_rows(one.look, one.groups, one.chance, chance, one.chosen, one.pairs)
        one.right = right_pairs(one)
