"""Questions about products, their delivery, and paying for them."""

import re

from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.patterns import search

DEADLINE = re.compile(
    r"(?:最晚|最迟)[^,，]{0,3}(?:几点|什么时候|啥时候|哪天|几号)[^,，]{0,3}(?:报|接|订|下单|要)|(?:几点"
    r"|什么时候|啥时候|何时|哪天|几号|多久|几时)[^,，]{0,4}(?:截"
    r"|停|结束|封|关团|结团)|截(?:止|单|团)?(?:了没|了吗|没|吗|时间)|还?来得及"
)
_PROGRESS = re.compile(
    r"成团(?:了)?(?:没|吗|么)|还差(?:几|多少)(?!.{0,6}付|天|点|钱)(?:个"
    r"|份|人|单|户|盒|箱|件|名|$|[?？呀啊呢])|凑够|够(?:数|人)了?(?:没|吗)|成了没"
)
_SHIP = re.compile(
    r"(?:能|可以|可不可以|会|给|包|管|帮|是|免费)?(?:送|寄|邮|发)(?:到|去|上|外|往)?[^,，?什几多哪]{0,8}(?:吗"
    r"|么|不|伐|咩|没|嘛)|(?:能不能|可不可以|能否|可否)(?:帮忙|给|直接)?(?:送|寄|邮)|送不送|送上楼"
    r"|送货上门|上门吗|(?:从|在)?(?:哪"
    r"|哪里|哪儿|什么地方|边度)(?:里)?(?:发货"
    r"|发|拿|取|自提|提货|领)|自提点?在?(?:哪|什么地方|几号|边)|(?:在哪"
    r"|去哪|到哪|哪里|哪儿|边度)(?:里|儿)?(?:能"
    r"|可以|去)?(?:拿|取|自提|提|领)"
    r"|(?:可以|能|支持)[^,，]{0,3}(?:自提|自取|上门取)|送到(?:哪|几)|发什么"
    r"|(?:发|走|用|选|寄)(?:的)?(?:是)?(?:什么"
    r"|哪家|哪个|啥)快|货到付款|到付"
)
_PRICE = re.compile(
    r"多少(?:钱|元|块|米|银)|多钱|怎么卖|咋卖|怎卖|啥价|什么价|几(?:多)?(?:钱|块|元)|价格|单价|贵(?:吗|不"
    r"|了|啊)|便宜|优惠|打折|满减|折扣|有券|活动|多少一|(?:一|每)[个只份盒箱袋包瓶罐桶提板组套"
    r"束盆斤条把件]多少|卖多少"
    r"|要多少(?!天|时|个|斤)|降价|涨价|特价|会员价|收费|差价|怎么付|怎么收钱|付款方式|多少\?*$"
)
_STOCK = re.compile(
    r"有货|还有(?:吗|没|么|不|伐|货|多少|几|冇|呒|得|名额)|有没有货|没货"
    r"|缺货|断货|现货|库存|卖完|售罄|抢光|还剩"
    r"|剩多少|剩几|能下单|还能(?:接|买|报|订|加|拍|参|要|跟|团|下)|还可以(?:接"
    r"|买|报|订|加|拍)|来得及|再有|补货"
    r"|补到|再上|还会(?:有|上|来|团|卖)|[上来]了(?:没有?|吗|么)|还团|再团|上架|下架|有得[卖买]"
    r"|有(?:的)?卖|还卖|还接|还收|有吗|有没有"
    r"|有么|有冇|有伐|有不|够不够|够吗|预售|进货|无货|没有货|开团吗|什么时候开"
    r"|诱惑吗|you ?huo|you ma|满了(?:没"
    r"|吗)|仲有|哪[里有]有|有[^,，吗没]{1,8}[吗么没伐]"
)
_SPEC = re.compile(
    r"[打喷用上]不[打喷用上]|(?:打|喷|用)过?(?:农?药|蜡|激素|膨大|催熟|色素)|(?:甜|酸|辣|咸|苦|脆|硬|软"
    r"|嫩|老|大|小|重|长|高|厚|宽|冰|熟|香|糯|粉|腥|膻|油|腻|刺|肥|瘦)(?:不|吗"
    r"|么|伐|度|咩)|多[大重长高厚宽深粗]|几[斤克两个只颗根枚层瓶包片支升年块粒条袋盒杯寸代双成"
    r"]|多少[个只克斤片支根枚颗包瓶毫升粒条块度寸袋层]"
    r"|尺寸|大小|个头|果径|重量|净重|规格|型号|产地|哪里?产|哪里的|保质"
    r"|生产日期|日期|新鲜|成分|配料|材质|面料|颜色|口味"
    r"|什么味|啥味|添加|糖|防腐|农药|打药|有机|转基因|热量|含量|孕妇|宝宝"
    r"|小孩|老人|糖尿|血糖|过敏|能吃|可以吃|吃得|适合"
    r"|去[皮头核籽壳]|带[皮壳骨]|[有无]?[核籽]|[软硬]毛|生锈|掉色|褪色"
    r"|防水|透气|包装|馅|品种|品牌|牌子|几成|真空"
    r"|冷冻|进口|国产|纯棉|陈|装的|放多久|存多久|能放|几码|什么码|尺码"
    r"|码|功率|电压|版本|是.{1,6}还是|能不能吃|可不可以吃"
    r"|好吃[吗不么]|好用[吗不么]|味道[怎如好]|怎么样|有什么[^,，]{0,4}的"
    r"|有[^,，]{1,5}的(?:吗|么|没)|纯[一-龥]的"
)
_USE = re.compile(
    r"(?:怎么|咋|怎样|如何|咋个|点样|怎|杂)(?:才能|才|能|可以|去|样|办)?[^,，钱卖价付]{0,4}?(?:吃|做|用"
    r"|存|放|保存|储存|装|安|煮|炒|蒸|炖|烤|养|洗|弄|开|打开|加热|解冻|处理|泡|喝|贴|涂|剥|切|腌|冲|拆|挂|焯"
    r"|使|整|催|去|热|煎|炸|熬|煲|涮|拌|种|浇|换水|充|连|设|调)"
    r"|(?:要|用|需)不(?:要|用|需要)[^,，]{0,3}(?:放|泡|洗|煮|冷|解冻|去|加|先|浸|焯|削|蒸|腌)|(?:能"
    r"|可以)(?:不能|不可以)?(?:直接|生|微波|用|放|蒸|炒|煮|炖|烤|冷冻|冷藏"
    r"|常温|隔夜|泡|打|榨|做|涮|煎|贴|机洗)"
    r"|(?:放|存)(?:在)?(?:哪|冰箱|冷藏|冷冻|常温|室温)|(?:煮|蒸|烤|泡|炖|炸|煎)(?:多久|几分钟|多长)|(?:手痒"
    r"|麻口|中毒)[^,，]{0,2}(?:怎|咋)|用法|做法|吃法|教程|要放冰箱|能放冰箱"
    r"|可以放冰箱|(?:一天|每天|一次)[^,，]{0,3}(?:几"
    r"|多少)(?:次|片|个|粒|克|勺)|怎么存|能冻"
)
_GENUINE = re.compile(
    r"正品|真品|真货|正货|保真|正宗|(?<!认)真的(?:吗|么|假|不|还是)|真假|是真|真是|是不是(?:真|假|正)"
    r"|假的?(?:吗|么"
    r"|不)|授权|贴牌|官方|自营|旗舰|防伪|行货|原装|专柜|有证|资质|检测"
    r"|质检|合格证|许可证|注册证|批文|认证|报告|证明"
    r"|扫码|验[真码]|溯源|正规|靠谱(?:吗|不|么)|冒牌|高仿|有保证|假货(?:吗|不|么|吧\?)|山寨|三无|哪个厂|别是"
)
_ADVICE = re.compile(
    r"推荐|哪[个种款样只边][^,，]{0,4}(?:好|更|甜|划算|新鲜|值|适合|合适|大|小|耐|实惠|便宜|辣|香|核|软|脆"
    r"|多)|哪[个种款]比|选哪|买哪|拿哪|要哪[个种款]好|区别|差别|什么好"
    r"|啥好|有什么不同|有啥不同|对比|怎么选|该买|该选"
    r"|建议|介绍(?:一?下|个|几)|送(?:人|礼)[^,，]{0,5}(?:什么|哪|合适|好)|(?:买|选|要).{1,8}还是.{1,8}(?:好"
    r"|$|呢|\?)|比较(?:好|甜|合适)|还是[^,，]{1,8}(?:好|划算|合适)|跟[^,，]{1,6}比|边[个款][^,，]{0,2}好"
    r"|能选哪|有什么好"
)
_BY = r"(?:微信|支付宝|现金|刷卡|银行卡|花呗|云闪付|数字人民币|信用卡|转账|扫码)"
_PAY = re.compile(
    rf"(?:怎么|咋|如何)(?:付|支付)(?:呢|啊|呀|的)?[\s?!。]*$|(?:能|可以|可不可以|能不能|可否|支持|收|接受"
    rf"|用)(?:直接|用|不能)?{_BY}(?:直接|就"
    rf"|来)?(?:[转付给支收交][^,，。退]{{0,4}})?(?:[吗么不伐咩没]|行不|行吗)"
    r"|(?:怎么|咋|如何|点样?)(?:付|转|交|支付|给)(?:钱|款|账|你钱|团长钱)|(?:钱|款)(?:怎么|咋|如何"
    r"|点样?)(?:付|给|转|交|支付)|(?:钱|款)(?:转|付|给|交)(?:给)?谁"
    r"|(?:能|可以|支持)?(?:货到付款|到付)(?:[吗么不伐]|行不)|(?:先|后|现在|拿货|收货|到货|货到|提货)(?:再"
    r"|就|后|时|要)?(?:付款?|给钱|交钱|付钱)(?:[吗么不]|还是|行)"
    r"|(?:付款|收款)码(?:有|在|发|呢)"
)
"""How, when and to whom one pays."""
_ALLERGEN = re.compile(
    r"(?:有没有|含不含|有无|带不带|含(?:有)?|会不会)[^,，]{1,8}[,，\s]*.{0,8}过敏(?!了)|(?:对|我家?|孩子"
    r"|娃|老人)[^,，]{0,6}过敏(?!了)[,，\s]*(?:的)?(?:人)?[^,，]{0,4}(?:能|可以|有没有|含)"
)
_AREA = re.compile(
    r"(?:那边|这边|那里|那儿|这儿|[郊区村镇县乡街]|街道|小区|附近|外地|外省)[^,，今明后]{0,3}(?:能|可以"
    r"|也|还|给|会)?(?:送|派送|配送|发|寄|到)(?:货|得到|不到)?(?:吗|不|么|伐)"
)
_TEACHES = re.compile(
    r"哪家(?:店|好[吃喝]|便宜|正宗|靠谱)|我教|教(?:你们|大家)|告诉(?:你们|大家)|给(?:你们|大家)(?:讲|说"
    r"|普及|分享)"
)
_HOW_MUCH_OF = re.compile(
    r"多少(?:毫升|公?斤|千?克|两|升|度|片|颗|枚|根|支|粒|抽|张|寸|码|g|ml|kg)(?!.*(?:钱|价|元|块))"
)
"""“一瓶多少毫升” asks for the content, not for the price."""
_PICKS_UP = re.compile(
    r"[拿取提领]货?到?(?:几点|什么时候|啥时候)|[拿取提领]货[^,，]{0,4}(?:结束|截止)|有没有(?:到|来|发"
    r"|送到)(?![处自])"
)
"""Hours of the hand-out and whether it has come: the way of the goods, not the end of the group buy."""
_ASKS_NEIGHBOURS = re.compile(r"^\s*(?:谁|哪位|有谁)(?:能)?(?:推荐|介绍|认识|知道|会|有空)")
_HOLIDAY = re.compile(r"春节|过年|国庆|五一|元旦|双十一|期间|节假日?|放假|下雪|台风")
_SHAME = re.compile(
    r"(?:怎么|咋个?|哪|还)(?:好意思|有脸|敢|能)?(?:拿出来|拿来)?卖(?:得)?(?:出|的|给|这)|好意思|有脸"
)
"""“这种也好意思卖” is no question."""
_WHERE_TO_GET = re.compile(
    r"^[\s□]*+(?:请问|那|我们?)*(?:在|去|到)(?:哪|哪里|哪儿|什么地方|边度)(?:能|可以|去)?(?:拿|取|自提"
    r"|提货?|领|取货|拿货)|自提点?(?:在|是)?(?:哪|什么地方|几号楼)|送到(?:哪|几号楼)"
)


