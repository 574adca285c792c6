"""After the lock: ordered, arrived (also short or damaged), fetched, done (C6, G6, G7, G10)."""

import re
from decimal import Decimal

from handlers import Chat, Filter, Router, fine, from_leader, pending, says
from handlers._group_buys import REFUSALS, book_of, home_room, item_called, origin_of
from handlers._late import after_lock, goods_expected
from handlers._lines import CALLED_AT_MOST, public_name, tell_rooms
from nlp.quantities import number
from storage.group_buys.find import in_room, items_changed
from storage.group_buys.sheets import sorting_lines
from storage.group_buys.short import OWED_IN_PART, give_out
from storage.group_buys.tables import GroupBuy, State
from storage.group_buys.wishes import Origin
from storage.money import plain, yuan
from storage.outbox import Urgency

router = Router(
    "fulfilment",
    rank=36,
    refusals=REFUSALS,
    help_for={"leader": "发货：已下单 · 到货了 · 草莓到44盒坏2 · 谁没拿"},
)

ORDERED = re.compile(
    r"已(?:经)?(?:下单|订货|进货|采购)(?:了|好了|完成)?[。!！]*|都?(?:下单|订货)(?:了|好了|完成)[。!！]*|订好了"
)
ARRIVED = re.compile(r"(?P<item>.{0,12}?)(?:货?都?到货?了|到齐了|货到了|可以取货了|来拿货了?)[。!！~]*")
COUNTED = re.compile(
    r"(?:到货\s*)?(?P<item>[^\d到坏]{1,12}?)\s*(?:到|来)?(?:了)?\s*(?P<came>[\d一二两三四五六七八九十百]{1,6})\s*\D{0,2}?"
    r"\s*[,，]?\s*(?:坏|烂|破)(?:了)?\s*(?P<bad>[\d一二两三四五六七八九十百]{1,6})\s*\D{0,2}"
    r"|(?:到货\s+)?(?P<item2>[^\d到坏]{1,12}?)\s*(?:只)?到(?:了|货)?\s*(?P<came2>[\d一二两三四五六七八九十百]{1,6})\s*\D{0,2}"
)
UNPICKED = re.compile(r"(?:还有)?谁(?:还)?没(?:有)?(?:拿|取|来拿|取货|提货)[?？]*|没拿的有谁")
REMIND = re.compile(r"提醒(?:一下)?(?:没拿|没取|未取|没提货)的?.{0,4}|催取货")
PICKED = re.compile(r"(?P<who>\S{1,20}?)\s*(?:已经?)?(?:拿了|取了|拿走了|取走了|提走了)[。!！]*")
DONE = re.compile(r"(?:团购|这团)?(?:完成|结束|完结)(?:了)?[。!！]*|都拿完了")
RULE = re.compile(r"按先来后到|先来后到|先到先得|每户先一份|先每户(?:1|一)份|抽签")


@router.message(from_leader & says(ORDERED.pattern))
async def ordered(chat: Chat) -> bool | None:
    """“已下单”: the supplier has the order."""
    group_buy = goods_expected(chat, State.LOCKED, State.REACHED)
    if group_buy is None:
        return False
    _through(group_buy, State.ORDERED)
    items_changed(chat.shop, group_buy)
    tell_rooms(chat, group_buy, f"团{group_buy.number} {group_buy.title} 已向供应商下单")
    return None


PATH = (State.LOCKED, State.ORDERED, State.ARRIVED, State.PICKING, State.DONE)


def _through(group_buy: GroupBuy, state: State) -> None:
    """Go on to a later state; each in between is written in the marks, so that none is skipped."""
    passed = list(group_buy.marks.get("passed", []))
    for step in PATH[: PATH.index(state)]:
        if step not in passed:
            passed.append(str(step))
    group_buy.mark("passed", passed)
    group_buy.state = state


