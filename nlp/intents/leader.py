"""A leader's commands: opening, closing and reporting."""

import re

from nlp import items as item_rules
from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import search

_OPENS = re.compile(
    r"^\s*[\W_]*(?:开团|开个团|上团|发团|起团|开新团|新团|kaituan|开接龙|接龙开始|开始接龙|开始团|发起接龙"
    r"|组团|团购开始|开拼|返团|开团啦|开团了|开一期|团一波|团一个|拼一|再开一|又开|发起)"
    r"|(?:帮我?|给我|我要|我来|我|要|想|来|再|今天|这周|明天|本周)(?:们)?(?:开"
    r"|起|发|建|弄|搞|组|做)(?:一?[个波期轮])?(?:新的?)"
    r"?[^,，。?]{0,10}(?:团|接龙)(?!长|购群)|再开(?:一[期轮波团])"
)
_NOT_OPEN = re.compile(
    r"开团(?:建|雾|队|圆|伙|结|火|会|日)|(?:什么时候|啥时候|几点|多久|几时"
    r"|怎么|谁|会|能|想|还)[^,，]{0,4}开团"
    r"|开团(?:了)?(?:吗|没|么|不|\?)|开车(?!啦|了)|发起(?:投票|挑战)|新团长|组团(?:去|打|玩|旅|游|出)"
)
_ENDS = re.compile(r"(?:截|停|截止|截单|截团|封团|收单|结束|为止|停止|关团|封单)")
_CALL_ALL = re.compile(
    r"要的(?:接|报|扣|来|朋友|亲|邻居|抓紧|速)|接龙走起|走起|报数|成团"
    r"|满[\d一二两三四五六七八九十]+[份箱盒袋人户单件提个]"
    r"|限[购量\d每]|发车|各位邻居|接龙|手慢|每[户人]限|自提|上新|新到|又来了"
    r"|例\s|多退少补|坏(?:果|了)?包赔|现摘"
    r"|开抢|先到先得|到货"
)


def opening(r: Reading) -> Verdict | None:
    """A group buy is announced: what, for how much, until when."""
    text, s = r.text, r.slots
    if not r.has(c.OPEN | c.OPEN_SOFT | c.DEADLINE) and not _OPENS.search(text):
        return None
    if _NOT_OPEN.search(text):
        return None
    if r.context.role == "agent":
        return None
    told = _OPENS.search(text)
    priced, ends = s.price or _loose_price(r), bool(_ENDS.search(text)) and s.time is not None
    if told and (priced or r.named) and not r.question:
        return _open(0.95, "leader: opens, with goods")
    if told and r.rest <= 6 and not r.question and not r.has(c.FOREIGN) and r.length <= 12:
        return _open(0.85, "leader: opens")
    if told and not r.question and not r.has(c.FOREIGN) and ends:
        return _open(0.85, "leader: opens")
    points = 1.2 * priced + 1.2 * ends + 1.0 * bool(_CALL_ALL.search(text)) + 0.8 * r.named
    points += (
        0.5 * r.has(c.OPEN)
        - 2.0 * r.question
        - 1.0 * r.has(c.PAST | c.ELSEWHERE)
        + 0.5 * (r.context.role == "leader")
    )
    if text.lstrip().startswith("#接龙"):
        points += 1.0
    if points >= 2.9 and (priced or ends) and (r.named or priced):
        return _open(0.85, "leader: an offer")
    return None


def _loose_price(r: Reading) -> bool:
    """A number that no unit follows, beside a product: 杨梅 59, 三斤32."""
    return any(a.bare and 2 <= a.value < 2000 for a in r.slots.amounts) and r.has(
        c.OPEN | c.OPEN_SOFT | c.DEADLINE
    )


def _open(confidence: float, rule: str) -> Verdict:
    return Verdict("leader_open", None, "open", confidence, rule)


