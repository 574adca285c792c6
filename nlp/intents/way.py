"""Questions on the way of what was ordered: where it is, when it comes, where it is handed out."""

import re

from nlp.intents import cues as c
from nlp.intents.questions import DEADLINE
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import search

_GOT_THERE = re.compile(
    r"到(?:货|了|咗|站)?(?:了)?(?:没有?|吗|么|未|冇|不)[啊呀呢嘛]?|有没有(?:到|来|发|送(?!货)|出库)|到哪"
    r"|到那[里儿了]|发(?:货|出来?|走)?了?(?:没有?"
    r"|吗|么|未|冇|不)|送(?:了|来)?(?:没有?|吗|么)|来了(?:没|吗)|啥时到"
    r"|几时到|货呢|能到|会送到|肯定能送|收不到了"
    r"|有说几点|会到|到得了|送得到|送过来|到不到|能收到|会送|能送达|能发吗|可以发货|先送|到货"
)
_PICK = re.compile(
    r"(?:几点|什么时候|啥时候|何时|哪天|多久|几时|啥辰光)[^,，?]{0,5}(?:拿"
    r"|取|提|领|自提)|(?:拿|取|提|领)货?(?:时间"
    r"|到几点|要带|凭|报|截止)|凭什么[拿取领提]|(?:拿|取|领)[^,，]{0,4}(?:要|需要)[^,，]{0,4}(?:码"
    r"|名|身份证|单号|什么)|还能(?:拿|取|提)|明天(?:拿|取)|(?:拿|取)行"
    r"|帮我?(?:拿|取|捎|带上|领)[^,，]{0,3}(?:吗"
    r"|一下|上来|行)"
)
_TRACKS = re.compile(r"单号|物流|快递|查(?:一下|下)?货|到哪|到那[里了]|发哪|走到|轨迹|运单")
_WANTS_DAY = re.compile(
    r"今天|明天|后天|今晚|明早|今早|星期|礼拜|春节|过年|国庆|期间|放假|节假|上午|下午|晚上|周末"
    r"|周[一二三四五六日]"
    r"|\d+[点号]|几|下雨|还送"
)
_HOW_LONG = re.compile(
    r"^[\s]*(?:那|我|还|大概|一般|请问|得|要|需要|今天)*(?:最快|要等|等|得|大概|还要等?)(?:到)?(?:什么时候"
    r"|多久|几天|几点|多长时间)(?:呢|啊|呀|哇|才行)?[\s?!。]*$"
)
_SHORT_WAY = re.compile(
    r"^[\s□]*+(?:我的|我们的|那|请问|大概|东西|货|快递|包裹|今天|明天|上午"
    r"|下午|晚上|周[一二三四五六日末])*+[\s□]*+"
    r"(?:货呢|到哪(?:里|儿)?了?|到(?:货)?了?(?:没有?|吗|么)|发货?了?(?:没有?|吗|么)|(?:什么时候|啥时候"
    r"|几点|几号|哪天|几时|多久)(?:能|会|可以|才能|开始)?(?:到货?|发货?|送到?|来货?|送达|收到|送货|配送|发出)"
    r"|能到(?:吗|不|么)|能送到(?:吗|不|么)|会到(?:吗|不))"
    r"(?:啊|呀|呢|了|哇|的|哦)*[\s?!。~]*$"
)
_STILL_NOT = re.compile(r"^[\s□]*还没(?:到|来|发|送|发货|到货|送到)(?:吗|么|啊|呢)?\s*[?？]\s*$")