_KINDS = (
    ("shipping", "delivery", _SHIP, c.FEE | c.CARRIER | c.SHIP_TALK),
    ("authenticity", "evidence", _GENUINE, 0),
    ("recommend", "compare", _ADVICE, 0),
    ("usage", "usage", _USE, 0),
    ("price", "price", _PRICE, c.PRICE | c.CHEAPER),
    ("stock", "deadline", DEADLINE, 0),
    ("stock", "progress", _PROGRESS, 0),
    ("spec", "size", _SPEC, 0),
    ("stock", "stock", _STOCK, c.STOCK | c.RESTOCK),
)
NEEDS = (
    c.ASK
    | c.QUESTION_WORD
    | c.PRICE
    | c.CHEAPER
    | c.STOCK
    | c.RESTOCK
    | c.FEE
    | c.CARRIER
    | c.ADVICE
    | c.GENUINE
    | c.SHIP_TALK
)
_ASPECTS = (
    ("taste", re.compile(r"甜|酸|辣|咸|苦|好吃|口感|味")),
    ("origin", re.compile(r"产地|哪里?产|哪里的|进口|国产|产自|哪儿产")),
    ("shelf_life", re.compile(r"保质|日期|放多久|存多久|新鲜|能放")),
    ("storage", re.compile(r"怎么[存放保]|冰箱|冷藏|冷冻|常温|保存|储存")),
    ("allergen", re.compile(r"过敏|孕妇|宝宝|小孩|花生|麸质|糖尿|血糖|老人|能吃")),
    ("pack", re.compile(r"几[个只颗根枚瓶包片支块粒条]|多少[个只片支根枚颗包瓶粒]|一[盒箱袋份板提]|规格|装")),
    ("size", re.compile(r"多大|尺寸|大小|个头|果径|多重|重量|几斤|几两|净重|码")),
    ("discount", re.compile(r"便宜|优惠|打折|满减|券|活动|折扣")),
    ("payment", re.compile(r"怎么付|付款|到付|转账|收款")),
    ("policy", re.compile(r"退|换|坏果|包赔|售后")),
    ("invoice", re.compile(r"发票")),
    ("pickup", re.compile(r"自提|自取|在哪[拿取]|[拿取领提]货")),
    ("restock", re.compile(r"再有|补货|再团|再上|还会")),
)
_OPEN_QUESTION = re.compile(r"[?吗么嘛呢伐咩]|什么|啥|哪|多少|几|怎|咋|如何|(.)[不没]\1|有没|是不")
"""A question in so many words: 没有啊 and 也没 at the end of a clause may be statements."""
_ELLIPTIC = re.compile(
    r"^[\s□]*+(?:的|那个|这个|现在|请问|问下|想问下|一)?[\s□]*+(?:价格|价钱|单价|规格|产地|保质期|尺寸|净重"
    r"|配料|成分|运费|邮费|多少|优惠|活动|库存|现货|推荐一?下?|介绍一?下"
    r"|报价|求推荐)[\s□]*(?:呢|说说|说一下|发一下"
    r"|发我)?[\s?!。~]*$"
)
_SELF_TALK = re.compile(
    r"要不要买|买不买|吃不吃|去不去|谁(?:要|去|有|知道|家)|有人(?!.*团)"
    r"|大家觉得|你们觉得|几岁|多大了|几号了|今天几号|星期几|天气"
)


