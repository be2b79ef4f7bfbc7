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
    # the parts of the page
    "views": ("页面", "Pages"),
    "view_ask": ("问答", "Ask"),
    "view_documents": ("文件", "Documents"),
    "view_evaluation": ("评测", "Evaluation"),
    "view_settings": ("设置", "Settings"),
    "loading": ("正在载入…", "Loading…"),
    # the conversations
    "conversations": ("对话记录", "Conversations"),
    "show_conversations": ("对话记录", "Conversations"),
    "search_conversations": ("搜索对话", "Search conversations"),
    "no_conversations": ("还没有对话。提问以后，会自动保存在这里。", "None yet. What you ask is kept here."),
    "none_found": ("没有找到。", "Nothing found."),
    "rename": ("改名", "Rename"),
    "new_name": ("新名称", "New name"),
    "save": ("保存", "Save"),
    "delete": ("删除", "Delete"),
    "confirm_delete": ("删除「{name}」？删除后不能恢复。", "Delete “{name}”? It cannot be brought back."),
    "export_docx": ("导出 Word", "Export to Word"),
    "export_markdown": ("导出 Markdown", "Export to Markdown"),
    "more_actions": ("「{name}」的更多操作", "More for “{name}”"),
    "interrupted": (
        "这个问题没有答完：中途停止，或程序中断。可以再问一次。",
        "Stopped or cut off before it was answered. You can ask again.",
    ),
    "as_it_was": (
        "这是当时的条文。现在载入的文件里，它已有改动或已移除。",
        "The clause as it was then; in the documents loaded now it has changed or is gone.",
    ),
    "not_kept": ("这次对话没能保存：{error}", "This conversation could not be kept: {error}"),
    # what a reader thinks of an answer
    "useful": ("有用", "Useful"),
    "not_useful": ("有问题", "Not right"),
    "rating_thanks": ("已记下，谢谢。", "Noted, thank you."),
    "rating_why": ("问题在哪里？", "What is wrong?"),
    "rating_wrong_clause": ("引错了条文", "The wrong clause"),
    "rating_incomplete": ("不完整，漏了要点", "Incomplete"),
    "rating_should_abstain": ("文件里没有，不该回答", "Not in the documents: should not have answered"),
    "rating_should_answer": ("文件里有，却说没有", "In the documents, but it says it is not"),
    "rating_other": ("其他", "Something else"),
    "rating_remark": (
        "补充说明（知道正确的条款，请写出，如：产品质量法第四十条）",
        "Remark (if you know the right clause, name it: 产品质量法第四十条)",
    ),
    "rating_send": ("提交", "Send"),
    "ratings_export": ("导出评价为题集（{count} 条）", "Export the ratings as a question set ({count})"),
    # an exported conversation
    "export_kind": ("问策（Wence）问答记录", "A conversation with Wence (问策)"),
    "export_dates": (
        "建立于 {created}，最后提问于 {updated}，共 {count} 个问题",
        "Begun {created}, last question {updated}, {count} question(s)",
    ),
    "export_program": ("由 Wence {version} 导出", "Exported by Wence {version}"),
    "export_reading": (
        "脚注是回答所依据的条文原文，全文见文末附录；均为回答当时的文本。",
        "The footnotes give the words that an answer rests on, the appendix the whole clauses, "
        "all as they were when it was given.",
    ),
    "export_empty": ("这次对话里没有问题。", "This conversation holds no question."),
    "export_question": ("问题 {number}：{question}", "Question {number}: {question}"),
    "export_unanswered": ("这个问题没有答完，没有留下回答", "Not answered to the end: no answer was kept"),
    "export_failed": ("出错，没有答成", "Failed"),
    "export_asked": ("提问时间：{time}", "Asked: {time}"),
    "export_scope": ("只问这些文件：{documents}", "Asked of these documents only: {documents}"),
    "export_corpus": ("语料指纹：{hash}", "Corpus hash: {hash}"),
    "export_extracted": ("以上全部摘自条文原文。", "All in the words of the clauses."),
    "export_written": (
        "以上由大模型写出，逐句与条文核对过。",
        "Written by an LLM, every sentence checked against the clause it cites.",
    ),
    "export_mixed": (
        "以上有 {written} 句由大模型写出，逐句与条文核对过；其余摘自条文原文。",
        "{written} sentence(s) written by an LLM, each checked against the clause it cites; "
        "the rest in the words of the clauses.",
    ),
    "export_removed": ("{text}（原因：{reason}）", "{text} (why: {reason})"),
    "export_published": ("{date} 公布", "published {date}"),
    "export_repealed": ("失效", "No longer in force since"),
    "export_whole": ("全文见附录第 {number} 项", "whole clause: appendix, {number}"),
    "export_gone": ("条文未存档", "the clause was not kept"),
    "export_appendix": ("附录　所引条文全文", "Appendix: the clauses cited"),
    "export_marked_signs": ("两个等号之间（==…==）的，是回答引用的原文。", "Between == and ==: words quoted."),
    "export_marked_shade": ("加粗加底色的，是回答引用的原文。", "Bold on a shade: words quoted."),
    "export_clause_id": ("条文编号", "Clause id"),
    "export_cited_by": ("引用本条的脚注：{numbers}", "Quoted in footnote(s) {numbers}"),
    "export_page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    # two versions side by side
    "versions": ("两版对照", "Two versions side by side"),
    "version_change": ("变动", "Change"),
    "version_old": ("旧版", "Old version"),
    "version_new": ("新版", "New version"),
    "version_same": ("未变", "Unchanged"),
    "version_changed": ("修改", "Changed"),
    "version_added": ("新增", "Added"),
    "version_deleted": ("删除", "Deleted"),
    "version_renumbered": ("改号", "Renumbered"),
    "version_renumbered_and_changed": ("改号并修改", "Renumbered, changed"),
    "version_count": ("{kind} {count} 条", "{kind}: {count}"),
    "version_run": ("{count} 条未变", "{count} clause(s) unchanged"),
    "version_run_renumbered": (
        "{count} 条文字未变，其中 {renumbered} 条改了号",
        "{count} clause(s) with the same words, {renumbered} of them renumbered",
    ),
    "version_not_in_old": ("旧版没有这一条", "Not in the old version"),
    "version_not_in_new": ("新版没有这一条", "Not in the new version"),
    "version_no_change": ("两个版本的条文没有不同。", "The clauses of the two versions do not differ."),
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
