"""The characters of a text that tell which grammar is worth trying on it, found in one pass.

A grammar that needs one of some characters is not asked about a text that holds none of them: most
messages hold few, and the question costs less than the grammar.
"""

import re
from functools import reduce
from operator import or_

(
    DIGIT, LETTER, NUMERAL, BUILDING, HOUSE, HOUSEHOLD, SIZE, MONEY, NTH, TIME, ESTATE, EACH, SAME, SOMEBODY,
    QUESTION,
) = (1 << place for place in range(15))  # fmt: skip

_HOLDERS = {
    LETTER: "abcdefghijklmnopqrstuvwxyz",
    BUILDING: "栋",
    HOUSE: "楼元",
    HOUSEHOLD: "楼栋幢座弄元室-",
    SIZE: "装格的码",
    MONEY: "一¥￥$元块毛/.",
    NTH: "第",
    TIME: "点号日天晚早周末午期拜月时夜晨:：节前傍",
    ESTATE: "苑区园寓村场庄邸庭",
    EACH: "各每样",
    SAME: "样同照抄也制些规跟按和",
    NUMERAL: "零〇一二两三四五六七八九十百千万廿卅俩仨半壹贰叁肆伍陆柒捌玖拾佰仟",
    SOMEBODY: "帮替代给各我小老阿姨叔爷妈姐哥奶师爸婶伯总太生士家嫂妹学理婆",
    QUESTION: "?吗咩伐呒么不没唔有系啥哪多几怎咋何谁解样边乜幾未冇呢还软吧",
}
_OF: dict[str, int] = {}
for _sign, _characters in _HOLDERS.items():
    for _character in _characters:
        _OF[_character] = _OF.get(_character, 0) | _sign
_ANY = re.compile(rf"[\d{re.escape(''.join(_OF))}]")
_A_DIGIT = DIGIT | NUMERAL


def signs(text: str) -> int:
    """Which of the signs above the (normalised) text holds, as bits."""
    return reduce(or_, [_OF.get(found, _A_DIGIT) for found in _ANY.findall(text)], 0)
