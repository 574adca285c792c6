"""Messages typed in Latin letters without tones (niunai yi xiang), read as the words they spell."""

import re
from collections.abc import Callable
from functools import cache

_WORDS = """
wo 我 woyao 我要 yao 要 lai 来 jia 加 ding 订 bao 报 baoming 报名 jie 接 jielong 接龙 mai 买
na 拿 dai 带 liu 留 gei 给 geiwo 给我 bang 帮 bangwo 帮我 zailai 再来 zai 再 duo 多 shao 少
ye 也 yeyao 也要 dou 都 douyao 都要 quanyao 全要 xiang 想 yixia 一下 qing 请 xie 谢 xiexie 谢谢
ne 呢 ba 吧 a 啊 le 了 de 的 ma 吗 ge 个 fen 份 he 盒 xiang 箱 dai 袋 bao 包 ping 瓶 jin 斤
ban 板 zhi 只 tiao 条 kuang 筐 guan 罐 tong 桶 ti 提 lan 篮 ke 颗 ba 把 shu 束 tao 套 ben 本
kun 捆 yi 一 er 二 liang 两 san 三 si 四 wu 五 liu 六 qi 七 ba 八 jiu 九 shi 十 ban 半
quxiao 取消 tui 退 tuichu 退出 tuituan 退团 buyao 不要 buyaole 不要了 bumaile 不买了 suanle 算了
chexiao 撤销 gaicheng 改成 gai 改 huancheng 换成 huan 换 jian 减 wode 我的 dingdan 订单 dan 单
jilu 记录 duoshaoqian 多少钱 duoshao 多少 qian 钱 zenmemai 怎么卖 jiage 价格 pianyi 便宜
youhui 优惠 youhuo 有货 you 有 mei 没 meiyou 没有 youma 有吗 youmeiyou 有没有 haiyou 还有
haiyouma 还有吗 haiyoumei 还有没 huo 货 xianhuo 现货 tianma 甜吗 tian 甜 suan 酸 la 辣
xinxian 新鲜 haochi 好吃 zenmezuo 怎么做 zenme 怎么 zhenpin 真品 zhengpin 正品
shizhendema 是真的吗 baozhiqi 保质期 chandi 产地 shenme 什么 shenmeshihou 什么时候 jidian 几点
dao 到 daole 到了 daonale 到哪了 nali 哪里 zaina 在哪 fahuo 发货 song 送 songdao 送到 kuaidi 快递
wuliu 物流 danhao 单号 mingtian 明天 jintian 今天 rengong 人工 zhuanrengong 转人工 kefu 客服
zhenren 真人 tuanzhang 团长 youren 有人 tuikuan 退款 tuiqian 退钱 tuihuo 退货 peiqian 赔钱
huaile 坏了 huai 坏 lan 烂 lanle 烂了 shaole 少了 facuo 发错 facuole 发错了 jiahuo 假货
jiade 假的 tousu 投诉 meishoudao 没收到 haimeidao 还没到 kaituan 开团 jiedan 截单 jietuan 结团
fengdan 封单 tongji 统计 mingdan 名单 huizong 汇总 nihao 你好 xie 谢 keyi 可以 hao 好 haode 好的
dui 对 shi 是 bu 不 buyong 不用
"""


@cache
def _vocabulary() -> dict[str, str]:
    words = _WORDS.split()
    table: dict[str, str] = {}
    for latin, han in zip(words[::2], words[1::2], strict=True):
        table.setdefault(latin, han)
    return table


_NUMBERS = {
    "yi": "一",
    "er": "二",
    "liang": "两",
    "san": "三",
    "si": "四",
    "wu": "五",
    "liu": "六",
    "qi": "七",
    "ba": "八",
    "jiu": "九",
    "shi": "十",
    "ban": "半",
}
_UNITS = {
    "ge": "个",
    "fen": "份",
    "he": "盒",
    "xiang": "箱",
    "dai": "袋",
    "bao": "包",
    "ping": "瓶",
    "jin": "斤",
    "ban": "板",
    "zhi": "只",
    "tiao": "条",
    "kuang": "筐",
    "guan": "罐",
    "tong": "桶",
    "ti": "提",
    "lan": "篮",
    "ke": "颗",
    "ba": "把",
    "shu": "束",
    "tao": "套",
}
_RUN = re.compile(r"[a-z]{2,24}")
_DIGIT_BEFORE = re.compile(r"\d\s?$")


def spelled(text: str, is_product: Callable[[str], bool]) -> list[tuple[int, int, str]]:
    """The stretches of `text` that spell Chinese words, each with what it spells.

    Nothing is replaced unless every Latin run of the text is a known word, a product or an amount:
    English stays English.
    """
    made: list[tuple[int, int, str]] = []
    runs = list(_RUN.finditer(text))
    spans = _products(runs, is_product)
    products = len(spans)
    for i, run in enumerate(runs):
        if any(a <= i < b for a, b in spans):
            continue
        parts = _split(run[0], bool(_DIGIT_BEFORE.search(text[: run.start()])))
        if parts is None:
            return []
        at = run.start()
        for latin, han in parts:
            made.append((at, at + len(latin), han))
            at += len(latin)
    for i in range(len(made) - 1):
        start, end, han = made[i]
        if made[i + 1][0] == end + 1 and text[end] == " ":
            made[i] = (start, end + 1, han)
    # A lone syllable proves nothing (“ok ma”): Chinese or a second word must stand beside it.
    if len(made) + products < 2 and not any(b - a >= 5 for a, b, _ in made):
        return []
    return made


def _products(runs: list[re.Match[str]], is_product: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Stretches of neighbouring runs that spell a product (ya bo), the longest first."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(runs) and at < 12:
        size = next(
            (
                n
                for n in (4, 3, 2, 1)
                if at + n <= len(runs) and is_product("".join(m[0] for m in runs[at : at + n]))
            ),
            0,
        )
        if size:
            spans.append((at, at + size))
        at += size or 1
    return spans


def _split(run: str, after_digit: bool) -> list[tuple[str, str]] | None:
    """A run of letters as known words, longest first; an amount is a number and a unit."""
    table = _vocabulary()
    if after_digit and run in _UNITS:
        return [(run, _UNITS[run])]
    for number, han in _NUMBERS.items():
        if run.startswith(number) and run[len(number) :] in _UNITS:
            return [(number, han), (run[len(number) :], _UNITS[run[len(number) :]])]
    if run in table:
        return [(run, table[run])]
    return _cover(run, table, 0)


def _cover(run: str, table: dict[str, str], depth: int) -> list[tuple[str, str]] | None:
    if not run:
        return []
    if depth > 5:
        return None
    for size in range(min(12, len(run)), 1, -1):
        head = run[:size]
        if head in table:
            tail = _split_tail(run[size:], table, depth + 1)
            if tail is not None:
                return [(head, table[head]), *tail]
    return None


def _split_tail(run: str, table: dict[str, str], depth: int) -> list[tuple[str, str]] | None:
    for number, han in _NUMBERS.items():
        if run.startswith(number) and run[len(number) :] in _UNITS:
            return [(number, han), (run[len(number) :], _UNITS[run[len(number) :]])]
    return _cover(run, table, depth)
