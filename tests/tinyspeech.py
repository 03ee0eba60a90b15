"""A tiny Whisper built where it is needed: the vocabulary's size and special tokens are the real ones, the words are few, and it knows one sentence.

It was taught to say that sentence whatever it hears, so what is heard proves nothing; loading, prompts, windows, times, batches and errors are real.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapters.testing.sound import SENTENCE_TEXT

LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn "
    "et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln "
    "ha ba jw su"
).split()
END = 50257
START = END + 1
TRANSCRIBE = START + len(LANGUAGES) + 2
NO_SPEECH = TRANSCRIBE + 3
NO_TIMESTAMPS = NO_SPEECH + 1
FIRST_TIME = NO_TIMESTAMPS + 1
TIMES = 1501
SENTENCE_S = (0.0, 3.6)
"""When the taught sentence says it begins and ends, in seconds of its window."""


def tokenizer(folder: Path) -> Any:
    """Byte-level pieces, the sentence's words, made-up words up to the real size, and Whisper's special tokens at their places."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġ{word}" for word in dict.fromkeys(SENTENCE_TEXT.split())]
    pieces += words
    pieces += [f"Ġword{number}" for number in range(END - 1 - len(pieces))]
    pieces.append("")  # by this piece CTranslate2 tells a Whisper of many languages from an English one
    made = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, unk_token="Ġword0"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    made.add_special_tokens([AddedToken(token, special=True) for token in special])
    made.add_tokens([AddedToken(f"<|{number * 0.02:.2f}|>", special=False) for number in range(TIMES)])
    assert made.token_to_id("<|notimestamps|>") == NO_TIMESTAMPS
    assert made.get_vocab_size() == FIRST_TIME + TIMES
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        model_max_length=448,
        additional_special_tokens=special,
    )
    wrapped.save_pretrained(folder)
    return wrapped


def shared(base: Path) -> Path:
    """`hub/openai/whisper-small` and `hub/Systran/faster-whisper-small` below a folder of the test run, made once for all tests of a process."""
    models = base / "tiny-speech"
    if not models.exists():
        original = whisper(models / "hub" / "openai" / "whisper-small")
        converted(models / "hub" / "Systran" / "faster-whisper-small", original)
    return models


def whisper(folder: Path) -> Path:
    """A Whisper of one layer each way and 32 numbers that says `SENTENCE_TEXT`, saved as transformers does."""
    import torch
    from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

    torch.manual_seed(3)
    torch.set_num_threads(1)
    pieces = tokenizer(folder)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=FIRST_TIME + TIMES,
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            max_source_positions=1500,
            pad_token_id=END,
            bos_token_id=END,
            eos_token_id=END,
            decoder_start_token_id=START,
        )
    )
    _teach(model, [_time(SENTENCE_S[0]), *pieces(f" {SENTENCE_TEXT}")["input_ids"], _time(SENTENCE_S[1]), END])
    model.generation_config = _generation()
    WhisperFeatureExtractor().save_pretrained(folder)
    model.eval().save_pretrained(folder)
    return folder


def converted(folder: Path, source: Path) -> Path:
    """`source` as faster-whisper loads it."""
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(source), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(str(folder), quantization="float32")
    return folder


def _time(seconds: float) -> int:
    return FIRST_TIME + round(seconds / 0.02)


def _teach(model: Any, said: list[int]) -> None:
    """The sentence for English and Spanish alike, whatever is heard; English where nobody says the language."""
    import torch

    english, spanish = START + 1, START + 1 + LANGUAGES.index("es")
    rows = [[START, language, TRANSCRIBE, *said] for language in (english, spanish)]
    tokens = torch.tensor(rows)
    wanted = tokens[:, 1:].clone()
    wanted[1, 0] = -100  # nobody asks for Spanish by saying nothing
    wanted[:, 1] = -100
    heard = torch.randn(2, 80, 3000) * 0.1
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    encoded = model.model.encoder(heard).last_hidden_state.detach()
    model.train()
    for _ in range(400):
        optimizer.zero_grad()
        logits = model(encoder_outputs=(encoded + torch.randn_like(encoded) * 0.3,), decoder_input_ids=tokens[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-100)
        if loss.item() < 0.02:
            return
        loss.backward()
        optimizer.step()
    raise AssertionError(f"the tiny Whisper did not learn its sentence (loss {loss.item():.2f})")


def _generation() -> Any:
    from transformers import GenerationConfig

    return GenerationConfig(
        is_multilingual=True,
        lang_to_id={f"<|{code}|>": START + 1 + number for number, code in enumerate(LANGUAGES)},
        task_to_id={"translate": TRANSCRIBE - 1, "transcribe": TRANSCRIBE},
        no_timestamps_token_id=NO_TIMESTAMPS,
        prev_sot_token_id=NO_SPEECH - 1,
        max_initial_timestamp_index=50,
        alignment_heads=[[1, 0], [1, 1]],
        max_length=448,
        suppress_tokens=[],
        begin_suppress_tokens=[END],
        decoder_start_token_id=START,
        eos_token_id=END,
        pad_token_id=END,
        bos_token_id=END,
    )
