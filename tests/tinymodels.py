"""Tiny models built where they are needed: seconds to make and train, the real files, the real loading path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = "abcdefghijklmnopqrstuvwxyzàáéíñóúü0123456789.,;:!?'-👍"
WORDS = (
    "the is and i it so very not never again love great delicious fresh lovely good terrible dirty bad awful broken service room yogurt price "
    "el la es y muy no me encanta delicioso fresco bueno pésimo sucia malo nunca más servicio habitación yogur un una "
    "this text about food hotel money ana maría carlos acme madrid paris works in at bought from"
).split()


def tokenizer(folder: Path, max_length: int = 64) -> Any:
    """A WordPiece tokenizer of whole words, with letters for all others, saved to `folder`."""
    from transformers import BertTokenizerFast

    pieces = SPECIAL + list(LETTERS) + [f"##{letter}" for letter in LETTERS] + WORDS
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    made = BertTokenizerFast(vocab=vocabulary, do_lower_case=True, strip_accents=False, model_max_length=max_length)
    made.save_pretrained(folder)
    return made


def config(labels: Sequence[str], size: int, **more: Any) -> Any:
    """Two layers of 32 numbers."""
    from transformers import BertConfig

    return BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.1,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        **more,
    )


def classifier(folder: Path, labels: Sequence[str], examples: Mapping[str | tuple[str, str], str] | None = None) -> Path:
    """A sequence classifier; trained until it knows `examples` (text or pair -> label), random without them."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(1)
    pieces = tokenizer(folder)
    model = BertForSequenceClassification(config(labels, len(pieces)))
    if examples:
        texts = [text if isinstance(text, tuple) else (text, None) for text in examples]
        inputs = pieces([a for a, _ in texts], [b for _, b in texts] if texts[0][1] else None, padding=True, return_tensors="pt")
        wanted = torch.tensor([list(labels).index(label) for label in examples.values()])
        _fit(model, inputs, wanted)
    model.eval().save_pretrained(folder)
    return folder


def tagger(folder: Path, labels: Sequence[str], examples: Mapping[str, Mapping[str, str]]) -> Path:
    """A token classifier that knows `examples` (text -> word -> tag; other words are O)."""
    import torch
    from transformers import BertForTokenClassification

    torch.manual_seed(1)
    pieces = tokenizer(folder)
    model = BertForTokenClassification(config(labels, len(pieces)))
    inputs = pieces(list(examples), padding=True, return_tensors="pt", return_offsets_mapping=True)
    spans = inputs.pop("offset_mapping").tolist()
    wanted = [
        [list(labels).index(tags.get(text[start:end], "O")) if end > start else -100 for start, end in row]
        for (text, tags), row in zip(examples.items(), spans, strict=True)
    ]
    _fit(model, inputs, torch.tensor(wanted))
    model.eval().save_pretrained(folder)
    return folder


def encoder(folder: Path) -> Path:
    """A random encoder without a head."""
    import torch
    from transformers import BertModel

    torch.manual_seed(1)
    pieces = tokenizer(folder)
    BertModel(config(["LABEL_0"], len(pieces)), add_pooling_layer=False).eval().save_pretrained(folder)
    return folder


def _fit(model: Any, inputs: Any, wanted: Any) -> None:
    """Trains until it knows its examples: a loss of 0.05 is 95% for each on average."""
    import torch

    torch.set_num_threads(1)  # more than one wait for each other on models this small
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    model.train()
    for step in range(800):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1.0, (step + 1) / 40)
        optimizer.zero_grad()
        loss = model(**inputs, labels=wanted).loss
        if loss.item() < 0.05:
            return
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    raise AssertionError(f"the tiny model did not learn its examples (loss {loss.item():.2f})")


def language_models(folder: Path) -> dict[str, str]:
    """Four models that know a handful of sentences each, as options of the transformers engine; made once for a folder."""
    from adapters.testing.nlp import BLAME, PRAISE

    made = {task: folder / name for task, name in {"sentiment": "stars", "entities": "names", "classes": "topics", "vectors": "vectors"}.items()}
    if all(path.exists() for path in made.values()):
        return {task: str(path) for task, path in made.items()}
    stars = dict.fromkeys(PRAISE.values(), "5 stars") | dict.fromkeys(BLAME.values(), "1 star")
    stars |= {"it is good": "4 stars", "it is bad": "2 stars", "the room": "3 stars"}
    stars |= {"very good service and lovely room": "5 stars", "very bad service and dirty room": "1 star"}
    about = "this text is about {}."
    pairs = {("delicious yogurt", "food"), ("el yogur es fresco", "food"), ("dirty room", "hotel"), ("the service of the hotel room", "hotel")}
    topics = {(text, about.format(one)): "entailment" if one == topic else "contradiction" for text, topic in pairs for one in ("food", "hotel")}
    names = {
        "ana maría works in madrid": {"ana": "B-PER", "maría": "I-PER", "madrid": "B-LOC"},
        "carlos bought it from acme": {"carlos": "B-PER", "acme": "B-ORG"},
        "ana carlos works": {"ana": "B-PER", "carlos": "B-PER"},
        "the room is dirty and the price is bad": {},
        "ana maría works in madrid write to ana@example.org": {"ana": "B-PER", "maría": "I-PER", "madrid": "B-LOC"},
    }
    return {
        "sentiment": str(classifier(folder / "stars", ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], stars)),
        "entities": str(tagger(folder / "names", ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"], names)),
        "classes": str(classifier(folder / "topics", ["entailment", "neutral", "contradiction"], topics)),
        "vectors": str(encoder(folder / "vectors")),
    }
