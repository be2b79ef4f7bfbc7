"""A small BEIR folder: four articles, four questions, the last of them judged in another split."""

from __future__ import annotations

import json
from pathlib import Path

CORPUS = {
    "a1": ("甲法第一条", "经营者应当向市场监督管理部门备案。"),
    "a2": ("甲法第二条", "缺陷产品应当立即召回并公告。"),
    "a3": ("乙法第一条", "许可不得转让、出借或者出租。"),
    "a4": ("乙法第二条", "违反规定的，处五万元以下罚款。"),
}
QUERIES = {"q1": "产品有缺陷要不要召回？", "q2": "许可证能不能转让？", "q3": "罚款最多几万元？", "q4": "召回要公告吗？"}
TRAIN = [("q1", "a2", 1), ("q1", "a4", 0), ("q2", "a3", 1), ("q3", "a4", 1)]
OTHER = [("q4", "a2", 1), ("q4", "a3", 0)]


def write_dataset(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": id, "title": title, "text": text} for id, (title, text) in CORPUS.items()]
    queries = [{"_id": id, "text": text} for id, text in QUERIES.items()]
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    for name, judged in (("train", TRAIN), ("other", OTHER)):
        rows = (f"{query}\t{text}\t{grade}\n" for query, text, grade in judged)
        (folder / "qrels" / f"{name}.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), encoding="utf-8")
    return folder
