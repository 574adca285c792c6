"""The agents' room: what agents type, read and handed to the desk's rules."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from handlers import Chat
from handlers.tickets import desk
from handlers.tickets.base import (
    NothingToSay,
    agent_called,
    agent_name,
    customer_name,
    history,
    is_staff,
    record,
    short_name,
    tell_lead,
)
from handlers.tickets.canned import canned_names, filled
from handlers.tickets.goods import answer_all, tell_buyers
from handlers.tickets.money import decide, decision_in, propose_refund
from handlers.tickets.words import card, one_line, report_words
from storage.canned import CannedReply, drop, keep
from storage.incidents import Incident
from storage.money import fen, yuan
from storage.people import Room
from storage.tickets import (
    NoTicket,
    State,
    Ticket,
    desk_agent,
    label_of,
    leads_case,
    past_of,
    queue,
    running,
)
from storage.tickets.metrics import cases_between, desk_report

_A = r"#?[aAＡａ]\s?(?P<a>\d{3,6})"
_SHOWN = 12
"""Cases that the queue list shows."""
_NOT_STAFF = "只有登记的客服能处理工单。"

Action = Callable[[Chat, "re.Match[str]"], Awaitable[None]]


def body_of(chat: Chat) -> str:
    """The words as the agent typed them, without a leading @小团."""
    return re.sub(r"^\s*[@＠]\S+[\s\u2005]+", "", chat.message.raw_text).strip()


def is_for_desk(chat: Chat) -> bool:
    """Work on a ticket said in private: by an agent, or a decision about money."""
    if decision_in(chat) is not None:
        return True
    return is_staff(chat) and any(pattern.match(body_of(chat)) for pattern, _ in COMMANDS)


async def agents_word(chat: Chat) -> bool | None:
    """Something said in the agents' room, or by an agent in private: done if it is a command."""
    if decision_in(chat) is not None and await decide(chat) is not False:
        return None
    body = body_of(chat)
    for pattern, action in COMMANDS:
        found = pattern.match(body)
        if found is not None:
            if not is_staff(chat):
                # An order under an agent's nickname must not work, nor start a quarrel.
                chat.reply(_NOT_STAFF, mention=True)
                return None
            await _within_scope(chat, found)
            await action(chat, found)
            return None
    # Agents talk among themselves; in private they may be customers like everybody.
    return None if chat.room is not None and not chat.message.addressed else False


async def _within_scope(chat: Chat, found: "re.Match[str]") -> None:
    """A leader who does the agents' work does it for his own rooms. Raises NoTicket."""
    if chat.is_agent:
        return
    named = [found.groupdict().get(name) for name in ("a", "b")]
    for number in (int(name) for name in named if name):
        if not leads_case(chat.shop, await desk.find(chat, number), chat.person_id):
            raise NoTicket(label=label_of(number))


def _mine(chat: Chat, cases: list[Ticket]) -> list[Ticket]:
    """Those of the cases that are his business."""
    return [case for case in cases if chat.is_agent or leads_case(chat.shop, case, chat.person_id)]


def _number(found: "re.Match[str]") -> int:
    return int(found["a"])


def _current(chat: Chat) -> int:
    """The ticket that a bare note or canned reply belongs to: what the agent worked on last."""
    place = desk_agent(chat.shop, chat.person_id)
    mine = [t for t in running(chat.shop) if t.assignee == chat.person_id]
    if place.current is not None:
        return place.current
    if mine:
        return mine[0].number
    raise NoTicket(label="（没写编号的）")


