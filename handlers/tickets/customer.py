"""The customer of a running case: his words go to the desk, and the bot knows when to be quiet."""

import re
from datetime import datetime, timedelta

from handlers import Chat
from handlers.tickets.base import agent_name, record, short_name, tell_desk, tell_lead
from handlers.tickets.cases import adopt_order, from_customer
from handlers.tickets.desk import CSAT
from handlers.tickets.intake import more_about, relay_to_desk, reopen_by_customer
from handlers.tickets.queueing import customer_waits, set_timers, staffed
from handlers.tickets.slots import (
    ASKED,
    ask_missing,
    forget_question,
    learn,
    missing,
    take_answer,
    tell_what_was_learned,
)
from handlers.tickets.words import said, status
from storage.group_buys import in_room
from storage.money import yuan
from storage.refunds import refunds_of
from storage.tickets import Ticket, TicketLine, of_customer, reopenable
from storage.tickets.bought import Bought, bought_by
from storage.tickets.clock import resume_clock
from storage.tickets.tables import ACTIVE

OPERATIONS = frozenset(
    {"join_group_buy", "change_sign_up", "cancel_sign_up", "leader_open", "leader_close", "leader_report"}
)
"""What still counts while a person talks with a human (law 1: useful)."""
OWN_AFFAIRS = frozenset({"payment_claim", "pickup_done", "forget_me", "show_my_data", "opt_out", "undo"})
_STATUS = re.compile(
    r"处理(?:了吗|好了吗|得?(?:怎么样|咋样|如何)|没|完了吗|到哪)|(?:事|单|问题|投诉|售后|工单|退款)[^,，]{0,4}(?:怎么样|咋样|咋整|如何|怎样|进展|处理)"
    r"|有(?:结果|消息|进展|说法|答复)(?:了)?(?:吗|没|么)|(?:什么时候|啥时候|多久|几时)[^,，]{0,4}(?:处理|解决|回复|答复|有结果)"
    r"|还没(?:处理|解决|人(?:理|回|管|联系)|回复|答复|结果)|没人(?:理|管|回)|(?:催|催催|催一下|快点|快一点|抓紧)(?:处理|啊|吧|呀|点)?$|工单(?:状态)?$"
)
_AGAIN = re.compile(
    r"又(?:坏|烂|少|错|漏|臭|碎|是|来|出)|还是(?:没|不|坏|烂|那样|老样子|有问题)|没(?:有)?解决|根本没|没弄好|没处理好"
)
_GIVES_UP = re.compile(
    r"^(?:算了|不要了|算了[,，]?不要了|不用了|不用管了|算了吧|不弄了|不投诉了|不退了)[。!！~吧]*$"
)
_MEDIATE = re.compile(
    r"(?:帮我|替我|麻烦)(?:跟|和|向|给|同)?[^,，]{0,6}(?:商家|卖家|团长|老板|供应商|店家)[^,，]{0,4}(?:说|反映|沟通|讲|协商|反馈)"
)
_DISPUTE = re.compile(
    r"(?:为什么|为啥|凭什么|怎么|咋)[^,，]{0,4}只?(?:退|赔|补)[^,，]{0,6}(?:一半|这么(?:点|少)|这点|半|少|部分|\d)|退少了|钱不对|少退"
)
_ANYBODY = re.compile(
    r"^(?:请问)?(?:有人(?:在)?(?:吗|么|没|不|理)|人呢|有没有人|没人(?:吗|理|管)|人在吗|在吗|客服(?:呢|在吗)?|人工)\s*[?!？~。!！]*$"
)
_SATISFIED = {"1": 1, "满意": 1, "很满意": 1, "非常满意": 1, "一": 1, "2": 2, "一般": 2, "二": 2, "还行": 2,
              "3": 3, "没解决": 3, "不满意": 3, "没有": 3, "还没": 3, "没": 3, "三": 3}  # fmt: skip


def may_have_case(chat: Chat) -> bool:
    """Cheap: whether any case of the sender can go on or be reopened."""
    return bool(chat.rows(Ticket).by("customer_id", chat.person_id))


def case_of(chat: Chat) -> Ticket | None:
    """The sender's running case that was spoken of last."""
    found = of_customer(chat.shop, chat.person_id)
    return found[0] if found else None


