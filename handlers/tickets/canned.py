"""Canned replies with fields, the shop's and each agent's own (E13)."""

from handlers import Turn
from handlers.tickets.base import agent_name, customer_name, short_name, when
from handlers.tickets.words import worth
from storage.canned import CannedReply
from storage.money import yuan
from storage.tickets import Ticket

BUILT_IN = {
    "退款": "{称呼}，给您退 ¥{金额}，团长核对后原路退回，一般1–3天到账。",
    "补发": "{称呼}，给您补发{商品}，送到后我再确认。",
    "换货": "{称呼}，给您换{商品}，麻烦先别丢旧的，送货时一起收走。",
    "照片": "{称呼}，麻烦拍两张照片发我：整盒一张、坏的地方一张。",
    "稍等": "{称呼}，正在核实，{时间}前给您答复。",
    "催货": "{称呼}，已催供应商，有到货时间马上告诉您。",
    "抱歉": "{称呼}，真对不住，让您白跑一趟，我们马上处理。",
    "谢谢": "谢谢{称呼}，有问题随时找我们。",
}
"""Replies that every shop has; one of the same name that was kept in the chat takes its place."""


def canned_names(turn: Turn, agent: str) -> list[str]:
    """What can be typed after the slash."""
    own = [row.name for row in turn.rows(CannedReply) if row.owner in ("", agent)]
    return sorted({*BUILT_IN, *own})


def keep_canned(turn: Turn, owner: str, name: str, text: str) -> None:
    """Keep a reply for everybody (`owner` "") or for one agent."""
    rows = turn.rows(CannedReply)
    row = rows.get((owner, name))
    if row is None:
        rows.add(CannedReply(tenant_id=turn.shop.tenant, owner=owner, name=name, text=text.strip()))
    else:
        row.text = text.strip()


def filled(turn: Turn, ticket: Ticket, agent: str, name: str, rest: str) -> str | None:
    """A canned reply with this case's fields; `rest` stands for {金额}. None: no such reply."""
    text = _text(turn, agent, name)
    if text is None:
        return None
    value = worth(ticket)
    amount = rest.strip().lstrip("¥￥").rstrip("元块") or (yuan(value) if value else "")
    fields = {
        "称呼": customer_name(turn, ticket),
        "金额": amount or "（金额待定）",
        "商品": ticket.item or "商品",
        "单号": ticket.label,
        "客服": short_name(agent_name(turn, agent)),
        "时间": when(turn, ticket.due_at) if ticket.due_at is not None else "今天",
    }
    for field, said in fields.items():
        text = text.replace("{" + field + "}", said)
    return text


def _text(turn: Turn, agent: str, name: str) -> str | None:
    rows = turn.rows(CannedReply)
    own = rows.get((agent, name)) or rows.get(("", name))
    return own.text if own is not None else BUILT_IN.get(name)
