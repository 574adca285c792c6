"""Complaints and calls for a person: recognised, acknowledged, taken out of the public eye."""

import re

from handlers import Chat
from handlers._ours import concerns_the_shop
from handlers.tickets import cues
from handlers.tickets.base import agent_name, record, tell_customer, tell_desk
from handlers.tickets.cases import (
    alarm,
    announce,
    from_customer,
    graver,
    hand_over,
    names_in,
    new_ticket,
    prefill,
)
from handlers.tickets.goods import join_incident, joined_words, stop_sale
from handlers.tickets.proposals import propose_by_rule
from handlers.tickets.queueing import customer_waits, promise, staffed
from handlers.tickets.slots import ask_missing, learn, missing
from handlers.tickets.words import after_hours, in_group, said
from storage.flows import COMPLAINED, EVERYONE
from storage.people import TOLD_CHOICE
from storage.privacy import mask_private
from storage.tickets import COMPLAINTS, Ticket, ahead_of, of_customer, reopenable
from storage.tickets.bought import bought_by, catalogue_names
from storage.tickets.clock import next_opening

ECHOES_FOR_MINUTES = 30
_LEGAL = re.compile(r"(?<!\d)123[14]5(?!\d)|律师|曝光|举报|起诉|法院|消协|工商|市场监管|报警|黑猫|投诉")
_ANGRY = re.compile(
    r"骗人|骗子|垃圾|死哪|什么玩意|坑人|黑心|不要脸|气死|滚|妈的|恶心|无耻|缺德|坑爹|欺负人|耍我"
    r"|态度(?:太|真|很|这么)?(?:差|恶劣|烂)"
)


def category_of(chat: Chat) -> str:
    """The kind of case the words make: safety before legal before the complaint itself."""
    flags = chat.meaning.flags
    if "safety" in flags:
        return "safety"
    if "legal" in flags or (chat.meaning.intent == "ask_human" and _LEGAL.search(chat.text)):
        return "legal"
    if chat.meaning.intent == "complaint":
        return chat.meaning.sub or "other"
    return "human"


def is_angry(chat: Chat) -> bool:
    """Words that want a person, not a form (H11)."""
    return "angry" in chat.meaning.flags or _ANGRY.search(chat.text) is not None


_ILL = re.compile(
    r"(?:吃|喝|用|抹|擦)(?:了|完|过)?[^,，。?？]{0,8}(?:一直|就|都|开始|又|全)?(?:吐|拉(?!面|链|黑)|难受"
    r"|不舒服|肚子|疼|痛|头晕|过敏|起疹|发烧|恶心|上医院|进医院)"
    r"|拉肚子|腹泻|食物中毒|中毒了|(?:送|去|进|上)(?:了)?(?:医院|急诊)"
)
_AHEAD = re.compile(r"会不会|能不能|会[^,，]{0,8}[吗么]|可以[^,，]{0,6}[吗么]|万一|要是|如果")
"""Asked before eating: a question about the goods, no illness."""
_ASKS = re.compile(r"会不会|能不能|吗|么[?？]?$|怕|万一|如果|要是|[?？]$")


def sounds_ill(chat: Chat) -> bool:
    """Words of illness after eating, said to the bot or amid a case: too grave to be missed (E21)."""
    if "safety" in chat.meaning.flags:
        return False  # what was understood so is handled as a complaint
    if not (chat.message.addressed or chat.private or of_customer(chat.shop, chat.person_id)):
        return False
    return _ILL.search(chat.text) is not None and _ASKS.search(chat.text) is None


async def fell_ill(chat: Chat) -> bool | None:
    """The safety class, whatever else the words seemed to mean."""
    if chat.is_agent:
        return False
    running = of_customer(chat.shop, chat.person_id)
    if running:
        await more_about(chat, running[0], "safety")
    else:
        await begin(chat, "safety")
    return None


async def complain(chat: Chat) -> bool | None:
    """“草莓烂了一半”: sorry in one neutral line, a ticket, and the details in private (E1, E20)."""
    if chat.is_agent or (chat.is_leader and not chat.private):
        return False
    if chat.meaning.fine == "policy" and not await _has_goods(chat):
        return False  # “坏了包赔吗” before anything came: a question
    category = category_of(chat)
    if category == "refund" and not _MONEY.search(chat.text) and await _only_ordered(chat):
        return False  # “退一只鸡” before anything came: one fewer on the list
    if category == "safety" and _AHEAD.search(chat.text):
        return False
    if not await concerns_the_shop(chat):
        return False
    ticket = _same_case(chat, category)
    if ticket is not None:
        await more_about(chat, ticket, category)
        return None
    await begin(chat, category)
    return None


