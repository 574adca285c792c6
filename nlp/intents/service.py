"""Complaints, and asking for a person."""

import re

from nlp.complaints import flags_of
from nlp.intents import cues as c
from nlp.intents.others import of_others
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import match, search

_CALLS = re.compile(
    r"(?:转|找|叫|喊|要|换|给我|给我转|接|联系|请|让|派|来个?|唤)[^,，?吗]{0,3}(?:人工|真人|活人|客服|专员"
    r"|团长|老板|店长|经理|负责人|主管|领导|管理员|管事|做主|说了算|群主|人来|人处理|人说)"
    r"|人工(?:服务|客服)?|真人(?!秀|吗|版)|找人(?!一起"
    r"|拼|分|接)|有冇人|(?:不|别|唔)(?:想|要)?[跟和同]机器|活人|投诉"
    r"|(?:打|回)(?:个)?电话(?:给我|过来|联系我)|电话(?:联系|沟通|说)|给我(?:来|打|回)(?:个)?电话|客服(?:在吗"
    r"|呢|在不在|电话|在哪|人呢|有吗)|有(?:没有)?(?:人工|客服|真人)|叫你们.{0,4}(?:出来|来|老板|团长)|(?:团长"
    r"|老板)(?:出来|人呢|在哪|去哪|快出来)|换个(?:人|会|懂|能)|(?:团长|老板|群主)(?:死|跑)?(?:到)?哪|rengong"
    r"|专员|小.(?:在吗|在不在).{0,6}找|还是找"
)
_ANYBODY = re.compile(
    r"^\s*(?:请问)?(?:有人(?:在)?(?:吗|么|没|不|理)|人呢|有没有人|没人(?:吗"
    r"|理|管)|人在吗|在吗|在不在|找人|客服|团长呢|喂)\s*[?!？~。]*$"
)
_NO_CALL = re.compile(
    r"是真人(?:吗|么|还是)|(?:是|你).{0,3}机器人|客服(?:态度|真|很|不错"
    r"|挺|说|告诉|让我|小姐姐真)|真人秀|人工(?:湖"
    r"|智能|降雨|草|岛|种植|养殖|费)|人工(?:服务|客服|台)?[^,，]{0,3}(?:排队|打不通|等了)|团长(?:好|今天"
    r"|新年|真|辛苦|人真|厉害)|物业|老师|联系物业"
)


_OBJECT = re.compile(r"退|烂|坏|没收到|假货|少|发错|物业|邻居|快递员|垃圾|噪|广告")


_SCOLDS = re.compile(
    r"(?:团长|客服|老板|商家|卖家)[^,，。]{0,5}(?:死哪|死到哪|跑路|躲哪|骗子|骗人|垃圾|黑心|不要脸)"
    r"|(?:骗子|垃圾|黑心)(?:团长|客服|老板|商家|卖家)"
)


def human(r: Reading) -> Verdict | None:
    """Wanting a person instead of the bot."""
    text = r.text
    if not r.has(c.HUMAN | c.CALL | c.COMPLAIN | c.BOSS) and "真人" not in text:
        return None
    if _ANYBODY.match(text) and not match(r"^\s*(?:在吗|在不在|喂|客服)", text):
        known = r.addressed or r.context.previous is not None
        if known:
            return Verdict("ask_human", None, "human", 0.9, "human: anybody")
        return Verdict("chitchat", None, None, 0.95, "nobody was addressed")
    if _SCOLDS.search(text):
        return Verdict("ask_human", None, "call_leader", 0.97, "human: scolds", flags=frozenset({"angry"}))
    if _NO_CALL.search(text):
        return None
    short = r.rest <= 3 and r.length <= 10 and not r.has(c.FOREIGN)
    if short and search(r"投诉(?!电话号)|12315", text) and not _OBJECT.search(text):
        flags = frozenset({"legal"})
        return Verdict("ask_human", None, "human", 0.85, "human: complain", flags=flags, urgency="urgent")
    if not _CALLS.search(text) and not r.has(c.CALL):
        return None
    if r.has(c.FOREIGN | c.COMPLAIN) or r.has(c.REFUND | c.DAMAGED | c.WRONG):
        return None
    certain = 0.92 if r.rest <= 3 else (0.75 if r.rest <= 7 else 0.5)
    fine = "call_leader" if search(r"团长|老板|群主", text) else "human"
    return Verdict("ask_human", None, fine, certain, "human: asked for")


