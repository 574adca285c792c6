"""“导出 草莓 5/18 售后”: the complaints about a batch, for the supplier (E26)."""

import re
from datetime import date, timedelta

from handlers import Chat
from handlers.tickets.base import customer_name, is_staff
from storage.tickets import leads_case
from storage.tickets.evidence import evidence_about, summary
from storage.tickets.labels import CATEGORIES

SHOWN = 15
"""Cases that the chat shows; all of them are in the file of the desk."""
_ASKS = re.compile(
    r"(?:导出|汇总|整理|看看?|查)?(?:一下)?\s*(?P<item>[^\s,，。\d/]{1,12}?)\s*(?P<day>今天|昨天|前天|\d{1,2}\s?[./月\-]\s?\d{1,2}[日号]?)?(?:那批|这批|批次)?\s*的?(?:售后|投诉)(?:凭证|证据|明细|汇总|记录|清单)?[吧。!！]*"
)
_NO_ITEM = frozenset({"本周", "今日", "今天", "昨天", "最近", "我的", "客服", "全部"})


def asks(chat: Chat) -> bool:
    """A leader or an agent wants it, in private or in the agents' room."""
    if chat.room is not None and not chat.room.is_agent_room:
        return False
    if not (is_staff(chat) or chat.is_leader):
        return False
    found = _ASKS.fullmatch(chat.text)
    wanted = found is not None and (
        found["day"] is not None or chat.text.startswith(("导出", "汇总", "整理"))
    )
    return wanted and found is not None and found["item"] not in _NO_ITEM


async def recourse(chat: Chat) -> None:
    """Numbers first, then a line a case; leaders get those of their rooms."""
    found = _ASKS.fullmatch(chat.text)
    assert found is not None
    day = _day(found["day"], chat.shop.settings.local(chat.now).date())
    evidence = await evidence_about(chat.shop, found["item"], day, chat.now)
    cases = [case for case in evidence.cases if chat.is_agent or leads_case(chat.shop, case, chat.person_id)]
    evidence = type(evidence)(evidence.item, evidence.start, evidence.end, cases)
    when = f"{day.month}/{day.day} " if day is not None else "近7天"
    if not cases:
        chat.reply(f"{found['item']} {when}没有售后。")
        return
    lines = [f"{found['item']} {when}售后 {summary(evidence)}"]
    for case in cases[:SHOWN]:
        amount = (
            f" {case.facts['affected']}{case.facts.get('unit', '')}" if case.facts.get("affected") else ""
        )
        words = str(case.facts.get("words", "")).replace("\n", " ")[:20]
        lines.append(
            f"{case.label} {customer_name(chat, case)} {CATEGORIES[case.category]}{amount}"
            + (f"「{words}」" if words else "")
        )
    if len(cases) > SHOWN:
        lines.append(f"还有{len(cases) - SHOWN}单")
    lines.append("明细和照片打包：客服台「报表」页下载，可直接转供应商。")
    chat.reply("\n".join(lines))


def _day(said: str | None, today: date) -> date | None:
    """5/18, 5月18日, 昨天: the latest such day that is not ahead."""
    if said is None:
        return None
    if said in ("今天", "昨天", "前天"):
        return today - timedelta(days=("今天", "昨天", "前天").index(said))
    month, day = (int(part) for part in re.findall(r"\d+", said))
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None
