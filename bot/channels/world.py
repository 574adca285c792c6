"""Who lives in the simulator: people, rooms, things to try, and idle chatter."""

from dataclasses import dataclass, field

BUYER, LEADER, AGENT = "buyer", "leader", "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be played; one who is no `friend` of the bot cannot be written to."""

    id: str
    name: str
    friend: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A group that the bot is in; `members` are person ids, the owner among them."""

    id: str
    name: str
    owner: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A thing to try at one click; a `draft` is put into the composer to be read first.

    `{ticket}` in the text becomes the newest ticket number that the chat has shown.
    """

    text: str
    label: str | None = None
    draft: bool = False


def _chips(*texts: str) -> tuple[Chip, ...]:
    return tuple(Chip(text=text) for text in texts)


OPENING = """开团
周六水果团
A 红颜草莓 2斤/盒 39.9元 限100盒
B 散养土鸡蛋 30枚/板 28.8元
明晚8点截止，5份成团，周六上午3号楼架空层自提"""

CHIPS = {
    BUYER: (
        *_chips("草莓甜吗", "+1", "2份", "A2 B1", "改成3份", "帮我妈也来一个", "还差多少"),
        *_chips("什么时候到", "不要了", "草莓烂了一半，怎么办", "人工", "@小团 你能干嘛"),
    ),
    LEADER: (
        Chip(text=OPENING, label="开团…", draft=True),
        *_chips("开团", "截止改周六晚8点", "名单"),
        Chip(
            text="每周五9点发：今天有新到的水果，想团的看群里接龙",
            label="每周五9点发…",
            draft=True,
        ),
        *_chips("明晚8点提醒截单", "有哪些定时", "截单", "撤销"),
    ),
    AGENT: (
        Chip(text="接 {ticket}", label="接单"),
        Chip(text="{ticket} 您好，照片收到了，给您退一半可以吗", label="回客户…", draft=True),
        Chip(text="{ticket} // 已让供应商补货", label="内部备注…", draft=True),
        Chip(text="解决 {ticket}", label="解决"),
        *_chips("上线", "下线"),
    ),
}

# Some of it is close to shopping on purpose: the bot has to stay silent on all of it.
CHATTER = tuple(
    tuple(scene.split("/"))
    for scene in (
        "今天热得都不想出门/三号线早上又停了十分钟/有人知道小区游泳馆几点开吗/七点半吧，周一闭馆/"
        "哈哈哈我家猫把快递当床了/昨天那盒真好吃，一晚上没剩/孩子们作业写完没/别提了，还剩两页/"
        "晚上广场有电影/好嘞，吃完饭过去",
        "谁家的白猫跑到地库了/是六号楼的吧，叫年糕/一会儿我下去看看/停电通知看到没，周三上午/"
        "看到了，提前烧好水/1号楼电梯修好没/好了，刚坐过/周末去爬山的走起/我家两大一小都去/"
        "行，早上八点门口见",
        "刚下班，堵了两公里/我都到家半小时了/那你今天运气好/有没有推荐的牙医/地铁口那家还行/"
        "谢谢啦/今晚球赛几点/八点半，三比二我猜/😂 你每次都猜这个/早点睡吧各位，晚安",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything there is to chat with. `leaders` and `agents` are person ids."""

    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    leaders: tuple[str, ...]
    agents: tuple[str, ...]
    agent_room: str | None = None
    """Where the agents are called; the page treats it like any other room."""
    panes: tuple[tuple[str, str], ...] = ()
    """Who the page shows side by side at first, each in which room."""
    bot_name: str = "小团"
    timezone: str = "Asia/Shanghai"
    chips: dict[str, tuple[Chip, ...]] = field(default_factory=lambda: dict(CHIPS))
    chatter: tuple[tuple[str, ...], ...] = CHATTER
    """Scenes: what neighbours say one after the other."""

    def person(self, id: str) -> Person | None:
        """The person with this id, if there is one."""
        return next((person for person in self.people if person.id == id), None)

    def role(self, id: str) -> str:
        """buyer, leader or agent: what the page offers to try, no right in the bot."""
        return LEADER if id in self.leaders else AGENT if id in self.agents else BUYER


def sample_world() -> World:
    """A fruit shop's two groups, its agents' room, and enough neighbours for a crowd."""
    buyers = {
        "u-chen": "小陈", "u-wang": "王姐", "u-li": "李阿姨", "u-may": "阿May",
        "u-zhou": "老周", "u-min": "张敏", "u-hao": "大浩",
    }  # fmt: skip
    staff = {"u-lead": "小美", "u-agent": "小周", "u-agent2": "小吴"}
    return World(
        people=tuple(Person(id=id, name=name) for id, name in (buyers | staff).items()),
        rooms=(
            Room(id="r-fruit", name="果园一群", owner="u-lead", members=(*buyers, "u-lead")),
            Room(
                id="r-north",
                name="果园二群",
                owner="u-lead",
                members=("u-li", "u-min", "u-hao", "u-lead"),
            ),
            Room(
                id="r-agents",
                name="售后群",
                owner="u-agent",
                members=("u-agent", "u-agent2", "u-lead"),
            ),
        ),
        leaders=("u-lead",),
        agents=("u-agent", "u-agent2"),
        agent_room="r-agents",
        panes=(("u-chen", "r-fruit"), ("u-lead", "r-fruit"), ("u-agent", "r-agents")),
    )
