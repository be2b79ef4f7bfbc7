import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from corpus.errors import RerankerError
from index.exact import ExactIndex
from index.joint_reranker import JointReranker
from index.model import RerankScores
from index.reranker import CrossEncoderReranker, open_reranker
from index.search import RERANKED, HybridIndex, Mode
from index.settings import SHIPPED_ENCODER, Backend, IndexSettings
from index.store import open_index
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, fill_home, write_file

PASSAGES = ["经营者应当备案。", "缺陷产品应当召回。", "", "质" * 3_000, "\ud800🙂"]


def write_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """Write a cross-encoder of one small layer with weights drawn at random."""
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=20_000,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        pad_token_id=1,
        initializer_range=0.5,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(SHIPPED_ENCODER / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture
def opened(folder: Path) -> CrossEncoderReranker:
    found = open_reranker(IndexSettings(reranker=str(folder), batch_size=2))
    assert isinstance(found, CrossEncoderReranker)
    return found


def test_the_settings_may_say_that_there_is_none() -> None:
    assert open_reranker(IndexSettings(reranker="none")) is None


def test_the_one_that_ships_gives_the_same_by_whatever_runs_it() -> None:
    question, passages = "公司拖欠工资怎么办？", [*PASSAGES, "用人单位未及时足额支付劳动报酬的，责令限期支付。"]
    backends: list[Backend] = ["auto", "torch"]
    scores = []
    for backend in backends:
        shipped = open_reranker(IndexSettings(backend=backend))
        assert isinstance(shipped, JointReranker)
        scores.append(shipped.score(question, passages))
    assert np.corrcoef(*scores)[0, 1] > 0.97


def test_every_passage_has_a_score_of_its_own_whatever_stands_beside_it(opened: CrossEncoderReranker) -> None:
    together = opened.score("产品召回由谁负责？", PASSAGES)
    assert (together.dtype, together.shape) == (np.dtype("float32"), (len(PASSAGES),))
    alone = [float(opened.score("产品召回由谁负责？", [passage])[0]) for passage in PASSAGES]
    np.testing.assert_allclose(together, alone, atol=0.02)
    assert len(set(alone)) == len(PASSAGES)
    assert opened.score("问", []).shape == (0,)


def test_the_question_is_read_with_the_passage(opened: CrossEncoderReranker) -> None:
    assert opened.score("谁来备案？", PASSAGES[:1])[0] != opened.score("何时召回？", PASSAGES[:1])[0]


def test_a_reranker_is_loaded_once(opened: CrossEncoderReranker, folder: Path) -> None:
    assert open_reranker(IndexSettings(reranker=str(folder))) is opened


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "./no/such/folder", __file__])
def test_a_reranker_that_is_not_here_is_one_line_that_says_what_to_do(name: str) -> None:
    with pytest.raises(RerankerError, match=r"cannot be loaded .* set WENCE_INDEX__RERANKER") as caught:
        open_reranker(IndexSettings(reranker=name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 99])
def test_a_damaged_reranker_is_one_line_too(tmp_path: Path, folder: Path, file: str, data: bytes) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    (damaged / file).write_bytes(data)
    with pytest.raises(RerankerError, match="cannot be loaded") as caught:
        open_reranker(IndexSettings(reranker=str(damaged)))
    assert "\n" not in str(caught.value)


def test_an_encoder_is_no_reranker() -> None:
    with pytest.raises(RerankerError, match="BertModel that does not score pairs"):
        open_reranker(IndexSettings(reranker=str(SHIPPED_ENCODER)))


def test_a_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RerankerError, match="it gives 3 scores for a passage"):
        open_reranker(IndexSettings(reranker=str(write_cross_encoder(tmp_path / "labels", labels=3))))


def test_scores_that_are_no_numbers_are_refused(tmp_path: Path, folder: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    weights = load_file(damaged / "model.safetensors")
    weights["classifier.bias"] = torch.tensor([float("nan")])
    save_file(weights, damaged / "model.safetensors", {"format": "pt"})
    opened = open_reranker(IndexSettings(reranker=str(damaged)))
    assert opened is not None
    with pytest.raises(RerankerError, match="gives scores that are no numbers"):
        opened.score("问", ["答"])


class ShortestFirst:
    name = "shortest-first"

    def __init__(self, *, calibrated: bool = False) -> None:
        self.calibrated = calibrated
        self.read: list[str] = []

    def score(self, query: str, passages: Sequence[str]) -> RerankScores:
        self.read = list(passages)
        return np.array([-len(passage) for passage in passages], dtype=np.float32)


def test_the_best_candidates_are_read_and_put_in_order_and_the_rest_stays_behind_them() -> None:
    texts = ["召回" + "质" * i for i in range(RERANKED + 20)]
    ids = [str(i) for i in range(len(texts))]
    fake = ShortestFirst()
    index = HybridIndex.build(ids, texts[::-1], BigramEncoder(), reranker=fake)
    plain = HybridIndex.build(ids, texts[::-1], BigramEncoder())
    found, before = index.search("召回", 100), plain.search("召回", 100)
    assert set(fake.read) == {texts[::-1][int(id)] for id, _ in before[:RERANKED]}
    assert found[0][0] == str(len(texts) - 1)
    assert [id for id, _ in found[RERANKED:]] == [id for id, _ in before[RERANKED:]]
    scores = [score for _, score in found]
    assert all(a > b for a, b in itertools.pairwise(scores))


def test_the_scores_of_a_calibrated_one_are_added_as_they_are() -> None:
    texts = ["召回", "召回" + "质" * 8]
    plain = dict(HybridIndex.build(["0", "1"], texts, BigramEncoder()).search("召回", 2))
    calibrated = ShortestFirst(calibrated=True)
    found = dict(HybridIndex.build(["0", "1"], texts, BigramEncoder(), reranker=calibrated).search("召回", 2))
    assert found == pytest.approx({"0": plain["0"] - 2, "1": plain["1"] - 10})


def test_a_clause_that_is_named_with_its_law_comes_first_whatever_a_reranker_says() -> None:
    articles = ["标准化法第一条", "标准化法第二条"]
    texts = ["质" * 50, "召回罚款备案转让"]
    index = HybridIndex.build(
        articles, texts, BigramEncoder(), exact=ExactIndex.from_titles(articles), reranker=ShortestFirst()
    )
    assert index.search("召回罚款备案转让", 2)[0][0] == "标准化法第二条"
    assert index.search("标准化法第一条 召回罚款备案转让", 2)[0][0] == "标准化法第一条"


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_a_search_of_one_kind_is_left_as_it_is(mode: Mode) -> None:
    fake = ShortestFirst()
    HybridIndex.build(["甲"], ["召回"], BigramEncoder(), reranker=fake).search("召回", 1, mode=mode)
    assert fake.read == []


def test_a_loaded_index_reads_its_chunks_to_the_reranker(tmp_path: Path) -> None:
    fill_home(tmp_path / "home", write_file(tmp_path / "乙意见.txt", POLICY), write_file(tmp_path / "甲法.txt", LAW))
    fake = ShortestFirst()
    index = open_index(tmp_path / "home", SETTINGS, encoder=BigramEncoder(), reranker=fake)
    index.hybrid.search("召回", 3)
    assert set(fake.read) == {chunk.text for chunk in index.chunks.values()}
    assert len(fake.read) == len(index.chunks) > 3
