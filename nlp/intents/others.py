"""What befell others, what one did to oneself, and what is only said: no faults of this shop."""

import re

from nlp.intents.reading import Reading, Verdict

_TO_NEIGHBOURS = re.compile(
    r"我?[点叫]的?外卖|外卖(?:小哥|骑手|又)|这家[^,，]{0,5}店|买菜app|网购|直播间|双十一[抢买]|(?:火锅"
    r"|奶茶|理发|烧烤|面)店|食堂|[果菜]摊|摊主|小贩"
    r"|□(?:手机|电脑|平板|耳机|系统|充电)"
)
"""Asked of neighbours, or of what others sell."""
_WHO = re.compile(
    r"^\s*(?:谁|哪位|哪个|有没有人|有谁)(?:把|拿|看见|看到|捡|错拿|家|动|多拿)(?![^,，]*□)|撤回"
    r"|[吃喝用]不[了完](?:这么|那么)?多"
)
"""Asked of neighbours; a message taken back; too much for one's own household."""
_TO_SHOP = re.compile(r"你们|团长|客服|商家|卖家")
_WANTS_BACK = re.compile(r"退|赔")
_HEARSAY = re.compile(
    r"^\s*(?:听说|据说)?(?:[他她](?:们)?家?|人家|别人|[我俺]?(?:同事|邻居|闺蜜|朋友|老公公司))(?:昨天"
    r"|上次|那次|前天|今天|也|就|又|都|买)"
)
"""What befell somebody else: 他家昨天退货闹得好大."""
_ONES_OWN = re.compile(
    r"打翻|打碎|忘了?(?:吃|喝|放|收|拿|关)|(?:吃|喝)(?:得?太?)多了?|吃撑|贪嘴|贪吃|不小心|我自己|空腹|冰箱里"
    r"|放(?:了|在)?[^,，]{0,4}(?:太久|好久|一周|一个星期|几天|两天|三天)(?:了|就|还|都)"
    r"|(?:邻居|学校|公司|单位|朋友|同事|亲戚|别人|婆家|娘家|老家|幼儿园|食堂"
    r"|我?[妈爸婆姑姨舅])家?[^,，]{0,2}(?:送|发|给|寄"
    r"|带|买|做)(?:我|来|过来)?的"
    r"|(?:公司|单位|学校|食堂|幼儿园)[^,，]{0,5}的□|网上(?:都)?(?:说|讲|传)|都说(?!好)|以免|免得"
    r"|容易(?:拉|过敏|坏)"
)
"""“女儿把牛奶打翻了”, “学校发的牛奶过期了”, “网上都说空腹喝会拉肚子”."""
_AT_HOME = re.compile(r"物业|业委会|电梯|楼[上下道]|隔壁|邻居|装修|洗衣机|小区|车位|学校|食堂")
_OF_GOODS = re.compile(
    r"收到|买的|订的|发货|送货|送餐|快递|包裹|商品|东西|的货|给我|差评|好评|外卖员|小哥|店家|包装|口感"
    r"|买回来|送到|味道|这家店"
)
"""Words of somebody who writes about what was brought to him."""
_SHORT, _TALE = 20, 32
"""Characters up to which it is a line of talk, no review of what was bought."""


def of_others(r: Reading) -> Verdict | None:
    """A verdict of silence for faults that nobody here has to mend."""
    text = r.text
    if r.addressed or r.length > _TALE or _TO_SHOP.search(text):
        return None
    if _HEARSAY.match(text) or _WHO.search(text):
        return Verdict(confidence=0.94, rule="said of others")
    if _WANTS_BACK.search(text):
        return None
    if r.length <= _SHORT and _TO_NEIGHBOURS.search(text) and not _OF_GOODS.search(text):
        return Verdict(confidence=0.94, rule="said of others")
    if not r.named and _AT_HOME.search(text) and not _OF_GOODS.search(text):
        return Verdict(confidence=0.94, rule="said of house and school")
    if _ONES_OWN.search(text) and (r.named or not _OF_GOODS.search(text)):
        return Verdict(confidence=0.94, rule="said of others or of oneself")
    return None
