"""Canned replies of the composer: the shop's, the agent's own and some that every shop has."""

from console.case import worth
from console.cases import agent_name, customer_name
from console.parts import Desk
from console.who import Who
from console.words import moment
from storage.canned import CannedReply
from storage.money import yuan
from storage.tickets import Ticket

BUILT_IN = {
    "退款": "{称呼}，给您退 ¥{金额}，团长核对后原路退回，一般1–3天到账。",
    "照片": "{称呼}，麻烦拍两张照片发我：整盒一张、坏的地方一张。",
    "稍等": "{称呼}，正在核实，{时间}前给您答复。",
    "补发": "{称呼}，给您补发{商品}，送到后我再确认。",
    "换货": "{称呼}，给您换{商品}，麻烦先别丢旧的，送货时一起收走。",
    "催货": "{称呼}，已催供应商，有到货时间马上告诉您。",
    "抱歉": "{称呼}，真对不住，让您白跑一趟，我们马上处理。",
    "谢谢": "谢谢{称呼}，有问题随时找我们。",
}
"""One of the same name that the shop or the agent keeps takes its place."""


def canned_for(desk: Desk, who: Who, ticket: Ticket) -> list[dict[str, str]]:
    """Name and text of each, its fields filled in from the case."""
    rows = list(desk.shop().rows(CannedReply))
    texts = {**BUILT_IN, **{row.name: row.text for row in rows if row.owner == ""}}
    if who.person is not None:
        texts |= {row.name: row.text for row in rows if row.owner == who.person}
    zone = desk.shop().settings.timezone
    fields = {
        "称呼": customer_name(desk, ticket),
        "商品": ticket.item or "商品",
        "金额": yuan(value) if (value := worth(ticket)) else "（金额待定）",
        "单号": ticket.label,
        "客服": agent_name(desk, who.person).removeprefix("客服") or who.name,
        "时间": moment(ticket.due_at, desk.now(), zone) or "今天",
    }
    return [{"name": name, "text": _filled(text, fields)} for name, text in texts.items()]


def _filled(text: str, fields: dict[str, str]) -> str:
    for name, said in fields.items():
        text = text.replace("{" + name + "}", said)
    return text
