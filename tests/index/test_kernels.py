import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EncoderError
from index import encoder, kernels
from index.body import describe_body, read_body, read_probe
from index.encoder import SentenceEncoder, open_encoder
from index.kernels import CONTEST_TEXTS, Kernel, PassageKernels, open_openvino, plan_batches
from index.model import Kind, Vectors
from index.settings import SHIPPED_ENCODER, Backend, IndexSettings

MANY = [f"第{i}条" for i in range(CONTEST_TEXTS)]


class TurnedKernel:
    """Gives every text the same direction, turned from torch's by an angle whose cosine is given."""

    def __init__(self, name: Backend, *, cosine: float = 1.0) -> None:
        self.name = name
        self.vector = np.array([cosine, (1 - cosine**2) ** 0.5], dtype=np.float32)

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        vectors: Vectors = np.tile(self.vector, (len(texts), 1))
        return vectors


PLAIN = TurnedKernel("torch")


def open_contest(
    monkeypatch: pytest.MonkeyPatch, seconds: dict[Backend, float], *others: Kernel, backend: Backend = "auto"
) -> PassageKernels:
    monkeypatch.setattr(
        kernels, "_time_encoding", lambda contestants, texts: [seconds.get(one.name, 1.0) for one in contestants]
    )
    return PassageKernels(
        TurnedKernel("torch"),
        TurnedKernel("torch"),
        lambda names: [one for one in others if one.name in names],
        backend=backend,
    )


def test_few_passages_open_nothing_beside_torch() -> None:
    contest = PassageKernels(
        TurnedKernel("torch"), TurnedKernel("torch"), lambda names: pytest.fail("opened"), backend="auto"
    )
    assert contest.encode(MANY[1:]).shape == (CONTEST_TEXTS - 1, 2)
    assert contest.chosen is None


def test_the_fastest_kernel_that_keeps_the_vectors_encodes_many_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, fast = TurnedKernel("openvino"), TurnedKernel("openvino-int8", cosine=0.999)
    contest = open_contest(monkeypatch, {"torch": 3, "openvino": 2, "openvino-int8": 1}, slow, fast)
    np.testing.assert_array_equal(contest.encode(MANY)[-1], fast.vector)
    assert contest.chosen == "openvino-int8"
    np.testing.assert_array_equal(contest.encode(MANY[:5])[0], fast.vector)  # the choice stands


def test_torch_stays_where_it_is_the_fastest(monkeypatch: pytest.MonkeyPatch) -> None:
    others = TurnedKernel("openvino"), TurnedKernel("openvino-int8")
    contest = open_contest(monkeypatch, {"torch": 1, "openvino": 2, "openvino-int8": 2}, *others)
    contest.encode(MANY)
    assert contest.chosen == "torch"


@pytest.mark.parametrize("cosine", [0.99, float("nan")])
def test_a_kernel_that_does_not_keep_the_vectors_is_left_out_with_a_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, cosine: float
) -> None:
    contest = open_contest(monkeypatch, {"openvino-int8": 0.1}, TurnedKernel("openvino-int8", cosine=cosine))
    contest.encode(MANY)
    assert contest.chosen == "torch"
    warned = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warned) == 1
    assert "does not keep the encoder's vectors" in warned[0]


def test_what_else_the_machine_does_in_one_round_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = iter([[2.0, 9.0], [2.0, 1.0], [8.0, 9.0]])
    contest = open_contest(monkeypatch, {}, TurnedKernel("openvino-int8"))
    monkeypatch.setattr(kernels, "_time_encoding", lambda contestants, texts: next(rounds))
    contest.encode(MANY)
    assert contest.chosen == "openvino-int8"


def test_a_kernel_set_by_name_is_used_though_it_is_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    others = TurnedKernel("openvino"), TurnedKernel("openvino-int8")
    contest = open_contest(monkeypatch, {"torch": 1, "openvino": 9}, *others, backend="openvino")
    contest.encode(MANY[:5])
    assert contest.chosen == "openvino"


def test_a_kernel_set_by_name_that_is_not_to_be_had_is_one_line_and_torch(caplog: pytest.LogCaptureFixture) -> None:
    contest = PassageKernels(PLAIN, PLAIN, lambda names: [], backend="openvino-int8")
    contest.encode(MANY)
    contest.encode(MANY)
    assert contest.chosen == "torch"
    assert [record.getMessage() for record in caplog.records] == [
        "openvino-int8 cannot run this encoder on this machine: torch encodes instead"
    ]


def test_torch_set_by_name_opens_nothing_else() -> None:
    contest = PassageKernels(
        TurnedKernel("torch"), TurnedKernel("torch"), lambda names: pytest.fail("opened"), backend="torch"
    )
    contest.encode(MANY)
    assert contest.chosen == "torch"


