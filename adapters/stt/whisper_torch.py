"""Decoding of windows by a Whisper in torch: what was said, how sure, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adapters.pretrained import Loader
from adapters.stt.alignment import FRAME_S, token_frames, words_of
from adapters.stt.invented import Doubt, Figures, invented
from adapters.stt.joining import Heard
from adapters.stt.speech_windows import RATE_HZ, SpeechWindow
from adapters.stt.whisper_models import LANGUAGES
from schemas.errors import EngineOutputInvalid, ModelDamaged

_TOKENS = 448
"""Whisper's longest sequence: prompt, start, language, task, and what it writes."""
_PROMPT_TOKENS = 223
"""Half of that, less the one that begins a prompt."""


class WhisperDecoder:
    """One loaded model."""

    def __init__(self, loader: Loader, folder: Path, doubt: Doubt, beam_size: int, max_new_tokens: int, prompt: str) -> None:
        self.loader, self.doubt = loader, doubt
        self.beam_size, self.max_new_tokens, self.prompt = beam_size, max_new_tokens, prompt
        self.tokenizer, self.extractor = loader.tokenizer(folder), loader.features(folder)
        self.model = loader.model(folder, "WhisperForConditionalGeneration", attn_implementation="eager")
        known = self.tokenizer.get_vocab()
        try:
            self.start, self.transcribe, self.before, no_times = (
                known[f"<|{name}|>"] for name in ("startoftranscript", "transcribe", "startofprev", "notimestamps")
            )
            self.end, self.first_time = known["<|endoftext|>"], no_times + 1
            self.silent = known["<|nospeech|>"] if "<|nospeech|>" in known else known["<|nocaptions|>"]
        except KeyError as error:
            raise ModelDamaged(f"the tokenizer in {folder} is none of Whisper's ({error.args[0]} is missing); fetch the model again") from error
        self.languages = {code: known[f"<|{code}|>"] for code in LANGUAGES if f"<|{code}|>" in known}
        self.multilingual = bool(getattr(self.model.generation_config, "is_multilingual", True))
        self.heads = self._heads()

    def language(self, windows: Sequence[SpeechWindow]) -> str:
        """The likeliest language of some windows together: the product of its probabilities after the first token."""
        if not self.multilingual:
            return "en"
        torch = self.loader.torch
        start = torch.full((len(windows), 1), self.start, device=self.model.device)
        logits = self._forward(self._encoded(windows), start).logits[:, -1].double()
        codes = list(self.languages)
        shares = logits[:, [self.languages[code] for code in codes]].log_softmax(-1).sum(0)
        return codes[int(shares.argmax())]

    def words(self, windows: Sequence[SpeechWindow], language: str, vocabulary: Sequence[str]) -> Iterator[Heard]:
        """Words of all windows in order, seconds from the stretch's start; what nobody said is left out."""
        encoded = self._encoded(windows)
        written = self._written(encoded, language, vocabulary)
        prefix = [self.start, self.languages[language], self.transcribe] if self.multilingual else [self.start]
        read = self._forward(encoded, self._padded([prefix + row for row in written]), output_attentions=True)
        shares = read.logits.double().log_softmax(-1).cpu().numpy()
        if not np.isfinite(shares[:, :, self.end]).all():
            raise EngineOutputInvalid("the model answered no numbers; look for another version of it, or dtype=float32")
        attention = np.stack([read.cross_attentions[layer][:, head].double().cpu().numpy() for layer, head in self.heads], axis=1)
        for at, (window, row) in enumerate(zip(windows, written, strict=True)):
            sure = np.array([shares[at, len(prefix) - 1 + place, token] for place, token in enumerate(row)])
            figures = Figures(float(np.exp(shares[at, 0, self.silent])), float(sure.mean()) if len(row) else 0.0)
            yield from self._heard(window, row, sure, attention[at][:, len(prefix) : len(prefix) + len(row)], figures, language)

    def _heard(self, window: SpeechWindow, row: list[int], sure: Any, attention: Any, figures: Figures, language: str) -> Iterator[Heard]:
        """Words of one window. Times come from the tokens' attention: a word ends where the next token begins."""
        text_at = [place for place, token in enumerate(row) if token < self.end]
        frames = min(attention.shape[-1], max(1, round(len(window.samples) / RATE_HZ / FRAME_S)))
        if not text_at:
            return
        starts = token_frames(attention[:, text_at, :frames])
        edges = [*starts.tolist(), frames]
        for first, end in _utterances(text_at):
            tokens = [row[text_at[place]] for place in range(first, end)]
            if invented(self.tokenizer.decode(tokens), figures, self.doubt):
                continue
            for word in words_of(tokens, self.tokenizer.decode, language):
                places = [text_at[first + place] for place in range(word.first, word.end)]
                begin, until = edges[first + word.first] * FRAME_S, edges[first + word.end] * FRAME_S
                yield Heard(word.text, window.start_s + begin, window.start_s + until, float(np.exp(sure[places].mean())))

    def _written(self, encoded: Any, language: str, vocabulary: Sequence[str]) -> list[list[int]]:
        """Tokens of each window after the prompt, times among them, without what pads them."""
        torch = self.loader.torch
        spoken = {"language": language, "task": "transcribe"} if self.multilingual else {}
        words = " ".join(part for part in (self.prompt, ", ".join(vocabulary)) if part)
        room = min(_PROMPT_TOKENS, _TOKENS - self.max_new_tokens - 5)
        if words and room > 0:
            prompt = [self.before, *self.tokenizer(f" {words}", add_special_tokens=False)["input_ids"][-room:]]
            spoken["prompt_ids"] = torch.tensor(prompt, device=self.model.device)
        rows = self.loader.run(
            self.model.generate,
            encoder_outputs=_copy(encoded),
            return_timestamps=True,
            do_sample=False,
            num_beams=self.beam_size,
            max_new_tokens=self.max_new_tokens,
            **spoken,
        )
        return [[token for token in row if token != self.end] for row in rows.tolist()]

    def _encoded(self, windows: Sequence[SpeechWindow]) -> Any:
        found = self.extractor([window.samples for window in windows], sampling_rate=RATE_HZ, return_tensors="pt")
        features = found.input_features.to(self.model.device, self.model.dtype)
        return self.loader.run(self.model.get_encoder(), input_features=features)

    def _forward(self, encoded: Any, tokens: Any, **more: Any) -> Any:
        return self.loader.run(self.model, encoder_outputs=_copy(encoded), decoder_input_ids=tokens, **more)

    def _padded(self, rows: Sequence[list[int]]) -> Any:
        width = max(map(len, rows))
        return self.loader.torch.tensor([row + [self.end] * (width - len(row)) for row in rows], device=self.model.device)

    def _heads(self) -> list[tuple[int, int]]:
        """Heads whose attention follows the sound, as the model says; else all of the upper half of its layers, as OpenAI's code takes."""
        stated = getattr(self.model.generation_config, "alignment_heads", None)
        config = self.model.config
        layers = range(config.decoder_layers // 2, config.decoder_layers)
        return [tuple(one) for one in stated] if stated else [(layer, head) for layer in layers for head in range(config.decoder_attention_heads)]


def _copy(encoded: Any) -> Any:
    """The encoder's output in a container of its own: generation replaces what is in it."""
    return type(encoded)(last_hidden_state=encoded.last_hidden_state)


def _utterances(text_at: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of text tokens with no time between them, as (first, end) among the text tokens; `text_at` are their places among all."""
    found: list[tuple[int, int]] = []
    for number, place in enumerate(text_at):
        if number and place == text_at[number - 1] + 1:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found
