"""Follow-ups: a few words that only the talk before explains, heard before anybody misreads them."""

import re

from handlers import Chat, Filter, Router, intent, kind
from handlers._hearing import ellipsis, hold
from handlers._questions import Asked
from storage.flows import Flow

router = Router("follow_ups", rank=9)

_HOTLINE = re.compile(
    r"(?:请问|你们|店里|店铺|商家|客服|售后|的)*(?:电话|热线|联系方式|联系电话|手机号)(?:号码?)?(?:是|呢|有吗|有没有)*"
    r"(?:多少|几号|是什么|是啥|发一下|给我)?(?:呀|啊|呢)?[?？]*"
    r"|(?:怎么|咋|如何)(?:才能)?(?:联系|找)(?:到)?(?:你们?|店家|商家|店里)(?:呀|啊|呢)?[?？]*"
)
_CASE = "case"
"""The flow of a customer whose case is running: his words belong to the desk."""


def _no_case(chat: Chat) -> bool:
    flow = chat.rows(Flow).get(("", chat.person_id, _CASE))
    return (flow is None or not flow.valid(chat.now)) and not chat.is_agent


unclaimed = Filter(_no_case) & kind("text", "voice")


def _recalls(chat: Chat) -> bool:
    return chat.recall_flow("asked_about", chat.room_id, chat.person_id) is not None


@router.message(unclaimed & Filter(_recalls) & Filter(lambda chat: len(chat.text) <= 14))
async def and_this(chat: Chat) -> bool | None:
    """“鸡蛋呢？” after “草莓多少钱”: the same question for something else (A3, P22)."""
    if not ellipsis(chat):
        return False
    return None


@router.message(
    unclaimed
    & intent("ask_human", "chitchat", "product_question")
    & Filter(lambda chat: _HOTLINE.fullmatch(chat.text.strip()) is not None)
)
async def hotline(chat: Chat) -> bool | None:
    """“电话多少”: the shop's number, which is no call for a person."""
    facts = chat.shop.settings.facts
    known = any(word in name for name in facts for word in ("电话", "热线", "联系"))
    if not chat.message.addressed or not known:
        return False
    hold(chat, Asked(chat.message.id, chat.text, ("contact",)))
    return None
