"""Known questions: which are near, and that the files that ship belong together and to the encoder that ships."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EncoderError
from corpus.lines import drop_blanks
from corpus.names import name_versions
from index.encoder import open_encoder
from index.known import (
    PARTS,
    QUESTIONS,
    KnownAnswer,
    KnownQuestions,
    KnownSentence,
    Leaning,
    open_known,
    project_vectors,
    read_known,
    save_known,
    save_part,
)
from index.settings import SHIPPED_KNOWN, IndexSettings
from tests.rag.shipped import read_shipped

FAKE = KnownAnswer(
    "消费者权益保护法", (KnownSentence("五十五", "增加赔偿的金额为三倍。"),), ("假货赔多少", "买到假的能赔几倍")
)
RECALL = KnownAnswer("食品安全法", (KnownSentence("六十三", "应当立即停止生产，召回。"),), ("坏了的奶粉收不收回",))
VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
EYE = np.eye(2, dtype=np.float32)


def write_questions(folder: Path, *answers: KnownAnswer) -> Path:
    lines = [
        {
            "title": one.title,
            "sentences": [[each.number, each.text] for each in one.sentences],
            "questions": list(one.questions),
            "before": list(one.before),
        }
        for one in answers
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / QUESTIONS).write_text(text, "utf-8")
    return folder


def test_the_nearest_come_first_with_their_answers_and_only_of_the_documents_asked() -> None:
    known = KnownQuestions([FAKE, RECALL], VECTORS, EYE)
    asked = np.array([0.6, 0.8], dtype=np.float32)
    found = known.find_nearest(asked, {"消费者权益保护法", "食品安全法", "没有的法"}, 2)
    assert [(answer, question) for answer, question, _ in found] == [
        (FAKE, "买到假的能赔几倍"),
        (RECALL, "坏了的奶粉收不收回"),
    ]
    assert [cosine for _, _, cosine in found] == pytest.approx([0.96, 0.8])
    assert [answer for answer, _, _ in known.find_nearest(asked, ["食品安全法"], 5)] == [RECALL]
    assert known.find_nearest(asked, [], 5) == known.find_nearest(asked, ["没有的法"], 5) == []


def test_vectors_of_more_or_fewer_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="3 vectors of 2 questions"):
        KnownQuestions([FAKE], VECTORS, EYE)


def test_what_is_saved_is_opened_again_for_its_encoder_alone(tmp_path: Path) -> None:
    save_known(VECTORS, EYE, "encoder", write_questions(tmp_path, FAKE, RECALL))
    opened = open_known("encoder", tmp_path)
    assert opened is not None
    [(answer, question, cosine)] = opened.find_nearest(VECTORS[1], [FAKE.title], 1)
    assert (answer, question) == (FAKE, "买到假的能赔几倍")
    assert cosine == pytest.approx(1, abs=0.01)
    assert open_known("another", tmp_path) is None


def save_all(folder: Path, projection: np.ndarray = EYE) -> None:
    save_known(VECTORS, EYE, "encoder", write_questions(folder, FAKE, RECALL))
    for name, question in zip(PARTS, ("不收会怎样", "谁来收"), strict=True):
        (folder / name).mkdir()
        follow_up = KnownAnswer("食品安全法", RECALL.sentences, (question,), ("坏了的奶粉收不收回",))
        where = write_questions(folder / name, follow_up)
        save_part(VECTORS[:1], VECTORS[1:2], projection, "encoder", where)


def test_parts_are_opened_with_the_others(tmp_path: Path) -> None:
    save_all(tmp_path)
    opened = open_known("encoder", tmp_path)
    assert opened is not None
    assert [one.texts[0] for one in opened.answers] == [
        "假货赔多少",
        "坏了的奶粉收不收回",
        "不收会怎样 坏了的奶粉收不收回",
        "谁来收 坏了的奶粉收不收回",
    ]
    assert open_known("another", tmp_path) is None


def test_parts_under_another_matrix_or_of_other_questions_are_refused(tmp_path: Path) -> None:
    save_all(tmp_path, projection=2 * EYE)
    with pytest.raises(EncoderError, match="under another matrix"):
        open_known("encoder", tmp_path)
    write_questions(tmp_path / PARTS[0], FAKE)
    with pytest.raises(EncoderError, match="of other questions"):
        open_known("encoder", tmp_path)


def test_questions_that_were_changed_after_their_vectors_were_made_are_refused(tmp_path: Path) -> None:
    save_known(VECTORS, EYE, "encoder", write_questions(tmp_path, FAKE, RECALL))
    write_questions(tmp_path, RECALL, FAKE)
    with pytest.raises(EncoderError, match="of other questions"):
        open_known("encoder", tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"no tensors at all", b"\x08" + b"\0" * 40])
def test_a_damaged_or_missing_file_ends_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    write_questions(tmp_path, FAKE)
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(EncoderError, match="install Wence again") as raised:
        open_known("encoder", tmp_path)
    assert "\n" not in str(raised.value)


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    save_known(VECTORS, np.full((2, 2), np.nan, dtype=np.float32), "encoder", write_questions(tmp_path, FAKE, RECALL))
    with pytest.raises(EncoderError, match="no number"):
        open_known("encoder", tmp_path)


def test_what_ships_is_for_the_encoder_that_ships_and_its_vectors_are_those_of_its_questions() -> None:
    encoder = open_encoder(IndexSettings(backend="torch"))
    known = open_known(encoder.name)
    assert known is not None
    assert open_known("another") is None
    for one in known.answers[:: len(known.answers) // 24]:
        vector, alone = encoder.encode([one.texts[0], one.questions[0]], kind="query")
        leaning = Leaning(alone, encoder.encode([one.before[0]], kind="query")[0]) if one.before else None
        found = known.find_nearest(vector, [one.title], 3, leaning=leaning)
        assert any(question == one.texts[0] and cosine > 0.98 for _, question, cosine in found)


def read_shipped_known() -> list[list[KnownAnswer]]:
    """Return the answers of each part."""
    return [list(read_known(SHIPPED_KNOWN / part / QUESTIONS)) for part in ("", *PARTS)]


def test_every_sentence_of_a_known_answer_stands_in_a_document_that_ships() -> None:
    texts: dict[str, str] = {}
    for parsed in read_shipped().values():
        title = name_versions(parsed.document.title)
        texts[title] = texts.get(title, "") + drop_blanks(parsed.document.text)
    for one in chain.from_iterable(read_shipped_known()):
        assert all(drop_blanks(sentence.text) in texts[one.title] for sentence in one.sentences)
        assert all(4 <= len(question) <= 240 for question in one.texts)


def test_no_known_question_stands_twice_for_one_answer() -> None:
    parts = read_shipped_known()
    for answers in parts:
        assert len({(one.title, one.sentences) for one in answers}) == len(answers)
    texts = [(one.title, one.sentences, text) for one in chain.from_iterable(parts) for text in one.texts]
    assert len(set(texts)) == len(texts)


def test_a_question_is_turned_into_a_unit_vector() -> None:
    turned = project_vectors(np.array([[3, 4], [0, 0]], dtype=np.float32), EYE)
    assert turned == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
