import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from corpus.errors import RerankerError
from index import reranker
from index.joint import JointModel
from index.joint_reranker import JointReranker
from index.reranker import open_reranker
from index.settings import SHIPPED_ENCODER, Backend, IndexSettings
from index.training.ship import ship_reranker

QUESTION = "产品召回由谁负责？"
PASSAGES = [
    "经营者应当备案。",
    "缺陷产品应当召回。",
    "",
    "质" * 3_000,
    "\ud800🙂",
    *(f"第{n}条 应当检验。" for n in range(9)),
]


def draw_body(folder: Path, *, seed: int) -> Any:
    """Return a small BERT whose weights are large enough to show in the scores, saved in ``folder``.

    It is 64 wide: on matrices 32 wide, OpenVINO's products of eight bits differ from one run to the next.
    """
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=20_000,
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=128,
        pad_token_id=1,
        initializer_range=0.5,
    )
    body = BertModel(config, add_pooling_layer=False)
    body.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(SHIPPED_ENCODER / name, folder / name)
    return body


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    save_file(
        {name: value.half() for name, value in draw_body(folder, seed=1).state_dict().items()},
        folder / "model.safetensors",
        {"format": "pt"},
    )
    return folder


@pytest.fixture(scope="module")
def folder(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reranker of which the last of three layers is its own, and the others the encoder's."""
    folder = tmp_path_factory.mktemp("reranker")
    other = draw_body(folder / "other", seed=4).state_dict()
    trained = {f"bert.{name}": value.half() for name, value in other.items() if ".layer.2." in name}
    save_file({**trained, "product": torch.linspace(0, 2, 64).half()}, folder / "trained.safetensors")
    return ship_reranker(
        encoder, encoder, folder / "trained.safetensors", folder / "shipped", apart=1, share=0.5, weight=2
    )


@pytest.fixture
def shipped(encoder: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That reranker, with that encoder as the one that ships."""
    monkeypatch.setattr(reranker, "SHIPPED_ENCODER", encoder)
    return folder


def score_by_hand(encoder: Path, folder: Path, question: str, passage: str) -> float:
    """Score one pair without padding, with transformers' own layers."""
    from transformers import AutoTokenizer, BertModel

    tokenizer = AutoTokenizer.from_pretrained(encoder)
    body = BertModel.from_pretrained(encoder, add_pooling_layer=False, dtype=torch.float32).eval()
    own = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    product = own.pop("joint.product")
    body.load_state_dict(own, strict=False)
    texts = [f"query: {question}", f"passage: {passage}"]
    with torch.inference_mode():
        states = []
        for text, limit in zip(texts, (48, 128), strict=True):
            ids = torch.tensor([tokenizer(text, truncation=True, max_length=limit)["input_ids"]])
            states.append(body.encoder.layer[0](body.embeddings(input_ids=ids)))
        together = torch.cat(states, 1)
        for layer in body.encoder.layer[1:]:
            together = layer(together)
        asked, read = together[0, : states[0].shape[1]], together[0, states[0].shape[1] :]
        cosine = torch.nn.functional.cosine_similarity
        late = cosine(asked[:, None], read[None], dim=2).max(1).values.mean()
        means = [torch.nn.functional.normalize(part.mean(0), dim=0) for part in (asked, read)]
        return float(2 * (late + 0.5 * (means[0] * means[1] * product).sum()))


@pytest.mark.parametrize(("backend", "most"), [("torch", 0.05), ("openvino", 0.05), ("openvino-int8", 0.08)])
def test_every_passage_has_the_score_of_the_model_whatever_stands_beside_it(
    encoder: Path, folder: Path, backend: Backend, most: float
) -> None:
    if backend != "torch":
        pytest.importorskip("openvino")
    opened = JointReranker(encoder, folder, backend=backend)
    scores = opened.score(QUESTION, PASSAGES)
    assert (scores.dtype, scores.shape) == (np.dtype("float32"), (len(PASSAGES),))
    expected = [score_by_hand(encoder, folder, QUESTION, PASSAGES[n]) for n in (0, 1, 2, 3, 13)]
    np.testing.assert_allclose(scores[[0, 1, 2, 3, 13]], expected, atol=most)
    assert np.ptp(expected) > 0.15
    np.testing.assert_array_equal(JointReranker(encoder, folder, backend=backend).score(QUESTION, PASSAGES), scores)
    assert opened.score(QUESTION, []).shape == (0,)


def test_what_it_shares_with_the_encoder_is_not_written_again(encoder: Path, folder: Path) -> None:
    names = load_file(folder / "model.safetensors").keys()
    assert all(".layer.2." in name or name == "joint.product" for name in names)
    assert len(names) == 7  # its matrices and the product: what both drew as zeros and ones is the same


def test_it_lies_between_its_start_and_what_was_trained(encoder: Path, folder: Path, tmp_path: Path) -> None:
    trained = folder.parent / "trained.safetensors"
    shipped = ship_reranker(encoder, encoder, trained, tmp_path, apart=1, share=0.25, weight=2)
    name = "encoder.layer.2.output.dense.weight"
    start, end = load_file(encoder / "model.safetensors")[name], load_file(trained)[f"bert.{name}"]
    between = 0.75 * start.float() + 0.25 * end.float()
    torch.testing.assert_close(load_file(shipped / "model.safetensors")[name].float(), between, atol=1e-2, rtol=0)


def test_a_folder_that_training_wrote_is_opened_by_its_name(shipped: Path) -> None:
    opened = open_reranker(IndexSettings(reranker=str(shipped), backend="torch"))
    assert isinstance(opened, JointReranker)
    assert opened.name.startswith("wence-")
    assert open_reranker(IndexSettings(reranker=str(shipped), backend="torch")) is opened


def spoil_metadata(folder: Path, **facts: str) -> None:
    save_file(load_file(folder / "model.safetensors"), folder / "model.safetensors", {"format": "pt", **facts})


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"apart": "1", "weight": "1", "base": "0" * 64}, "another encoder"),
        ({}, "not of a reranker"),
        ({"apart": "x", "weight": "1", "base": ""}, "invalid literal"),
        ({"apart": "1", "weight": "", "base": ""}, "could not convert"),
    ],
)
def test_one_that_was_made_for_another_encoder_is_one_line(
    shipped: Path, tmp_path: Path, facts: dict[str, str], reason: str
) -> None:
    spoiled = Path(shutil.copytree(shipped, tmp_path / "spoiled"))
    spoil_metadata(spoiled, **facts)
    with pytest.raises(RerankerError, match=f"cannot be loaded .*{reason}.*WENCE_INDEX__RERANKER"):
        open_reranker(IndexSettings(reranker=str(spoiled)))


