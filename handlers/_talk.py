"""Whether the room is just talking of something else to join: “三缺一” — “算我一个”."""

import re
from datetime import timedelta
from typing import Any

from handlers._chat import Chat
from handlers._group_buys import home_room
from handlers._questions import in_words, open_subjects
from nlp.meaning import CURRENT, ItemMention

TALK = timedelta(minutes=5)
"""How long an invitation stands in the air."""
ANSWER = timedelta(minutes=2)
"""How long a neighbour's question waits for its answer."""
_INVITES = re.compile(
    r"谁(?:要|想|跟我|和我|一起|周末|晚上|明天|下午)*(?:去|来(?!一?[份盒箱])|陪|打球|打牌|订位|约)|三缺一|[差缺]一个"
    r"|有(?:没有)?人(?:想|要|一起|下午|晚上|周末|明天)*(?:去|打|玩|约|来(?!一?[份盒箱])|陪)|约(?:球|饭|牌|一个)"
    r"|一起(?:去|走|打|玩|吃饭)|打(?:麻将|牌|球|羽毛球|篮球|掼蛋)|报名(?:去|参加)|(?:我们|咱们)去(?!拿|取|领)"
    r"|聚餐|聚会|拼车|顺风车|爬山|游泳|露营|唱歌|看电影|志愿者|值班|生日"
    r"|[吃喝](?:啥|什么)|外卖|奶茶|火锅|烧烤|黄焖鸡|麻辣烫|衣服|衣裳|裙子|鞋子|链接发我|小[猫狗]|[猫狗].{0,6}生了"
)
_OPINION = re.compile(
    r"必须|应该|支持|同意|建议|希望|投诉|太(?:吵|贵|过分|难|热|冷|累)|真(?:的)?(?:好|不|是|气|热|冷)|气死|无语|[跌涨]了|绿了"
)
_AGREES = re.compile(r"\s*(?:[+＋]\s?1|支持|同意|附议|赞|顶|我也是|👍)+\s*[!！。~]*")
_ASKS_NUMBER = re.compile(r"几(?:个人|位|杯|瓶|只|张|件)|(?:带|买|要|拿)[^,，]{0,4}几(?!点)")
_OF_OURS = re.compile(r"还差|成团|截|够|凑|钱")
_ASKS_FAVOUR = re.compile(r"(?:带|买|拿|借|捎|递|点)(?:个|点|瓶|份|把|盒|杯|一)")
_ORDERS = re.compile(
    r"^\s*[a-zA-Z]?\s?[+＋]\s?\d|\d\s?[份盒箱板袋斤]|[一两二三四五六七八九十]\s?[份盒箱板袋斤]|接龙|团购|这团|截单"
)


def joins_something_else(chat: Chat) -> bool:
    """A bare “算我一个”, “两盒” or “+1” that answers talk which has nothing to do with goods."""
    if chat.room_id is None or chat.message.addressed or chat.message.quote_id:
        return False
    units = {subject.facts.unit or "份" for subject in open_subjects(chat, home_room(chat))}
    if any(_says_what(item, units) for item in chat.meaning.items):
        return False
    said = _said_before(chat)
    if not said:
        return False
    last = said[0]
    if chat.now - last.at <= ANSWER:
        mine = last.person_id == chat.person_id
        leader = chat.shop.is_leader(last.person_id, chat.room_id)
        asked = not (mine or leader or _OF_OURS.search(last.text)) and _ASKS_NUMBER.search(last.text)
        if asked or (mine and _ASKS_FAVOUR.search(last.text)):
            chat.why(f"talk: {last.text[:20]}")
            return True
    agrees = _AGREES.fullmatch(chat.text) is not None
    for line in said:
        if _INVITES.search(line.text) or (agrees and _OPINION.search(line.text)):
            chat.why(f"talk: {line.text[:20]}")
            return True
        agrees = agrees and _AGREES.fullmatch(line.text) is not None
    return False


def _said_before(chat: Chat) -> list[Any]:
    """What people said last, newest first, back to where the talk was of goods."""
    said = []
    home = home_room(chat)
    for line in reversed(chat.recent):
        if chat.now - line.at > TALK:
            break
        if line.person_id == "bot":
            continue
        if in_words(chat, line.text, home) or (
            _ORDERS.search(line.text) and not _AGREES.fullmatch(line.text)
        ):
            break
        said.append(line)
    return said


def _says_what(item: ItemMention, units: set[str]) -> bool:
    named = item.product not in (None, CURRENT) or item.code is not None
    return named or item.unit in units - {"个"}
