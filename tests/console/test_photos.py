"""Pictures at the desk: shown where they were sent, to those whose business the case is."""

from pathlib import Path

from desks import Office

from bot.images import sample_picture
from storage.database import insert
from storage.tickets.photos import KEPT, Photo

NAME = "0123456789abcdef0123456789abcdef.jpg"


async def with_picture(office: Office, folder: Path, ticket: int = 101) -> None:
    """小陈 has shown a picture, and it is here."""
    await office.shop.say("小陈", "", room=None, kind="image", id="shot")
    await office.shop.command(
        "photo.kept", {"ticket": ticket, "message": "shot", "file": NAME, "path": str(folder / NAME)}
    )
    (folder / NAME).write_bytes(sample_picture("shot"))
    office.desk.pictures = folder


async def test_a_picture_stands_in_the_talk_and_beside_it(office: Office, tmp_path: Path) -> None:
    await with_picture(office, tmp_path)
    agent = await office.signed_in("zhou", person="u-agent")
    page = await agent.read("/desk/tickets/101")
    assert page.count(f'src="/desk/tickets/101/photos/{NAME}"') == 2
    response = await agent.get(f"/desk/tickets/101/photos/{NAME}")
    assert (response.status, response.headers["Content-Type"]) == (200, "image/jpeg")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (await response.read())[:2] == b"\xff\xd8"


async def test_a_picture_is_there_for_its_own_case_alone(office: Office, tmp_path: Path) -> None:
    await with_picture(office, tmp_path)
    agent = await office.signed_in("zhou", person="u-agent")
    mine = await office.signed_in("mei", "leader", person="u-lead")
    foreign = await office.signed_in("hong", "leader", person="u-lead2")
    assert (await mine.get(f"/desk/tickets/101/photos/{NAME}")).status == 200
    assert (await foreign.get(f"/desk/tickets/101/photos/{NAME}")).status == 404
    assert (await agent.get(f"/desk/tickets/102/photos/{NAME}")).status == 404
    assert (await office.browser().get(f"/desk/tickets/101/photos/{NAME}")).url.path == "/desk/sign-in"


async def test_nothing_but_pictures_of_cases_can_be_had(office: Office, tmp_path: Path) -> None:
    await with_picture(office, tmp_path)
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / ("f" * 32 + ".jpg")).write_bytes(b"x")
    agent = await office.signed_in("zhou", person="u-agent")
    for name in ("secret.jpg", "f" * 32 + ".jpg", "..%2fsecret.jpg", "%2e%2e/" + NAME, NAME + "%00"):
        response = await agent.get(f"/desk/tickets/101/photos/{name}")
        assert response.status in (400, 404), name


async def test_a_picture_of_another_shop_is_not_there(office: Office, tmp_path: Path) -> None:
    await with_picture(office, tmp_path)
    other, now = "e" * 32 + ".jpg", office.shop.now
    (tmp_path / other).write_bytes(sample_picture("other"))
    row = Photo(
        tenant_id="other", ticket=101, message="x", account="x", state=KEPT, file=other, at=now, next_at=now
    )
    await office.desk.run(lambda connection: insert(connection, Photo, [row]))
    agent = await office.signed_in("zhou", person="u-agent")
    assert (await agent.get(f"/desk/tickets/101/photos/{other}")).status == 404
    assert other not in await agent.read("/desk/tickets/101")


async def test_what_is_still_under_way_is_said_so(office: Office) -> None:
    await office.shop.say("小陈", "", room=None, kind="image", id="shot")
    agent = await office.signed_in("zhou", person="u-agent")
    assert "还有 1 张正在取" in await agent.read("/desk/tickets/101")
