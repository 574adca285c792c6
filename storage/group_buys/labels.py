"""What people call the states of a group buy and of a payment: one list for the chat and for the desk."""

STAGES = {
    "draft": "草稿",
    "open": "接龙中",
    "reached": "已成团",
    "locked": "已截单",
    "ordered": "已下单",
    "arrived": "已到货",
    "picking": "自提中",
    "done": "已取完",
    "failed": "未成团",
    "refunding": "退款中",
    "refunded": "已退款",
    "cancelled": "已取消",
}
PAYMENTS = {"unpaid": "未付", "claimed": "待核对", "paid": "已付", "refunded": "已退款"}