_MONEY = re.compile("钱|款|赔")


async def _only_ordered(chat: Chat) -> bool:
    """Whether he has signed up for something that still collects, and nothing has come to him."""
    bought = await bought_by(chat.shop, chat.person_id, chat.now)
    return any(b.collecting for b in bought) and not await _has_goods(chat)


async def _has_goods(chat: Chat) -> bool:
    """Whether something has come to him, or a case of his runs: then “能退吗” wants it back."""
    if of_customer(chat.shop, chat.person_id):
        return True
    return any(b.delivered for b in await bought_by(chat.shop, chat.person_id, chat.now))


async def me_too(chat: Chat) -> bool | None:
    """“我的也是” in a room that has just heard a complaint: one of the same kind (U7)."""
    if chat.roles or not cues.ME_TOO.fullmatch(chat.text):
        return False
    heard = chat.recall_flow(COMPLAINED, chat.room_id, EVERYONE)
    if heard is None or of_customer(chat.shop, chat.person_id) or await _echoed(chat) is None:
        return False
    await begin(chat, heard["category"])
    return None


async def _echoed(chat: Chat) -> str | None:
    """The item of a neighbour's complaint that “也” points to, if the sender bought it, too."""
    heard = chat.recall_flow(COMPLAINED, chat.room_id, EVERYONE) if chat.room_id else None
    if heard is None or heard["item"] is None or "也" not in chat.text or names_in(chat):
        return None
    bought = await bought_by(chat.shop, chat.person_id, chat.now)
    return heard["item"] if any(b.item == heard["item"] and not b.collecting for b in bought) else None


def _same_case(chat: Chat, category: str) -> Ticket | None:
    """The running case that the words belong to; another item is another case."""
    names = catalogue_names(chat.shop, names_in(chat))
    for ticket in of_customer(chat.shop, chat.person_id):
        item = ticket.item
        if item is None or not names or any(n in item or item in n for n in names):
            return ticket
        if category in ("safety", "legal"):
            return ticket
    return None


async def begin(chat: Chat, category: str) -> Ticket:
    """A new case out of a complaint."""
    again = reopenable(chat.shop, chat.person_id, chat.now)
    if again is not None and _again(chat, again):
        await reopen_by_customer(chat, again)
        return again
    ticket = new_ticket(chat, category)
    several = await prefill(chat, ticket, await _echoed(chat))
    if is_angry(chat):
        ticket.fact(angry=True)
    learn(chat, ticket)
    from_customer(chat, ticket)
    if ticket.facts.get("human_first"):
        hand_over(chat, ticket)
    if category == "safety":
        stop_sale(chat, ticket.item, "食品安全反馈")
    elif category == "counterfeit" and "group_buy" in ticket.facts:
        # Only somebody who bought it can freeze it: a stranger's word stops no sale (F7).
        stop_sale(chat, ticket.item, "疑似假货")
        alarm(chat, ticket, "反馈疑似假货，已暂停接单；误报发「恢复」加编号")
    await announce(chat, ticket)
    if category in ("safety", "legal"):
        alarm(
            chat,
            ticket,
            "食品安全反馈，已暂停接单，请马上打电话" if category == "safety" else "要投诉，请亲自回复",
        )
    if chat.room_id is not None and category in COMPLAINTS:
        heard = {"item": ticket.item, "category": category}
        chat.remember(COMPLAINED, chat.room_id, EVERYONE, ECHOES_FOR_MINUTES, **heard)
    said_before = len(chat.said)
    incident = join_incident(chat, ticket)
    declared = any(row.room_id == chat.room_id for row in chat.said[said_before:])
    if not chat.private and not declared:
        chat.reply(in_group(ticket), mention=True, urgency="handoff")
    opening = _opening(chat, ticket)
    if incident is not None and not ticket.urgent:
        opening = f"抱歉给您添麻烦了。{joined_words(chat, incident, ticket)}"
    elif missing(ticket) is not None and not ticket.urgent:
        opening += _offer_choice(chat)
    ask_missing(chat, ticket, several, opening=opening, quiet=incident is not None)
    await propose_by_rule(chat, ticket)
    return ticket


def _offer_choice(chat: Chat) -> str:
    """Once per person: that he may have a person instead of questions (E27)."""
    person = chat.person(chat.person_id)
    if TOLD_CHOICE in person.marks:
        return ""
    person.remember_once(TOLD_CHOICE)
    return "想直接找真人就回「人工」。"


def _again(chat: Chat, ticket: Ticket) -> bool:
    names = catalogue_names(chat.shop, names_in(chat))
    item = ticket.item
    same = not names or item is None or any(n in item or item in n for n in names)
    return same and (ticket.category != "human" or bool(re.search(r"又|还是", chat.text)))


