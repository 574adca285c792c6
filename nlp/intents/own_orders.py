"""Looking up one's own order: what, how much, which place in the list."""

import re

from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import match, search

_SHORT = re.compile(r"^\s*(?:我的|我呢|我的呢|查|查查|查一?下|查单|看一?下我)\s*[?？!。~]*\s*$")
_LEFT_OUT = re.compile(
    r"^\s*(?:怎么)?(?:名单|接龙|列表)?(?:里|上)?(?:把)?(?:漏了?我|没有?我|少了我)(?:了|的)?[啊呀吧]?\s*$"
)
_BOOKED = re.compile(
    r"(?:名单|接龙|列表)[里上中]?(?:有没有|有冇|有没|没有?|冇)我|(?:订|报|接|记|登记)上(?:了)?(?:没有?|吗"
    r"|么)(?![人货])|(?:没|没有)(?:看到|看见|找到|有|见)我的?名字"
)
_LOOK = re.compile(
    r"我(?:的|那|昨[天晚]|今早|上午|刚才?|之前|前面|家|们)*(?:接|报|订|要|拍|下)的(?:龙|单|那个?|号"
    r"|份)?(?:还)?(?:在不在|算不算|有没有|还有效|有效)|"
    r"我(?:那|的|这|家)(?:个|份|单|些|边)?(?:目前|现在|到现在)?(?:一共|总共|要|是)?(?:多少钱|几块|多少元)|"
    r"我(?:都|们|到底|刚才|刚|昨天|这次|这期|上次|上个月|之前|一共|总共|共|家)*(?:报|订|买|接|下|点|定|要|拍"
    r"|记|登记)(?:了|过|的)?(?:是|了)?(?:什么|啥|哪|几|多少|咩)"
    r"|我(?:该|要|应|得|需要|总共|一共|共|这[单期次])*(?:付|转|给|花|交)(?:了)?(?:多少|几)|(?:名单|接龙"
    r"|列表)(?:里|上|中)?(?:有没有|有冇|有|没|冇)我|我(?:排|是)?第几|我(?:排|在)第?几|(?:帮我|给我|我)?(?:查"
    r"|看)(?:一?下|看)?我(?:的|订|报|买|接|家|上|有|那|都)"
    r"|我[妈爸姐妹哥弟婆公][的那][^,，]{0,4}(?:有没有|看看|查|记上|在不在)|我那?(?:单|份|个)[^,，]{0,4}(?:记"
    r"|接|报|登记)(?:的|了|上)[^,，]{0,3}(?:几|没|吗|多少)|(?:记上|报上"
    r"|接上|登记上|加上|算上)(?:我)?(?:了)?(?:没"
    r"|吗|么)|(?:漏|少)了?我"
)


def own_orders(r: Reading) -> Verdict | None:
    """Asking what one has ordered, owes or where one stands in the list."""
    text = r.text
    if _BOOKED.search(text):
        return Verdict("query_my_orders", None, "my_orders", 0.95, "own orders: am I on the list")
    if r.addressed and _SHORT.match(text):
        return Verdict("query_my_orders", None, "my_orders", 0.95, "own orders: in short")
    if _LEFT_OUT.match(text):
        return Verdict("query_my_orders", None, "my_orders", 0.95, "own orders: left out")
    if r.has(c.REFUND | c.DAMAGED | c.BAD | c.WRONG | c.FOREIGN | c.CHANGE | c.CANCEL) or (
        r.has(c.TRACK | c.PARCEL | c.LATE | c.NOT_YET) and not r.has(c.QUERY)
    ):
        return None
    if r.has(c.SEND | c.DELIVER | c.PARCEL) and search(r"到哪|快递|物流|发货|送到|包裹", text):
        return None
    found = bool(_LOOK.search(text))
    whole = match(
        r"^\s*(?:查|看|查查|查下|看看|看下|查一下)?(?:下|一下|看)?我(?:的|嘅)(?:单|订单|接龙|记录|订购|份|账"
        r"|订单记录|购买记录|账单|明细)(?:呢|吧|啊)?\s*[?]?$",
        text,
    )
    if not found and not whole and not (r.has(c.QUERY) and r.question and r.rest <= 4):
        return None
    if search(r"(?:不要|少|多|要大|备注|取消|改)", text) and not found:
        return None
    fine = "my_orders"
    if search(r"第几|排", text):
        fine = "my_rank"
    elif search(r"多少钱|付多少|转多少|花了?多少|给多少|要付|该付|没付|账|共多少", text):
        fine = "my_amount"
    return Verdict("query_my_orders", None, fine, 0.88 if found or whole else 0.72, "own orders")