@router.message(from_leader & Filter(lambda c: COUNTED.fullmatch(c.text) is not None and "到" in c.text))
async def arrived_counted(chat: Chat) -> bool | None:
    """“草莓到44盒坏2”: what is short is shared out by the rule, and the rule is said (B27, G10)."""
    group_buy = after_lock(chat, State.LOCKED, State.REACHED, State.ORDERED, State.ARRIVED)
    found = COUNTED.fullmatch(chat.text)
    assert found is not None
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    item = item_called(book, (found["item"] or found["item2"] or "").replace("到货", "").strip())
    came = number(found["came"] or found["came2"] or "")
    bad = number(found["bad"] or "0") or Decimal(0)
    if item is None or came is None:
        return False
    good = max(came - bad, Decimal(0))
    _through(group_buy, State.ARRIVED)
    group_buy.mark("arrived_at", chat.now.isoformat())  # photos of the next 24 h are likely complaints
    head = f"团{book.number} {item.name} 到货{plain(came)}{item.unit}"
    head += f"，坏{plain(bad)}" if bad else ""
    if good >= item.taken:
        spare = good - item.taken
        extra = f"，多{plain(spare)}{item.unit}" if spare else ""
        tell_rooms(chat, group_buy, f"{head}，够分{extra}。{_where(group_buy)}")
        return None
    cuts = give_out(book, item, good, _origin(chat))
    rule = "先每户1份" if group_buy.allocation == "household" else "先来后到"
    short = sum((cut for _, cut in cuts), Decimal(0))
    names = "、".join(f"{public_name(line)}少{plain(cut)}" for line, cut in cuts)
    paid = [line for line, _ in cuts if line.payment in ("paid", "claimed")]
    tell_rooms(
        chat,
        group_buy,
        f"{head}，少{plain(short)}{item.unit}。按「{rule}」：{names}，付过的退差价。{_where(group_buy)}",
        mention=[line.buyer_id for line, _ in cuts if line.buyer_id],
    )
    if paid:
        group_buy.mark(OWED_IN_PART, [line.line for line in paid])
        owed = "、".join(
            f"{line.name}¥{yuan(book.price_of(item, cut))}" for line, cut in cuts if line in paid
        )
        chat.whisper(f"要退差价：{owed}。退完回「{paid[0].name}已退」")
    return None


def _origin(chat: Chat) -> Origin:
    return origin_of(chat, "leader")


def _where(group_buy: GroupBuy) -> str:
    return f"取货：{group_buy.pickup}，拿了说一声" if group_buy.pickup else "拿了说一声"


@router.message(from_leader & (fine("arrived") | says(ARRIVED.pattern)))
async def arrived(chat: Chat) -> bool | None:
    """“到货了”: called out to those who ordered, by building when there are households (G6)."""
    group_buy = goods_expected(chat, State.LOCKED, State.REACHED, State.ORDERED, State.ARRIVED)
    if group_buy is None or group_buy.marks.get("called"):
        return False
    group_buy.mark("called", True)
    book = await book_of(chat, group_buy)
    _through(group_buy, State.ARRIVED)
    group_buy.mark("arrived_at", chat.now.isoformat())  # photos of the next 24 h are likely complaints
    items_changed(chat.shop, group_buy)
    buyers = list(dict.fromkeys(line.buyer_id for line in book.active() if line.buyer_id))
    mentioned = buyers if len(buyers) <= CALLED_AT_MOST else []
    everybody = f"共{group_buy.heads}户。" if len(buyers) > CALLED_AT_MOST else ""
    tell_rooms(
        chat,
        group_buy,
        f"团{book.number} {group_buy.title} 到货啦！{everybody}{_where(group_buy)}",
        mention=mentioned,
    )
    return None


# -- fetching ------------------------------------------------------------------------------------