def quiet_towards(chat: Chat, ticket: Ticket) -> bool:
    """A human talks with him, or he was promised one just now: the bot does not talk in between."""
    if ticket.human_active(chat.now):
        return True
    handed = ticket.facts.get("handed_at")
    if handed is None or not ticket.awaits_human or not staffed(chat, ticket):
        return False
    return chat.now < datetime.fromisoformat(handed) + ACTIVE


async def while_human_talks(chat: Chat) -> bool | None:
    """While a human is at work the customer's words go to him; sign-ups still count (E10)."""
    ticket = case_of(chat)
    if ticket is None or not quiet_towards(chat, ticket):
        return False
    meaning = chat.meaning
    if meaning.fine in OWN_AFFAIRS or meaning.intent.startswith("leader_"):
        return False
    if meaning.intent in OPERATIONS and _can_order(chat) and not _GIVES_UP.match(chat.text):
        return False
    if chat.private or _about_case(chat):
        if _ANYBODY.match(chat.text) or meaning.intent == "ask_human":
            return False
        learn(chat, ticket)
        forget_question(chat, ticket)
        await _to_desk(chat, ticket)
    return None


def _can_order(chat: Chat) -> bool:
    room = chat.room_id or chat.person(chat.person_id).marks.get("room")
    return bool(room) and any(g.collecting for g in in_room(chat.shop, room))


def _about_case(chat: Chat) -> bool:
    meaning = chat.meaning
    return (
        chat.message.addressed
        or meaning.intent in ("complaint", "ask_human")
        or chat.message.kind == "image"
        or _STATUS.search(chat.text) is not None
        or _AGAIN.search(chat.text) is not None
    )


async def _to_desk(chat: Chat, ticket: Ticket) -> None:
    from_customer(chat, ticket)
    if ticket.state == "waiting_customer":
        ticket.resume()
        resume_clock(ticket, chat.shop.settings, chat.now)
    if not ticket.paused:
        customer_waits(chat, ticket)
    relay_to_desk(chat, ticket)


async def satisfaction(chat: Chat) -> bool | None:
    """“1”, “满意”, “3”: the answer to the question after a case (E16, H15)."""
    asked = chat.pending(CSAT)
    if asked is None or not chat.private:
        return False
    score = _score(chat.text)
    if score is None:
        return False
    ticket = chat.rows(Ticket).get(asked["ticket"])
    chat.settle(CSAT)
    if ticket is None or not ticket.ended:
        return False
    ticket.fact(csat=score)
    record(chat, ticket, "customer", f"满意度{score}", person_id=chat.person_id)
    if score == 3:
        await reopen_by_customer(chat, ticket)
    else:
        chat.reply("谢谢您，有事随时喊我。" if score == 1 else "谢谢，我们会再改进。")
        tell_desk(chat, ticket, f"{ticket.label} {chat.sender} 评价：{'满意' if score == 1 else '一般'}")
    return None


def _score(text: str) -> int | None:
    plain = text.strip(" 。.!！~～,，")
    if plain in _SATISFIED:
        return _SATISFIED[plain]
    if len(plain) <= 14 and re.search(r"没(?:有)?(?:解决|处理|好|弄)|不满意|不行", plain):
        return 3
    if len(plain) <= 14 and re.search(r"满意|解决了|谢谢|好了|👍|可以了", plain):
        return 1
    return None


async def slot_answer(chat: Chat) -> bool | None:
    """The answer to the one thing that was asked about a case (E2)."""
    asked = chat.pending(ASKED)
    if asked is None:
        return False
    ticket = chat.rows(Ticket).get(asked["ticket"])
    if ticket is None or ticket.ended:
        chat.settle(ASKED)
        return False
    if not await take_answer(chat, ticket, asked):
        return False
    if ticket.item is not None and "group_buy" not in ticket.facts:
        _match_order(ticket, await bought_by(chat.shop, ticket.customer_id, chat.now))
    from_customer(chat, ticket)
    customer_waits(chat, ticket)
    tell_what_was_learned(chat, ticket, said(chat))
    need = missing(ticket)
    who = short_name(agent_name(chat, ticket.assignee))
    done = f"{ticket.label} 都记下了，{who}看过就回您。"
    ask_missing(chat, ticket, [], opening="收到。" if need else done)
    return None


def _match_order(ticket: Ticket, bought: list[Bought]) -> None:
    order = next((b for b in bought if ticket.item and b.called(ticket.item)), None)
    if order is not None:
        adopt_order(ticket, order)