_CLOSES = re.compile(
    r"截单|截团|封单|结团|封团|收单|关团|锁单|(?:停止|结束|关闭|截止)(?:接龙"
    r"|报名|下单|本团|团购|这团)|接龙(?:结束"
    r"|停止|截止|到此|关闭)|收团|关单|结单|封盘|截龙|jiedan|停单|(?:本|这)团(?:结束|到此|截止)|团购(?:结束"
    r"|截止)"
)
_CLOSE_ASKS = re.compile(
    r"(?:几点|什么时候|啥时候|何时|多久|哪天|几时|几号|快|马上|提醒|前"
    r"|还没|没|要|即将|准备)(?:就|要|会)?(?:截"
    r"|封|结|收|关)|(?:截|封|结|收|关)(?:单|团)?(?:了)?(?:没|吗|么|不|\?)|(?:截|封)单(?:时间|前"
    r"|之前|后)"
)
_SOFT_CLOSE = re.compile(
    r"^\s*(?:好了?|行了?|各位|大家|那|先|团长|小团|数量?够了?|人?够了?|满了?|时间到了?"
    r"|到点了?)?[,，!。\s]*(?:截了"
    r"|截吧|截|收工|不收了|不接了|停了|停|到此为止|到这里|就到这里?了?"
    r"|关了|关|封了|封|收了|截止|结束|可以截了?|不加了"
    r"|够了收工|收尾|锁了|锁|就这些)(?:了|吧|啦|哈|哦|谢谢大家)?\s*[!！。~]*$"
)
_REOPENS = re.compile(
    r"^\s*(?:重开|重新开(?:团|放|启)?|再开(?:一天|半天|两天|[一二两三\d]+小?时)"
    r"|延长(?:到|一天|[一二两\d]+小?时)?"
    r"|恢复接龙|继续接龙|解封|开回来?)(?:吧|一下|接龙|团|\d|[一二两三]|天|小时|到|号|△|\s)*$"
)
_NUMBERED = re.compile(r"^\s*团\s?\d{1,4}(?!\d)[\s,，:：]*(?=\S)|(?<=\S)\s*团\s?\d{1,4}\s*$")
"""团12 before or behind a command says which group buy is meant."""
_ENDS_NUMBERED = re.compile(
    r"^\s*(?:(?:取消|解散|作废)\s?团\s?\d{1,4}|团\s?\d{1,4}\s?(?:取消|解散|作废))\s*[!！。]*$"
)
_ENDS_BUY = re.compile(
    r"(?:取消|解散|作废)(?:这|本|该|这个|第?\d+号?)?(?:个)?(?:团购|这团"
    r"|本团|团)(?!员|长)|(?:这|本)(?:个)?团(?:不做"
    r"|取消|不开|作废)|团(?:取消|不做了|作废)"
)


def closing(r: Reading) -> Verdict | None:
    """The sign-up is locked, reopened or called off."""
    text = r.text
    if not r.has(c.CLOSE | c.CLOSE_SOFT | c.REOPEN | c.LEAD):
        return None
    if r.slots.price and r.length > 14:
        return None
    strict = r.context.role not in ("buyer", "agent") or r.context.open is None
    if r.context.role == "leader":
        text = _NUMBERED.sub("", text)
    if found := _ENDS_BUY.search(text):
        if r.context.role == "buyer":
            return Verdict("cancel_sign_up", None, "cancel", 0.8, "cancel: the group buy, by a buyer")
        return Verdict("leader_close", None, "cancel_group_buy", 0.9, f"leader: {found[0]}")
    if strict and _REOPENS.match(text) and r.rest <= 4 and not r.question:
        fine = "reopen" if text.lstrip().startswith(("重", "恢复", "解", "开")) else "extend"
        return Verdict("leader_close", None, fine, 0.8, "leader: reopens")
    if (
        _CLOSES.search(text)
        and not _CLOSE_ASKS.search(text)
        and not r.question
        and r.rest <= 4
        and not r.has(c.FOREIGN)
    ):
        return Verdict("leader_close", None, "lock", 0.95, "leader: closes")
    if (
        strict
        and _SOFT_CLOSE.match(text)
        and r.context.open != ()
        and not (r.context.open is None and r.length <= 2 and "截" not in text)
    ):
        sure = "截" in text or "够" in text or "收" in text
        certain = 0.95 if r.context.role == "leader" else (0.85 if sure else 0.6)
        return Verdict("leader_close", None, "lock", certain, "leader: closes, in passing")
    return None


_COMMANDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "leader_close",
        "reopen",
        re.compile(
            r"^\s*(?:重开|重新开(?:团|放|启|接)?|恢复接龙|继续接龙|开回来?|解锁)(?:团"
            r"|接龙|一下|吧|\d|号|\s)*(?:[,，\s]?(?:截止|截单|延|开)?(?:时间)?改?[到至][^,，。?？]{2,12})?$"
        ),
    ),
    (
        "leader_close",
        "extend",
        re.compile(
            r"^\s*(?:再(?:开|加|延)|延长?(?:到|至)?|延期(?:到|至)?|加时|截止(?:时间)?(?:改|延)到|推迟到)"
        ),
    ),
    (
        "leader_report",
        "report",
        re.compile(r"^\s*(?:缺人|缺谁|还差(?:几|多少)(?:个|份|人|单)?|谁没接|没接的)\s*[?]?$"),
    ),
    (
        "chitchat",
        "nudge",
        re.compile(r"^\s*(?:帮我?)?(?:催|提醒)(?:一下|下)?(?:付款|交钱|没付|没拿|没取|没接|取货|拿货|自提)"),
    ),
    (
        "chitchat",
        "delayed",
        re.compile(
            r"(?:晚|推迟|延后|迟)(?:一|两|三|几|\d)?天到|(?:今天|明天|今晚)(?:送"
            r"|到)不(?:了|到)|(?:到货|送货)(?:推迟"
            r"|延迟|延后)|(?:货|车)(?:要)?晚"
        ),
    ),
    (
        "chitchat",
        "arrived",
        re.compile(
            r"^\s*[□一-龥]{0,12}?(?:都)?到(?:货|啦|齐|了)(?:了|啦)?(?:\s*[\d一二两三四五六七八九十]{1,"
            r"4}\s?[一-龥])?(?:\s"
            r"*坏\s*\d+)?\s*[!。~]*$|^\s*□*\s*到\s*\d{1,4}\s?[一-龥](?:\s*坏\s*\d+)?\s*$"
            r"|^\s*□*\s*到货|^\s*(?:□+|货)(?:都|也|已经?)*到(?:货|啦|齐|了)+\s*[,，。!！]"
        ),
    ),
    (
        "chitchat",
        "paid",
        re.compile(r"(?:已付|付了|付款了|付过了|已转|转了|给钱了|都付了?)(?:除了.{1,12})?\s*[!。~]*$"),
    ),
    (
        "chitchat",
        "price",
        re.compile(
            r"(?:涨|降|调)(?:价)?(?:到|成|为)\s*\d|改价|价格(?:改|调)|□\s*改(?:成"
            r"|到)?\s*\d{1,4}(?:\.\d+)?(?:元|块)"
        ),
    ),
    (
        "chitchat",
        "limit",
        re.compile(
            r"^\s*(?:□*\s*)?(?:限|每户限|每人限|限购|限每[户人家]|总共|一共|最多)\s*(?:每[户人家])?\s*"
            r"[\d一二两三四五六七八九十]{1,4}"
            r"\s?[一-龥]?\s*$"
        ),
    ),
    (
        "cancel_sign_up",
        "remove",
        re.compile(
            r"^\s*(?:移除|踢掉|删除|删掉|去掉)\s*(?:第)?[\d一二三四五六七八九十]{1,3}(?:行"
            r"|号|条|\s|$)|把第.{1,3}行(?:去|删|移)"
        ),
    ),
    (
        "chitchat",
        "role",
        re.compile(r"(?:设|让|请|把)[一-龥△]{1,8}(?:当|为|做)(?:副)?团长|交班给|(?:当|做)副团长"),
    ),
    ("chitchat", "quiet", re.compile(r"^\s*(?:暂停推送|别发了|小团闭嘴|闭嘴|禁言机器人|安静|停止推送)\s*$")),
)


