"""What people call the kinds and states of cases: one list for the chat and for the desk."""

CATEGORIES = {
    "damaged": "坏损",
    "wrong_item": "发错",
    "missing": "少件",
    "late": "没送到",
    "quality": "质量",
    "counterfeit": "疑似假货",
    "refund": "退款",
    "safety": "食品安全",
    "legal": "投诉升级",
    "human": "转人工",
    "other": "其他",
}
STATES = {
    "new": "排队中",
    "open": "处理中",
    "waiting_customer": "等客户",
    "waiting_supplier": "等供应商",
    "on_hold": "挂起",
    "resolved": "已完成",
    "reopened": "重新处理",
    "closed": "已关闭",
}
WISHES = {"refund": "退款", "reship": "补货", "replace": "换货"}
REFUNDS = {
    "proposed": "待团长同意",
    "approved": "待再次确认",
    "recorded": "已登记",
    "declined": "没同意",
    "replaced": "已改",
}