def test_a_damaged_file_is_one_line(shipped: Path, tmp_path: Path) -> None:
    whole = (shipped / "model.safetensors").read_bytes()
    for name, data in {"cut": whole[: len(whole) // 2], "empty": b"", "noise": bytes(range(256)) * 9}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(data)
        with pytest.raises(RerankerError, match=r"cannot be loaded .* set WENCE_INDEX__RERANKER"):
            open_reranker(IndexSettings(reranker=str(tmp_path / name)))


def test_scores_that_are_no_numbers_are_refused(shipped: Path, tmp_path: Path) -> None:
    spoiled = Path(shutil.copytree(shipped, tmp_path / "spoiled"))
    weights = load_file(spoiled / "model.safetensors")
    weights["joint.product"][0] = torch.nan
    from safetensors import safe_open

    with safe_open(spoiled / "model.safetensors", "pt") as opened:
        facts = opened.metadata()
    save_file(weights, spoiled / "model.safetensors", facts)
    opened = open_reranker(IndexSettings(reranker=str(spoiled), backend="torch"))
    assert opened is not None
    with pytest.raises(RerankerError, match="no numbers"):
        opened.score(QUESTION, PASSAGES)


def test_padding_has_no_part_in_a_score() -> None:
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    config = BertConfig(vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
    model = JointModel(BertModel(config, add_pooling_layer=False), apart=1).eval()
    asked, read = torch.tensor([[2, 7, 9, 3]]), torch.tensor([[2, 11, 12, 3]])
    seen = torch.ones_like(asked)

    def padded(ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.nn.functional.pad(ids, (0, 3)), torch.nn.functional.pad(seen, (0, 3))

    with torch.inference_mode():
        plain = model.read_together(model.read_apart(asked, seen), seen, model.read_apart(read, seen), seen)
        (asked, some), (read, others) = padded(asked), padded(read)
        again = model.read_together(model.read_apart(asked, some), some, model.read_apart(read, others), others)
    torch.testing.assert_close(again, plain, atol=1e-5, rtol=0)