def command(r: Reading) -> Verdict | None:
    """What only a leader can mean: prices, limits, arrivals, payments, reminders."""
    if r.context.role != "leader" or r.length > 24 or r.question:
        return None
    if _ENDS_NUMBERED.match(r.text):
        return Verdict("leader_close", None, "cancel_group_buy", 0.95, "leader: cancels by number")
    text = _NUMBERED.sub("", r.text)
    for intent, fine, pattern in _COMMANDS:
        if pattern.search(text):
            items = item_rules.items(r.slots, r.context.open) if fine in ("arrived", "price", "limit") else []
            return Verdict(intent, None, fine, 0.95, f"leader: {fine}", items)
    return None


_LISTS = re.compile(
    r"名单|列表|统计|汇总|报(?:一下|个|下)?数|报表|进货单|分货单|分拣单|配货单|采购单"
    r"|清单|导出|表格|对账|明细|总表|合计|列一?下|列出"
    r"|拉(?:一?下|出来|个)|数一?下|excel|按楼栋|流水|营业额|出单|数据"
    r"|(?:谁|哪些人|哪几[家户个]|哪家|哪些|还有谁|还有哪些|几个人|有谁"
    r"|哪几家)[^,，]{0,6}(?:没|还没|未|不)(?:有)?(?:接"
    r"|付|拿|取|来|报|领|交|到|收|提|订|转|给钱)|(?:没|未)(?:接龙?|付款?|拿货?|取货?|报名?|领货?|给钱"
    r"|交钱)的(?:人|都?有?谁|名单"
    r"|都?列|都?有哪些|家|户|报|发|拉|给我)|谁(?:付|买|要|接|报|订)了|多少(?:份|单|人|箱|户"
    r"|盒|家|篮|袋|板|提|斤|个|只|条|瓶)(?:了"
    r"|接|报)|多少(?:份|单|人|户)$|(?<!我)(?:接|报|订|卖|团)了几[份单人箱户家盒篮袋板提斤个只条瓶件组]"
    r"|几(?:份|单|人|箱|户|家|盒|篮|袋|板|提|斤|个|只|条|瓶|件|组)了|缺(?:人"
    r"|谁|几)|差谁|(?:接|报|卖|收|订|团|下)了多少|接龙情况|现在多少|总(?:共)?多少(?:份|单|箱)|总数|总份数"
)
_NOT_LIST = re.compile(
    r"核对|公布|值班|家庭|表交|没来|谁没来|快来|请各位|公告栏|视频|一二三"
    r"|作业|体温|志愿|学校|大名单|黑名单|送什么|我(?:的"
    r"|家|们家|一共|总共|这次|该|要|排|是|报了|订了|买了)|多少份.{0,3}(?:才|能|起)|几份(?:起|才)|明天谁"
)


def report(r: Reading) -> Verdict | None:
    """Lists and sums of what was signed up."""
    text = r.text
    if not r.has(c.REPORT | c.HOW_MANY) and not search(r"谁|哪几|哪些|几|缺|差", text):
        return None
    found = _LISTS.search(text)
    if not found or _NOT_LIST.search(text) or r.has(c.PRICE):
        return None
    if r.has(c.FOREIGN) and not r.named:
        return None
    bare = r.rest <= 3
    if not bare and not r.named and not r.addressed and r.context.role != "leader":
        return None
    fine = "report"
    if search(r"名单|列表", text):
        fine = "roll_up"
    elif search(r"进货|采购", text):
        fine = "purchase"
    elif search(r"分货|分拣|配货|楼栋", text):
        fine = "sorting"
    elif search(r"导出|表格|excel", text):
        fine = "export"
    return Verdict("leader_report", None, fine, 0.88 if bare else 0.7, "leader: report")
