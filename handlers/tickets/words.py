"""What after-sales says: to the group (neutral, two lines at most), to the customer, to the desk."""

from datetime import datetime, timedelta
from decimal import Decimal

from handlers import Chat, Turn
from handlers._words import written
from handlers.tickets.base import agent_name, customer_name, short_name, when
from storage.group_buys.labels import PAYMENTS, STAGES
from storage.money import plain, times, yuan
from storage.people import Room
from storage.privacy import mask_household
from storage.tickets import COMPLAINTS, Ticket, TicketLine
from storage.tickets.advice import advice
from storage.tickets.habits import refunded_lately
from storage.tickets.labels import CATEGORIES, STATES, WISHES
from storage.tickets.metrics import DeskReport

KINDS = {"image": "[图片]", "voice": "[语音]", "file": "[文件]", "link": "[链接]", "sticker": "[表情]"}
"""What is shown for a message without words."""


# -- to the group ------------------------------------------------------------------------------------


def in_group(ticket: Ticket) -> str:
    """The neutral line under a complaint: sorry, it is taken up, the rest in private (E20)."""
    if ticket.category == "safety":
        return "请先停止食用，剩余的和包装留好。\n已通知团长和客服，马上私聊您。"
    if ticket.category == "legal" or ticket.facts.get("angry"):
        return f"抱歉让您不愉快了，{ticket.label} 已转真人，马上私聊您。"
    return f"抱歉给您添麻烦了，{ticket.label} 已登记，我私聊您处理，不用在群里贴。"


# -- to the customer ---------------------------------------------------------------------------------


def queued(turn: Turn, ticket: Ticket, ahead: int, minutes: int, *, private: bool) -> str:
    """A person is called: place in the queue and a time that is kept (E3, law 8)."""
    who = agent_name(turn, ticket.assignee)
    answers = "回您" if private else "私聊您"
    calm = "期间我不插话。" if private else ""
    if ticket.assignee is None and ticket.due_at is not None:
        until = when(turn, ticket.due_at)
        return f"已转客服，您前面{ahead}人，最晚{until}{answers}。{calm}"
    return f"已转{who}，您前面{ahead}人，预计{minutes}分钟内{answers}。{calm}"


def after_hours(turn: Turn, opening: datetime, place: int) -> str:
    """The desk is closed: when it opens, the place in the queue, and the urgent way (E15)."""
    phone = turn.shop.settings.facts.get("电话")
    urgent = f"急事请打{phone}。" if phone else "急事请直接找团长。"
    return f"客服下班了，已给您排第{place}位，{when(turn, opening)}上班就处理。{urgent}"


def about(ticket: Ticket) -> str:
    """What a case is about in a few words."""
    kind = CATEGORIES.get(ticket.category, ticket.category)
    return f"{ticket.item}{kind}" if ticket.item else kind


def status(turn: Turn, ticket: Ticket) -> str:
    """How a case stands, for its customer (E4, H13)."""
    who = short_name(agent_name(turn, ticket.assignee)) if ticket.assignee else ""
    state = STATES[ticket.state] + (f"（{who}）" if who else "")
    line = f"{ticket.label} {about(ticket)}：{state}"
    refunded = ticket.facts.get("refunded_fen")
    if refunded:
        return f"{line}，退款 ¥{yuan(refunded)} 已登记，一般1–3天到；没到我去催。"
    if ticket.due_at is not None and ticket.due_at > turn.now:
        return f"{line}，最晚{when(turn, ticket.due_at)}回您。"
    if ticket.awaits_human:
        return f"{line}，让您久等了，我又催了一次。"
    if ticket.state == "waiting_supplier":
        return f"{line}，供应商一有答复就告诉您。"
    return f"{line}。"


# -- to the desk -------------------------------------------------------------------------------------


def order_line(ticket: Ticket) -> str:
    """The order behind a case, from the ledger."""
    facts = ticket.facts
    if "group_buy" not in facts:
        return "没查到对应的接龙"
    amount = Decimal(facts["ordered"])
    total = yuan(times(facts["price_fen"], amount))
    paid = PAYMENTS.get(facts.get("payment", ""), "")
    stage = STAGES.get(facts.get("stage", ""), "")
    name = facts.get("ordered_item") or ticket.item
    head = f"团{facts['group_buy']} {name}{plain(amount)}{facts['unit']} ¥{total}"
    return " · ".join(part for part in (head, paid, stage) if part)


def wishes(ticket: Ticket) -> str:
    """What is known of the case: how much, photos, what is wished for."""
    facts = ticket.facts
    parts = []
    if facts.get("affected"):
        parts.append(f"{facts['affected']}{facts.get('unit', '份')}有问题")
    if facts.get("photos"):
        parts.append(f"照片{facts['photos']}张")
    elif facts.get("no_photo"):
        parts.append("没有照片")
    if facts.get("wish"):
        parts.append(f"想{WISHES[facts['wish']]}")
    if facts.get("angry"):
        parts.append("情绪激动")
    if facts.get("human_first"):
        parts.append("只要真人")
    return " · ".join(parts)


