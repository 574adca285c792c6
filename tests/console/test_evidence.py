"""The supplier's file: a table and pictures, of one's own rooms, without doors and phone numbers."""

import io
import zipfile
from pathlib import Path

from desks import Office
from python_calamine import CalamineWorkbook

from bot.images import sample_picture

URL = "/desk/reports/evidence.zip"
NAME = "0123456789abcdef0123456789abcdef.jpg"


async def unpacked(browser, **query) -> zipfile.ZipFile:
    response = await browser.http.get(browser.url(URL), params=query)
    assert response.status == 200
    return zipfile.ZipFile(io.BytesIO(await response.read()))


async def test_a_table_and_the_pictures(office: Office, tmp_path: Path) -> None:
    await office.shop.say("小陈", "电话13812345678，5-301的草莓坏了", room=None)
    await office.shop.say("小陈", "", room=None, kind="image", id="shot")
    await office.shop.command(
        "photo.kept", {"ticket": 101, "message": "shot", "file": NAME, "path": str(tmp_path / NAME)}
    )
    (tmp_path / NAME).write_bytes(sample_picture("shot"))
    office.desk.pictures = tmp_path
    lead = await office.signed_in("boss", "lead", person="u-agent")
    assert "供应商凭证" in await lead.read("/desk/reports")
    file = await unpacked(lead, item="红颜草莓", day="2026-05-21")
    assert file.namelist() == ["after-sales.xlsx", "photos/A101-1.jpg"]
    table = file.read("after-sales.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(table)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "工单"
    assert [row[0] for row in rows[1:]] == ["A101"]
    text = str(rows)
    assert "13812345678" not in text
    assert "5-301" not in text
    assert ("boss", "evidence.export", "红颜草莓") in await office.deeds()


async def test_only_ones_own_rooms_and_only_managers(office: Office) -> None:
    mine = await office.signed_in("mei", "leader", person="u-lead")
    foreign = await office.signed_in("hong", "leader", person="u-lead2")
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    assert (await mine.get(URL, params={"item": "草莓"})).status == 200
    assert (await foreign.get(URL, params={"item": "草莓"})).status == 409
    assert (await agent.get(URL, params={"item": "草莓"})).status == 404


async def test_what_is_no_day_or_no_item_is_refused(office: Office) -> None:
    lead = await office.signed_in("boss", "lead", person="u-agent")
    for query in ({"item": ""}, {"item": "草莓", "day": "5/18"}, {"item": "牛奶"}, {"item": "%'--"}):
        assert (await lead.get(URL, params=query)).status == 409
