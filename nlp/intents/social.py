"""Chatter that the bot may react to, and chatter it must not."""

import re

from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import search

_ABILITY = re.compile(
    r"(?:你|小团)(?:都)?(?:能|会|可以)(?:干|做|帮)(?:什么|啥|嘛|些)|能干(?:嘛"
    r"|什么|啥)|有什么功能|怎么用(?:小团"
    r"|你)|帮助$|^\s*(?:help|菜单|功能)\s*$"
)
_IDENTITY = re.compile(r"是(?:不是)?(?:真人|机器人|活人|人工|ai)|真人(?:吗|还是)|你是谁|机器人(?:吧|吗|么)")
_QUIET = re.compile(
    r"(?:别|不要|甭|勿)(?:再)?(?:给我)?(?:@|推|发广告|发推广|吵|艾特|刷|群发)|别发了|太吵|闭嘴|停止推送"
    r"|退订(?!单)|安静"
)
_FORGET = re.compile(
    r"(?:删|清)(?:了|掉|除)?我的?(?:信息|资料|数据|电话|地址|记录)|忘(?:了|记)我|(?:电话|信息|地址)别存|注销"
)
_SHOW = re.compile(
    r"(?:存|记|保存)了我(?:哪些|什么|的)(?:信息|资料|数据)|(?:导出|看看?|给我)我的(?:个人)?(?:信息|数据|资料)"
)
_WISH = re.compile(
    r"(?:有(?:没有)?人|谁)(?:想)?(?:一起)?(?:团|拼)(?!长|员|车|单|桌)[一-龥□]{1,8}|(?:想|求"
    r"|希望)(?:团|开团)[一-龥□]{1,8}|[一-龥□]{1,6}(?:有人团|团不团)"
)
_PAID = re.compile(
    r"^\s*(?:[一-龥\d\- ]{0,8})?(?:我|这边|刚刚?|已经?|都|钱|货款|团费|微信|支付宝|扫码)*"
    r"(?:转|付|付款|支付|转账|打款|交钱|打过去|转过去|交)(?:钱|款|账)?(?:给?(?:你|您|团长|老板|群主))?"
    r"(?:了|过去了?|好了|过了?|过去啦|咗|啦|完了?)(?:钱|款)?\s?(?:\d{1,5}(?:\.\d{1,2})?\s?(?:块|元)?)?"
    r"(?:[,， ]?\s?(?:麻烦|请|辛苦)?(?:您|你)?(?:查收|查一下|收一下|看一下|看下|核对|确认)?(?:一?下)?"
    r"(?:团长.{0,4})?)?"
    r"[哈哦啊呀啦噢]?\s*[!！。~]*$|钱(?:已?经?)?(?:打|转)过去|已(?:转|付)(?:款|账|钱)?\s*\d*"
)
_DONE = re.compile(
    r"^\s*(?:[\d\- ]{0,8})?(?:我)?(?:已经?|都)?(?:已)?(?:拿|取|领|提)(?:到|走|好|货)?(?:了"
    r"|啦|咯)\s*[!！。~谢]*$|^\s*\d{3,4}(?:已)?[拿取领]走?了"
)
_YES = re.compile(
    r"^\s*(?:对{2,4}|对的没错|恩+|是的[呀啊呢]|嗯[，, ]*好(?:的)?|对(?:的|头|呀|啊)?|是(?:的|啊"
    r"|呀)?|好(?:的|呀|啊|嘞|吧|滴)?|嗯+|可以(?:的)?|行(?:的|吧)?|确认|确定|ok|okay|没错|没问题|👌"
    r"|👍|成|妥|中|得|要(?:的)?|yes|y|嗯嗯对的?|就这样|系|同意|1)(?:谢谢"
    r"|麻烦了?|辛苦|啦|呢|吧|哈|[!,。~👌👍\s])*$"
)
_NO = re.compile(
    r"^\s*(?:不用(?:了|啦)?|不要(?:了)?|不(?:是|对|行|了|可以)?|算了|否|no|n|取消|错了|不需要(?:了)?"
    r"|先不|唔使|不必(?:了)?|没有)\s*[!！。~谢]*\s*$"
)
_CHOICE = re.compile(
    r"^\s*(?:选|要|我选|我要)?\s*(?:[a-z]|\d{1,2}|[一二三四五六七八九]|第[一二三四五]个?)\s*[吧!。]*\s*$"
)
_GREETS_BOT = re.compile(r"(?:你好|您好|hi|hello|早|晚上好|在吗|嗨|哈喽)")


def reaction(r: Reading) -> Verdict | None:
    """Small talk that the bot may answer: about itself, privacy, payment, thanks."""
    text = r.text
    to_bot = r.addressed or "小团" in text
    if to_bot and (_ABILITY.search(text)):
        return _say("ability")
    if _IDENTITY.search(text) and (to_bot or r.length <= 10):
        return _say("identity", 0.95 if not search(r"人工|叫|换|转|找|有真人", text) else 0.4)
    if _QUIET.search(text) and (to_bot or search(r"@|推|广告|退订", text)) and r.length <= 14:
        return _say("opt_out", 0.95)
    if r.length <= 20 and _FORGET.search(text) and not search(r"单|接龙|忘了我", text):
        return _say("forget_me", 0.95)
    if _SHOW.search(text):
        return _say("show_my_data", 0.95)
    if _WISH.search(text) and not r.has(c.FOREIGN) and r.length <= 16:
        return _say("wish", 0.94)
    if r.has(c.SPLIT) and not r.slots.each and r.length <= 14 and search(r"拼|分一|合买|平分", text):
        return _say("split", 0.94)
    if r.has(c.PAID) and r.length <= 16 and _PAID.search(text) and not r.question:
        return _say("payment_claim", 0.95)
    if r.has(c.RECEIVED) and _DONE.search(text) and r.length <= 10:
        return _say("pickup_done", 0.8)
    if to_bot and r.has(c.PRAISE | c.THANKS) and r.length <= 12 and not r.question:
        return _say("thanks" if r.has(c.THANKS) else "praise_bot")
    if to_bot and _GREETS_BOT.search(text) and r.length <= 10:
        return _say("greeting_bot")
    return None


def _say(fine: str, confidence: float = 0.88) -> Verdict:
    return Verdict("chitchat", None, fine, confidence, f"chitchat: {fine}")


def is_yes(text: str) -> bool:
    """A bare yes in any of its words."""
    return bool(_YES.match(text))


def is_no(text: str) -> bool:
    """A bare no."""
    return bool(_NO.match(text))


def is_choice(text: str) -> bool:
    """A bare letter or number."""
    return bool(_CHOICE.match(text))