def product(r: Reading) -> Verdict | None:
    """A question about what is sold: its price, stock, make, use, worth, delivery."""
    text = r.text
    if _SELF_TALK.search(text) and not r.named:
        return None
    if search(r"电话|热线|号码|客服|不对不对", text):
        return None
    if _PAY.search(text) and r.question and not r.has(c.PAST):
        return Verdict(
            "product_question", "price", None, 0.9, "question: payment", asks=("price",), aspect="payment"
        )
    if r.has(c.FOREIGN | c.ELSEWHERE) and not r.named and not r.has(c.FEE | c.CARRIER):
        return None
    if r.has(c.FOREIGN) and r.has(c.PAST):
        return None
    if r.polite and r.named and any(not a.bare for a in r.slots.amounts):
        return None
    if _PICKS_UP.search(text):
        return None
    if DEADLINE.search(text) and r.rest <= 3 and not r.has(c.FOREIGN):
        return _asked("stock", "deadline")
    if (
        _PROGRESS.search(text)
        and not r.has(c.REPORT)
        and r.rest <= 3
        and r.context.role != "leader"
        and not r.has(c.FOREIGN)
    ):
        return _asked("stock", "progress")
    if _WHERE_TO_GET.search(text) and r.rest <= 3 and not r.has(c.FOREIGN):
        return _asked("shipping", "pickup")
    if _TEACHES.search(text) or (_ASKS_NEIGHBOURS.match(text) and not r.named):
        return Verdict(confidence=0.93, rule="taught or asked of neighbours")
    if _AREA.search(text) and not r.slots.time and not r.has(c.NOT_YET | c.MY):
        return Verdict(
            "product_question",
            "shipping",
            None,
            0.93,
            "question: area",
            asks=("shipping",),
            aspect="delivery",
        )
    if "过敏" in text and _ALLERGEN.search(text):
        return Verdict(
            "product_question", "spec", None, 0.94, "question: allergen", asks=("spec",), aspect="allergen"
        )
    found: list[tuple[str, str]] = []
    if _SHAME.search(text):
        return None
    for sub, aspect, pattern, bits in _KINDS:
        if (
            bits and r.has(bits) and (sub != "shipping" or r.question or r.has(c.FEE | c.CARRIER))
        ) or pattern.search(text):
            found.append((sub, aspect))
    if not found and r.named and r.question and not r.has(c.PAST | c.FOREIGN | c.ELSEWHERE | c.MAYBE):
        if not _OPEN_QUESTION.search(text):
            return Verdict(
                "product_question", "spec", None, 0.55, "question: named", asks=("spec",), aspect="size"
            )
        found = [("spec", "size")]
    if not found:
        return None
    if len(found) > 1 and found[0][0] == "price" and _HOW_MUCH_OF.search(text):
        found = found[1:]
    sub, aspect = found[0]
    if (
        sub == "shipping"
        and not r.has(c.FEE | c.CARRIER)
        and (r.has(c.WHEN) or r.slots.time or _HOLIDAY.search(text))
    ):
        # 今天还能送吗 asks when, 能送到吗 asks whether at all.
        return None
    if (
        sub == "recommend"
        and any(k == "stock" for k, _ in found)
        and not search(r"推荐|哪|选|区别|还是", text)
    ):
        sub = "stock"
    if not r.question and not _ELLIPTIC.match(text):
        return None
    certain = _certain(r, sub)
    if aspect in ("size", "stock", "price", "delivery"):
        aspect = next((name for name, pattern in _ASPECTS if pattern.search(text)), aspect)
    asks = tuple(dict.fromkeys(k for k, _ in found))
    return Verdict("product_question", sub, None, certain, f"question: {sub}", asks=asks, aspect=aspect)


def _asked(sub: str, aspect: str) -> Verdict:
    return Verdict("product_question", sub, None, 0.94, f"question: {aspect}", asks=(sub,), aspect=aspect)


def _certain(r: Reading, sub: str) -> float:
    about = r.named or r.has(c.FEE | c.CARRIER)
    if r.has(c.PAST | c.MAYBE) and not r.named:
        return 0.45
    shop = bool(
        search(
            r"这个|这款|那个|这种|你们|你家|亲|请问|一[盒箱袋份板提斤]|下单|购买"
            r"|买|拍|货|发|商品|产品|宝贝|正品",
            r.text,
        )
    )
    if about:
        return 0.9 if r.rest <= 8 else 0.72
    if shop:
        return 0.85 if r.rest <= 4 else 0.62
    if r.rest <= 1:
        return 0.84 if r.length <= 12 else 0.7
    return 0.55 if r.rest <= 3 else 0.35
