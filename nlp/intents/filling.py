"""The finer reading and the items of an intent that the model alone has recognised."""

import re

from nlp import items as item_rules
from nlp.intents.reading import Reading, Verdict
from nlp.intents.service import complaint_details
from nlp.meaning import CURRENT, ItemMention, Mode

_FINE = (
    ("change_sign_up", "phone", re.compile(r"电话|手机|号码|联系")),
    ("change_sign_up", "household", re.compile(r"地址|门牌|楼|房号|送到|送去|姓名|名字|收货|收件")),
    ("change_sign_up", "subtract", re.compile(r"减|少[拿要来订报一二两\d]")),
    ("change_sign_up", "swap", re.compile(r"□.*[换改].*□")),
    ("change_sign_up", "variant", re.compile(r"换|颜色|尺码|口味|款|色|味")),
    ("query_my_orders", "my_rank", re.compile(r"第几|排")),
    ("query_my_orders", "my_amount", re.compile(r"钱|付|转|账|花")),
    ("logistics_question", "pickup_code", re.compile(r"[取提领]货?码")),
    ("logistics_question", "urge", re.compile(r"催|快点|尽快|赶紧|加急|抓紧")),
    ("logistics_question", "tracking", re.compile(r"单号|物流|快递|到哪|轨迹")),
    ("ask_human", "call_leader", re.compile(r"团长|老板|群主")),
    ("leader_close", "reopen", re.compile(r"重开|重新|恢复")),
    ("leader_close", "extend", re.compile(r"延|再开")),
    ("leader_close", "cancel_group_buy", re.compile(r"取消|解散|不做|作废")),
    ("leader_report", "purchase", re.compile(r"进货|采购")),
    ("leader_report", "sorting", re.compile(r"分货|分拣|楼栋")),
    ("leader_report", "export", re.compile(r"导出|表格|excel")),
    ("leader_report", "roll_up", re.compile(r"名单|列表")),
)
_DEFAULT = {
    "join_group_buy": "join",
    "change_sign_up": "set",
    "cancel_sign_up": "cancel",
    "query_my_orders": "my_orders",
    "logistics_question": "eta",
    "ask_human": "human",
    "leader_open": "open",
    "leader_close": "lock",
    "leader_report": "report",
}


def filled(r: Reading, intent: str, sub: str | None, confidence: float) -> Verdict:
    """A verdict of the model with what the grammar can add to it."""
    fine = next((f for i, f, p in _FINE if i == intent and p.search(r.text)), _DEFAULT.get(intent))
    verdict = Verdict(intent, sub, fine, confidence, "model")
    if intent in ("join_group_buy", "change_sign_up", "cancel_sign_up"):
        verdict.items = _items(r, intent)
    elif intent == "complaint":
        verdict.flags, verdict.urgency = complaint_details(r)
    elif intent in ("product_question", "logistics_question"):
        verdict.asks = (sub or fine or intent,)
        verdict.aspect = sub
    return verdict


def _items(r: Reading, intent: str) -> list[ItemMention]:
    made = item_rules.items(r.slots, r.context.open)
    if intent == "cancel_sign_up":
        made = [i for i in made if i.mention]
        return [ItemMention(i.mention, i.product, i.quantity, i.unit, Mode.SUBTRACT, i.code) for i in made]
    if made or intent == "change_sign_up":
        return made
    named = next((f for f in r.slots.found if not f.weak), None)
    if named is not None:
        mention = r.slots.note.surface(named.start, named.end)
        return [ItemMention(mention, named.names[0])]
    return [ItemMention(product=CURRENT)]
