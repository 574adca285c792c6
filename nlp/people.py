"""People that a message orders for: kin, neighbours, households."""

import re
from dataclasses import dataclass

_KIN = (
    r"(?:妈妈?|爸爸?|姐姐?|妹妹?|哥哥?|弟弟?|婆婆|公公|老公|老婆|闺女|女儿"
    r"|儿子|奶奶|爷爷|外婆|外公|姥姥|姥爷|媳妇"
    r"|同事|邻居|朋友|对门|对象|姑姑?|舅舅?|姨妈?|婶婶?|嫂子|阿姨"
    r"|爱人|室友|老妈|老爸|爹|娘|岳母|岳父|丈母娘|老丈人|孙子|孙女|小孩"
    r"|孩子|娃|闺蜜|领导|亲家|小姑子|大姨|侄女|侄子"
    r"|表[姐妹哥弟]|堂[姐妹哥弟]|弟妹|家里|家人|女友|男友|楼上|楼下|隔壁)"
)
_TITLE = (
    r"(?:阿姨|叔叔?|大爷|大妈|大姐|大哥|奶奶|爷爷|老师|妈妈|爸爸|师傅|姐"
    r"|哥|婶|伯伯?|姨|总|太太|先生|女士|家|嫂|妹|同学|医生|经理|婆婆|外婆)"
)
_WHO = (
    rf"(?:\d{{1,3}}-(?:\d{{1,2}}-)?\d{{2,4}}[一-龥]{{1,2}}{_TITLE}|我们?家?的?(?:[一-龥]{{0,2}})?{_KIN}"
    rf"(?:[一-龥]{{1,3}}(?={_TITLE}))?{_TITLE}?|[一-龥a-z0-9·\-]{{1,6}}?{_TITLE}"
    rf"|(?:小|老|阿|大)[一-龥]{{1,2}}|{_KIN}[一-龥]{{0,3}}{_TITLE}?|[a-z][a-z0-9]{{1,9}}"
    rf"|\d{{1,2}}-\d{{3,4}}|\d{{3,4}}|(?:(?![我你您他她它吗吧呢了的个一两这那补发退换送寄留看查"
    rf"问处催])[一-龥·]){{2,4}})"
)
_FOR_VERB = (
    r"(?:带|要|来|报|订|定|拿|留|加|接|买|登记|记|也|再|拍|捎|下|整|囤"
    r"|团|代|算|搞|减|少|改|取消|抢|预|选|点|接龙)"
)
_FOR = re.compile(
    rf"(?P<prep>帮忙给|帮我(?=同事|邻居|朋友|对门|闺蜜|领导)|帮(?!忙)|替|代|给)(?!我(?:带|要|来|报|订|定"
    rf"|拿|留|加|接|买|登|记|也|再|拍|捎|下"
    rf"|整|算|一|两|改|查|看|取|退|把|换|撤|减|抢|转|个|两|\d))"
    rf"(?:(?P<self>我和|我跟|自己和)(?P<with>{_WHO})(?=各|[一两]人|\d)|(?P<who>{_WHO})(?=\s?{_FOR_VERB}"
    rf"|各|\s?[一两二三四五六七八九十\d]|\s?[a-z]\s?[+*x]?\d|\s+))"
)
_BOTH = re.compile(rf"(?:^|[\s,])我[和跟](?P<who>{_WHO})(?=各)")
_NAMED = re.compile(
    rf"(?:^|[,，。\n 、把])(?P<who>我(?:们?家?的?)(?:[一-龥]{{0,2}})?{_KIN}|[一-龥]{{1,3}}{_TITLE}"
    rf"|(?:小|老|阿)[一-龥](?![一-龥]{{0,2}}(?:笼|米|鸡|鸭|番|黄|南|芋)))"
    rf"(?=(?:那|的那|这)?(?:份|单|边|里)|也?(?:要|来|订|报|想要|加|再要"
    rf"|拿|接|改|的那份|的份|退|取消|不要|让我|说(?!家里|有|没|好|太|不错)|的(?:不要|取消|退掉?|改成)"
    rf"|(?<=[妈爸姐妹哥弟婆公奶爷])\s?[一两二三四五六\d]{{1,2}}\s?[份盒箱袋包板斤个瓶]))"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody ordered for: `text[start:end]`; `with_self` when the writer wants one too (我和我妈各一份)."""

    start: int
    end: int
    with_self: bool = False


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔小老阿"
)
_NAME_ALONE = re.compile(
    rf"^\s*(?P<who>[{_SURNAMES}][一-龥]{{1,2}})\s*[\n|,:]\s*(?=\S)"
    rf"|[\d\s](?P<last>[{_SURNAMES}][一-龥]{{1,2}})\s*$"
)


def is_name(text: str) -> bool:
    """Whether a word looks like somebody's name: 小明, 王芳, 李建国."""
    return re.fullmatch(rf"[{_SURNAMES}][一-龥]{{1,2}}", text) is not None and text not in _NOT_PEOPLE


def named_alone(text: str, taken: bytearray, covered: bytearray) -> Person | None:
    """小明 on a line or behind a bar before the items, or behind their numbers: a word nobody knows."""
    found = _NAME_ALONE.search(text)
    if found is None:
        return None
    start, end = found.span("who" if found["who"] else "last")
    if text[end - 1] in "呀啊哦呐":  # 小美呀 is called, not ordered for
        return None
    unknown = not any(taken[start:end]) and not all(covered[start:end]) and text[start:end] not in _NOT_PEOPLE
    return Person(start, end) if unknown else None


_PREPOSITION = re.compile("[帮替代给]")


def person(text: str, taken: bytearray, household: tuple[int, int]) -> Person | None:
    """The person the message is for; `taken` marks names of products, `household` an address found."""
    if _PREPOSITION.search(text) and (found := _for_somebody(text, taken, household)):
        return found
    if "各" in text and (pair := _BOTH.search(text)):
        return Person(*pair.span("who"), with_self=True)
    named = _NAMED.search(text)
    if named is None or named["who"] in _NOT_PEOPLE or any(taken[named.start("who") : named.end("who")]):
        return None
    return Person(*named.span("who"))


_NOTED_DOWN = re.compile(r"(?:登?记一?|[带拿要订])$")
"""帮外婆记一下 is for 外婆, 帮同事老李带2盒 for 同事老李."""


def _for_somebody(text: str, taken: bytearray, household: tuple[int, int]) -> Person | None:
    for found in _FOR.finditer(text):
        start, end = found.span("with" if found["with"] else "who")
        inside = household[0] == start and household[1] < end
        end = end if inside else _end(text, taken, start, end)
        if verb := _NOTED_DOWN.search(text, start + 2, end):
            end = verb.start()
        who = text[start:end]
        if who and who not in _NOT_PEOPLE and not who.startswith(("我带", "我要")):
            return Person(_start(text, start, end), end, bool(found["with"]))
    return None


_NOBODY = """
    我 我们 大家 团长 老板 你 您 他 她 你们 咱 客服 一 两 我家 家 群主 亲 人 大哥 大姐 人家
    自己 朋友们 快递 师傅 老师 你家 卖家 商家 哪家 谁家 全家 我也 我再 我先 我多 大家都 我们都 忙
    拼 我一 一下 个 下 看 我看 查 我查 我来 我加 我报 我留 我登记 帮 退 换 处理 我处理 问 我问
    催 我催 送 我送
"""
_NOT_PEOPLE = frozenset(_NOBODY.split())
_NEAR_ME = re.compile(r"我(?=(?:对门|楼上|楼下|隔壁|邻居|同事).)")


def _start(text: str, start: int, end: int) -> int:
    """给我对门刘奶奶 is for 对门刘奶奶; 帮我妈 is for 我妈."""
    return start + 1 if _NEAR_ME.match(text, start, end) else start


def _end(text: str, taken: bytearray, start: int, end: int) -> int:
    """A person's name ends where a product begins, and before the verb (给老周带两份)."""
    for place in range(start, end):
        if taken[place] and not text[place].isdigit():
            end = start if text[start:place].isspace() else place
            break
    return end - 1 if end - start == 3 and text[end - 1] in _VERBS else end


_VERBS = frozenset("带要来报订拿留加接买再拍捎抢改减退取少多")
"""A third character of these is what is to be done, not part of a name."""
