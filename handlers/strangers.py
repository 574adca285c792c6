"""A leader's words in somebody else's mouth: they change nothing, and are no order of his either (T16)."""

import re

from handlers import Chat, Filter, Router, intent
from handlers._declining import decline, stranger
from handlers._group_buys import book_of, home_room
from handlers._orders import kin
from handlers._restocking import RESTOCK
from storage.group_buys.find import collecting_in, in_room
from storage.people import Member

router = Router("strangers", rank=24)

_AHEAD = r"(?:[^\n，,：:]{0,6}[，,：:])?\s*"
"""“小团，…”, “团长说：…” before a command."""
_LISTS = re.compile(rf"{_AHEAD}#?(?:导入|补录|开团|開團|发团)(?:名单|接龙)?[：:]?[！!。]?\s*\n.+", re.DOTALL)
_ASKS = re.compile(r"[?？吗么呢几]|多少|是不是|怎么|为什么|啥|能不能|可不可以")
_TERMS = re.compile(
    r"每\s?[人户家](?:最多)?\s?限|限\s?每\s?[人户家]|每\s?[人户家]最多\s?\d|限购\s?\d"
    r"|改价|价格?(?:写|打|标|报)错|(?:涨|降)(?:价)?(?:到|至|成)|(?:便宜|涨|降)\s?\d+(?:\.\d+)?\s?[元块]"
    r"|(?<![改加增减降涨送调换])到(?:了|货了?)?\s?\d+\s?[份盒箱包袋板斤件只](?!起|以上)"
    r"|先?别(?:再)?(?:接单?|报|下单)了|晚(?:[一两二三几半\d]+(?:天|小时))到|(?:删除|取消|暂停|停止|恢复)(?:第)?\d?推送|目标\s?\d|\d\s?[份人户盒箱包袋单]\s?成团|改(?:成|为|到)\s?\d+(?:\.\d+)?\s?[元块]|(?:总共|总量|库存|限量)\s?\d{2,}"
    r"|(?:移除|删除|删掉|去掉)\s?(?:第\s?)?\d{1,3}\s?(?:行|号|条)|移除\s?\d|第\s?\d{1,3}\s?行(?:去掉|删掉|删了)"
)
_STOPS = re.compile(rf"{_AHEAD}(?:先?暂停|停售|恢复)\s?[^，,\s]{{1,8}}[吧。！!]*")
_MINE = re.compile(r"我(?!们?群)|我家|要(?!是)|来\s?\d")


def _commands(chat: Chat) -> bool:
    text, raw = chat.text, chat.message.raw_text
    if _LISTS.fullmatch(re.sub(r"^@\S+\s*", "", raw.strip())):
        return True
    if _ASKS.search(text) or _MINE.search(text):
        return False
    bare = re.sub(rf"^{_AHEAD}", "", text, count=1).strip("吧！!。")
    if RESTOCK.fullmatch(bare) or _STOPS.fullmatch(text):
        return True
    return _TERMS.search(text) is not None


@router.message(stranger & Filter(_commands))
async def not_theirs(chat: Chat) -> bool | None:
    """“每人限2”, “草莓改价42”, “导入…” from a buyer: where something is sold, one neutral line."""
    room_id = home_room(chat)
    if room_id is None or not in_room(chat.shop, room_id):
        return False
    decline(chat)
    return None


@router.message(
    stranger & intent("change_sign_up", "cancel_sign_up") & Filter(lambda chat: _of(chat) is not None)
)
async def not_his_line(chat: Chat) -> bool | None:
    """“小陈改成3” from a neighbour: a member's own line is changed by himself or the leader (B29)."""
    name, room_id = _of(chat), home_room(chat)
    assert name is not None
    if room_id is None or name == chat.sender:
        return False
    members = [
        m for m in chat.rows(Member).by("room_id", room_id) if m.name and m.name.lower() == name.lower()
    ]
    if len(members) != 1:
        return False
    for group_buy in collecting_in(chat.shop, room_id):
        book = await book_of(chat, group_buy)
        if any(line.for_name == kin(name) for line in book.lines_of(chat.person_id)):
            return False
        own = book.line(members[0].person_id)
        if own is not None and own.counts:
            chat.reply(f"{members[0].name} 的单要本人或团长来改", mention=True)
            return None
    return False


def _of(chat: Chat) -> str | None:
    return chat.meaning.on_behalf_of
