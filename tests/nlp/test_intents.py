"""What each family of intents takes, and what it must leave alone: silence is tested as much."""

import pytest

from nlp import Context, Mode, ProductEntry, Understander

SHOP = [
    ProductEntry("1", "烟台苹果", ("苹果",), "箱", "1箱=5斤"),
    ProductEntry("2", "赣南脐橙", ("脐橙",), "箱"),
    ProductEntry("3", "土鸡蛋", ("鸡蛋",), "板", "1板=30枚"),
    ProductEntry("4", "黑猪肉水饺", ("水饺",), "袋"),
]
OPEN = ("烟台苹果", "赣南脐橙", "土鸡蛋", "黑猪肉水饺")


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(SHOP)


def intent(understander: Understander, text: str, role: str = "buyer") -> str:
    meaning = understander.understand(text, Context(open=OPEN, role=role))
    return f"{meaning.intent}/{meaning.sub}" if meaning.sub else meaning.intent


JOIN = [
    "+1",
    "＋２",
    "我要",
    "算我一个",
    "带我",
    "报名",
    "要两箱",
    "来一板",
    "给我留俩",
    "2份",
    "苹果2箱",
    "脐橙来一箱",
    "要三箱苹果",
    "A2 C1",
    "A+1，D*2",
    "#2+1",
    "水饺3鸡蛋1",
    "苹果×2、脐橙×1",
    "再来一箱",
    "再加2",
    "帮我妈也来一箱",
    "替8-302要一板鸡蛋",
    "给我和我姐各一箱苹果",
    "6-501 2箱",
    "同上",
    "跟楼上一样",
    "老样子",
    "都要",
    "每样来一份",
    "剩下的我都要",
    "候补",
    "苹果一箱 挑红一点的",
    "可以给我留两箱吗",
    "pingguo liangxiang",
    "两三箱吧",
]
CHANGE = [
    "改成3箱",
    "苹果改成2箱",
    "少要一箱",
    "减一份",
    "苹果换脐橙",
    "A换成B",
    "我改下地址 6-102",
    "换个电话 13912345678",
]
CANCEL = [
    "不要了",
    "取消",
    "退出",
    "我那份不要了",
    "苹果不要了",
    "把我的脐橙取消",
    "我妈那份不要了",
    "-1",
    "撤单",
    "先不买了",
]
LOOK = ["我的订单", "我报了啥", "查一下我的", "我排第几", "我该付多少", "名单里有没有我"]
WAY = [
    "到哪了",
    "什么时候发货",
    "几点能到",
    "快递单号多少",
    "明天能送到吗",
    "取货码多少",
    "催一下",
    "几点能拿货",
]
ASKS = {
    "苹果多少钱": "price",
    "鸡蛋还有吗": "stock",
    "几点截单": "stock",
    "苹果甜吗": "spec",
    "水饺怎么煮": "usage",
    "鸡蛋是正品吗": "authenticity",
    "送上楼吗": "shipping",
    "自提点在哪": "shipping",
    "苹果和脐橙哪个好": "recommend",
    "能便宜点吗": "price",
    "脐橙保质期多久": "spec",
}
WRONG = {
    "苹果烂了一半": "damaged",
    "收到的鸡蛋碎了五个": "damaged",
    "少发了一箱脐橙": "missing",
    "发错了 我要的是苹果": "wrong_item",
    "怎么还没发货": "late",
    "苹果一点都不甜": "quality",
    "这是假货吧": "counterfeit",
    "我要退款": "refund",
    "给我补发一箱": "refund",
    "能退吗": "refund",
    "吃了拉肚子": "quality",
}
HUMAN = ["人工", "转人工", "我要找客服", "喊团长", "别跟我机器人", "我要投诉"]
LEAD = {
    "截单": "leader_close",
    "封单": "leader_close",
    "结团2": "leader_close",
    "名单": "leader_report",
    "多少份了": "leader_report",
    "谁没付": "leader_report",
    "进货单": "leader_report",
    "导出": "leader_report",
    "开团 烟台苹果 5斤 39.9 今晚8点截": "leader_open",
    "开团": "leader_open",
}
CHATTER = [
    "好的谢谢",
    "哈哈哈",
    "666",
    "+10086",
    "楼上+1",
    "同意+1",
    "👍",
    "收到",
    "今天好热",
    "电梯又坏了",
    "谁看到我家猫了",
    "昨天吃了两个苹果",
    "我妈寄来一箱苹果",
    "公司发了两箱脐橙",
    "苹果园站怎么走",
    "周末打球还差两个人",
    "给孩子报名夏令营",
    "要不要买呢",
    "好想买",
    "上次那两箱真甜",
    "航班取消了",
    "半斤八两",
    "三缺一",
    "排队做体检",
    "我要睡了",
    "一样的心情",
    "取消关注了",
    "帮忙砍一刀",
    "这电影真是烂片",
    "大家早上好",
]


