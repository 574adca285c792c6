"""Binding: somebody proves in private that an account of the web desk is his (绑定 CODE)."""

import re
from collections.abc import Mapping
from typing import Any

from handlers import Chat, Filter, Router, Turn, in_private
from storage.accounts import hashed
from storage.bindings import CODE_HOLDS, TRIES, WrongCode, bind, offer, redeem, unbind

router = Router("binding", rank=4)

WRONG = "desk_code"
"""How often a person has said a wrong code lately."""
_CODE = re.compile(r"\s*绑定\s*[:：]?\s*「?([A-Za-z0-9]{6,12})」?\s*[。.]?\s*")


def _code_in(chat: Chat) -> str | None:
    found = _CODE.fullmatch(chat.message.raw_text)
    return found[1].upper() if found else None


@router.message(in_private & Filter(lambda chat: _code_in(chat) is not None))
async def say_code(chat: Chat) -> None:
    """绑定 K7M4PQ2X: the account that shows this code becomes the sender's."""
    code = _code_in(chat)
    assert code is not None
    wrong = (chat.recall_flow(WRONG, None, chat.person_id) or {}).get("count", 0)
    if wrong >= TRIES:
        chat.reply("试得太多了，10分钟后再试。")
        return
    try:
        found = redeem(chat.shop, hashed(code), chat.person_id, chat.now)
    except WrongCode:
        minutes = CODE_HOLDS.total_seconds() / 60
        chat.remember(WRONG, None, chat.person_id, minutes, count=wrong + 1)
        chat.reply("绑定码不对或过期了，请在客服台重新生成一个。")
        return
    chat.forget(WRONG, None, chat.person_id)
    chat.reply(f"✅ 已绑定客服台账号「{found.name}」。")


@router.command("binding.offer")
async def offer_code(turn: Turn, data: Mapping[str, Any]) -> None:
    """`binding.offer` {account, code (hashed), name, role, rooms}: wait ten minutes for it."""
    offer(
        turn.shop,
        data["account"],
        data["code"],
        turn.now,
        name=data["name"],
        role=data.get("role", ""),
        rooms=list(data.get("rooms", ())),
    )


@router.command("binding.set")
async def set_binding(turn: Turn, data: Mapping[str, Any]) -> None:
    """`binding.set` {account, person}: what the simulator knows without a proof; None unbinds."""
    if data["person"] is None:
        unbind(turn.shop, data["account"])
    else:
        bind(turn.shop, data["account"], data["person"], turn.now)
