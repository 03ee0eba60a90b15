"""Loading of PyTorch models from a folder through transformers: device and number format, safetensors only, every failure typed.

Nothing here reaches the network: folders come from `adapters.hub`, `local_files_only` is always set, code that comes with a model is never run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, ExtraMissing, MemoryLimit, ModelDamaged, ModelMissing, SettingsInvalid

TORCH_BYTES = 500 << 20
"""Resident memory of a process that imported torch and transformers, beyond a bare one, with room for one batch (measured: 370 MB imported)."""


class Runtime(Value):
    """Where and how models are run."""

    models: Path | None = Field(
        default=None,
        description="folder of fetched models (`<models>/hub/<organisation>/<name>`); None: only absolute paths are found",
    )
    device: Literal["cpu", "cuda", "auto"] = Field(
        default="cpu",
        description="`auto` takes the first CUDA device torch sees and the processor otherwise; a confined child sees none, and 16 GiB of address "
        "space are too few for CUDA: run the worker with the device unconfined to use it",
    )
    dtype: Literal["float32", "bfloat16", "float16"] = Field(
        default="float32", description="number format of the weights; the 16-bit ones take half the memory, are slower on most processors and round"
    )
    threads: int = Field(default=1, ge=1, le=256, description="threads of one engine; workers are processes, so 1 serves many documents best")
    allow_pickle: bool = Field(
        default=False,
        description="also load pickled weights (`pytorch_model.bin`), which can run code of whoever made them; safetensors cannot",
    )


class Loader:
    """Loads tokenizers and models of one runtime, each folder and kind once."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._loaded: dict[tuple[Path, str], Any] = {}
        self._torch: Any = None

    @property
    def torch(self) -> Any:
        """The torch module, its threads set."""
        if self._torch is None:
            import torch
            from transformers.utils import logging as library_log

            library_log.set_verbosity_error()
            library_log.disable_progress_bar()
            torch.set_num_threads(self.runtime.threads)
            self._torch = torch
        return self._torch

    def device(self) -> str:
        """`cpu` or `cuda`. Raises `SettingsInvalid` where CUDA is asked for and torch sees no device."""
        if self.runtime.device == "cpu":
            return "cpu"
        if self.torch.cuda.is_available():
            return "cuda"
        if self.runtime.device == "cuda":
            raise SettingsInvalid("device=cuda, and torch sees no CUDA device in this process; set device to auto or cpu, or mend the driver")
        return "cpu"

    def tokenizer(self, folder: Path) -> Any:
        """A tokenizer that knows where its tokens stand. Raises `ModelMissing`, `ModelDamaged`."""
        from transformers import AutoTokenizer

        found = self._once(folder, "tokenizer", lambda: AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False))
        if not found.is_fast:
            raise ModelMissing(f"the tokenizer in {folder} does not say where its tokens stand (no tokenizer.json); take a model that has one")
        return found

    def features(self, folder: Path) -> Any:
        """What turns sound into a model's input. Raises `ModelDamaged`."""
        from transformers import AutoFeatureExtractor

        return self._once(folder, "feature extractor", lambda: AutoFeatureExtractor.from_pretrained(folder, local_files_only=True))

    def model(self, folder: Path, kind: str, **more: Any) -> Any:
        """The model in `folder` loaded by transformers' class `kind` (`AutoModelFor...`) with `more`, in evaluation mode on the device.

        Raises `ModelMissing` for no or pickled weights and for a checkpoint without a trained head of this kind, `ModelDamaged` for damaged files.
        """
        return self._once(folder, kind, lambda: self._load(folder, kind, more))

    def _load(self, folder: Path, kind: str, more: Mapping[str, Any]) -> Any:
        import transformers

        safe = any(folder.glob("*.safetensors"))
        if not safe and not self.runtime.allow_pickle:
            raise ModelMissing(f"{folder} holds no safetensors weights; pickled ones can run code: convert them, or set allow_pickle")
        torch = self.torch
        model, told = getattr(transformers, kind).from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=safe,
            dtype=getattr(torch, self.runtime.dtype),
            output_loading_info=True,
            **more,
        )
        untrained = sorted(key for key in told["missing_keys"] if not key.startswith("pooler."))
        if untrained or told["mismatched_keys"]:
            raise ModelMissing(
                f"the weights in {folder} have no trained {kind.removeprefix('AutoModel') or 'model'} ({', '.join(untrained[:3])} missing)"
            )
        return model.to(self.device()).eval()

    def _once(self, folder: Path, what: str, load: Any) -> Any:
        if (folder, what) not in self._loaded:
            from safetensors import SafetensorError

            _ = self.torch
            try:
                self._loaded[folder, what] = load()
            except ImportError as error:
                raise ExtraMissing(f"the {what} in {folder} needs a package that is not installed: {str(error).strip()[:200]}") from error
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
                if is_allocation(error):
                    raise MemoryLimit(f"the model in {folder} does not fit into memory; raise TAMIZ_CHILD_MEMORY_BYTES or take a smaller") from error
                raise ModelDamaged(f"the {what} in {folder} cannot be loaded ({type(error).__name__}); fetch the model again") from error
        return self._loaded[folder, what]

    def run(self, model: Any, **inputs: Any) -> Any:
        """What a model, or a method of one, answers to tensors. Raises `MemoryLimit` when a batch does not fit."""
        try:
            with self.torch.inference_mode():
                return model(**inputs)
        except (RuntimeError, MemoryError) as error:
            if is_allocation(error):
                raise MemoryLimit("a batch does not fit into memory; lower batch_tokens or raise TAMIZ_CHILD_MEMORY_BYTES") from error
            raise EngineOutputInvalid(f"the model failed on a batch ({type(error).__name__}); look for a newer version of it") from error


def is_allocation(error: BaseException) -> bool:
    """Whether torch says that memory ran out: its own class for CUDA, a sentence for the processor."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or "allocate memory" in str(error)