@pytest.mark.parametrize("text", JOIN)
def test_orders(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "join_group_buy"


@pytest.mark.parametrize("text", CHANGE)
def test_changes(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "change_sign_up"


@pytest.mark.parametrize("text", CANCEL)
def test_cancels(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "cancel_sign_up"


@pytest.mark.parametrize("text", LOOK)
def test_looking_up_ones_own_order(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "query_my_orders"


@pytest.mark.parametrize("text", WAY)
def test_the_way_of_the_goods(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "logistics_question"


@pytest.mark.parametrize(("text", "sub"), ASKS.items())
def test_questions(understander: Understander, text: str, sub: str) -> None:
    assert intent(understander, text) == f"product_question/{sub}"


@pytest.mark.parametrize(("text", "sub"), WRONG.items())
def test_complaints(understander: Understander, text: str, sub: str) -> None:
    assert intent(understander, text) == f"complaint/{sub}"


@pytest.mark.parametrize("text", HUMAN)
def test_wanting_a_person(understander: Understander, text: str) -> None:
    assert intent(understander, text) == "ask_human"


@pytest.mark.parametrize(("text", "wanted"), LEAD.items())
def test_commands(understander: Understander, text: str, wanted: str) -> None:
    assert intent(understander, text, role="leader") == wanted


@pytest.mark.parametrize("text", CHATTER)
def test_chatter_is_met_with_silence(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=OPEN)).silent


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("到货了", "arrived"),
        ("晚一天到", "delayed"),
        ("催付款", "nudge"),
        ("王姐已付", "paid"),
        ("苹果涨到42", "price"),
        ("限每户2份", "limit"),
        ("设李姐当副团长", "role"),
        ("重开", "reopen"),
        ("再开一天", "extend"),
        ("取消团购", "cancel_group_buy"),
        ("移除 3 小明", "remove"),
        ("分货单", "sorting"),
        ("撤销", "undo"),
    ],
)
def test_what_only_leaders_say(understander: Understander, text: str, fine: str) -> None:
    assert understander.understand(text, Context(open=OPEN, role="leader")).fine == fine


@pytest.mark.parametrize("text", ["截了", "收工", "不收了", "到货了", "重开"])
def test_buyers_give_no_commands_in_passing(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=OPEN)).silent


def test_a_buyer_who_cancels_the_group_buy_cancels_his_own(understander: Understander) -> None:
    assert intent(understander, "取消团购") == "cancel_sign_up"


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("你是真人吗", "identity"),
        ("小团能干嘛", "ability"),
        ("别推了", "opt_out"),
        ("删了我的信息", "forget_me"),
        ("有人团榴莲吗", "wish"),
        ("已转", "payment_claim"),
        ("我已经拿了", "pickup_done"),
        ("小团真棒", "praise_bot"),
        ("你好小团", "greeting_bot"),
        ("谁跟我分一箱", "split"),
    ],
)
def test_chatter_that_may_be_answered(understander: Understander, text: str, fine: str) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert (meaning.intent, meaning.fine) == ("chitchat", fine)


@pytest.mark.parametrize(
    ("text", "fine", "mode"),
    [("改成3箱", "set", Mode.SET), ("少要一箱", "subtract", Mode.SUBTRACT)],
)
def test_how_an_order_changes(understander: Understander, text: str, fine: str, mode: Mode) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert meaning.fine == fine
    assert [i.mode for i in meaning.items] == [mode]


