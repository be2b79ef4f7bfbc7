"""Every label of the page, in Chinese and English, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["zh", "en"]

LANGUAGES: Final[tuple[tuple[str, Language], ...]] = (("中文", "zh"), ("English", "en"))

TABLE: Final[Mapping[str, tuple[str, str]]] = {
    # the page
    "tagline": ("政策法规问答，句句有出处", "Answers from policies and laws, every sentence sourced"),
    "language": ("界面语言", "Language"),
    "conversation": ("问答", "Conversation"),
    "welcome": ("请直接提问", "Ask a question"),
    "welcome_more": (
        "用条文原文回答，并注明是哪一条。文件里没有的，会直说没有。",
        "Answers come in the words of the clause, with the clause cited. What the documents do not say, is said so.",
    ),
    "examples": ("可以这样问", "Questions to try"),
    "answer": ("回答", "Answer"),
    "question": ("问题", "Question"),
    "question_hint": ("输入问题，按回车提问", "Type a question and press Enter"),
    "ask": ("提问", "Ask"),
    "stop": ("停止", "Stop"),
    "clear": ("新对话", "New conversation"),
    "documents": ("只问这些文件（不选则问全部）", "Only these documents (none chosen: all)"),
    # an answer
    "searching": ("正在查找条文…", "Looking through the clauses…"),
    "stopped": ("已停止。", "Stopped."),
    "sources": ("依据", "Sources"),
    "abstained": ("未找到依据", "No basis found"),
    "partial": ("只答了一部分", "Answered in part"),
    "ambiguous": ("需要说明是哪一份文件", "Which document is meant?"),
    "related": ("相关条款，并非依据", "Related clauses, not evidence"),
    "removed": (
        "大模型草稿中有 {count} 句未通过核对，已删去",
        "{count} drafted sentence(s) failed verification, removed",
    ),
    "copy": ("复制，含出处", "Copy with sources"),
    "copied": ("已复制", "Copied"),
    "ask_again": ("再问一次", "Ask again"),
    "edit": ("修改问题", "Edit the question"),
    "cite": ("引用 {number}：{clause}", "Citation {number}: {clause}"),
    "open_clause": ("查看{clause}", "Open {clause}"),
    # the evidence panel
    "evidence": ("条文原文", "The clause"),
    "evidence_hint": ("点选答案里的编号，这里显示条文原文。", "Choose a number in an answer to read its clause here."),
    "damaged": ("原文此处字符损坏，不作为依据", "The source is damaged here; never used as evidence"),
    "damaged_note": (
        "加框的□处，来源文件字符已损坏，照原样显示。",
        "Boxed □: characters damaged in the source file, shown as they are.",
    ),
    "refers_to": ("引用", "Refers to"),
    "not_here": ("不在索引里", "not in the index"),
    "quoted": ("引用的原文", "Quoted words"),
    "previous": ("上一条", "Previous"),
    "next": ("下一条", "Next"),
    "back": ("返回答案", "Back to the answer"),
    "source": ("来源文件", "Source file"),
    "issuer": ("制定机关", "Issuer"),
    "doc_number": ("文号", "Number"),
    "published": ("公布", "Published"),
    "effective": ("施行", "Effective"),
    "first_effective": ("首次施行", "First in force"),
    "repealed": ("已于 {date} 失效", "No longer in force since {date}"),
    "not_yet": ("尚未施行，{date} 起施行", "Not yet in force, effective {date}"),
    "preamble": ("（无编号段落）", "(unnumbered paragraph)"),
    # the state of things
    "loaded": ("已载入 {documents} 份文件、{clauses} 条", "{documents} documents, {clauses} clauses loaded"),
    "llm_none": ("未连接大模型，直接引用原文作答", "no LLM connected: answers quote the text itself"),
    "llm_reachable": (
        "已连接大模型 {name}，写出的每句话都与条文核对",
        "LLM {name} connected; every sentence is checked against its clause",
    ),
    "llm_unreachable": (
        "连不上大模型 {name}，先直接引用原文作答",
        "LLM {name} cannot be reached: answers quote the text itself",
    ),
    # what went wrong
    "empty_question": ("还没有写问题。请先输入问题，再提问。", "There is no question yet. Type one, then ask."),
    "long_question": (
        "问题有 {count} 字，最多 {limit} 字。请缩短后再问。",
        "The question has {count} characters, at most {limit} are taken. Shorten it and ask again.",
    ),
    "failed": (
        "出错了，这个问题没有答成。请再试一次；仍不行，请看运行窗口里的日志。",
        "Something failed and the question was not answered. Try again; if it persists, see the log.",
    ),
}


def say(key: str, language: Language) -> str:
    """Return the label in the language; the caller fills its ``{fields}`` with ``str.format``."""
    return TABLE[key][0 if language == "zh" else 1]