def logistics(r: Reading) -> Verdict | None:
    """Where the goods are, when they come, where and how they are handed out."""
    text = r.text
    if r.has(c.PICKUP_CODE) and not search(r"发你|发给|您", text):
        return _way("pickup_code", 0.92, "logistics: code")
    if _STILL_NOT.match(text):
        return _way("eta", 0.94, "logistics: not yet?")
    if _SHORT_WAY.match(text):
        return _way("tracking" if "哪" in text or "货呢" in text else "eta", 0.95, "logistics: in short")
    if r.has(c.FOREIGN) and not r.has(c.PARCEL | c.TRACK | c.STATION | c.SEND) and not r.named:
        return None
    if search(r"您|谁(?:拿|看|的|家)|给大家|来拿吧|一起|开学|放假|回来|来电|来水|下班|下课|上课", text):
        return None
    asking = r.question or r.has(c.WHEN) or bool(search(r"吧\s*[。!~]*$", text))
    if (
        r.has(c.URGE)
        and r.rest <= 5
        and not r.has(c.FOREIGN)
        and (r.has(c.PARCEL | c.ARRIVE | c.SEND | c.DELIVER | c.ORDER_NOUN | c.MY | c.BOSS) or r.rest == 0)
    ):
        return _way(
            "urge",
            0.82 if r.has(c.PARCEL | c.SEND | c.DELIVER | c.ARRIVE) or "催" in text else 0.62,
            "logistics: hurry",
        )
    if r.has(c.CARRIER) or search(
        r"(?:什么|其他|别的|哪家|哪个|啥|换个?|指定)的?(?:快递|物流)|加盟|从哪|哪里发|哪儿发", text
    ):
        return None
    if r.has(c.STOCK | c.RESTOCK) and search(r"有货|补到?货|再有|上架|再团|还会有|没抢", text):
        return None
    if r.has(c.STATION) and (asking or search(r"电话|没人|关门|地址|几点|营业|开门", text)):
        if search(r"自提点[^,，]{0,3}在?(?:哪|什么地方|几号楼)", text):
            return None
        return _way("eta", 0.85, "logistics: station")
    if _PICK.search(text):
        return _way("eta", 0.86, "logistics: hand-out")
    if search(
        r"(?:配送|派送|拍送|送货|快递|师傅|站点|京东|顺丰|物流)[^,，]{0,6}(?:电话"
        r"|号码|联系)|电话.{0,4}(?:配送|快递|京东)",
        text,
    ):
        return _way("tracking", 0.85, "logistics: phone of the carrier")
    if r.has(c.CHANGE) or search(r"推迟|延后|提前|晚[点几]|延迟|先别|改", text):
        return None
    if r.has(c.WHEN) and r.has(c.ARRIVE | c.SEND | c.DELIVER | c.PARCEL | c.PICKUP | c.STATION):
        return _way("eta", 0.92 if r.rest <= 6 or r.has(c.PARCEL | c.SEND) else 0.7, "logistics: when")
    if (
        r.has(c.WHEN)
        and search(r"(?:到|送|发|来|等|收|派|配|寄)", text)
        and not DEADLINE.search(text)
        and not r.has(c.FOREIGN)
    ):
        certain = 0.75 if r.rest <= 1 or (r.named and r.rest <= 3) else 0.45
        return _way("eta", certain, "logistics: when, short")
    if r.has(c.TRACK) and (asking or r.rest <= 3):
        return _way("tracking", 0.88, "logistics: where is it")
    if r.has(c.PARCEL) and (_TRACKS.search(text) or _GOT_THERE.search(text)) and (asking or r.has(c.NOT_YET)):
        return _way("tracking", 0.7, "logistics: parcel")
    if (
        _GOT_THERE.search(text)
        and asking
        and (_WANTS_DAY.search(text) or r.rest <= 1 or r.named or r.has(c.SEND))
    ):
        return _way("eta", 0.82 if r.rest <= 4 else 0.62, "logistics: has it come")
    if (
        r.has(c.NOT_YET)
        and search(r"吗|么\s*[?]?$", text)
        and r.has(c.ARRIVE | c.SEND | c.PARCEL | c.DELIVER)
    ):
        return _way("eta", 0.7, "logistics: not yet?")
    if r.has(c.SEND | c.DELIVER | c.ARRIVE) and r.question and _WANTS_DAY.search(text) and r.rest <= 4:
        return _way("eta", 0.86, "logistics: on that day")
    if _HOW_LONG.match(text):
        return _way("eta", 0.7, "logistics: how long")
    return None


def _way(fine: str, confidence: float, rule: str) -> Verdict:
    return Verdict("logistics_question", None, fine, confidence, rule, asks=(fine,))