@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 2_000), st.integers(1, 40))
def test_batches_hold_every_text_once_within_their_limits(lengths: list[int], tokens: int, texts: int) -> None:
    batches = list(plan_batches(lengths, tokens=tokens, texts=texts))
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    for rows in batches:
        longest = max(lengths[row] for row in rows)
        assert len(rows) == 1 or (len(rows) <= texts and len(rows) * longest <= tokens)
        assert longest == lengths[rows[0]]


@pytest.fixture(scope="module")
def plain() -> SentenceEncoder:
    return open_encoder(IndexSettings(backend="torch"))


def test_a_question_and_a_few_passages_are_encoded_alike_from_the_first_on(plain: SentenceEncoder) -> None:
    pytest.importorskip("openvino")
    other = SentenceEncoder(lambda: plain.model, name=plain.name, batch_size=8, backend="auto")
    for kind in ("query", "passage"):
        first = other.encode(["产品质量由谁负责？"], kind=kind)
        assert other.few.name == "openvino"
        again = other.encode(["产品质量由谁负责？"], kind=kind)
        np.testing.assert_array_equal(first, again)
        assert float(first[0] @ plain.encode(["产品质量由谁负责？"], kind=kind)[0]) >= 0.999


def test_without_openvino_torch_encodes_and_a_line_says_so(
    plain: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with caplog.at_level(logging.INFO, logger="index.kernels"):
        assert open_openvino(describe_body(plain.model), ["openvino-int8"], batch_size=32) == []
    assert "OpenVINO is not installed" in caplog.text


@pytest.mark.parametrize(("backend", "least"), [("openvino", 0.999), ("openvino-int8", 0.995)])
def test_every_kernel_keeps_the_vectors_of_the_shipped_encoder_whatever_the_text(
    plain: SentenceEncoder, backend: Backend, least: float
) -> None:
    pytest.importorskip("openvino")
    texts = [
        *("", "法", "？", "\ud800", "🙂🙂", "2023年5月1日", "□□□??&#x3000;", "网站地图 | 首页 | 版权所有"),
        *("What is the legal limit?", "中华人民共和国" * 60, "质" * 2_000),
        "经营者有欺诈行为的，应当增加赔偿其受到的损失，增加赔偿的金额为商品价款的三倍。",
    ]
    other = SentenceEncoder(lambda: plain.model, name=plain.name, batch_size=8, backend=backend)
    found, expected = other.encode(texts, kind="passage"), plain.encode(texts, kind="passage")
    assert other.backend == backend
    assert (found.dtype, found.shape) == (np.float32, expected.shape)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert (found * expected).sum(axis=1).min() >= least


@pytest.mark.parametrize("file", ["probe.json", "config.json", "tokenizer.json", "config_sentence_transformers.json"])
def test_a_shipped_folder_that_is_damaged_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    pytest.importorskip("openvino")
    folder = Path(shutil.copytree(SHIPPED_ENCODER, tmp_path / "encoder"))
    (folder / file).write_text("{")
    monkeypatch.setattr(encoder, "SHIPPED_ENCODER", folder)
    monkeypatch.setattr(encoder, "_OPEN", {})
    with pytest.raises(EncoderError, match="cannot be loaded from this machine") as caught:
        open_encoder(IndexSettings())
    assert "\n" not in str(caught.value)


def test_the_probe_is_what_torch_gives_and_openvino_that_is_not_like_it_is_not_used(plain: SentenceEncoder) -> None:
    pytest.importorskip("openvino")
    query, vector = read_probe(SHIPPED_ENCODER) or ("", np.zeros((1, 384)))
    assert float(vector[0] @ plain.encode([query], kind="query")[0]) >= 0.999
    options: dict[str, Any] = {
        "name": plain.name,
        "batch_size": 8,
        "backend": "auto",
        "body": read_body(SHIPPED_ENCODER),
    }
    assert SentenceEncoder(lambda: plain.model, probe=(query, vector), **options).few.name == "openvino"
    assert SentenceEncoder(lambda: plain.model, probe=(query, -vector), **options).few.name == "torch"


def test_questions_are_answered_without_torch() -> None:
    pytest.importorskip("openvino")
    code = """
import sys
from index.encoder import open_encoder
from index.reranker import open_reader
from index.settings import IndexSettings
encoder, reader = open_encoder(IndexSettings()), open_reader(IndexSettings())
print(encoder.encode(["买到假货能赔多少？"], kind="query").shape)
print(reader.score("召回由谁负责？", ["缺陷产品应当召回。"]).shape)
print(*sorted({"torch", "transformers", "sentence_transformers"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(1, 384)", "(1,)", ""]
