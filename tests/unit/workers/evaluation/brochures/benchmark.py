"""The public benchmark's rule once more, written as plainly as it can be: counts over dictionaries, greedily, in one loop.

Source: BufferHund/smart-deal-finder, benchmark/run.py. Ours must print the same numbers for whatever the files hold.
"""

from __future__ import annotations

import difflib
import re
from typing import Any


def clean(value: Any) -> str:
    return " ".join(str(value or "").lower().split())


def amount(value: Any) -> float | None:
    if isinstance(value, (int, float)):
        return float(value)
    digits = re.search(r"-?\d+(\.\d+)?", str(value or "").replace(",", "."))
    return float(digits[0]) if digits else None


def words_in_common(first: str, second: str) -> float:
    one, other = set(re.findall("[a-z0-9]+", first)), set(re.findall("[a-z0-9]+", second))
    if not one or not other:
        return float(not one and not other)
    return len(one & other) / len(one | other)


def alike(first: Any, second: Any) -> float:
    one, other = clean(first), clean(second)
    within = len(one) >= 4 and len(other) >= 4 and (one in other or other in one)
    return max(difflib.SequenceMatcher(None, one, other).ratio(), words_in_common(one, other), 0.9 * within)


def measure(value: Any) -> str:
    found = clean(value)
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?", found) or "eur" in found or "€" in found:
        return ""
    for long, short in zip("stück stueck packung milliliter liter kilogramm gramm".split(), "stk stk pack ml l kg g".split(), strict=True):
        found = found.replace(long, short)
    return found


def equal(first: Any, second: Any) -> bool:
    one, other = amount(first), amount(second)
    return one is not None and other is not None and abs(one - other) <= 0.01


def counted(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> dict[str, int]:
    used: set[int] = set()
    out = dict.fromkeys(("matched", "price", "e2e", "was", "was_ok", "was_matched"), 0)
    for label in gold:
        has_old = amount(label["original_price"]) is not None
        out["was"] += has_old
        best, best_alike = None, 0.0
        for place, offer in enumerate(predicted):
            likeness = alike(label["product_name"], offer["product_name"])
            if place not in used and likeness >= 0.8 and likeness > best_alike:
                best, best_alike = place, likeness
        if best is None:
            continue
        used.add(best)
        offer = predicted[best]
        units = measure(label["unit"]), measure(offer["unit"])
        price = equal(label["price"], offer["price"])
        out["matched"] += 1
        out["price"] += price
        out["e2e"] += price and (not all(units) or words_in_common(*units) >= 0.5)
        out["was_matched"] += has_old
        out["was_ok"] += equal(label["original_price"], offer["original_price"])
    return out


def benchmark(pages: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]) -> dict[str, float]:
    """The numbers the benchmark prints, over pages that have a label."""
    each = [(gold, predicted, counted(gold, predicted)) for gold, predicted in pages if gold]
    total = {key: sum(found[key] for _, _, found in each) for key in each[0][2]}
    offers, ours = sum(len(gold) for gold, _, _ in each), sum(len(predicted) for _, predicted, _ in each)
    recall, precision = total["matched"] / offers, total["matched"] / max(ours, 1)
    return {
        "pages": len(each),
        "offers": offers,
        "predicted": ours,
        "recall": recall,
        "e2e_recall": total["e2e"] / offers,
        "precision": precision,
        "f1": 2 * recall * precision / max(recall + precision, 1e-9),
        "price": total["price"] / offers,
        "was_price": total["was_ok"] / max(total["was"], 1),
        "was_price_matched": total["was_ok"] / max(total["was_matched"], 1),
        "e2e_recall_pages": sum(found["e2e"] / len(gold) for gold, _, found in each) / len(each),
    }
