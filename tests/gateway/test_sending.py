"""What the bot says reaches WeChat as it should, or is known not to have."""

import asyncio
from pathlib import Path

import pytest
from gateway.conftest import make_room
from gateway.driver import Gateway
from gateway.ears import SOON, Ears, listening

from bot.channels import Echo, NotSent, Outgoing, SendInDoubt

pytestmark = pytest.mark.gateway


async def test_text(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await ears.channel.send(Outgoing(key="k", room=room, text="草莓 39.9 一盒"))
    [sent] = gateway.sent_messages(room)
    assert (sent["id"], sent["text"], sent["mentions"]) == (id, "草莓 39.9 一盒", [])
    echo = await ears.heard(Echo, id=id)
    assert (echo.room, echo.to, echo.text) == (room, None, "草莓 39.9 一盒")


async def test_private_text(gateway: Gateway, ears: Ears) -> None:
    await gateway.add_person("dm1", "阿珍", friend=True)
    id = await ears.channel.send(Outgoing(key="k", to="dm1", text="到货了"))
    assert gateway.sent("dm1") == ["到货了"]
    echo = await ears.heard(Echo, id=id)
    assert (echo.room, echo.to) == (None, "dm1")


@pytest.mark.parametrize(
    ("text", "mentions", "wire"),
    [
        ("已登记", {"u1": "小陈"}, "@小陈\u2005已登记"),
        ("@小陈 已登记", {"u1": "小陈"}, "@小陈\u2005已登记"),
        ("@小陈\u2005已登记", {"u1": "小陈"}, "@小陈\u2005已登记"),
        ("请 @小陈 看一下", {"u1": "小陈"}, "请 @小陈\u2005看一下"),
        ("成团了", {"u1": "小陈", "u2": "老 王"}, "@小陈\u2005@老 王\u2005成团了"),
    ],
)
async def test_mentions(
    text: str, mentions: dict[str, str], wire: str, gateway: Gateway, room: str, ears: Ears
) -> None:
    id = await ears.channel.send(Outgoing(key="k", room=room, text=text, mentions=mentions))
    [sent] = gateway.sent_messages(room)
    assert (sent["text"], sent["mentions"]) == (wire, list(mentions))
    assert (await ears.heard(Echo, id=id)).text == text


async def test_echo_of_an_earlier_run_has_no_names_before_it(
    gateway: Gateway, room: str, ears: Ears, tmp_path: Path
) -> None:
    await gateway.say(room, "wxid_xiaotuan", "@小陈\u2005@老王\u2005成团了", id="before")
    assert (await ears.heard(Echo, id="before")).text == "成团了"


@pytest.mark.parametrize(("size", "name"), [(4_000, "图.png"), (5_000_000, "大图.png")])
async def test_picture(size: int, name: str, gateway: Gateway, room: str, ears: Ears, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(size - 8))
    await ears.channel.send(Outgoing(key="k", room=room, text="进货单", kind="image", path=str(path)))
    [sent] = gateway.sent_messages(room)
    assert (sent["name"], sent["size"]) == (name, size)
    assert sent["head"] == "89504e470d0a1a0a"


async def test_link(gateway: Gateway, room: str, ears: Ears) -> None:
    await ears.channel.send(
        Outgoing(key="k", room=room, text="草莓团\n周五截止", kind="link", url="https://a.test/1")
    )
    [sent] = gateway.sent_messages(room)
    link = sent["link"]
    assert (link["title"], link["description"], link["url"]) == (
        "草莓团",
        "周五截止",
        "https://a.test/1",
    )


async def test_no_such_file(gateway: Gateway, room: str, ears: Ears, tmp_path: Path) -> None:
    message = Outgoing(key="k", room=room, text="", kind="file", path=str(tmp_path / "none.xlsx"))
    with pytest.raises(NotSent, match=r"none\.xlsx"):
        await ears.channel.send(message)


async def test_nowhere_to_send(ears: Ears) -> None:
    with pytest.raises(NotSent):
        await ears.channel.send(Outgoing(key="k", text="给谁"))


async def test_puppet_that_knows_no_ids(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path / "gateway", ids=False)
    await gateway.start()
    try:
        room = await make_room(gateway)
        async with listening(gateway, tmp_path) as ears:
            assert await ears.channel.send(Outgoing(key="k", room=room, text="在")) is None
            assert (await ears.heard(Echo, room=room)).text == "在"
    finally:
        await gateway.stop()


async def test_refused_by_wechat_is_in_doubt(gateway: Gateway, room: str, ears: Ears) -> None:
    """The puppet threw: before or after WeChat took it, nobody knows."""
    await gateway.fail("sendText")
    with pytest.raises(SendInDoubt):
        await ears.channel.send(Outgoing(key="k", room=room, text="一"))
    await gateway.fail("sendText", "after")
    with pytest.raises(SendInDoubt):
        await ears.channel.send(Outgoing(key="k", room=room, text="二"))
    assert (await ears.heard(Echo, room=room)).text == "二"
    assert gateway.sent(room) == ["二"]


async def test_no_answer_is_in_doubt(gateway: Gateway, room: str, tmp_path: Path) -> None:
    impatient = type(SOON)(rpc=1.0)
    async with listening(gateway, tmp_path, timing=impatient) as ears:
        await gateway.fail("sendText", "hang")
        with pytest.raises(SendInDoubt):
            await ears.channel.send(Outgoing(key="k", room=room, text="一"))


async def test_gateway_killed_during_a_send_is_in_doubt(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path) as ears:
        await own_gateway.fail("sendText", "hang")
        sending = asyncio.create_task(ears.channel.send(Outgoing(key="k", room=room, text="一")))
        await own_gateway.until_called("sendText")
        await own_gateway.kill()
        with pytest.raises(SendInDoubt):
            await sending
        with pytest.raises(NotSent):
            await ears.channel.send(Outgoing(key="k", room=room, text="二"))


async def test_logged_out_is_not_sent(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path) as ears:
        await own_gateway.call("logout")
        await ears.until(lambda: not ears.channel.state().logged_in)
        with pytest.raises(NotSent):
            await ears.channel.send(Outgoing(key="k", room=room, text="一"))
        await own_gateway.call("login")
        await ears.ready()
        await ears.channel.send(Outgoing(key="k", room=room, text="二"))
        assert own_gateway.sent(room) == ["二"]


async def test_text_of_100_kb(gateway: Gateway, room: str, ears: Ears) -> None:
    text = "团" * 33_000
    await ears.channel.send(Outgoing(key="k", room=room, text=text))
    assert gateway.sent(room) == [text]


async def test_too_large_for_the_gateway_is_not_sent(gateway: Gateway, room: str, ears: Ears) -> None:
    with pytest.raises(NotSent):
        await ears.channel.send(Outgoing(key="k", room=room, text="x" * 5_000_000))
    assert gateway.sent(room) == []
