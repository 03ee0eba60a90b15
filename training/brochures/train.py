"""`python -m training.brochures.train LABELLED... [--composed FOLDER...]`: fit the models that read brochures, judged on unseen chains."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from training.brochures.fitting import COMPOSED, ROUNDS, SHAPE, examples, fit
from training.brochures.material import LabelledPage, chains, labelled_pages
from training.brochures.scoring import judged_pages
from workers.brochures.forest import FOLDER, save
from workers.brochures.reading import Models
from workers.evaluation.brochures.judging import Judged
from workers.evaluation.brochures.scoring import Measured, measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, judge leaving one chain out, fit on all, write the models and their card."""
    wanted = _parser().parse_args(arguments)
    pages = [page for folder in wanted.labelled for page in labelled_pages(folder, wanted.kept, jobs=wanted.jobs)]
    composed = [page for folder in wanted.composed for page in labelled_pages(folder, wanted.kept, jobs=wanted.jobs)]
    for folder in wanted.composed:
        if (folder / "pdf").is_dir():
            composed += labelled_pages(folder, wanted.kept, jobs=wanted.jobs, pdf=True)
    print(f"{len(pages)} labelled pages, {len(composed)} composed", file=sys.stderr)
    found = {} if wanted.fit_only else left_out(pages, composed)
    if wanted.judge_only:
        return 0
    models = fit(examples(pages, composed))
    FOLDER.mkdir(exist_ok=True)
    save(FOLDER / "brochures.npz", {"token": models.token, "line": models.line, "pair": models.pair, "offer": models.offer})
    save(FOLDER / "extent.npz", {"extent": models.extent})
    if found:
        _write_card(found, pages, composed)
    return 0


def left_out(pages: Sequence[LabelledPage], composed: Sequence[LabelledPage]) -> dict[str, Measured]:
    """For each chain, and for all together, what models make of it that were fitted on the other chains and the composed pages."""
    found: dict[str, Measured] = {}
    judged: list[Judged] = []
    for chain in chains(list(pages)):
        models = fit(examples([page for page in pages if page.chain != chain], composed))
        of_chain = judged_pages([page for page in pages if page.chain == chain], models)
        judged += of_chain
        found[chain] = measured(of_chain)
        print(_line(chain, found[chain]), file=sys.stderr, flush=True)
    found["all"] = measured(judged)
    print(_line("all", found["all"]), file=sys.stderr, flush=True)
    return found


def judged_on(pages: Sequence[LabelledPage], models: Models) -> Measured:
    """What `models` make of `pages`."""
    return measured(judged_pages(pages, models))


def _line(name: str, found: Measured) -> str:
    scores, misses = found.scores, found.misses
    return (
        f"{name:12} e2e {scores.e2e_recall:.3f} recall {scores.recall:.3f} precision {scores.precision:.3f} price {scores.price:.3f} "
        f"was {scores.was_price_matched:.3f} boxes {found.boxes.share:.2f} | missed {misses.missed} name {misses.name} price {misses.price} "
        f"unit {misses.unit} unpriced {misses.unpriced} invented {misses.invented}"
    )


def _write_card(found: dict[str, Measured], pages: Sequence[LabelledPage], composed: Sequence[LabelledPage]) -> None:
    """`models/brochures.json` beside the weights: what they were fitted on and how they did on chains they had not seen."""
    card = {
        "model": "brochures",
        "fitted": datetime.now(UTC).date().isoformat(),
        "kind": "gradient-boosted trees (scikit-learn HistGradientBoostingClassifier), exported as arrays",
        "shape": {name: {key: value for key, value in shape.items() if key != "monotonic_cst"} for name, shape in SHAPE.items()},
        "rounds_of_labelling": ROUNDS,
        "weight_of_composed": COMPOSED,
        "labelled_pages": {chain: sum(page.chain == chain for page in pages) for chain in chains(list(pages))},
        "composed_pages": len(composed),
        "inputs": "layout only: sizes, places, weights, colours, counts of letters and figures, and which word lists a line touches; no text",
        "left_out": {name: {"scores": one.scores.model_dump(), "misses": one.misses.model_dump()} for name, one in found.items()},
    }
    (FOLDER / "brochures.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.brochures.train", description=__doc__)
    parser.add_argument("labelled", nargs="+", type=Path, help="folders with gold.jsonl and pages/")
    parser.add_argument("--composed", nargs="*", default=[], type=Path, help="folders of `python -m training.compose`; their pdf/ is read too")
    parser.add_argument("--kept", type=Path, default=Path("var/training"), help="where readings are kept between runs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--judge-only", action="store_true", help="leave one chain out, write nothing")
    parser.add_argument("--fit-only", action="store_true", help="fit and write the models, leave the card")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
