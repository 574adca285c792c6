"""The words that wrap an order without changing it: when nothing else is said, an order is certain."""

import re

from nlp.intents import cues as c
from nlp.intents.reading import NAME, PERSON, Reading

_WORDS = """
    可不可以 团长大人 在不在哈 挂我名下 登记一下 谢谢团长 也给我 可以吗 在不在 大家好 就可以 忘了报
    忘报了 我也要 我们家 我家里 我想要 报一下 明天要 漏报了 老板娘 能不能 要一下 记一下 谢谢你 谢谢侬
    谢谢啦 麻烦你 de ge ok 一共 一样 上车 下单 两样 中份 今天 今晚 以及 你好 候补 入手 全部
    再加 再来 再要 加上 即可 参加 参团 另外 只要 只需 可以 可否 各自 咱们 咱家 唔该 嗯嗯 团长 在吗
    外加 多谢 够了 大份 好吗 好的 安排 家里 小份 尝尝 就好 就行 帮忙 帮我 忘了 总共 您好 想买 想要
    想订 我也 我们 我再 我家 我想 我报 我拍 我接 我来 我要 我订 打包 报上 报个 报名 拍下 排队 接上
    接龙 整箱 暂时 来个 每样 每款 每种 漏了 留着 登记 的话 给我 老板 自提 行吗 补报 要的 订购 记上
    试试 谢谢 跟团 辛苦 还有 还要 这个 这款 这种 追加 那个 那就 那款 那种 阿拉 需要 顺便 预定 预订
    麻烦 下 与 个 为 也 买 了 亲 代 份 伊 侬 俺 俾 偶 先 入 再 冲 加 又 只 吃 各 吗 吧 呀
    呗 呢 和 咯 咱 哈 哒 哟 哦 啊 啦 喔 喽 嗯 嘎 嘛 噻 团 囤 多 够 好 定 家 就 带 帮 快
    想 我 抢 报 拍 拼 拿 挂 接 搞 撒 攞 收 整 替 来 添 滴 用 留 的 称 算 给 能 落 行 补
    要 订 记 请 跟 还 送 选 那 都 预
"""
_WRAP = re.compile(r"(?:[\s,，、。.!！~～+;；:：x*#/&()（）|'\"-]|" + "|".join(_WORDS.split()) + ")*+$")
_WISH = re.compile(
    r"\s*(?:不要|别放|不放|免|少放|多放|挑|要|带|尽量|帮我?|帮忙|麻烦)(?!了)[一-龥]{1,9}(?:谢谢|吧|哦"
    r"|哈)?\s*$|\s*[一-龥]{1,6}[一点]点(?:的|儿)?\s*$|\s*[一-龥]{2,5}(?:用|装|的)\s*$"
    r"|\s*一[一-龥](?:的)?一[一-龥](?:的)?\s*$|\s*(?:好吃|不够|吃完)(?:的话|了)?(?:再|就)(?:补|来|加|囤"
    r"|买|回购|订)[一-龥]{0,3}\s*$"
    r"|\s*(?:晚点|晚上|回头|等下|等会|下班|马上|一会儿?|明天|到时候?|先|现在)?(?:再|就)?(?:转|付|给"
    r"|打)(?:给?你|您|团长)?(?:钱|款)?(?:哈|了|哦|啊)?\s*$"
    r"|\s*(?:给|带给|帮)[一-龥△]{1,4}(?:带|吃|尝尝|用|喝|补补)?的?\s*$|\s*[一-龥△]{0,2}(?:先)?(?:尝尝"
    r"|试试)[鲜味看]?\s*$"
)
_VOCATIVE = re.compile(
    r"^\s*(?:小[一-龥]|阿[一-龥]|[一-龥]{1,2}[姐哥姨叔婶嫂总])(?=[,，\s]?(?:帮我|给我|我|麻烦))"
)
"""“小美帮我报一个”: who is spoken to, not whom it is for."""
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
    r"应该|少[脱忒咗掉]|不要[了啦咯嘞]|取消|退|改|换|坏|烂|少[了一二两三四五\d]|缺|差|漏|没|补发"
    r"|怎么|截|开团|还[有剩]|[只就才](?:给|来了"
    r"|来|有|收|发|送)(?!我)|才|减|(?<![再就])补(?!报)|[吃喝抢砍送]了|选一|挑一|我那个?(?!要)"
    r"|我[报订买]的|称(?:下"
    r"|了|出|完|一下)|数了|送我|一共|要[的]?(?:接|报|扣)|又来了"
)


_OWN = re.compile(
    r"(?:我|我们|我家)?(?:的|那|这|之前|刚才?|刚刚|昨天|早上|上面)*(?:报"
    r"|订|接|拍|买|下|定|点|加|登记|要)?的?(?:那"
    r"|这)?(?:个|份|单|一份|一单|条|箱|盒)?(?:订单|接龙|单子|名额|单|份|东西)?(?:全部|全|都|先|还是|就|也)*"
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
    made = "".join(chars)
    if (called := _VOCATIVE.match(made)) is not None:
        made = " " * called.end() + made[called.end() :]
    return _LABEL.sub(_as_blanks, made) if r.slots.phone or r.slots.address else made


def _as_blanks(found: "re.Match[str]") -> str:
    return " " * len(found[0])


_LABEL = re.compile(
    r"(?:我的?|联系|收货|家庭)*(?:电话|手机号?码?|号码|微信|地址|住址|门牌|房号|联系方式|住)[是为号]?"
)
"""What stands before a phone or an address in an order."""


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