_REFUND = re.compile(
    r"退(?:款|钱|货|费|一下|下(?=吧|$)|我|给我|回|差价|一下差|换|掉吧|一半|了吧|点|多少|不退|唔退|咗)"
    r"|(?:能|可以|给|怎么|申请"
    r"|要|想|我要|全额|帮我|可不可以)退|退(?:吗|么|不)|赔(?:我|偿|付|钱"
    r"|一|给|不赔)|索赔|理赔|(?:保|退|补)(?:价"
    r"|差价)|价保|差价|补(?:发|一|两|我|给我|寄|送|偿|回来|个)|重新?(?:发|寄)一?|换(?:货|新|一个|一盒|一箱"
    r"|个新|一袋|一份|一板|一只|个好)|(?<!多少)(?:钱|款)[^,，]{0,6}(?:到账|退|还我|原路|没到|啥时|什么时候)"
    r"|(?:还|把)(?:我)?钱|到账|返(?:现|钱|款)|七天无理由|无理由|售后|买贵|降价了|tuikuan|tuiqian"
)
_LATE = re.compile(
    r"(?:怎么|为什么|为啥|咋|点解|到底|凭什么)[^,，]{0,6}(?:还没|还不|还未"
    r"|没(?:到|来|发|送|消息|动静)|不(?:发|送|到|来)|这么(?:慢|久)|那么(?:慢"
    r"|久))|(?:(?:[\d一二两三四五六七八九十几半多好]个?(?:多|半)?(?:天"
    r"|小时|周|星期|月|钟头|分钟))|半天|久|[\d一二两三四五六七八九十]点"
    r"|号)(?:多|半|了)?[,，\s]{0,2}(?:都|还|也|就|才|了|啦|仍)[^,，]{0,5}(?:没"
    r"|不|未|冇)|(?:还没|还不|还未|没到|没来|没发|没送|不发货|不送)[^,，]{0,8}(?:[一二两三四五"
    r"六七八九十\d几多半]+个?多?(?:天|小时|周|星期|钟头|月|分钟))|太慢"
    r"|好慢|超慢|真慢|很慢|特别慢|慢死|这么慢|这么久|太久|好久(?:了|还)"
    r"|等(?:了|到)[^,，]{0,4}(?:天|小时|久|周|花|半天|月|分钟|钟)|一拖再拖"
    r"|拖(?:了|到)|第[二三四五\d]次(?:改|延|推|换)|说好(?:的)?[^,，]{0,8}(?:结果"
    r"|却|又|没|还|呢|都|现在)|(?:说|承诺|通知)[^,，]{0,3}(?:今天|昨天"
    r"|明天|周.|上午|下午|\d+点|早上)[^,，]{0,4}(?:送|到|发)[^,，]{0,4}[,，]?(?:但"
    r"|可|结果|却|又|现在|连|人|还|到现在)|晚了(?:好)?(?:久|几|[一二两三\d])"
    r"|超时|延误|逾期|不守时|过了[^,，]{0,5}(?:时间|点|天)|(?:早|前天|昨天"
    r"|上周)就[^,，]{0,6}(?:下|拍|买|付|说)|好几天了|晒了|凉了|迟迟|一直(?:没"
    r"|不)(?:到|发|送|动|更新)|又(?:推|改|延)|放鸽子|等不(?:了|及)|催了[^,，]{0,4}(?:次"
    r"|遍|还|都|也)|晚送|送晚|还没(?:来|到|送|发)[^?]{0,3}[!！啊]{1,}|(?:现在"
    r"|都|已经)[^,，]{0,3}[一二两三四五六七八九十\d]+点(?:多|半|了)|就(?:该"
    r"|应该|说)[^,，]{0,4}(?:到|送|发)|(?:好)?[几两三四五六七八九十\d]+天(?:前"
    r"|了)[^,，]{0,6}(?:显示|还|就)"
)
_MISSING = re.compile(
    r"没(?:有)?(?:收到|拿到|领到|给我|送来|送到我|装|放|见到|看到|带|拿过"
    r"|去拿|领过|取过|我的|给|发)|未收到|冇收到"
    r"|少我[一二两三四五六七八九十半\d]|收唔到|收不到|(?:只|才|就)(?:收到|来|有|给|发|送|剩"
    r"|装)[^,，]{0,3}[一二两三四五六七八九十\d几个半]"
    r"|(?<!多)少(?:了(?!点|些|一点)|发|给|送|装|我)[^,，]{0,3}"
    r"|(?<!多)少[一二两三四五\d]+[个盒箱袋包斤两瓶只件条份颗枚根支块罐提]|漏(?:发"
    r"|给|送|装|咗|了我|拿|單|单|掉)|发漏|缺(?:了|一|两|斤|少|个|件|货了)"
    r"|数量不(?:对|够)|(?:份|分|重|斤)量不(?:足"
    r"|够|对)|短[斤两]|不够(?:数|秤|称|斤|重|分量)|(?:丢|掉)(?:了|件|失)|不见了|空(?:盒|箱|包|袋|的)"
    r"|(?:显示|说|写)[^,，]{0,4}(?:已?(?:签收|领取|收货|送达|取走|拿走|自提))|被(?:别人|人|谁)(?:拿"
    r"|领|取)|没(?:赠品|配件|发票|说明书)|不翼而飞|找不到|(?:数|称)了?[^,，]{0,6}(?:就"
    r"|只|才|少|差)|差(?:了)?[一二两三四五六七八九"
    r"十\d半]|赠品[^,，]{0,3}(?:没|呢|少)"
)
_WRONG = re.compile(
    r"(?:报|订|要|买|点|拍)的□+[^,]{0,3}(?:给|发|送|来)(?:我|的|了|成)"
    r"|(?:发|送|拿|给|装|寄|配|来|搞|弄)(?:咗)?错|错(?:发|的货|货)|不是我(?:想?要"
    r"|订|买|的|点|拍|选|定"
    r"|报)|(?:与|和|跟|同)(?:实物|图片|描述|订的|买的|下单|我订|我要|我买"
    r"|我拍|介绍|页面|照片|宣传)[^,，]{0,4}(?:不"
    r"|差|完全)|不符|不一致|对不上|对版|(?:要|订|买|拍|点|选|报|定)的?(?:是)?[^,，]{1,10}[,，\s]?(?:来"
    r"|给|发|送|收到|拿到|寄|装)(?:了|的)?(?:是|成|我|了|个|的是|却是)|(?:给|发|送|寄|装|拿|变)成|(?:发"
    r"|送|来|给)(?:过)?来?的(?:是|却)|[发给拿装弄搞]反了|变[^,，]{1,4}了|别人的|(?:颜色|尺码|型号|款式"
    r"|规格|口味|味道)(?:不对"
    r"|错|发错|不符)|混了|拿混|不是同一"
)
_DAMAGED = re.compile(
    r"[坏烂碎破裂漏洒瘪蔫霉馊臭磕化断爆撒撞黑](?:了|掉|的|咗|成|到|得|开"
    r"|出|一|两|三|四|好|个|果|几|皮|洞|损|水|气"
    r"|油|光|完|透|大半|壳|味|缝)|全[^,，]{0,3}(?:坏|烂|碎|破|压|化|臭)|压(?:坏|扁|成|烂|碎|瘪|变)"
    r"|发霉|长毛|长霉|变质|变形|胀[气袋包]|鼓包|死了|死的|生虫|有虫|摔"
    r"|凹|流水|出水|冻坏|冻伤|黑心|散架|开胶|缺角|开裂"
    r"|划痕|稀烂|酸臭|发臭|臭味|都是水|一包水|一摊|渗|撒[^,，]{0,3}到处|坑"
)
_BAD = re.compile(
    r"(?:跟|和|与|同)[^,，]{0,6}(?:图片?|照片|描述|宣传|介绍|说的|样品)[^,，]{0,4}(?:两[个码]|不一样|差"
    r"|不同|天壤|十万)|难吃|难喝|(?:不|唔)(?:好吃|新鲜|甜|好喝|脆|香|好用|好食|掂|熟|满意"
    r"|值|吸|牢|亮|响|灵|工作|制冷|顺滑|干净"
    r"|舒服|能用|行)|没(?:有)?(?:一点)?(?:味|甜味|香味|效果|用|反应|声音|熟|肉)|一点(?:味|甜味|都不|也不)"
    r"|异味|怪味|刺鼻|(?:有|股)[^,，]{0,4}味|质量(?:差|不|太|很|有|问题|一般|堪忧|真)|差评|(?:太|好|真"
    r"|很|最)(?:差|烂|坑|难|垃圾)|用不了|打不开|有问题|失望|劣质|褪色|掉色|起球|起毛|(?:太|这么|好)(?:小|硬"
    r"|酸|老|咸|腻|油|薄|苦|柴|辣|淡)|色差|咬不动|过期|临期|只剩[^,，]{0,3}天|夹生|头发|异物|虫子|沙子|苍蝇"
    r"|硌牙|拉肚子|腹泻|吐了|呕吐|中毒|起疹|疹子|过敏|哈喇|肥肉|肥油|全是[^,，]{0,4}(?:水|冰|毛|油|泥|籽|骨"
    r"|肥|渣|空)|空心|注水|掺|偷工减料|以次充好|上当|入坑|垃圾|一般般|不如"
    r"|很一般|没声音|死机|卡顿|故障|失灵|坏掉|掉毛"
    r"|开线|粗糙|变味|软塌|粘牙|翻车|踩雷|次品|发[黄黑软苦酸]|缩水|(?:跟"
    r"|和)图|齁|差劲|寡淡|(?:好多|很多|都是|一半)(?:是)?空"
    r"|就断|就坏|卡卡|一顿一顿|听不到|怎么回事|再也不(?:买|订|来)"
)
_FAKE = re.compile(
    r"假(?:货|□|的|冒|口罩|酒|烟|名牌|东西|牌|一|药|奶|茶)|冒牌|不(?:是|像)(?:正品|真|正)|山寨|高仿|仿(?:品"
    r"|冒)|骗子|贴牌货|盗版|水货|翻新|造假|三无|冒充|唔系正|以假|感觉像假|非正品"
)
_ILL = re.compile(
    r"拉肚子|腹泻|呕吐|吐了|中毒|过敏|起[^,，]{0,2}疹|疹子|进医院|去医院"
    r"|住院|发烧|肚子[疼痛]|肠胃炎|玻璃渣|异物|铁丝|刀片|划伤|烫伤|窒息"
    r"|红肿|钢丝"
)
_LEGAL = re.compile(r"12315|曝光|举报|工商|消协|市场监管|律师|起诉|法院|报警|消费者协会|黑猫|告你|投诉")
_ASKS_GENUINE = re.compile(r"(?:吗|么|不会是|会不会|是不是|不是吧|没有?)[?？]*$|会不会|保证|吗")
_HAPPY = re.compile(
    r"没(?:有)?(?:坏|破|烂|碎|漏|少|异味|怪味)|不(?:坏|烂|漏|错|差)|没坏"
    r"|一点没|不难吃|不会坏|没问题|不假|不是假"
)
_EITHER = re.compile(r"(.)不\1")
_NOT_OURS = re.compile(
    r"隔壁|别的团|别家|别人|[他她](?:们)?家|其他团|某宝|淘宝|超市|商场|菜市场|菜场|美团骑手"
    r"|外卖骑手|电视|手机(?!壳)|门|电梯|路灯|水管|空调(?!扇)"
    r"|网|车(?!厘子)|楼道|导演|中国队|比赛|股|心都|心碎|笑死|嗓子|腿|腰|胃|牙|头疼|闹钟|路由"
)
_STILL = re.compile(
    r"^\s*(?:怎么)?(?:还|都|仍)(?:没|不|未)(?:有)?(?:来|到|送|发|收到|见)(?:货|啊|呢|呀)?\s*[?!。~]*\s*$"
)
_ELSE = re.compile(
    r"拼多多|抖音|微商|直播间|叮咚|饿了么|(?:淘宝|京东|网上)买|别的(?:群"
    r"|团|平台|店)|路边摊|那家|(?:发错|拿错|看错"
    r"|打错|找错|认错)(?:群|人|表情|地方|门|伞|字)"
)
_OFFERED = re.compile(
    r"(?:给|帮|为|跟)您|^\s*您(?!们)|这边(?:给|帮|为)|包赔|包退|已经?(?:给|帮|为)(?:你|大家)"
)
_CONDITION = (
    r"(?:请问|团长|那|这个|你们|如果|要是|万一|收到|到时候?|吃着|拿到|买回去|打开|[\s□,，])*+"
    r"(?:不(?:甜|新鲜|好吃?|满意|合适|喜欢|熟|想要)|有?[坏烂碎破漏死臭](?:果|的|单|了|掉)*|质量(?:有问题"
    r"|不好)"
    r"|拆[了开封]*|运输.{0,4}|唔啱|降价了?|便宜了|买贵了?)?[\s,，]*"
)
_REDRESS = (
    r"(?:(?:能不能|可不可以|可唔可以|能|可以|包|给|会|支持|保|有|怎么|咋|如何|找?谁|是不是)*"
    r"(?:退|赔|换|补)(?:货|款|钱|差价|偿|新|换)?的?(?:吗|么|不|伐|没|咩|(?=[?]))"
    r"|退不退|赔不赔|换不换|补不补|包不包[退赔换]|(?:能|可以|支持|有)?(?:七天|7天)?无理由(?:退货?)?(?:吗"
    r"|么|不)"
    r"|(?:怎么|咋|如何)(?:退|赔|换|补)(?:货|款|钱)?|(?:包|支持)(?:退|赔|换)(?:包[退赔换])?(?:吗|么|不))"
)
_POLICY = re.compile(rf"^{_CONDITION}{_REDRESS}[呀啊呢的]*[\s?!。~]*$")
"""“坏了包赔吗”: asked how it would be, before anything has come."""
_HAPPENED = re.compile(
    r"我的|昨天|今天|刚才?|已经|上次|那[箱盒袋份单]|这[箱盒袋份单]|[三两几半\d一二]+[箱盒袋份个]|什么时候"
    r"|多久|到账|都"
)
_SAFE_OURS = re.compile(
    r"(?:给|跟)我(?:送|发|拿|装|寄|放)|你们|你家|商家|卖家|团长|客服|收到|买的|订的|发货|送来|退货|退款"
    r"|包裹|快递|这个|店家|产品|东西|订单|差评|购买|下单"
)


