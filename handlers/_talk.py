"""Whether the room is just talking of something else to join: “三缺一” — “算我一个”."""

import re
from datetime import timedelta

from handlers._chat import Chat
from handlers._group_buys import home_room
from handlers._questions import in_words
from nlp.meaning import CURRENT

TALK = timedelta(minutes=5)
"""How long an invitation stands in the air."""
_INVITES = re.compile(
    r"谁(?:要|想|跟我|和我|一起|周末|晚上|明天|下午)*(?:去|来(?!一?[份盒箱])|陪|打球|打牌|订位|约)|三缺一|缺一个人|一起(?:去|走|打|玩|吃饭)"
    r"|有(?:没有)?人(?:想|要|一起|下午|晚上|周末|明天)*(?:去|打|玩|约|来(?!一?[份盒箱])|陪)|约(?:球|饭|牌|一个)|打(?:麻将|牌|球|羽毛球|篮球|掼蛋)"
    r"|聚餐|聚会|拼车|顺风车|报名(?:去|参加)|(?:我们|咱们)去(?!拿|取|领)|爬山|游泳|露营|唱歌|看电影|志愿者|值班"
)
_ORDERS = re.compile(
    r"^\s*[a-zA-Z]?\s?[+＋]\s?\d|\d\s?[份盒箱板袋斤]|[一两二三四五六七八九十]\s?[份盒箱板袋斤]|接龙|团购|这团"
)


def joins_something_else(chat: Chat) -> bool:
    """A bare “算我一个” or “我也要” after an invitation that has nothing to do with goods."""
    if chat.room_id is None or chat.message.addressed or chat.message.quote_id:
        return False
    if any(_says_what(item.product, item.code, item.unit) for item in chat.meaning.items):
        return False
    for line in reversed(chat.recent):
        if chat.now - line.at > TALK:
            return False
        if line.person_id == "bot":
            continue
        if in_words(chat, line.text, home_room(chat)) or _ORDERS.search(line.text):
            return False
        if _INVITES.search(line.text):
            chat.why(f"an invitation: {line.text[:20]}")
            return True
    return False


def _says_what(product: str | None, code: str | None, unit: str | None) -> bool:
    return product not in (None, CURRENT) or code is not None or unit not in (None, "个")
