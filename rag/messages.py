"""What Wence itself says in an answer: abstentions and notices, in Chinese or English as the question is."""

from __future__ import annotations

from collections.abc import Sequence

EMPTY = ("请输入一个问题，例如：{example}", "Please type a question, for example: {example}")
TOO_LONG = (
    "问题有 {length} 个字符，上限为 {limit}，请缩短 "
    "(the question has {length} characters, the limit is {limit}: shorten it)"
)
INSTRUCTION = (
    "这句话没有就文件内容提问，无法作答。请直接提出与文件有关的问题。",
    "This asks nothing about the documents. Please ask about what they say.",
)
NO_SUPPORT = (
    "{scope}中没有找到能回答这个问题的条款。",
    "No clause in {scope} answers this question.",
)
NO_TYPED = (
    "{scope}中没有条款给出所问的{asked}。",
    "No clause in {scope} gives the {asked} asked for.",
)
PREMISE = (
    "{scope}中没有“{amount}”这样的规定，无法确认这一说法。",
    "{scope} states nothing like “{amount}”; the claim cannot be confirmed.",
)
UNKNOWN_DOCUMENT = (
    "索引中没有{name}，无法依据它作答。可先用 `wence ingest` 添加该文件。",
    "{name} is not in the index, so nothing can be cited from it. Add it with `wence ingest`.",
)
FILTERED_OUT = (
    "没有文件符合所选条件（{filter}），无法作答。请放宽条件；`wence documents` 列出各文件的级别和日期。",
    "No document meets the filter ({filter}), so nothing can be answered. Widen it; "
    "`wence documents` lists the levels and dates.",
)
NEAR_ISSUERS = ("制定机关相近的有：{names}。", " Issuers with a like name: {names}.")
NAMED_FILTERED_OUT = (
    "{titles}不符合所选条件（{filter}），无法依据它作答。请放宽条件，或改问别的文件。",
    "{titles} does not meet the filter ({filter}), so nothing can be cited from it. Widen it, or ask another document.",
)
MISSING_CLAUSE = (
    "{title}中没有{label}：本库所收文本自{first}起、至{last}止。",
    "{title} has no {label} here: this copy begins at {first} and ends at {last}.",
)
BEGINS_LATE = (
    "{label}不在本库所收{title}的文本中：这一文本自{first}起。",
    "{label} is not in this copy of {title}: it begins at {first}.",
)
SKIPS = (
    "{label}不在本库所收{title}的文本中：这一文本在{before}之后即为{first}。",
    "{label} is not in this copy of {title}: after {before} it goes on with {first}.",
)
MISSING_PART = ("{title}中没有所问的款、项或部分。", "{title} has no such paragraph, item or part.")
AMBIGUOUS = (
    "有{count}份文件都有这一条，请说明是哪一份：{titles}。",
    "{count} documents have this clause; please say which one: {titles}.",
)
REST = ("未找到依据的部分：{parts}", "No basis was found for: {parts}")
TOO_MANY = (
    "一次最多回答{count}个问题，以下请另问：{rest}",
    "{count} questions are answered at a time; ask these again: {rest}",
)
ALL_DOCUMENTS = ("现有文件", "the documents loaded")
FILTERED_DOCUMENTS = ("符合条件（{filter}）的文件", "the documents that meet the filter ({filter})")
ASKED = {
    "money": ("金额或幅度", "amount"),
    "duration": ("期限", "term"),
    "date": ("日期", "date"),
    "percent": ("比例", "percentage"),
    "times": ("次数", "number of times"),
    "measure": ("数量标准", "measure"),
    "count": ("数目", "number"),
    "body": ("主体", "body"),
}
LLM_FAILED = (
    "大模型没有给出可用的回答（{reason}），以下直接引用原文。",
    "The LLM gave no usable answer ({reason}); the clauses are quoted instead.",
)
LLM_UNVERIFIED = (
    "大模型的回答没有一句通过核对，以下直接引用原文。",
    "No sentence of the LLM's answer could be verified; the clauses are quoted instead.",
)


def say(message: tuple[str, str], *, english: bool, **values: object) -> str:
    """Return a message in the language wanted, its places filled."""
    return message[1 if english else 0].format(**values)


def join_titles(titles: Sequence[str], *, english: bool, most: int = 6) -> str:
    """Return titles in brackets in one line, cut after ``most``."""
    shown = [f"《{title}》" for title in titles[:most]]
    rest = len(titles) - len(shown)
    more = (f" and {rest} more" if english else f"等{len(titles)}份") if rest > 0 else ""
    return ("; " if english else "、").join(shown) + more
