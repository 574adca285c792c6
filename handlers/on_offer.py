"""What can be bought here now: 你们卖什么, 现在有什么团."""

from handlers import Chat, Router, addressed, says
from handlers._group_buys import book_of, home_room
from handlers._lines import progress_text
from handlers._publish import said_time
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in
from storage.money import yuan

router = Router("on_offer", rank=43)

SHOWN = 6
"""So many items of a group buy are named; the others are in its post."""
WHAT = (
    r"(?:请问|你们?|咱们?|小团|群里|这里|这边|现在|今天|这周|本周|最近|都)*"
    r"(?:(?:在|是)?卖(?:的是|些)?(?:啥|什么|哪些)(?:东西|的)?"
    r"|(?:有|开)(?:着|了|些)?(?:啥|什么|哪些)(?:团购?|接龙|东西|商品|货|好吃的|可以买|能买|能团|在团|在卖|卖)*的?"
    r"|(?:啥|什么|哪些)(?:团购?|东西|商品)?(?:在卖|在团|可以买|能买))"
    r"(?:呢|呀|啊|吗)?[?？~]*"
)


@router.message(addressed & says(WHAT))
async def whats_on(chat: Chat) -> None:
    """Every group buy that takes orders, with its prices, its end and how far it is."""
    room_id = home_room(chat)
    here = collecting_in(chat.shop, room_id) if room_id else []
    if not here:
        chat.reply("现在没有开着的团，开了会在群里发", mention=True)
        return
    lines = [_shown(chat, await book_of(chat, group_buy)) for group_buy in here]
    chat.reply("\n".join(lines), mention=True)


def _shown(chat: Chat, book: Book) -> str:
    items = [item for _, item in sorted(book.items.items()) if not item.paused]
    offers = "，".join(f"{i.code} {i.name}{yuan(i.price_fen)}元/{i.unit}" for i in items[:SHOWN])
    more = f"等{len(items)}样" if len(items) > SHOWN else ""
    deadline = book.group_buy.deadline
    until = f"{said_time(chat, deadline)}截止，" if deadline is not None else ""
    return f"团{book.number} {book.group_buy.title}：{offers}{more}。{until}{progress_text(book)}"
