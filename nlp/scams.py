"""Scams in a shop's group: words that ask for codes, cards, other groups or another payee (F5, F6)."""

import re
import unicodedata

_SIGN = re.compile(
    r"验证码|银行卡|卡号|密码|[qQ]{2}|扣扣|加群|进群|扫码|二维码|刷单|解冻|保证金|安全账户|中奖|兼职"
    r"|收款|打款|转我|付我|转给|付给|打给|转到|付到|打到|账号|账户|加.{0,6}群|加.{0,3}微信"
)
"""None of these: nothing to look at. Keeps ordinary chatter cheap."""
_CODE = re.compile(
    r"(?:把|将|发|报|告诉|提供|输入?|填|给|截图)[^,，。?？]{0,8}(?:验证码|银行卡号?|卡号|支付密码|密码)"
    r"|(?:验证码|银行卡号?|卡号|支付密码)[^,，。?？]{0,6}(?:发|报|告诉|提供|私发?|给)[^,，。]{0,3}(?:我|客服|过来|一下)"
)
_MONEY = r"(?:退款|退钱|理赔|赔付|赔偿|返现|返利|领取?(?:红包|福利|奖)|售后|补偿|退费)"
_ELSEWHERE = r"(?:加|进|扫|添加|联系|私聊)[^,，。?？]{0,10}(?:[qQ]{2}|扣扣|群|微信号?|二维码|小程序|企业号)"
_OTHER_PLACE = re.compile(rf"{_MONEY}[^。?？]{{0,14}}{_ELSEWHERE}|{_ELSEWHERE}[^。?？]{{0,14}}{_MONEY}")
_PAYEE = re.compile(
    r"(?:团费|货款|团购款?|接龙|订单|定金|尾款|这团|这单|水果钱|菜钱)[^。?？]{0,12}(?:转|付|打|汇)(?:款|钱|账)?(?:给|到)?"
    r"[^。?？]{0,3}(?:我|这个|此|以下|新的?)"
    r"|(?:以后|改|换|现在|都)[^。?？]{0,6}(?:转|付|打款|汇)[^。?？]{0,4}(?:我|这个|此|新)[^。?？]{0,4}(?:号|卡|码|账|户)"
    r"|(?:扫|付|转)[^。?？]{0,4}(?:我的?|这个|新)收款码"
)
_LURE = re.compile(
    r"刷单|日结[^,，]{0,6}兼职|中奖[^,，]{0,8}(?:领|兑)|账[号户][^,，]{0,6}解冻"
    r"|(?:交|缴纳?)[^,，]{0,6}保证金|安全账户"
)
_CLAIM = re.compile(
    r"我(?:就)?是(?:本群|咱们?|你们)?(?:的)?(?:新)?(?P<role>团长|群主|客服|小团|管理员|店长|老板)(?![吗么？?家娘])"
)


def scam(text: str) -> str | None:
    """What kind of trick a text plays: code, place, payee, lure; None for ordinary words."""
    if not _SIGN.search(text):
        return None
    for kind, pattern in (("code", _CODE), ("place", _OTHER_PLACE), ("payee", _PAYEE), ("lure", _LURE)):
        if pattern.search(text):
            return kind
    return None


def claimed_role(text: str) -> str | None:
    """“我是团长”: the role that somebody says he has."""
    found = _CLAIM.search(text) if "我" in text and "是" in text else None
    return found["role"] if found is not None else None


_LOOKALIKES = str.maketrans("аеорсухіѕјԁɡνωАВЕКМНОРСТХІ01|ⅼ", "aeopcyxisjdgvwABEKMHOPCTXIolll")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f\u00ad]")


def skeleton(name: str) -> str:
    """What a name looks like: names with the same skeleton can be taken for each other (T2)."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).translate(_LOOKALIKES)
    letters = "".join(c for c in plain if unicodedata.category(c)[0] in "LN")
    return letters.casefold()