HARM = (
    c.DAMAGED
    | c.WRONG
    | c.MISSING
    | c.LATE
    | c.BAD
    | c.FAKE
    | c.REFUND
    | c.REPLACE
    | c.ILL
    | c.NOT_YET
    | c.ANGRY
    | c.DAYS
    | c.PART
    | c.RECEIVED
    | c.MONEY
)
"""A complaint needs at least one of these."""


def complaint(r: Reading) -> Verdict | None:
    """Something is wrong with what was bought, or with getting one's money back."""
    text = r.text
    if _ELSE.search(text) or (_OFFERED.search(text) and not _POLICY.search(text)):
        return None
    if r.has(c.REFUND | c.REPLACE | c.ASKED) and _asks_policy(text):
        return Verdict("complaint", "refund", "policy", 0.94, "complaint: how it would be")
    if told := of_others(r):
        return told
    ours = r.named or bool(_SAFE_OURS.search(text)) or r.addressed
    if (
        r.has(c.ELSEWHERE)
        and search(r"隔壁|别的团|别家|其他团|某宝|超市|商场|菜市场|菜场|美团|盒马|山姆", text)
    ) or (_NOT_OURS.search(text) and not ours):
        return None
    if r.context.previous and _STILL.match(text):
        return Verdict("complaint", "late", None, 0.95, "complaint: still not here", urgency="high")
    sub, strength = _kind(r)
    if sub is None:
        return None
    certain = _sure(r, sub, strength, ours)
    if certain <= 0.3:
        return None
    flags, urgency = complaint_details(r)
    return Verdict("complaint", sub, None, certain, f"complaint: {sub}", flags=flags, urgency=urgency)


