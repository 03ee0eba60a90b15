"""The networks of PP-OCR as they lie in rapidocr's wheel, made lighter in memory and run by ONNX Runtime.

Two things about the weights, neither of which touches the files:

- Training left 256,000 denormal numbers (below 1.2e-38) in two layers of the detector. A CPU multiplies each of them a hundred times slower than
  any other number: two layers out of eighty took 0.83 of 1.30 s a page. Nought in their place gives the same reading.
- The recogniser scores 18,710 characters at every step, nearly all Chinese. Its last layer without them saves a sixth of a line's time, and no Latin
  letter is taken for a Chinese one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from schemas.errors import EngineOutputInvalid, MemoryLimit, ModelMissing

Alphabet = Literal["latin", "all"]
_LATIN: Final = ((0x20, 0x24F), (0x1E00, 0x1EFF), (0x2000, 0x214F), (0x2212, 0x2212))
"""Code points of Latin script with its marks, digits, punctuation, raised figures, currency signs, letter-like signs and the minus."""
_SMALLEST: Final = 1.1754944e-38
"""The smallest normal number of IEEE 754 single precision."""
_FLOAT: Final = 1
"""`TensorProto.FLOAT`."""


@dataclass(frozen=True)
class Weights:
    """A network ready to be loaded, and the characters its classes stand for (none: it does not recognise)."""

    model: bytes
    characters: tuple[str, ...] = ()


class Network:
    """One network on one thread: an array in, its first output out. Raises `ModelMissing` for weights that the runtime cannot load."""

    def __init__(self, weights: Weights) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # The arena saves 15% of the detector's time and holds on to 180 MB between pages.
        options.enable_cpu_mem_arena = False
        from onnxruntime.capi import onnxruntime_pybind11_state as native

        try:
            self._session = onnxruntime.InferenceSession(weights.model, options, providers=["CPUExecutionProvider"])
        except (native.Fail, native.InvalidProtobuf, native.InvalidGraph, native.InvalidArgument, ValueError) as error:
            raise ModelMissing("a model of the rapidocr package cannot be loaded; reinstall it with `make setup`") from error
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: Any) -> Any:
        """Raises `MemoryLimit`, `EngineOutputInvalid`."""
        from onnxruntime.capi import onnxruntime_pybind11_state as native

        try:
            return self._session.run(None, {self._input: batch})[0]
        except (native.Fail, native.RuntimeException, native.InvalidArgument, native.EPFail) as error:
            if "alloc" in str(error).lower() or "insufficient memory" in str(error).lower():
                raise MemoryLimit("rapidocr ran out of memory on this page; lower ocr.rapidocr.detection_side_px or give the child more") from error
            raise EngineOutputInvalid("rapidocr failed on this page") from error


def weights(file: Path, alphabet: Alphabet = "all") -> Weights:
    """The network in `file` without denormal weights and, when it recognises, with the classes of `alphabet` only.

    Raises `ModelMissing` when the file is absent or no network.
    """
    from google.protobuf.message import DecodeError

    model = _model_class()()
    try:
        model.ParseFromString(file.read_bytes())
    except (OSError, DecodeError) as error:
        raise ModelMissing(f"the model {file.stem} is missing from the rapidocr package; reinstall it with `make setup`") from error
    classes = _classes(model)
    kept = [number for number, one in enumerate(classes) if number == 0 or alphabet == "all" or _is_latin(one)]
    for tensor in model.graph.initializer:
        if tensor.data_type == _FLOAT:
            _lighten(tensor, len(classes), kept)
    if len(kept) < len(classes):
        _forget_shapes(model.graph)
    return Weights(model.SerializeToString(), tuple(classes[number] for number in kept))


def _classes(model: Any) -> list[str]:
    """Of a recogniser: the blank of connectionist temporal classification, the file's own characters, the space."""
    named = next((entry.value for entry in model.metadata_props if entry.key == "character"), None)
    return [] if named is None else ["", *named.splitlines(), " "]


def _is_latin(characters: str) -> bool:
    return all(any(first <= ord(one) <= last for first, last in _LATIN) for one in characters)


def _lighten(tensor: Any, classes: int, kept: list[int]) -> None:
    import numpy as np

    values = np.frombuffer(tensor.raw_data, dtype="<f4")
    tiny = np.abs(values) < _SMALLEST
    of_classes = 0 < len(kept) < classes and tensor.dims[-1:] == [classes]
    if not of_classes and not np.any(values[tiny]):
        return
    values = np.where(tiny, np.float32(0), values).reshape(tuple(tensor.dims))
    if of_classes:
        values = values[..., kept]
        tensor.dims[-1] = len(kept)
    tensor.raw_data = values.tobytes()


def _forget_shapes(graph: Any) -> None:
    """What the file says of shapes between the layers no longer holds; the runtime works them out."""
    del graph.value_info[:]
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")


def _model_class() -> Any:
    """The few fields of `onnx.proto` that are changed here (ONNX 1.x, field numbers are stable); protobuf carries the others along unread."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="tamiz/onnx.proto", package="tamiz.onnx", syntax="proto2")
    kinds = {"int": 5, "long": 3, "text": 9, "bytes": 12}
    for message, fields in {
        "Tensor": [("dims", 1, "long", True), ("data_type", 2, "int", False), ("raw_data", 9, "bytes", False)],
        "TensorType": [("shape", 2, "bytes", False)],
        "Type": [("tensor_type", 1, "TensorType", False)],
        "Value": [("type", 2, "Type", False)],
        "Graph": [("initializer", 5, "Tensor", True), ("output", 12, "Value", True), ("value_info", 13, "bytes", True)],
        "Entry": [("key", 1, "text", False), ("value", 2, "text", False)],
        "Model": [("graph", 7, "Graph", False), ("metadata_props", 14, "Entry", True)],
    }.items():
        described = file.message_type.add(name=message)
        for name, number, kind, repeated in fields:
            field = described.field.add(name=name, number=number, label=3 if repeated else 1)
            if kind in kinds:
                field.type = kinds[kind]
            else:
                field.type, field.type_name = 11, f".tamiz.onnx.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tamiz.onnx.Model"))
