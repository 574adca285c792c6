"""The pictures of cases: fetched once, kept clean, passed on, and gone with their case."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from after_sales import ROOM, agent
from chat import Shop

from bot.images import sample_picture
from bot.pictures import Pictures
from storage.outbox import OutboxRow
from storage.people import Person
from storage.tickets.photos import ATTEMPTS, Photo

KEPT_DAYS = 31


class Camera:
    """A channel that can show some pictures."""

    def __init__(self, account: str, shown: Mapping[str, bytes]) -> None:
        self.account, self.shown = account, dict(shown)
        self.asked: list[str] = []

    async def picture(self, message: str) -> bytes | None:
        self.asked.append(message)
        return self.shown.get(message)


class Post:
    """What the fetcher needs of an inbox."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    @property
    def worker(self) -> Any:
        return self._shop.worker

    async def command(self, name: str, data: Any) -> Any:
        return await self._shop.command(name, data)


class ShopClock:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def now(self) -> Any:
        return self._shop.now


@pytest.fixture
async def camera(shop: Shop) -> Camera:
    """老周 has complained and shown a picture."""
    await shop.say("老周", "草莓烂了", room=None)
    await shop.say("老周", "", room=None, kind="image", id="shot")
    (photo,) = await photos(shop)
    return Camera(photo.account, {"shot": sample_picture("shot")})


def fetcher(shop: Shop, camera: Camera, folder: Path) -> Pictures:
    return Pictures([camera], Post(shop), ShopClock(shop), folder / "pictures")


async def photos(shop: Shop) -> list[Photo]:
    assert shop.worker is not None
    return await shop.worker.shop.find(Photo, tenant_id="shop")


async def sent_pictures(shop: Shop) -> list[str | None]:
    assert shop.worker is not None
    return [row.path for row in await shop.worker.shop.find(OutboxRow, kind="image", room_id=ROOM)]


async def test_a_picture_is_fetched_once_and_shown_to_the_agents(
    shop: Shop, camera: Camera, tmp_path: Path
) -> None:
    pictures = fetcher(shop, camera, tmp_path)
    for _ in range(3):
        await pictures.look()
    assert camera.asked == ["shot"]
    (photo,) = await photos(shop)
    assert photo.state == "kept"
    file = tmp_path / "pictures" / photo.file
    assert file.stat().st_mode & 0o777 == 0o600
    assert await sent_pictures(shop) == [str(file.resolve())]


async def test_killed_between_the_file_and_the_commit_it_is_fetched_again_and_shown_once(
    shop: Shop, camera: Camera, tmp_path: Path
) -> None:
    fetcher(shop, camera, tmp_path)._store(sample_picture("shot"))
    await shop.restart()
    await fetcher(shop, camera, tmp_path).look()
    await shop.restart()
    await fetcher(shop, camera, tmp_path).look()
    assert camera.asked == ["shot"]
    assert len(await sent_pictures(shop)) == 1
    assert len(list((tmp_path / "pictures").iterdir())) == 1


async def test_a_message_that_comes_twice_shows_one_picture(
    shop: Shop, camera: Camera, tmp_path: Path
) -> None:
    await shop.say("老周", "", room=None, kind="image", id="shot")
    await fetcher(shop, camera, tmp_path).look()
    await shop.say("老周", "", room=None, kind="image", id="shot")
    await fetcher(shop, camera, tmp_path).look()
    assert len(await sent_pictures(shop)) == 1


@pytest.mark.parametrize("content", [None, b"no picture at all"])
async def test_one_that_cannot_be_had_is_tried_again_and_then_given_up(
    shop: Shop, camera: Camera, tmp_path: Path, content: bytes | None
) -> None:
    camera.shown = {} if content is None else {"shot": content}
    pictures = fetcher(shop, camera, tmp_path)
    for _ in range(ATTEMPTS + 3):
        await pictures.look()
        await shop.passes(minutes=60)
    assert len(camera.asked) == ATTEMPTS
    (photo,) = await photos(shop)
    assert photo.state == "gone"
    assert await sent_pictures(shop) == []


async def test_pictures_before_the_words_belong_to_the_case(shop: Shop, tmp_path: Path) -> None:
    for name in ("one", "two"):
        await shop.say("老周", "", kind="image", id=name)
    await shop.say("老周", "草莓都烂了")
    assert [photo.message for photo in await photos(shop)] == ["one", "two"]


async def test_neighbours_pictures_are_nobodys_business(shop: Shop) -> None:
    await shop.say("王姐", "", kind="image", id="lunch")
    await shop.say("老周", "草莓都烂了")
    await shop.say("王姐", "", kind="image", id="dinner")
    assert await photos(shop) == []


async def test_what_is_shown_after_the_end_wakes_nobody(shop: Shop, camera: Camera, tmp_path: Path) -> None:
    await agent(shop, "A101 好了")
    await agent(shop, "A101 完成")
    await fetcher(shop, camera, tmp_path).look()
    assert [photo.state for photo in await photos(shop)] == ["kept"]
    assert await sent_pictures(shop) == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_picture_goes_with_the_talk_of_its_case(
    shop: Shop, camera: Camera, tmp_path: Path, restarted: bool
) -> None:
    pictures = fetcher(shop, camera, tmp_path)
    await pictures.look()
    await agent(shop, "A101 好了")
    await agent(shop, "A101 完成")
    await pictures.sweep()
    assert len(list(pictures.folder.iterdir())) == 1
    if restarted:
        await shop.restart()
    await shop.passes(hours=24 * KEPT_DAYS)
    await pictures.sweep()
    assert await photos(shop) == []
    assert list(pictures.folder.iterdir()) == []


async def test_who_asks_to_be_forgotten_takes_his_pictures_along(
    shop: Shop, camera: Camera, tmp_path: Path
) -> None:
    pictures = fetcher(shop, camera, tmp_path)
    await pictures.look()
    await shop.say("老周", "删除我的信息", room=None)
    await shop.say("老周", "确认删除", room=None)
    await pictures.sweep()
    assert await photos(shop) == []
    assert list(pictures.folder.iterdir()) == []
    assert shop.worker is not None
    assert shop.worker.shop.rows(Person).get("u3") is not None