def _asks_policy(text: str) -> bool:
    """“能退吗” of what may go wrong; “能换吗” alone may be about an order."""
    asked = _POLICY.match(text) and not _HAPPENED.search(text)
    return bool(asked and _REDRESS_WORD.search(text))


_REDRESS_WORD = re.compile(r"[退赔坏烂碎破]|无理由")


def complaint_details(r: Reading) -> tuple[frozenset[str], str]:
    """What the complainant feels and wants, and how urgent it is: safety and law first."""
    flags = flags_of(r.text)
    return flags, "urgent" if flags & {"safety", "legal"} else "high"


_RESEND = re.compile(
    r"(?:单号|号码|链接|图片?|表|名单|二维码|收款码|取货码|清单|地址).{0,9}(?:重新|再|补)发(?!货)"
    r"|(?:重新|再)发[^,，]{0,4}(?:单号|链接|图|表|名单|码|清单|通知)"
)
"""“单号重新发我一下” wants no goods again."""
_STENCH = re.compile(r"一股[^,，]{1,4}味|有股[^,，]{1,4}味|[臭馊霉哈怪异药]味")
_TRUE_OR_FALSE = re.compile(r"^[\s□这是那个]*(?:真的?(?:还是)?假的?|是真是假|真假)[\s吗呢啊呀?!]*$")