def _opening(chat: Chat, ticket: Ticket) -> str:
    """The first private words about a case: sorry, what stands, who comes and when."""
    if ticket.category == "safety":
        phone = chat.shop.settings.facts.get("电话")
        call = f"不舒服请先就医；也可以打{phone}。" if phone else "不舒服请先就医。"
        return f"{ticket.label}：请先停止食用，剩余的和包装留好。{call}\n已通知团长和客服，马上联系您。"
    if not staffed(chat, ticket):
        opening = next_opening(chat.shop.settings, chat.now)
        place = ahead_of(chat.shop, ticket) + 1
        return f"抱歉，{ticket.label} 已登记。{after_hours(chat, opening, place)}"
    _, minutes = promise(chat, ticket)
    who = agent_name(chat, ticket.assignee)
    if ticket.category == "legal" or ticket.facts.get("angry"):
        return f"抱歉，这事我不多说，{ticket.label} 已请{who}和团长看，{minutes}分钟内联系您。"
    return f"抱歉给您添麻烦了，{ticket.label} 已登记，{who}{minutes}分钟内回您。"


async def more_about(chat: Chat, ticket: Ticket, category: str) -> None:
    """More words about a running case: kept, the desk told, the next missing thing asked."""
    from_customer(chat, ticket)
    several = [] if ticket.item is not None else await prefill(chat, ticket)
    if is_angry(chat):
        ticket.fact(angry=True)
    learned = learn(chat, ticket)
    was_safety = ticket.urgent
    worse = graver(chat, ticket, category)
    if ticket.urgent and not was_safety:
        stop_sale(chat, ticket.item, "食品安全反馈")
    if worse and category in ("safety", "legal"):
        ticket.fact(words=mask_private(said(chat))[:120])
        alarm(
            chat,
            ticket,
            "食品安全反馈，已暂停接单，请马上打电话" if category == "safety" else "要投诉，请亲自回复",
        )
    customer_waits(chat, ticket)
    relay_to_desk(chat, ticket)
    incident = join_incident(chat, ticket)
    if ticket.human_active(chat.now):
        return
    if not chat.private:
        chat.reply(in_group(ticket) if worse else f"{ticket.label} 已补充，私聊您。", mention=True)
    opening = _opening(chat, ticket) if worse else f"{ticket.label} 已补充。" if learned else ""
    if incident is not None:
        opening = joined_words(chat, incident, ticket)
    ask_missing(chat, ticket, several, opening=opening or f"{ticket.label} 记下了。")
    await propose_by_rule(chat, ticket)


async def told_to_a_person(chat: Chat, ticket: Ticket) -> None:
    """A complaint said while a person is at work: the case is about that now, and the bot says nothing."""
    if chat.meaning.intent != "complaint":
        return
    if ticket.item is None:
        await prefill(chat, ticket)
    graver(chat, ticket, category_of(chat))
    join_incident(chat, ticket)


def relay_to_desk(chat: Chat, ticket: Ticket) -> None:
    """The customer's words, with the number, to the agents' room (E9)."""
    words = said(chat)
    masked = mask_private(words)
    # The agents' room is a group, too: the full number is given to one agent at a time.
    hint = f"（完整的发「{ticket.label} 电话」私聊给您）" if masked != words else ""
    tell_desk(chat, ticket, f"{ticket.label} {chat.sender}：{masked}{hint}", call=True)


async def reopen_by_customer(chat: Chat, ticket: Ticket) -> None:
    """“又坏了”, “还是没解决”: the same thread goes on (E17)."""
    ticket.reopen(chat.now)
    chat.cancel_timer("ticket_close", str(ticket.number))
    learn(chat, ticket)
    from_customer(chat, ticket)
    record(chat, ticket, "event", "客户重开")
    await announce(chat, ticket, title="重开")
    if not chat.private:
        chat.reply(f"抱歉，{ticket.label} 已重开，我私聊您处理。", mention=True, urgency="handoff")
    if not staffed(chat, ticket):
        opening = next_opening(chat.shop.settings, chat.now)
        place = ahead_of(chat.shop, ticket) + 1
        closed = after_hours(chat, opening, place)
        tell_customer(chat, ticket, f"抱歉没处理好，{ticket.label} 已重开。{closed}")
        return
    _, minutes = promise(chat, ticket)
    who = agent_name(chat, ticket.assignee)
    tell_customer(chat, ticket, f"抱歉没处理好，{ticket.label} 已重开，{who}{minutes}分钟内回您。")