def test_a_swap_goes_from_the_first_to_the_second(understander: Understander) -> None:
    meaning = understander.understand("苹果换脐橙", Context(open=OPEN))
    assert meaning.fine == "swap"
    assert [i.product for i in meaning.items] == ["烟台苹果", "赣南脐橙"]


def test_illness_is_urgent(understander: Understander) -> None:
    meaning = understander.understand("吃了鸡蛋上吐下泻 拉肚子", Context(open=OPEN))
    assert meaning.urgency == "urgent"
    assert "safety" in meaning.flags


def test_a_condition_is_flagged(understander: Understander) -> None:
    meaning = understander.understand("如果周六能到我要2箱", Context(open=OPEN))
    assert "conditional" in meaning.flags


FAULTS = {
    "苹果烂忒一半了": "damaged",
    "鸡蛋碎脱六只": "damaged",
    "水饺袋子鼓得要炸了": "damaged",
    "5个苹果4个是烂的": "damaged",
    "啲橙全部酸嘅，唔好食": "quality",
    "苹果硬得跟石头一样": "quality",
    "我买的那盒鸡蛋架子上翻遍了都没有": "missing",
    "少我一袋水饺": "missing",
    "讲好今日送，而家都仲未到": "late",
    "脐橙烂完了，什么东西": "damaged",
    "你们把运费也退一下": "refund",
}
REDRESS = ["坏了包赔吗", "坏果赔不赔", "苹果不甜能退吗", "支持七天无理由吗"]
PAYING = ["可以支付宝付吗", "钱怎么转给你", "货到付款行不行", "收现金吗"]
ORDERS_WITH_MORE = {
    "小王帮我报两箱苹果，回头转你钱": 2,
    "我先来一箱苹果尝尝，好吃再补": 1,
    "苹果两箱 电话13712345678": 2,
    "可以再加一板鸡蛋吗": 1,
}
OF_OTHERS = [
    "她家昨天退货吵了半天",
    "谁把我的雨伞拿走了",
    "我点的外卖少了一份饭",
    "苹果手机屏幕碎了",
    "螃蟹怎么挑我教你们",
    "取货码重新发我一下",
]


@pytest.mark.parametrize(("text", "sub"), FAULTS.items())
def test_faults_as_people_of_all_parts_tell_them(understander: Understander, text: str, sub: str) -> None:
    assert intent(understander, text) == f"complaint/{sub}"


@pytest.mark.parametrize("text", REDRESS)
def test_asking_how_it_would_be_made_good(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert (meaning.intent, meaning.sub, meaning.fine) == ("complaint", "refund", "policy")


@pytest.mark.parametrize("text", ["我的苹果坏了怎么赔", "昨天那箱烂了能退吗", "坏了两个给退吗"])
def test_wanting_it_made_good_is_no_question_of_policy(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert meaning.intent == "complaint"
    assert meaning.fine is None


@pytest.mark.parametrize("text", PAYING)
def test_how_one_pays(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert (meaning.intent, meaning.aspect) == ("product_question", "payment")


@pytest.mark.parametrize(("text", "quantity"), ORDERS_WITH_MORE.items())
def test_orders_with_a_word_behind(understander: Understander, text: str, quantity: int) -> None:
    meaning = understander.understand(text, Context(open=OPEN))
    assert meaning.intent == "join_group_buy"
    assert [i.quantity for i in meaning.items] == [quantity]


@pytest.mark.parametrize("text", OF_OTHERS)
def test_what_is_said_of_others_opens_no_case(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=OPEN)).intent in ("chitchat", "logistics_question")


def test_the_rest_is_taken_without_a_number(understander: Understander) -> None:
    meaning = understander.understand("包圆了", Context())
    assert (meaning.fine, meaning.flags) == ("join_rest", frozenset({"rest"}))


def test_several_questions_at_once(understander: Understander) -> None:
    meaning = understander.understand("苹果多少钱 甜不甜 送上楼吗", Context(open=OPEN))
    assert {"price", "shipping", "spec"} <= set(meaning.asks)