def _kind(r: Reading) -> tuple[str | None, float]:
    text = r.text
    if (
        r.has(c.REFUND | c.REPLACE | c.MONEY)
        and _REFUND.search(text)
        and not _RESEND.search(text)
        and not _is_offer(text)
    ):
        return "refund", 1.0
    if _FAKE.search(text) and not _asks(r, text) and not _TRUE_OR_FALSE.match(text):
        return "counterfeit", 1.0
    if r.has(c.MISSING | c.RECEIVED | c.PART | c.NOT_YET) and _MISSING.search(text) and not _late_first(text):
        return "missing", 0.9
    if r.has(c.WRONG | c.EVIDENCE | c.CHANGE) and _WRONG.search(text):
        return "wrong_item", 0.9
    if r.has(c.LATE | c.NOT_YET | c.DAYS) and _LATE.search(text):
        return "late", 0.9
    if _HAPPY.search(text):
        return None, 0.0
    if r.has(c.DAMAGED) and _DAMAGED.search(text) and not _ILL.search(text):
        return (
            ("damaged", 0.9)
            if not search(r"不好用|用(?:了)?[一二两三几\d]+[天次]|路由|耳机|屏|电", text)
            else ("quality", 0.8)
        )
    if r.has(c.BAD | c.ILL | c.ANGRY) and _BAD.search(_EITHER.sub("", text)):
        return "quality", 0.85
    return None, 0.0


