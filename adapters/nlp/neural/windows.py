"""Texts as windows of tokens, and windows as padded batches of similar length.

A text longer than a model can read is cut into windows that overlap; beyond `max_windows` the rest is left unread. Windows are sorted by length over
the whole call before they are batched, so that short texts are not padded to long ones; answers go back in the texts' order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from adapters.pretrained import Loader
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid

_PASSED = ("input_ids", "token_type_ids", "attention_mask")
_SURROGATES = dict.fromkeys(range(55296, 57344), "�")


class Reach(Value):
    """How much of a text is read, and how much at once."""

    max_tokens: int = Field(
        default=256,
        ge=8,
        le=8192,
        description="tokens of one window, special ones included; more sees further and costs its square; the model's limit holds",
    )
    stride: int = Field(
        default=32, ge=0, le=4096, description="tokens shared with the window before; more loses less at the cuts and reads more twice"
    )
    max_windows: int = Field(default=8, ge=1, le=10_000, description="windows read of one text; the rest of a longer text is left unread")
    batch_tokens: int = Field(
        default=4096, ge=8, le=1_000_000, description="tokens of one batch, padding included; more uses the hardware better and takes more memory"
    )
    batch_size: int = Field(default=32, ge=1, le=4096, description="windows of one batch at most")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one text as a model sees it."""

    text_no: int
    fields: dict[str, list[int]]
    """Token ids and whatever else the tokenizer gives the model, by its name."""
    spans: list[tuple[int, int]]
    """Characters (start, end) of the text that each token stands for; (0, 0) for special tokens and for the other half of a pair."""
    words: list[int | None]
    """The number of the word each token belongs to."""

    @property
    def content(self) -> int:
        """Tokens that stand for something in the text."""
        return sum(1 for start, end in self.spans if end > start)


def limit(model: Any, tokenizer: Any) -> int:
    """Tokens a model reads at once, special ones included. RoBERTa's positions begin behind the padding's (`padding_idx`)."""
    positions = getattr(model.config, "max_position_embeddings", None)
    longest = tokenizer.model_max_length if positions is None else min(positions, tokenizer.model_max_length)
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
            return min(longest, positions - module.padding_idx - 1) if positions else int(longest)
    return int(longest)


def cut(tokenizer: Any, texts: Sequence[str], reach: Reach, longest: int, pairs: Sequence[str] | None = None) -> list[Window]:
    """Windows of all texts, in order. `pairs` is a second text for each, kept whole in each window (the hypothesis of an entailment model)."""
    if not texts:
        return []
    length = min(reach.max_tokens, longest)
    second = {} if pairs is None else {"text_pair": list(pairs)}
    special = tokenizer.num_special_tokens_to_add(pair=pairs is not None)
    taken = special + (max(len(ids) for ids in tokenizer(list(pairs), add_special_tokens=False)["input_ids"]) if pairs else 0)
    if length - taken < 1:
        raise EngineOutputInvalid(f"{taken} tokens of label and separators leave no room in {length}; shorten the labels or raise max_tokens")
    encoded = tokenizer(
        [text.translate(_SURROGATES) for text in texts],
        **second,
        truncation="only_first",
        max_length=length,
        stride=min(reach.stride, (length - taken) // 2),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_attention_mask=True,
    )
    return list(_windows(encoded, reach.max_windows))


def _windows(encoded: Any, most: int) -> Iterator[Window]:
    fields = [name for name in _PASSED if name in encoded]
    seen: dict[int, int] = {}
    for at, text_no in enumerate(encoded["overflow_to_sample_mapping"]):
        seen[text_no] = seen.get(text_no, 0) + 1
        if seen[text_no] > most:
            continue
        first = [number == 0 for number in encoded.sequence_ids(at)]
        spans = [tuple(span) if ours else (0, 0) for span, ours in zip(encoded["offset_mapping"][at], first, strict=True)]
        words = [word if ours else None for word, ours in zip(encoded.word_ids(at), first, strict=True)]
        yield Window(text_no, {name: encoded[name][at] for name in fields}, spans, words)


def batches(windows: Sequence[Window], reach: Reach) -> Iterator[list[Window]]:
    """Windows that are run together, the longest first: a batch that does not fit fails at once, not at the end."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda one: len(one.spans), reverse=True):
        if batch and (len(batch) == reach.batch_size or (len(batch) + 1) * len(batch[0].spans) > reach.batch_tokens):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def run(loader: Loader, model: Any, tokenizer: Any, windows: Sequence[Window], reach: Reach) -> Iterator[tuple[list[Window], Any, Any]]:
    """Each batch with the model's output and its attention mask, on the model's device."""
    torch = loader.torch
    padding = {"input_ids": tokenizer.pad_token_id or 0, "token_type_ids": tokenizer.pad_token_type_id, "attention_mask": 0}
    for batch in batches(windows, reach):
        width = len(batch[0].spans)
        inputs = {
            name: torch.tensor([one.fields[name] + [padding[name]] * (width - len(one.spans)) for one in batch], device=model.device)
            for name in batch[0].fields
        }
        yield batch, loader.run(model, **inputs), inputs["attention_mask"]