async def _claim(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.claim(chat, chat.person_id, _number(found))
    who = short_name(agent_name(chat, chat.person_id))
    chat.reply(f"{ticket.label} 已锁定给{who}，发「{ticket.label} 内容」就能回客户。")


async def _claim_next(chat: Chat, found: "re.Match[str]") -> None:
    waiting = [t for t in _mine(chat, queue(chat.shop)) if not t.claimed]
    if not waiting:
        chat.reply("现在没有排队的工单。")
        return
    ticket = await desk.claim(chat, chat.person_id, waiting[0].number)
    chat.reply(f"{ticket.label} {customer_name(chat, ticket)} 已锁定给您。")


async def _note(chat: Chat, found: "re.Match[str]") -> None:
    number = _number(found) if found.groupdict().get("a") else _current(chat)
    ticket = await desk.note(chat, chat.person_id, number, found["text"])
    chat.reply(f"已记到 {ticket.label}（客户看不到）。")


async def _transfer(chat: Chat, found: "re.Match[str]") -> None:
    to = agent_called(chat, found["who"])
    await desk.transfer(chat, chat.person_id, _number(found), to)


async def _hold(chat: Chat, found: "re.Match[str]") -> None:
    why = found["why"] or ""
    state = State.ON_HOLD
    if re.search(r"供应商|厂家|商家|货源|基地|仓", why):
        state = State.WAITING_SUPPLIER
    elif re.search(r"客户|顾客|买家|回复|照片", why):
        state = State.WAITING_CUSTOMER
    ticket = await desk.hold(chat, chat.person_id, _number(found), state)
    words = {"waiting_supplier": "等供应商", "waiting_customer": "等客户"}.get(state, "挂起")
    chat.reply(f"{ticket.label} {words}，计时已停。好了发「继续 {ticket.label}」。")


async def _resume(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.resume(chat, chat.person_id, _number(found))
    chat.reply(f"{ticket.label} 继续处理。")


async def _resolve(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.resolve(chat, chat.person_id, _number(found))
    chat.reply(f"{ticket.label} 已完成，正在问{customer_name(chat, ticket)}是否满意。")


async def _reopen(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.reopen(chat, chat.person_id, _number(found))
    chat.reply(f"{ticket.label} 已重开，在您手上。")


async def _merge(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.merge(chat, chat.person_id, _number(found), int(found["b"]))
    chat.reply(f"A{found['b']} 已并入 {ticket.label}。")


async def _refund(chat: Chat, found: "re.Match[str]") -> None:
    refund = await propose_refund(chat, chat.person_id, _number(found), fen(found["yuan"]))
    chat.reply(f"A{refund.ticket} 退 ¥{yuan(refund.amount_fen)} 已提给团长，等确认。")


async def _canned(chat: Chat, found: "re.Match[str]") -> None:
    groups = found.groupdict()
    named = groups.get("a") or groups.get("b")
    number = int(named) if named else _current(chat)
    ticket = await desk.find(chat, number)
    text = filled(chat, ticket, chat.person_id, found["name"], found["rest"] or "")
    if text is None:
        chat.reply("没有这条话术。有：" + " ".join(f"/{n}" for n in canned_names(chat, chat.person_id)))
        return
    await desk.reply(chat, chat.person_id, number, text)
    chat.reply(f"{ticket.label} 已发：{text}")


async def _keep_canned(chat: Chat, found: "re.Match[str]") -> None:
    own = found["own"] is not None
    keep(chat.shop, chat.person_id if own else "", found["name"], found["text"])
    chat.reply(f"话术 /{found['name']} 已存（{'仅自己' if own else '大家都能用'}）。")


async def _drop_canned(chat: Chat, found: "re.Match[str]") -> None:
    """One's own reply of this name goes first, then the shared one."""
    mine = chat.rows(CannedReply).get((chat.person_id, found["name"])) is not None
    drop(chat.shop, chat.person_id if mine else "", found["name"])
    chat.reply(f"话术 /{found['name']} 已删{'（您自己的）' if mine else ''}。")


async def _come(chat: Chat, found: "re.Match[str]") -> None:
    given = await desk.come_on(chat, chat.person_id)
    waiting = "，".join(one_line(chat, ticket) for ticket in given[:3])
    chat.reply("已上线。" + (f"在等您的：{waiting}" if waiting else "现在没有排队的。"))


async def _go(chat: Chat, found: "re.Match[str]") -> None:
    moved = await desk.go_off(chat, chat.person_id)
    queued = [ticket for ticket in moved if ticket.assignee is None]
    text = "已下线。" + (f"{len(moved)}件转出，其中{len(queued)}件在排队。" if moved else "手上没有工单。")
    chat.reply(text)
    if desk.nobody_left(chat) and queued:
        tell_lead(chat, queued[0], f"客服都下线了，还有{len(queued)}件在排队。")


async def _list(chat: Chat, found: "re.Match[str]") -> None:
    cases = _mine(chat, running(chat.shop))
    if found.groupdict().get("mine"):
        cases = [ticket for ticket in cases if ticket.assignee == chat.person_id]
    if not cases:
        chat.reply("没有进行中的工单。")
        return
    more = f"\n还有{len(cases) - _SHOWN}件" if len(cases) > _SHOWN else ""
    chat.reply("\n".join(one_line(chat, ticket) for ticket in cases[:_SHOWN]) + more)


async def _show(chat: Chat, found: "re.Match[str]") -> None:
    ticket = await desk.find(chat, _number(found))
    told = (await history(chat, ticket, "before", "customer", "agent", "note"))[-8:]
    past = await past_of(chat.shop, ticket.customer_id, ticket.number)
    chat.reply(card(chat, ticket, told, past))


async def _contact(chat: Chat, found: "re.Match[str]") -> None:
    """Phone and address of the customer, to this agent alone; that he looked is on record."""
    ticket, told = await desk.contact(chat, chat.person_id, _number(found))
    if not told:
        chat.reply(f"{ticket.label} 没有留联系方式，可以在私聊里问客户。")
        return
    chat.whisper(f"{ticket.label} {customer_name(chat, ticket)}：{'，'.join(told)}")
    if not chat.private:
        chat.reply("已私聊您。")


async def _relay(chat: Chat, found: "re.Match[str]") -> None:
    await desk.reply(chat, chat.person_id, _number(found), found["text"])


async def _tell_buyers(chat: Chat, found: "re.Match[str]") -> None:
    """Everybody who bought the same item of the same group buy hears it in private (F7, U19)."""
    text = (found["text"] or "").strip(" ：:，,")
    if not text:
        raise NothingToSay
    ticket = await desk.find(chat, _number(found))
    told = await tell_buyers(chat, ticket, text)
    record(chat, ticket, "event", f"通知{told}位买家：{text}", person_id=chat.person_id)
    chat.reply(f"{ticket.label} 已私聊通知{told}位买过{ticket.item or '这批货'}的邻居。")


async def _report(chat: Chat, found: "re.Match[str]") -> None:
    days = 1 if found["span"] in ("今日", "今天") else 7
    cases = _mine(chat, await cases_between(chat.shop, chat.now - timedelta(days=days), chat.now))
    chat.reply(report_words(desk_report(cases), days))


async def _suggest_knowledge(chat: Chat, found: "re.Match[str]") -> None:
    """What an agent learned; the leader stores it with one copy (E23)."""
    who = short_name(agent_name(chat, chat.person_id))
    text = f"{who}建议记下这条，认可就原样发我：\n存为知识：{found['text'].strip()}"
    leaders = dict.fromkeys(who for room in chat.rows(Room) for who in chat.shop.leaders_of(room.id)[:1])
    for leader in list(leaders)[:1] or ([chat.shop.settings.lead] if chat.shop.settings.lead else []):
        chat.say_to(leader, text)
    chat.reply("已请团长确认后存为知识。")


async def _answer_incident(chat: Chat, found: "re.Match[str]") -> None:
    incident = chat.rows(Incident).get(int(found["i"]))
    if incident is None:
        raise NoTicket(label=f"I{found['i']}")
    text = found["text"].strip()
    if not text:
        chat.reply(f"{incident.label} {incident.item}：{incident.state}")
        return
    if text.startswith(("//", "／／")):
        chat.reply("事件没有备注，请记到工单上。")
        return
    told = await answer_all(chat, incident, text, agent_name(chat, chat.person_id))
    chat.reply(f"{incident.label} 已答复{told}位客户。")


def _command(pattern: str, action: Action) -> "tuple[re.Pattern[str], Action]":
    return re.compile(rf"\s*{pattern}\s*\Z", re.DOTALL), action


_DONE = r"(?:完成|解决|已解决|解决了|结单|处理完了?|办结|关闭)"
COMMANDS = [
    _command(rf"(?:接|接单|认领|领|我来)\s*{_A}(?:\s*(?:单|吧))?", _claim),
    _command(rf"{_A}\s*(?:接|接单|我来|我接)", _claim),
    _command(r"(?:接|接单|下一个)", _claim_next),
    _command(r"(?://|／／)\s*(?P<text>.*)", _note),
    _command(rf"{_A}\s*(?://|／／)\s*(?P<text>.*)", _note),
    _command(rf"(?:转给|转交|转)\s*(?P<who>(?!人工)[^\s#/]{{1,12}}?)\s*{_A}", _transfer),
    _command(rf"(?:转给|转交|转)\s*{_A}\s*(?:给)?\s*(?P<who>[^\s#/]{{1,12}})", _transfer),
    _command(rf"{_A}\s*(?:转给|转交|转)\s*(?P<who>[^\s#/,，。]{{1,12}})", _transfer),
    _command(rf"(?:挂起|暂停|搁置)\s*{_A}\s*(?P<why>.{{0,30}})", _hold),
    _command(rf"{_A}\s*(?:挂起|搁置)\s*(?P<why>.{{0,30}})", _hold),
    _command(rf"{_A}\s*(?P<why>等(?:供应商|厂家|客户|顾客|买家)(?:回复|答复|发货|补货|照片)?)", _hold),
    _command(rf"(?:继续|恢复)\s*{_A}", _resume),
    _command(rf"{_A}\s*(?:继续|恢复)", _resume),
    _command(rf"{_DONE}\s*{_A}", _resolve),
    _command(rf"{_A}\s*{_DONE}[了。]?", _resolve),
    _command(rf"(?:重开|重新打开)\s*{_A}", _reopen),
    _command(rf"{_A}\s*(?:重开|重新打开)", _reopen),
    _command(rf"合并\s*{_A}\s*(?:和|与|,|，|、)?\s*#?[aA]\s?(?P<b>\d{{3,6}})", _merge),
    _command(rf"{_A}\s*退款?\s*[¥￥]?\s*(?P<yuan>\d{{1,7}}(?:\.\d{{1,2}})?)\s*(?:元|块)?", _refund),
    _command(r"(?:存|加)话术\s*(?P<own>自用)?\s*[/／](?P<name>\S{1,12})\s+(?P<text>.+)", _keep_canned),
    _command(r"删(?:除)?话术\s*[/／](?P<name>\S{1,12})", _drop_canned),
    _command(rf"{_A}\s*[/／](?P<name>[^\s/／]{{1,12}})\s*(?P<rest>[^/]{{0,60}})", _canned),
    _command(r"[/／](?P<name>[^\s/／]{1,12})\s+#?[aA]\s?(?P<b>\d{3,6})\s*(?P<rest>[^/]{0,60})", _canned),
    _command(r"[/／](?P<name>[^\s/／]{0,12})(?P<rest>(?:\s[^/]{0,60})?)", _canned),
    _command(r"(?:我)?(?:上线|上线了|上班了|在线|回来了)[。!！]?", _come),
    _command(r"(?:我)?(?:先)?(?:下线|下线了|下班了|离线)[。!！]?", _go),
    _command(r"(?P<mine>我的)?(?:工单|队列|排队|工单列表|待处理)", _list),
    _command(r"(?P<span>本周|今日|今天|最近)?的?(?:客服|售后)(?:报表|统计|周报|日报)", _report),
    _command(rf"(?:{_A}\s*)?存为知识\s*[:：]\s*(?P<text>.+)", _suggest_knowledge),
    _command(r"#?[iI]\s?(?P<i>\d{1,4})(?P<text>(?:\s.*|[：:].*)?)", _answer_incident),
    _command(rf"{_A}\s*通知(?:全部|所有)?(?:同批)?买家(?P<text>.*)", _tell_buyers),
    _command(rf"{_A}\s*(?:电话|手机号?|联系方式|地址)", _contact),
    _command(rf"{_A}", _show),
    _command(rf"{_A}[\s：:,，]*(?P<text>.+)", _relay),
]
"""In order: the first that fits the whole text counts; plain words after a number are the last."""