def _is_offer(text: str) -> bool:
    return bool(search(r"包赔|坏果包|补货|补到货|补款码|换个话题|重新下单|重新接", text)) and not search(
        r"退款|退钱|退货", text
    )


def _asks(r: Reading, text: str) -> bool:
    return (
        r.question
        and bool(
            search(
                r"(?:是|有)(?:没有|不是)?[^,，]{0,6}(?:假|高仿|冒牌|山寨)[^,，]{0,3}(?:吗"
                r"|么|吧\?|\?)|会不会|不会是",
                text,
            )
        )
        and not search(r"收到|拆|打开|感觉|闻|喝|泡|用了|味|明显", text)
    )


def _late_first(text: str) -> bool:
    return bool(
        search(r"(?:怎么|为什么|为啥)[^,，]{0,4}还没(?:到|发|送来|收到)|天了|催", text)
    ) and not search(r"签收|领取|少|漏|只", text)


def _sure(r: Reading, sub: str, strength: float, ours: bool) -> float:
    text = r.text
    certain = 0.62
    if ours:
        certain += 0.25
    elif r.has(c.EVIDENCE | c.MY | c.PARCEL | c.ORDER_NOUN | c.PACKING | c.BOSS | c.SEND | c.DELIVER):
        certain += 0.18
    if sub in ("refund", "late", "missing") and r.rest <= 3:
        certain += 0.1
    if r.rest <= 2 and r.length <= 14:
        certain += 0.08
    if r.has(c.FOREIGN) and not r.named:
        certain -= 0.4 if not ours else 0.15
    if sub == "quality" and _STENCH.search(text):
        certain += 0.2
    if r.has(c.LAUGH):
        certain -= 0.3
    if r.has(c.PRAISE) and sub in ("quality", "damaged") and not r.has(c.ANGRY):
        certain -= 0.2
    if (
        r.question
        and sub in ("quality", "damaged")
        and not search(r"怎么(?:这么|都|回事|是|全|还)|为什么|咋|什么(?:东西|玩意)", text)
    ):
        certain -= 0.3
    if r.has(c.MAYBE) and sub != "refund":
        certain -= 0.15
    return min(0.95, certain * strength)