async def gives_up(chat: Chat) -> bool | None:
    """“算了不要了” after a complaint: ask, do not close silently (H12)."""
    ticket = case_of(chat)
    if ticket is None or not _GIVES_UP.match(chat.text.strip()):
        return False
    if not chat.private and (_can_order(chat) and not _just_spoke(chat, ticket)):
        return False
    chat.remember("case_over", None, chat.person_id, 24 * 60, ticket=ticket.number)
    question = f"{ticket.label} 的问题是解决了，还是先不处理了？1解决了 2还要处理"
    chat.remember("asked", None, chat.person_id, 24 * 60, kind="case_over", question=question)
    chat.whisper(question)
    return None


def _just_spoke(chat: Chat, ticket: Ticket) -> bool:
    last = ticket.last_customer_at
    return last is not None and chat.now - last <= timedelta(minutes=10)


async def whether_over(chat: Chat) -> bool | None:
    """The answer to whether a case is over; an agent still closes it."""
    asked = chat.pending("case_over")
    if asked is None:
        return False
    text = chat.text.strip(" 。!！~")
    over = text in ("1", "一", "解决了", "好了") or (len(text) <= 8 and "解决了" in text and "没" not in text)
    goes_on = text in ("2", "二") or (len(text) <= 8 and "处理" in text)
    if not over and not goes_on:
        return False
    chat.settle("case_over")
    ticket = chat.rows(Ticket).get(asked["ticket"])
    if ticket is None or ticket.ended:
        return False
    record(chat, ticket, "customer", "说解决了" if over else "还要处理", person_id=chat.person_id)
    tell_desk(
        chat,
        ticket,
        f"{ticket.label} {chat.sender}：" + ("说已经解决了，请完成" if over else "还要处理"),
        call=True,
    )
    chat.reply("好的，我请客服确认后结单。" if over else "好的，继续给您处理。")
    return None


async def how_it_stands(chat: Chat) -> bool | None:
    """“处理了吗”: said in private; the group hears one neutral line (H13, E4)."""
    if not _STATUS.search(chat.text) and not (chat.meaning.fine == "urge" and case_of(chat)):
        return False
    ticket = case_of(chat)
    if ticket is None:
        return await _about_a_resolved_one(chat)
    from_customer(chat, ticket)
    if not ticket.paused:
        customer_waits(chat, ticket)
    relay_to_desk(chat, ticket)
    if not chat.private:
        chat.reply(f"{ticket.label} 在处理，进展私聊您了。", mention=True)
    chat.whisper(status(chat, ticket))
    return None


async def _about_a_resolved_one(chat: Chat) -> bool | None:
    ticket = reopenable(chat.shop, chat.person_id, chat.now)
    if ticket is None:
        return False
    refunded = ticket.facts.get("refunded_fen")
    money = f"，退款 ¥{yuan(refunded)} 已登记，一般1–3天到" if refunded else ""
    chat.whisper(f"{ticket.label} 已完成{money}。还有问题回「没解决」，我给您重开。")
    if not chat.private:
        chat.reply("进展私聊您了。", mention=True)
    return None


async def dispute(chat: Chat) -> bool | None:
    """“为什么只退一半”: to a person, with the timeline (H17)."""
    if not _DISPUTE.search(chat.text):
        return False
    ticket = case_of(chat) or reopenable(chat.shop, chat.person_id, chat.now)
    if ticket is None:
        return False
    if ticket.ended:
        await reopen_by_customer(chat, ticket)
    else:
        await more_about(chat, ticket, ticket.category)
    text = f"{ticket.label} 客户对退款有异议\n{await timeline(chat, ticket)}"
    tell_desk(chat, ticket, text, call=True)
    tell_lead(chat, ticket, text)
    return None


async def timeline(chat: Chat, ticket: Ticket) -> str:
    """What happened when in a case, with its refunds."""
    zone = chat.shop.settings.local
    lines = [
        f"{zone(line.at):%m-%d %H:%M} {line.name or line.kind}：{line.text[:40]}"
        for line in await chat.load(TicketLine, ticket.number)
        if line.kind in ("event", "agent", "customer")
    ][-10:]
    for refund in await refunds_of(chat.shop, ticket.number):
        lines.append(f"退款 ¥{yuan(refund.amount_fen)} {refund.state}")
    return "\n".join(lines)


