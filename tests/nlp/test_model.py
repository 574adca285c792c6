"""The intent model reads wordings it has not seen, says how sure it is, and is quick."""

import time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.examples import examples
from nlp.model import IntentModel


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.load()


# Sentences that are not among the examples.
UNSEEN = [
    ("这批李子一篮啥价钱呀", "product_question/price"),
    ("拿八盒给优惠点不", "product_question/price"),
    ("云南小瓜还有剩的没", "product_question/stock"),
    ("柚子啥时候还能再上一批", "product_question/stock"),
    ("一罐豆豉有多少克啊", "product_question/spec"),
    ("这饼干三岁的娃咬得动吗", "product_question/spec"),
    ("寄到湖南老家要另加运费不", "product_question/shipping"),
    ("这鱼要先化冻再下锅吗", "product_question/usage"),
    ("海参是正宗大连的吗 有没有证", "product_question/authenticity"),
    ("两种酱油炒菜用哪个好", "product_question/recommend"),
    ("给我家来三兜李子", "join_group_buy"),
    ("7-1203 豆干两包 腐乳一瓶", "join_group_buy"),
    ("替楼下孙叔也报一箱", "join_group_buy"),
    ("我刚才那两包改成四包吧", "change_sign_up"),
    ("麻烦把收货的门牌换成9栋301", "change_sign_up"),
    ("豆干我就不要了哈 帮忙去掉", "cancel_sign_up"),
    ("刚才下的那一单给我取消掉", "cancel_sign_up"),
    ("我这回一共报了几样来着", "query_my_orders"),
    ("豆干明儿上午能送过来不", "logistics_question"),
    ("我那个快递现在走到哪儿啦", "logistics_question"),
    ("别自动回复了 来个真人", "ask_human"),
    ("豆干开团啦 12.8一包 周四晚八点截单", "leader_open"),
    ("豆干不接了哈 就到这里", "leader_close"),
    ("豆干现在报了多少包了 统计下", "leader_report"),
    ("李子烂了小半篮", "complaint/damaged"),
    ("我订的是甜豆干 怎么给我辣的", "complaint/wrong_item"),
    ("两包豆干袋子里只看到一包", "complaint/missing"),
    ("都拖了一个礼拜了还不给发货", "complaint/late"),
    ("豆干一股怪味 咬都咬不动", "complaint/quality"),
    ("扫码根本查不到 冒牌货吧", "complaint/counterfeit"),
    ("坏掉的那几个给我退钱", "complaint/refund"),
    ("楼下车库又积水了", "chitchat"),
    ("上回的李子我婆婆夸了半天", "chitchat"),
    ("隔壁超市的李子才五块", "chitchat"),
    ("我再琢磨琢磨 不急", "chitchat"),
    ("孩子数学考了九十八分", "chitchat"),
]


@pytest.mark.parametrize(("text", "label"), UNSEEN)
def test_unseen_wording(model: IntentModel, text: str, label: str) -> None:
    assert model.predict(text)[0][0] == label


def test_probabilities_add_up_best_first(model: IntentModel) -> None:
    shares = [share for _, share in model.predict("草莓多少钱一盒")]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)
    assert len(shares) == len(model.labels) == 24


@pytest.mark.parametrize("text", ["жщ ψδ", "。。。", "qwx zzp", "🐙🐙"])
def test_strange_text_is_chitchat(model: IntentModel, text: str) -> None:
    assert model.predict(text)[0][0] == "chitchat"


def test_is_surer_of_its_examples_than_of_noise(model: IntentModel) -> None:
    sample = list(islice(examples(), 0, None, 97))
    right = sum(model.predict(text)[0][0] == label for text, label in sample)
    assert right / len(sample) > 0.93


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    ranked = IntentModel.load().predict(text)
    assert sum(share for _, share in ranked) == pytest.approx(1.0)


def test_one_model_is_shared() -> None:
    assert IntentModel.load() is IntentModel.load()


def test_a_chat_line_takes_well_under_a_millisecond(model: IntentModel) -> None:
    best = min(_seconds(model, "团长我要两盒草莓和三份羊肉卷") for _ in range(20))
    assert best < 0.000_2


def _seconds(model: IntentModel, text: str) -> float:
    started = time.perf_counter()
    for _ in range(50):
        model.predict(text)
    return (time.perf_counter() - started) / 50
