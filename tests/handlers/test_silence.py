"""Ordinary chatter of neighbours: not one word from the bot, whether something is on offer or not."""

import json
from pathlib import Path

import pytest
from chat import Shop

from bot.replay import replay

CHATTER = """
早上好呀各位
今天太阳真好，终于能晒被子了
谁家孩子在楼下哭，快去看看
我家那个又不肯起床上学
楼上装修能不能中午停一停
电梯又坏了，爬了十二楼
有没有人捡到一串钥匙，上面有个小熊
钥匙找到了，谢谢大家
3号楼门口有只橘猫，好可爱
昨晚那场雨下得真大
物业费是不是又要涨了
幼儿园几点放学来着
四点半，别迟到
好的谢谢王姐
哈哈哈哈笑死我了
中午吃啥，没灵感
我打算下碗面条
昨天在超市买的西瓜一点都不甜
你们谁有通下水道的电话
我推给你，师傅人不错
快递放驿站了，记得去拿
他家的烧烤真的绝了，排队一小时
减肥第三天，饿得睡不着
今天步数两万，腿要断了
明天降温，大家多穿点
车位又被占了，气死
车牌尾号 8026 的车主挪一下车
已经挪了，不好意思啊
没事没事
孩子数学考了 98 分，开心
恭喜恭喜
隔壁小区门口修路，绕着走
今晚球赛几点开始
八点半，我买了啤酒
1:0 领先了
最后 2:1 赢了！
666
老李厉害了
周末去爬山吗，有人一起不
我不去了，膝盖疼
算我一个，几点集合
七点大门口
好
嗯嗯
👍
[强][强]
收到
这个视频太好笑了
转发一下，打疫苗通知
社区医院周三上午打流感疫苗
带身份证就行
我妈说她也想打
几岁可以打呀
六个月以上都行
谢谢科普
我家wifi好慢，你们呢
换个路由器试试
五楼的空调外机声音太大了
能不能小点声，孩子睡了
抱歉抱歉，马上关
楼道灯不亮了，报修了没
报了，说下午来
2单元停水了吗
没停，你家水阀关了吧
原来是我自己关的，尴尬
昨天借的梯子放你门口了
不急，用完再还
谁有多余的纸箱，搬家用
我家有五六个，自己来拿
太好了，晚上来拿
这菜谱收藏了
红烧肉要焯水吗，新手求教
要的，冷水下锅
学会了学会了
我上次做糊了，锅都黑了
哈哈，下次小火
公交改线了知道吗
不知道诶，改哪了
从银行那边绕
多走十分钟，烦
今天油价又涨了
加满要四百多
骑电瓶车吧
我爸住院了，这几天不在家
保重身体，有事说话
谢谢关心
菜场的鱼今天便宜，十五一斤
在哪个菜场呀
老街那个
那家缺斤短两，小心点
真的吗，我都买好几次了
我称过，两斤少一两
这也太坑了
去市场监管反映一下
算了，下次不去了
网上买的鞋小了一码
退货退了一周还没到账，某宝真慢
客服都是机器人，聊半天没用
我也遇到过
投诉到平台就快了
明天学校开家长会
几点
下午两点，别忘带本子
作业是第三单元练习册
语文背第五课
知道啦
我儿子不肯背，愁
慢慢来
昨天那部剧大结局了
别剧透！
男主最后死了
你完了
哈哈哈
谁会修自行车，链条掉了
我会，拿来吧
万能的邻居
晚上跳广场舞的声音小一点好吗
好的，我们挪远点
中秋怎么放假
放三天吧
高速免费吗
免费的
回老家带点啥好呢
带点茶叶
我妈就爱喝茶
那挺好
周五晚上有人打羽毛球吗
体育馆 7 点那场满了
下周吧
行
给孩子报的画画班一年三千六
这么贵
隔壁机构两千八
哪个老师好
都差不多
刚才是不是地震了
没有吧，楼上跳绳
吓我一跳
今天的云好漂亮
拍照发群里呀
[图片]
真美
我家阳台看不到
改天来我家喝茶
好呀好呀
垃圾分类的桶换位置了
换到哪了
西门边上
又远了
早睡早起身体好
晚安各位
明天见
两三个人就够了，不用那么多
去年那家团的橘子又酸又小
昨天那两份真好吃，谢谢李姐
我妈做的饺子比外面的好
不要了不要了，我家还有好多
""".strip().splitlines()

OPENING = (
    "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\nB 土鸡蛋 30枚/板 28.8元\n周五20:00截止，20盒成团，周六上午到"
)
NAMES = ("小陈", "王姐", "老周", "阿May", "张敏", "李姐")


def test_the_log_is_long_and_all_different() -> None:
    assert len(CHATTER) >= 150
    assert len(set(CHATTER)) == len(CHATTER)


@pytest.mark.parametrize("opened", [False, True], ids=["nothing open", "a group buy open"])
async def test_chatter_meets_silence(shop: Shop, opened: bool) -> None:
    if opened:
        await shop.say("团长小美", OPENING)
        await shop.passes(seconds=5)
        await shop.say("团长小美", "开团")
        await shop.passes(minutes=20)
    heard = []
    for number, line in enumerate(CHATTER):
        said = await shop.say(NAMES[number % len(NAMES)], line)
        said += await shop.passes(seconds=7)
        heard += [(line, reply["text"]) for reply in said]
    said = await shop.passes(minutes=10)
    assert heard == []
    assert said == []


async def test_chatter_writes_nothing(shop: Shop) -> None:
    before = await shop.state()
    assert shop.worker is not None
    version = shop.worker.shop.version
    for number, line in enumerate(CHATTER):
        await shop.say(NAMES[number % len(NAMES)], line)
    assert shop.worker.shop.version == version
    assert await shop.state() == before


async def test_a_replayed_log_of_chatter_is_silent(tmp_path: Path) -> None:
    people = {f"u{n}": name for n, name in enumerate(NAMES, 1)}
    room = {"room": "r1", "name": "果园一群", "leaders": ["u9"], "members": people}
    lines = [{"type": "setup", "shop": "果园鲜生", "rooms": [room]}]
    for number, text in enumerate(CHATTER):
        at = f"2026-05-21T{9 + number // 60:02d}:{number % 60:02d}:00+08:00"
        sender = f"u{number % 6 + 1}"
        lines.append({"at": at, "room": "r1", "sender": sender, "text": text})
    log = tmp_path / "chat.jsonl"
    log.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    said, state = await replay(log)
    assert said == []
    assert state["unanswered"] == []


async def test_talk_between_two_members_is_theirs(shop: Shop) -> None:
    """A question to a neighbour is no question to the shop, even while something is on offer."""
    await shop.say("团长小美", OPENING)
    await shop.passes(seconds=5)
    await shop.say("团长小美", "开团")
    await shop.passes(minutes=20)
    said = await shop.say("小陈", "@王姐 你那个多少钱买的", mentions=("u2",))
    first = shop.count
    said += await shop.say("王姐", "二十块，网上买的", quote=f"m{first}")
    said += await shop.say("老周", "我家孩子的鞋多少钱来着")
    said += await shop.passes(seconds=10)
    assert said == []