@router.message(from_leader & says(UNPICKED.pattern))
async def unpicked(chat: Chat) -> bool | None:
    """“谁没拿”: by building, for the leader (C6)."""
    group_buy = after_lock(chat, State.ARRIVED, State.PICKING, State.DONE)
    if group_buy is None:
        return _not_come_yet(chat)
    book = await book_of(chat, group_buy)
    rest = [line for _, lines in sorting_lines(book.active()) for line in lines if not line.picked]
    if not rest:
        chat.reply(f"团{book.number} 都拿了", mention=True)
        return None
    names = "、".join(f"{line.household or ''}{public_name(line)}" for line in rest)
    chat.whisper(f"团{book.number} 没拿的{len(rest)}户：{names}")
    if not chat.private:
        chat.reply(f"还有{len(rest)}户没拿，名单已私发您", mention=True)
    return None


def _not_come_yet(chat: Chat) -> bool | None:
    """Said when there are orders but no goods; False when there is nothing to fetch at all."""
    waited_for = after_lock(chat, State.LOCKED, State.REACHED, State.ORDERED)
    if waited_for is None:
        return False
    chat.reply(f"团{waited_for.number} 还没到货，到了回「到货了」", mention=True)
    return None


@router.message(from_leader & says(REMIND.pattern))
async def remind(chat: Chat) -> bool | None:
    """“提醒没拿的”: only those are mentioned."""
    group_buy = after_lock(chat, State.ARRIVED, State.PICKING)
    if group_buy is None:
        return _not_come_yet(chat)
    book = await book_of(chat, group_buy)
    rest = list(dict.fromkeys(x.buyer_id for x in book.active() if not x.picked and x.buyer_id))
    if rest:
        chat.say_in(
            group_buy.room_id, f"还没拿货哦。{_where(group_buy)}", mention=rest, urgency=Urgency.NUDGE
        )
    return None


@router.message(from_leader & says(PICKED.pattern))
async def picked(chat: Chat) -> bool | None:
    """“301拿了”, “王姐拿了”: ticked off by name or household (G7)."""
    group_buy = after_lock(chat, State.ARRIVED, State.PICKING)
    found = PICKED.fullmatch(chat.text)
    assert found is not None
    if group_buy is None or found["who"] in ("我", "我已经"):
        return False
    book = await book_of(chat, group_buy)
    who = found["who"]
    fits = [
        line
        for line in book.active()
        if who in (line.name.lower(), (line.for_name or "").lower()) or (line.household or "").endswith(who)
    ]
    if len(fits) != 1:
        chat.reply(f"没找到「{who}」" if not fits else f"「{who}」有{len(fits)}行，请带楼号", mention=True)
        return None
    fits[0].picked = True
    _through(group_buy, State.PICKING)
    rest = sum(not line.picked for line in book.active())
    if rest == 0:
        _through(group_buy, State.DONE)
        book.sell()
    left = f"还剩{rest}户" if rest else "都拿完了"
    chat.reply(f"✓ {public_name(fits[0])} 已取，{left}", mention=True)
    return None


@router.message(from_leader & says(DONE.pattern) & ~pending("cancel_group_buy"))
async def done(chat: Chat) -> bool | None:
    """“完成”: the group buy is over."""
    group_buy = after_lock(chat, State.ARRIVED, State.PICKING)
    if group_buy is None:
        return False
    _through(group_buy, State.DONE)
    (await book_of(chat, group_buy)).sell()
    items_changed(chat.shop, group_buy)
    tell_rooms(chat, group_buy, f"团{group_buy.number} {group_buy.title} 完成，谢谢大家")
    return None


@router.message(from_leader & says(RULE.pattern))
async def allocation_rule(chat: Chat) -> bool | None:
    """“先来后到”, “先每户1份”: who goes first when the delivery is short (L28)."""
    room_id = home_room(chat)
    here = in_room(chat.shop, room_id) if room_id else []
    if not here:
        return False
    if "抽签" in chat.text:
        chat.reply("抽签我不会作弊也不会做，可选「先来后到」或「先每户1份」", mention=True)
        return None
    by_household = "户" in chat.text
    here[-1].allocation = "household" if by_household else "time"
    chat.reply(
        f"团{here[-1].number} 缺货时按「{'先每户1份' if by_household else '先来后到'}」分", mention=True
    )
    return None
