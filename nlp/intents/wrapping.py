"""The words that wrap an order without changing it: when nothing else is said, an order is certain."""

import re

from nlp.intents import cues as c
from nlp.intents.reading import NAME, PERSON, Reading

_WORDS = (
    "我们家 我们 我家里 我家 我要 我也要 我也 我再 我想要 我想 我来 我报 我接 我订 我拍 我 也给我 给我 帮我 帮忙 麻烦你 麻烦 谢谢你 谢谢啦 谢谢侬 谢谢团长 谢谢 多谢 辛苦 唔该 "
    "团长大人 团长 老板娘 老板 亲 您好 你好 大家好 在吗 在不在哈 在不在 请 侬 偶 俺 咱家 咱们 咱 阿拉 伊 "
    "想要 想买 想订 想 要一下 要 来个 来 接龙 接上 接 报名 报个 报一下 报上 报 预订 预定 预 订购 订 定 拍下 拍 登记一下 登记 记上 记一下 记 留着 留 带 拿 加上 加 囤 整 搞 称 抢 拼 入手 入 收 "
    "需要 安排 下单 下 上车 跟团 跟 参加 参团 选 买 团 落 攞 俾 候补 排队 冲 打包 挂我名下 挂 算 补报 补 添 追加 再来 再加 再要 再 还要 还 先 就 那就 那 都 只要 只 只需 一共 总共 也 又 "
    "这个 那个 这款 那款 这种 那种 的话 个 份 的 吧 呀 啊 哈 呢 哦 嘛 呗 咯 啦 喽 哟 喔 嗯嗯 嗯 好的 好 撒 嘎 噻 哒 滴 了 各自 各 和 与 跟 以及 加 外加 另外 顺便 还有 "
    "小份 大份 中份 整箱 家里 暂时 够了 够 即可 就行 就好 就可以 可以 能 行 行吗 可以吗 好吗 吗 能不能 可不可以 可否 忘了报 忘报了 漏报了 忘了 漏了 一样 每样 每种 每款 两样 全部 "
    "明天要 要的 替 代 帮 给 为 送 自提 家 用 吃 ok 快 今晚 今天 尝尝 试试 多 ge de"
).split()
_WRAP = re.compile(
    r"(?:[\s,，、。.!！~～+;；:：x*#/&()（）|'\"-]|"
    + "|".join(sorted(set(_WORDS), key=lambda w: (-len(w), w)))
    + ")*+$"
)
_WISH = re.compile(
    r"\s*(?:不要|别放|不放|免|少放|多放|挑|要|带|尽量|帮我?|帮忙|麻烦)(?!了)[一-龥]{1,9}(?:谢谢|吧|哦|哈)?\s*$|\s*[一-龥]{1,6}[一点]点(?:的|儿)?\s*$|\s*[一-龥]{2,5}(?:用|装|的)\s*$"
)
_CLAUSES = re.compile(r"[\s,，。;；!！]+")
_SAYS_MORE = (
    c.BAD
    | c.DAMAGED
    | c.MISSING
    | c.LATE
    | c.WRONG
    | c.FAKE
    | c.REFUND
    | c.PAST
    | c.PRAISE
    | c.CANCEL
    | c.CHANGE
    | c.DEADLINE
    | c.CLOSE
    | c.OPEN
    | c.OPEN_SOFT
    | c.MAYBE
)
_STOP = re.compile(
    r"不要了|取消|退|改|换|坏|烂|少[了一二两三四五\d]|缺|差|漏|没|补发|怎么|截|开团|还[有剩]|[只就才](?:给|来了|来|有|收|发|送)(?!我)|才|减|补(?!报)|[吃喝抢砍送]了|选一|挑一|我那个?(?!要)|我[报订买]的|称(?:下|了|出|完|一下)|数了|送我|一共|要[的]?(?:接|报|扣)|又来了"
)


_OWN = re.compile(
    r"(?:我|我们|我家)?(?:的|那|这|之前|刚才?|刚刚|昨天|早上|上面)*(?:报|订|接|拍|买|下|定|点|加|登记|要)?的?(?:那|这)?(?:个|份|单|一份|一单|条|箱|盒)?(?:订单|接龙|单子|名额|单|份|东西)?(?:全部|全|都|先|还是|就|也)*"
)


def about_own_order(rest: str) -> bool:
    """Nothing but words for one's own order, after its verb was taken out: 把我那份 … 吧."""
    return all(
        only_wrapping(part) or _OWN.fullmatch(part) or only_wrapping(_OWN.sub("", part, count=1))
        for part in _OWN_CUT.split(rest)
    )


_OWN_CUT = re.compile(r"[\s,，。!！把请将]+")


def blanked(r: Reading) -> str:
    """The text without its items, people and places."""
    taken = r.slots.taken
    chars = [" " if taken[i] or c in (NAME, PERSON) else c for i, c in enumerate(r.text)]
    for amount in r.slots.amounts:
        chars[amount.start : amount.end] = " " * (amount.end - amount.start)
    for piece in r.slots.pieces:
        if piece.kind == "product":
            chars[piece.start : piece.end] = " " * (piece.end - piece.start)
    if r.slots.same:
        start, end = r.slots.same
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def only_wrapping(text: str) -> bool:
    """Nothing but small words of ordering."""
    return _WRAP.match(text) is not None


def plain_order(r: Reading) -> bool:
    """Every clause with an item is only wrapped; the others are wrapping or wishes (要熟一点的)."""
    if _STOP.search(r.text):
        return False
    rest = blanked(r)
    named = r.named and not r.question and any(not a.bare for a in r.slots.amounts)
    if only_wrapping(rest):
        return True
    at = 0
    for gap in [*_CLAUSES.finditer(r.text), None]:
        end = gap.start() if gap else len(r.text)
        clause = rest[at:end]
        if not only_wrapping(clause):
            holds = any(at <= p.start < end for p in r.slots.pieces)
            if holds or not (_WISH.match(clause) or (named and not r.has(_SAYS_MORE) and len(clause) <= 9)):
                return False
        at = gap.end() if gap else end
    return True
