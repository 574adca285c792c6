"""A suggested way for a case, from the facts only; a person decides (E8)."""

from storage.money import yuan
from storage.tickets.tables import COMPLAINTS, Ticket


def advice(ticket: Ticket) -> str:
    """The way that the facts suggest, in a few words."""
    value = ticket.worth
    money = f"退¥{yuan(value)}" if value else "退款"
    if ticket.category == "safety":
        return "先打电话问身体，别谈责任；商品已暂停"
    if ticket.category == "legal":
        return "请负责人亲自回，不争论，先听诉求"
    if ticket.category == "late":
        return "先给明确时间，再问要等还是退"
    if ticket.category == "counterfeit":
        return "先收照片和凭证，核对授权，别先下结论"
    if ticket.category not in COMPLAINTS:
        return "先问清什么事"
    wish = ticket.facts.get("wish")
    if wish == "refund":
        return money
    if wish in ("reship", "replace"):
        return "补一份（查库存）" if wish == "reship" else "换一份（查库存）"
    return f"{money}或补货"
