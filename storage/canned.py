"""Canned replies of the desk: those every shop has, the shop's own, and each agent's."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlmodel import Field

from storage.errors import Refused
from storage.money import yuan
from storage.rows import Row
from storage.tickets.tables import Ticket

if TYPE_CHECKING:
    from storage.shop import Shop

LONGEST_NAME, LONGEST_TEXT = 12, 500
FIELDS = ("称呼", "商品", "数量", "金额", "单号", "客服", "时间", "店名", "电话")
"""What may stand in braces; each is filled in from the case."""
BUILT_IN = {
    "退款": "{称呼}，给您退 ¥{金额}，团长核对后原路退回，一般1–3天到账。",
    "照片": "{称呼}，麻烦拍两张照片发我：整盒一张、坏的地方一张。",
    "稍等": "{称呼}，正在核实，{时间}前给您答复。",
    "补发": "{称呼}，给您补发{商品}，送到后我再确认。",
    "换货": "{称呼}，给您换{商品}，麻烦先别丢旧的，送货时一起收走。",
    "催货": "{称呼}，已催供应商，有到货时间马上告诉您。",
    "抱歉": "{称呼}，真对不住，让您白跑一趟，我们马上处理。",
    "谢谢": "谢谢{称呼}，有问题随时找我们。",
}
"""One of the same name that the shop or the agent keeps takes its place."""
_FIELD = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(rf"[^\s/／{{}}]{{1,{LONGEST_NAME}}}")


class CannedReply(Row, table=True):
    """A reply with fields such as {称呼} and {金额}. `owner` "" is everybody's."""

    tenant_id: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    text: str


class BadName(Refused):
    """No name that can be typed after a slash. Facts: longest."""


class UnknownField(Refused):
    """A field that nothing fills in. Facts: field, known."""


class NoText(Refused):
    """Nothing to say, or too much. Facts: longest."""


class ChangedMeanwhile(Refused):
    """Somebody else has changed or removed the reply since it was looked at. Facts: name."""


class NoCanned(Refused):
    """There is no such reply to remove. Facts: name."""


def texts_for(shop: "Shop", owner: str | None) -> dict[str, str]:
    """Every reply that somebody can use, by name: his own before the shop's before the built-in."""
    rows = sorted(shop.rows(CannedReply), key=lambda row: row.name)
    texts = {**BUILT_IN, **{row.name: row.text for row in rows if row.owner == ""}}
    if owner:
        texts |= {row.name: row.text for row in rows if row.owner == owner}
    return texts


def keep(shop: "Shop", owner: str, name: str, text: str, *, was: str | None = None) -> None:
    """Keep a reply for everybody (`owner` "") or for one agent.

    `was`: the text that the writer saw ("" for none); None does not look.
    Raises BadName, NoText, UnknownField, ChangedMeanwhile.
    """
    name, text = name.strip().lstrip("/／"), text.strip()
    if _NAME.fullmatch(name) is None:
        raise BadName(longest=LONGEST_NAME)
    if not text or len(text) > LONGEST_TEXT:
        raise NoText(longest=LONGEST_TEXT)
    for field in _FIELD.findall(text):
        if field not in FIELDS:
            raise UnknownField(field=f"{{{field}}}", known=" ".join(f"{{{known}}}" for known in FIELDS))
    rows = shop.rows(CannedReply)
    row = rows.get((owner, name))
    if was is not None and was != (row.text if row is not None else ""):
        raise ChangedMeanwhile(name=name)
    if row is None:
        rows.add(CannedReply(tenant_id=shop.tenant, owner=owner, name=name, text=text))
    elif row.text != text:
        row.text = text


def drop(shop: "Shop", owner: str, name: str) -> None:
    """Remove a reply; a built-in one of the same name holds again. Raises NoCanned."""
    rows = shop.rows(CannedReply)
    row = rows.get((owner, name.strip().lstrip("/／")))
    if row is None:
        raise NoCanned(name=name)
    rows.drop(row)


def fields_of(
    shop: "Shop", ticket: Ticket, *, customer: str, agent: str, until: str, amount: str = ""
) -> dict[str, str]:
    """What the fields say in a case. `amount` (yuan) overrides what the case is worth."""
    value, affected = ticket.worth, ticket.facts.get("affected") or ticket.facts.get("ordered")
    return {
        "称呼": customer,
        "商品": ticket.item or "商品",
        "数量": f"{affected}{ticket.facts.get('unit', '份')}" if affected else "（数量待定）",
        "金额": amount or (yuan(value) if value else "（金额待定）"),
        "单号": ticket.label,
        "客服": agent,
        "时间": until or "今天",
        "店名": shop.settings.name,
        "电话": shop.settings.facts.get("电话", "（电话没填）"),
    }


def fill(text: str, fields: Mapping[str, str]) -> str:
    """The text with its fields; what a field says is not read again."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), text)