async def again(chat: Chat) -> bool | None:
    """“还是没解决”, “又坏了”: the same thread (H14, E17)."""
    if not _AGAIN.search(chat.text):
        return False
    ticket = case_of(chat)
    if ticket is not None:
        if chat.meaning.intent == "complaint":
            return False
        await more_about(chat, ticket, ticket.category)
        return None
    resolved = reopenable(chat.shop, chat.person_id, chat.now)
    if resolved is None:
        return False
    await reopen_by_customer(chat, resolved)
    return None


async def mediate(chat: Chat) -> bool | None:
    """“帮我跟商家说说” (H18)."""
    if not _MEDIATE.search(chat.text):
        return False
    ticket = case_of(chat)
    if ticket is None:
        return False
    await _to_desk(chat, ticket)
    chat.whisper(f"好，{ticket.label} 已转告客服和团长，有答复告诉您。")
    tell_lead(chat, ticket, f"{ticket.label} {chat.sender} 请您帮忙跟供应商说：{said(chat)}")
    return None


async def photo(chat: Chat) -> bool | None:
    """A photo: of a running case, or the first sign of a new one (H16)."""
    ticket = case_of(chat)
    if ticket is not None:
        if not chat.private and missing(ticket) != "photo" and not _just_spoke(chat, ticket):
            return False
        learn(chat, ticket)
        from_customer(chat, ticket)
        relay_to_desk(chat, ticket)
        return None
    return await _photo_first(chat)


async def _photo_first(chat: Chat) -> bool | None:
    """Photos without words from somebody whose goods came within a day: likely a complaint."""
    if chat.roles:
        return False
    kept = chat.recall_flow("photos", None, chat.person_id)
    if kept is not None:
        chat.remember("photos", None, chat.person_id, 24 * 60, count=int(kept["count"]) + 1)
        return None
    if not await _goods_just_came(chat):
        return False
    chat.remember("photos", None, chat.person_id, 24 * 60, count=1)
    chat.whisper("照片收到。是东西有问题吗？说一句哪里不好，我来登记。")
    return None


async def _goods_just_came(chat: Chat) -> bool:
    bought = await bought_by(chat.shop, chat.person_id, chat.now)
    if chat.private and bought:
        return bought[0].delivered
    day = timedelta(hours=24)
    return any(
        order.delivered
        and (chat.room_id is None or order.room_id == chat.room_id)
        and (order.arrived_at is None or chat.now - order.arrived_at <= day)
        for order in bought
    )


async def refund_arrived(chat: Chat) -> bool | None:
    """“没到”: the refund that was asked about has not come."""
    asked = chat.recall_flow("refund_arrived", None, chat.person_id) if chat.private else None
    if asked is None:
        return False
    text = chat.text.strip(" 。!！~")
    ticket = chat.rows(Ticket).get(asked["ticket"])
    if ticket is None or len(text) > 8:
        return False
    if re.search(r"没|未", text):
        chat.forget("refund_arrived", None, chat.person_id)
        tell_lead(chat, ticket, f"{ticket.label} {chat.sender}：退款还没到账，请核对")
        tell_desk(chat, ticket, f"{ticket.label} 退款没到账，已催团长", call=True)
        chat.reply("好，已催团长核对，明天我再问您。")
        return None
    if re.search(r"到|收|1", text):
        chat.forget("refund_arrived", None, chat.person_id)
        chat.reply("好的，谢谢。")
        return None
    return False


async def anything_else(chat: Chat) -> bool | None:
    """Other private words of somebody whose case is open go into the case (E9)."""
    ticket = case_of(chat)
    if ticket is None:
        return False
    if _ANYBODY.match(chat.text):
        return await _anybody(chat, ticket)
    if not chat.private or not chat.meaning.silent:
        return False
    learned = learn(chat, ticket)
    await _to_desk(chat, ticket)
    if learned and missing(ticket) is not None:
        ask_missing(chat, ticket, [], opening="收到。")
    else:
        set_timers(chat, ticket)
        chat.reply(f"已补充到 {ticket.label}，转给客服了。")
    return None


async def _anybody(chat: Chat, ticket: Ticket) -> None:
    """人呢 from somebody with a case: he is owed a person (contract §9.9)."""
    await _to_desk(chat, ticket)
    chat.reply(
        status(chat, ticket) if chat.private else f"{ticket.label} 已催客服，马上私聊您。", mention=True
    )