def card(turn: Turn, ticket: Ticket, before: list[TicketLine], past: list[Ticket], *, title: str = "") -> str:
    """The context pack of a case for the agents' room (E8)."""
    name = customer_name(turn, ticket)
    facts = ticket.facts
    household = f" {mask_household(facts['household'])}" if facts.get("household") else ""
    room = _room_name(turn, ticket.room_id)
    urgent = "‼️" if ticket.priority == "urgent" else ""
    lines = [f"{urgent}【{ticket.label} {title or about(ticket)}】{name}{household}（{room}）"]
    if ticket.category in COMPLAINTS or "group_buy" in facts or ticket.category == "safety":
        lines.append(f"订单：{order_line(ticket)}")
    if facts.get("words"):
        lines.append(f"原话：{facts['words']}")
    if wishes(ticket):
        lines.append(f"情况：{wishes(ticket)}")
    talk = [f"{line.name}：{_cut(line.text)}" for line in before if line.text]
    if talk:
        lines.append("之前：" + " / ".join(talk))
    if past:
        last = past[-1]
        refunds = sum(1 for t in past if t.facts.get("refunded_fen"))
        money = f"（退款{refunds}次）" if refunds else ""
        lines.append(f"以往售后{len(past)}次{money}，上次{last.label} {about(last)}")
        lately = refunded_lately(past, turn.now)
        if lately.often:
            lines.append(f"留意：近90天退款{lately.count}次共¥{yuan(lately.fen)}，请人工核对")
    if ticket.incident:
        lines.append(f"同一批：{ticket.incident}")
    lines.append(f"建议：{advice(ticket)}")
    lines.append(_who_and_when(turn, ticket))
    return "\n".join(lines)


def _who_and_when(turn: Turn, ticket: Ticket) -> str:
    until = f"，{when(turn, ticket.due_at)}前要回" if ticket.due_at is not None else ""
    if ticket.assignee is not None:
        return f"给{short_name(agent_name(turn, ticket.assignee))}{until}。回「接 {ticket.label}」"
    return f"排队中{until}。谁有空回「接 {ticket.label}」"


def one_line(turn: Turn, ticket: Ticket) -> str:
    """A case in the queue list."""
    who = short_name(agent_name(turn, ticket.assignee)) if ticket.assignee else "没人接"
    due = f" {when(turn, ticket.due_at)}前" if ticket.due_at is not None else ""
    mark = "‼️" if ticket.priority == "urgent" else ""
    name = customer_name(turn, ticket)
    return f"{mark}{ticket.label} {name} {about(ticket)} {STATES[ticket.state]}（{who}）{due}"


def report_words(report: DeskReport, days: int) -> str:
    """The desk's numbers of some days, in lines."""
    if not report.opened:
        return f"近{days}天没有工单。"
    lines = [
        f"近{days}天：{report.opened}件，完成{report.resolved}，重开{report.reopened}，超时{report.breached}"
    ]
    medians = [
        f"{name}{minutes(span)}"
        for name, span in (("首次回复", report.first_response), ("解决", report.resolution))
        if span is not None
    ]
    if medians:
        lines.append("中位数：" + "，".join(medians))
    if report.scores:
        words = {1: "满意", 2: "一般", 3: "没解决"}
        lines.append("评价：" + " ".join(f"{words[k]}{n}" for k, n in report.scores.items()))
    lines.append("类型：" + " ".join(f"{CATEGORIES.get(k, k)}{n}" for k, n in report.kinds.items()))
    if report.items:
        lines.append("商品：" + " ".join(f"{name}{n}" for name, n in report.items.items()))
    return "\n".join(lines)


def minutes(span: timedelta) -> str:
    """A length of time as one says it."""
    total = round(span.total_seconds() / 60)
    if total < 120:
        return f"{total}分钟"
    return f"{total // 60}小时" if total < 48 * 60 else f"{total // (24 * 60)}天"


def said(chat: Chat) -> str:
    """What a message says, also when it is no text."""
    if chat.message.kind in KINDS and not (chat.message.kind == "voice" and chat.text):
        return KINDS[chat.message.kind]
    return written(chat) or chat.message.raw_text.strip()


def _room_name(turn: Turn, room_id: str | None) -> str:
    room = turn.rows(Room).get(room_id) if room_id is not None else None
    return "私聊" if room_id is None else (room.name if room is not None and room.name else "群里")


def _cut(text: str) -> str:
    """What was said before, at a glance."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 24 else f"{flat[:24]}…"
