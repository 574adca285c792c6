"""The words that the desk shows: roles, deeds, and how times and amounts read; those of cases from below."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from storage.group_buys.labels import PAYMENTS as PAYMENTS
from storage.group_buys.labels import STAGES as STAGES
from storage.tickets.labels import CATEGORIES as CATEGORIES
from storage.tickets.labels import REFUNDS as REFUNDS
from storage.tickets.labels import STATES as STATES
from storage.tickets.labels import WISHES as WISHES

ROLES = {"admin": "店主", "lead": "客服主管", "agent": "客服", "leader": "团长"}
CSAT = {1: "满意", 2: "一般", 3: "没解决"}
SENDINGS = {
    "held": "稍后发",
    "pending": "排队发送",
    "sending": "发送中",
    "in_doubt": "确认中",
    "waiting_friend": "等加好友",
    "sent": "已送达",
    "dead": "没发出去",
}
DEALS = {"active": "进行中", "paused": "已暂停", "blocked": "被拦下", "done": "已发完", "deleted": "已删除"}
POSTS = {"posted": "已发", "missed": "错过", "skipped": "跳过", "queued": "推迟", "blocked": "被拦下"}
DEEDS = {
    "sign_in": "登录",
    "sign_in.refused": "登录被拒",
    "sign_out": "退出",
    "password": "设置密码",
    "ticket.claim": "接单",
    "ticket.reply": "回复客户",
    "ticket.note": "内部备注",
    "ticket.contact": "看联系方式",
    "ticket.transfer": "转单",
    "ticket.hold": "挂起",
    "ticket.wait_customer": "等客户",
    "ticket.resume": "继续处理",
    "ticket.resolve": "完成",
    "ticket.reopen": "重开",
    "ticket.merge": "合并",
    "refund.propose": "提议退款",
    "refund.decide": "退款决定",
    "incident.answer": "统一答复",
    "outbox.retry": "重发消息",
    "agent.presence": "上线/下线",
    "canned.keep": "存常用语",
    "canned.drop": "删常用语",
    "catalogue.import": "导入商品",
    "evidence.export": "下载供应商凭证",
    "group_buy.export": "下载名单",
    "account.add": "新建账号",
    "account.change": "改账号",
    "account.invite": "发登录链接",
    "binding.offer": "生成绑定码",
    "binding.set": "解除绑定",
    "token.add": "新建令牌",
    "token.drop": "作废令牌",
}
WEEKDAYS = "一二三四五六日"


def moment(value: datetime | None, now: datetime, zone: ZoneInfo, shape: str = "day") -> str:
    """A moment as one says it today: 15:05, 昨天9:00, 5月23日9:00; `full` for records."""
    if value is None:
        return ""
    local, today = value.astimezone(zone), now.astimezone(zone)
    clock = f"{local.hour}:{local.minute:02}"
    if shape == "full":
        return f"{local:%Y-%m-%d %H:%M:%S}"
    days = (local.date() - today.date()).days
    day = {0: "", 1: "明天", -1: "昨天"}.get(days, f"{local.month}月{local.day}日")
    return f"{day}{clock}"


def money(fen: int | None) -> str:
    """¥39.90; nothing when there is no amount."""
    return "" if fen is None else f"¥{Decimal(fen) / 100:.2f}"


def number(value: Any) -> str:
    """A quantity without needless zeros."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def minutes(seconds: float | None) -> str:
    """A stretch of time: 45秒, 12分, 3小时5分; — when there is none."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}秒"
    if whole < 3600:
        return f"{whole // 60}分"
    hours, rest = divmod(whole // 60, 60)
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"


def avatar(name: str) -> str:
    """The letter on somebody's picture."""
    plain = [char for char in name if char.isalnum()]
    return plain[-1] if plain else "·"


def colour(identity: str) -> int:
    """Which of the seven colours of pictures is somebody's."""
    return sum(map(ord, identity)) % 7
