"""Which document the words around a reference name: 刑法第…, 《甲法》（以下简称甲法）, 适用《甲法》…的解释."""

from __future__ import annotations

import re

from corpus.gaps import AMENDS
from corpus.lines import drop_blanks
from corpus.model import ParsedDocument
from corpus.names import normalise_name

UNKNOWN = "?"
"""The name of a document that the words refer to without telling which it is."""
LONGEST_NAME = 36

_NAME = re.compile(
    r"([\u4e00-\u9fff·]{0,30}?(?:法典|法|宪法|条例|通则|细则|办法|解释|宪章|公约|条约|协定|议定书|法例))"
    r"(?:[（(][^（）()]{1,12}[）)])?(?:[总分附]则)?[中的]?$"
)
_BEFORE_NAME = re.compile(
    r".*(?:依照|按照|根据|依据|违反|适用|符合|参照|执行|触犯|构成|作为|认定为|实施|履行|具有|成立|涉及|援引|引用|对于|所犯|以及|或者|并"
    r"|不属于|属于|除|关于|(?:法典|法|条例|规定|办法|条|款|项)(?:和|与|及|或|的|中))(?=.{2})|^[将按依犯由把是和与及或](?=.{2})"
)
_NO_NAME = re.compile(
    r"^(?:有关|相关|其他|上述|下列|以下|国家|现行|原|新|旧|本|该|前款|同|的)*"
    r"(?:法|法律|办法|条例|细则|解释|司法|执法|违法|合法|依法|方法|通则)$"
    r"|(?:行政法规|法律|法规|做法|方法|非法|依法|不法|司法解释)$|本(?:法|条例|办法|细则|解释)$"
)
_ALIAS = re.compile(
    r"《([^《》\n]{1,80}(?:《[^《》\n]{1,80}》[^《》\n]{0,40})?)》"
    r"[（(][^（）()\n]{0,20}?(?:以下)?(?:简称|称)(?:为)?[：:]?[《“\"]?([\u4e00-\u9fff]{2,20})[》”\"]?[）)]"
)
_TITLES = re.compile(r"《((?:[^《》\n]|《[^《》\n]{1,80}》){1,120})》|〈([^〈〉\n]{1,120})〉")
_MOST_ALIASES = 100
_SEVERAL = re.compile(r"》等|〉等|部法律|部分")
_AMENDMENT = re.compile(r"(?:中华人民共和国)?([\u4e00-\u9fff]{1,20}?)修正案")
_SUBJECT = re.compile(
    r"(?:适用|修订|执行|实施)(?:修订)?([\u4e00-\u9fff]{1,20}?(?:法典|法))(?:第|分则|总则|若干|的|有关)"
)


class Naming:
    """What holds for the names in a whole document: its own title, its short names, and what it amends or explains."""

    def __init__(self, parsed: ParsedDocument) -> None:
        title = parsed.document.title
        aliases = _ALIAS.findall(parsed.document.text)[:_MOST_ALIASES]
        self._own = normalise_name(title)
        self._aliases = {alias: drop_blanks(full) for full, alias in aliases}
        self.amends = AMENDS.search(title) is not None
        self.amended = _name_amended(title)
        self.several = not self.amended
        self.subject = _name_subject(title)

    @property
    def default(self) -> str:
        """The document that bare numbers are of: this one, or the one that it amends."""
        return (self.amended or UNKNOWN) if self.amends else ""

    def name(self, printed: str) -> str:
        """Return the title that a name stands for, "" for the document's own."""
        title = self._aliases.get(printed, printed)
        return "" if normalise_name(title) == self._own else title

    def find_name(self, words: str) -> str | None:
        """Return the document whose name words end with ("" for this one), None where they end with none."""
        bare = words.rstrip("中的")
        alias = next((alias for alias in self._aliases if bare.endswith(alias)), "")
        match = _NAME.search(words) if not alias else None
        found = alias or (trim_name(match[1]) if match else "")
        return self.name(found) if found else None


def trim_name(words: str) -> str:
    """Return the name that words before a place end with, "" where they are no name (有关法律)."""
    before = ""
    while before != words:
        before, words = words, _BEFORE_NAME.sub("", words, count=1)
    return "" if len(words) < 2 or _NO_NAME.search(words) else words


def _name_amended(title: str) -> str:
    """Return the one document that a title says is amended, "" where it names none or several."""
    titles = [first or second for first, second in _TITLES.findall(title)]
    if len(titles) == 1 and not _SEVERAL.search(title):
        return drop_blanks(titles[0])
    match = _AMENDMENT.match(title)
    return match[1] if match and not titles else ""


def _name_subject(title: str) -> str:
    """Return the one law that a title is about: 关于适用《甲法》…的解释, 适用刑法分则…的意见; "" without one."""
    titles = [first or second for first, second in _TITLES.findall(title)]
    if titles:
        return drop_blanks(titles[0]) if len(titles) == 1 else ""
    match = _SUBJECT.search(title)
    return trim_name(match[1]) if match else ""
