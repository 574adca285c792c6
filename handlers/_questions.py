"""What questions need to know: which product is meant, and what is on file about it now."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from handlers._chat import Chat
from handlers._turn import Turn
from nlp.answers import Facts, Live
from nlp.aspects import aspects_in
from nlp.meaning import CURRENT
from storage.catalogue import Product, by_name
from storage.flows import EVERYONE
from storage.group_buys.book import Book
from storage.group_buys.find import buying_room, collecting_in, current, items_of, mention
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.money import plain
from storage.questions import topic
from storage.settings import Settings

OF_THE_GROUP_BUY = frozenset({"deadline", "progress"})
OF_THE_SHOP = frozenset(
    {"payment", "invoice", "policy", "contact", "fee", "pickup", "arrival", "delivery", "hours"}
    | {"address", "discount"}
)
OTHER = "other"
"""The aspect of a question whose words fit no kind of fact."""
FRESH = "鲜活易腐，不支持七日无理由"
_STOCK_ELSEWHERE = re.compile(r"仲有|有冇|有无得|有伐|还有伐|還有|有得[买卖]")
"""Stock asked for in other parts of the country."""
_QUALITY = re.compile(
    r"是(?:不是)?(?:纯?有机|野生|散养|转基因|无籽|无糖|低|带|去|冷|速冻|冰|当天|现|新|大|小|熟|生|硬|软|脆|甜|酸|辣|真|手工"
    r"|机器|整|独立|散装|盒装|袋装|礼盒|一样|自家|自己|纯|正|绿色|红心|双黄|流油|初生|可生食|打蜡|催熟|人工|天然)[^,，吗]{0,5}的?(?:吗|么|吧)?"
)
"""“是有机的吗” asks for a quality, “是阳山的吗” for the origin."""


_PART = re.compile(r"切(?:成|一|开|半)|一半|半[个只箱]|拆开|零卖|单卖|散卖")
"""“能切一半卖吗” asks for less than is sold, not whether there is any."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was heard, kept until its fragments are complete."""

    id: str
    text: str
    aspects: tuple[str, ...]
    sub: str | None = None
    products: tuple[str, ...] = ()
    """What was named, or pointed at; several when a word fits several."""
    named: bool = False
    heard: str = ""
    """What a voice message was heard to say."""

    def to_json(self) -> dict[str, Any]:
        """For the flow that holds it."""
        return {
            "id": self.id,
            "text": self.text,
            "aspects": list(self.aspects),
            "sub": self.sub,
            "products": list(self.products),
            "named": self.named,
            "heard": self.heard,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Asked":
        """As it was."""
        lists = {name: tuple(data[name]) for name in ("aspects", "products")}
        return cls(**{**data, **lists})


@dataclass
class Subject:
    """A product with all that is known of it: the catalogue's row, the item on offer, or both."""

    name: str
    facts: Facts
    look: Callable[[], Live]
    """How it stands now; asked only of the one that is meant."""
    group_buy: GroupBuy | None = None
    item: Item | None = None
    words: tuple[str, ...] = field(default_factory=tuple)

    @cached_property
    def live(self) -> Live:
        """How it stands now."""
        return self.look()


# -- what was asked ------------------------------------------------------------------------------


def asked_in(chat: Chat) -> Asked:
    """The question of a message: its aspects, and the products it names or points at."""
    meaning, message = chat.meaning, chat.message
    products, named = _named(chat)
    voice = message.raw_text.strip()[:60] if message.kind == "voice" else ""
    names = [meaning.product.mention] if meaning.product else []
    return Asked(
        id=message.id,
        text=chat.text,
        aspects=tuple(_aspects(chat, [*names, *products])),
        sub=meaning.sub,
        products=tuple(products),
        named=named,
        heard=voice,
    )


def _aspects(chat: Chat, names: Sequence[str]) -> list[str]:
    """The aspects that the words show; what understanding guessed counts only without any."""
    shown = aspects_in(chat.text) or (["stock"] if _STOCK_ELSEWHERE.search(chat.text) else [])
    if _PART.search(chat.text):
        return [OTHER]
    quality = _QUALITY.search(chat.text)
    if shown and not (quality and shown == ["origin"]):
        return shown
    if quality:
        return [OTHER]
    meaning = chat.meaning
    about = topic(chat.text, names)
    unclear = len(about) >= 2 and about.isalpha() and not about.isascii()
    if meaning.sub in ("spec", "usage") or (meaning.sub == "stock" and unclear):
        # 诱惑吗 is heard as 有货吗, which understanding knows and the words alone do not show.
        return ["stock"] if meaning.asks == ("stock",) and "有" not in chat.text else [OTHER]
    return aspects_in(chat.text, meaning.asks, meaning.aspect) or [OTHER]


_SEVERAL = re.compile("和|跟|与|还有|、|以及|都")
"""“手抓饼和牛肉丸都多少钱”."""


def _named(chat: Chat) -> tuple[list[str], bool]:
    meaning = chat.meaning
    if meaning.product is not None and meaning.product.product:
        fitting = meaning.product.candidates or (meaning.product.product,)
        if not meaning.product.candidates and _SEVERAL.search(chat.text):
            home = chat.room_id or buying_room(chat.shop, chat.person_id)
            fitting = (*fitting, *in_words(chat, chat.text, home))
        return list(dict.fromkeys(fitting)), bool(meaning.product.mention)
    items = [i for i in meaning.items if i.product and i.product != CURRENT]
    if items:
        return list(dict.fromkeys(i.product for i in items if i.product)), True
    return [], False


# -- which product -------------------------------------------------------------------------------


def items_offered(turn: Turn, room_id: str | None) -> list[Item]:
    """The items that can be signed up for in a room, in the order of its group buys and letters."""
    running = collecting_in(turn.shop, room_id) if room_id is not None else []
    return [item for group_buy in running for item in items_of(turn.shop, group_buy)]


def open_subjects(turn: Turn, room_id: str | None, names: Sequence[str] | None = None) -> list[Subject]:
    """What is on offer in a room, in the order of its group buys and letters; `names`: only these."""
    if room_id is None:
        return []
    found = []
    for group_buy in collecting_in(turn.shop, room_id):
        book = Book(turn.shop, group_buy)
        items = [item for item in book.items.values() if names is None or item.name in names]
        found += [_of_item(turn, book, item) for item in items]
    return found


def subjects_of(
    turn: Turn, asked: Asked, room_id: str | None, person_id: str, place: str | None
) -> list[Subject]:
    """What a question is about: named, else spoken of last, else all that is on offer."""
    if asked.products:
        fitting = open_subjects(turn, room_id, asked.products)
        return fitting or [s for name in asked.products[:2] if (s := of_product(turn, name))]
    on_offer = open_subjects(turn, room_id)
    pointed = _spoken_of(turn, on_offer, person_id, place)
    if pointed is not None:
        return [pointed]
    running = current(turn.shop, room_id, turn.now) if room_id is not None else None
    if running is not None:
        return [s for s in on_offer if s.group_buy is running]
    return on_offer


def _spoken_of(turn: Turn, on_offer: Sequence[Subject], person_id: str, place: str | None) -> Subject | None:
    """The product of this person's last question here, else of the room's last talk."""
    own = turn.recall_flow("asked_about", place, person_id)
    if own is not None:
        return next((s for s in on_offer if s.name == own["product"]), None) or of_product(
            turn, own["product"]
        )
    last = turn.recall_flow("mentioned_item", place, EVERYONE)
    if last is None:
        return None
    for subject in on_offer:
        same = subject.group_buy is not None and subject.group_buy.number == last.get("number")
        if same and subject.item is not None and subject.item.code == last.get("code"):
            return subject
    return None


def in_words(turn: Turn, text: str, room_id: str | None) -> list[str]:
    """Names of products on offer that a few loose words contain (草莓 before 甜吗)."""
    return [
        item.name
        for item in items_offered(turn, room_id)
        if any(word and word in text for word in _words(turn, item))
    ]


def spoken_of(
    turn: Turn, subject: Subject, aspects: Sequence[str], person_id: str, place: str | None
) -> None:
    """The talk is about this now: of the person, and of the room."""
    turn.remember("asked_about", place, person_id, 10, product=subject.name, aspects=list(aspects))
    if place is not None and subject.group_buy is not None and subject.item is not None:
        number = subject.group_buy.number
        turn.remember("mentioned_item", place, EVERYONE, 10, code=subject.item.code, number=number)
        mention(turn.shop, place, subject.group_buy, turn.now)


# -- what is on file -----------------------------------------------------------------------------


def of_product(turn: Turn, name: str) -> Subject | None:
    """A product of the catalogue that is not on offer here."""
    product = by_name(turn.shop, name)
    if product is None:
        return None
    now = turn.shop.settings.local(turn.now)
    live = Live(now=now, left=product.left, per_person=product.per_person)
    return Subject(name, _facts(product), lambda: live, words=(product.name, *product.aliases))


def _facts(product: Product) -> Facts:
    return Facts(
        name=product.name,
        price_fen=product.price_fen,
        unit=product.unit,
        pack=product.pack,
        facts=product.facts,
    )


def _product_of(turn: Turn, item: Item) -> Product | None:
    products = turn.shop.rows(Product)
    return products.get(item.product_id) if item.product_id else by_name(turn.shop, item.name)


def _words(turn: Turn, item: Item) -> tuple[str, ...]:
    """Every name under which an item is known."""
    product = _product_of(turn, item)
    return (item.name, *(product.aliases if product is not None else ()))


def _of_item(turn: Turn, book: Book, item: Item) -> Subject:
    product = _product_of(turn, item)
    facts = product.facts if product is not None else {}
    pack = item.pack or (product.pack if product is not None else None)
    return Subject(
        name=item.name,
        facts=Facts(name=item.name, price_fen=item.price_fen, unit=item.unit, pack=pack, facts=facts),
        look=lambda: live_of(turn.shop.settings, turn, book, item),
        group_buy=book.group_buy,
        item=item,
        words=_words(turn, item),
    )


def live_of(settings: Settings, turn: Turn, book: Book, item: Item | None) -> Live:
    """How a group buy (and one item of it) stands now."""
    group_buy = book.group_buy
    deadline = settings.local(group_buy.deadline) if group_buy.deadline else None
    notes = {"arrival": group_buy.arrival, "pickup": group_buy.pickup}
    if group_buy.fresh:
        notes["policy"] = FRESH + _policy(settings)
    notes["progress"] = _progress(book)
    common: dict[str, Any] = {
        "now": settings.local(turn.now),
        "open": group_buy.collecting,
        "deadline": deadline,
        "notes": {name: text for name, text in notes.items() if text},
    }
    if item is None:
        return Live(**common)
    return Live(
        **common,
        paused=item.paused,
        price_fen=item.price_fen,
        unit=item.unit,
        left=book.free(item),
        per_person=item.per_person,
        taken=item.taken,
        tiers=_tiers(item),
    )


def _policy(settings: Settings) -> str:
    told = next((v for k, v in settings.facts.items() if "退" in k or "售后" in k), "")
    return f"；{told}" if told else ""


def _progress(book: Book) -> str:
    progress = book.progress()
    count = plain(progress.count)
    if progress.target is None:
        return f"已报{count}{progress.unit}，没设成团数"
    told = f"已报{count}/{plain(progress.target)}{progress.unit}"
    if progress.reached:
        return f"{told}，已成团"
    return f"{told}，还差{plain(progress.missing)}{progress.unit}"


def _tiers(item: Item) -> list[tuple[Decimal, int]]:
    """Better prices as (how many, fen)."""
    return [(Decimal(str(tier["quantity"])), int(tier["price_fen"])) for tier in item.tiers]


async def load_lines(turn: Turn, room_id: str | None) -> None:
    """The lines of the room's group buys, which progress in people is counted from."""
    if room_id is not None:
        for group_buy in collecting_in(turn.shop, room_id):
            await turn.load(SignUp, group_buy.number)


def all_words(subjects: Iterable[Subject]) -> list[str]:
    """Every name under which these are known."""
    return [word for subject in subjects for word in subject.words]
