"""Words that stop one item or let it go on: 暂停B, 手抓饼卖完了, B先别报了."""

import re

from handlers._chat import Chat
from handlers._group_buys import item_called
from storage.group_buys.book import Book
from storage.group_buys.tables import Item

PAUSE = re.compile(
    r"(?P<do>暂停|停售|先停|下架|恢复|继续卖)\s*(?P<what>.{0,12}?)(?:的?接龙|销售|售卖)?[。!！]*"
    r"|(?P<item>[^,，。]{1,12}?)(?P<does>(?:先)?(?:暂停|停售|下架)|都?卖完|没货|断货|恢复|继续卖|先?(?:别|不要?)(?:再)?(?:报|接|下单|拍)了?)"
    r"(?:接龙|接单|报名|吧|了|啊)*(?:[,，。!！].{0,30})?"
)


def what_pauses(found: re.Match[str]) -> str:
    """The letter or name in a match of PAUSE; "" when none was said."""
    return (found["what"] or found["item"] or "").strip()


def paused_item(chat: Chat, book: Book) -> Item | None:
    """The one item that “B先别报了” is about; None when everything stops."""
    found = PAUSE.fullmatch(chat.text)
    what = what_pauses(found) if found else ""
    return item_called(book, what) if what else None
