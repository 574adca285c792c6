"""The doctor: one line for each part, and which of them would not work."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.doctor import Finding, examine


@pytest.fixture
def listening() -> Iterator[int]:
    """A port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def examined(tmp_path: Path, text: str) -> dict[str, Finding]:
    (tmp_path / "c.yaml").write_text(text, "utf-8")
    return {finding.part: finding for finding in await examine(tmp_path / "c.yaml")}


async def test_the_sample_shop_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = await examine(None)
    assert [finding.part for finding in found] == [
        "config", "catalogue", "database", "broker", "channel simulator", "fonts", "time zone",
    ]  # fmt: skip
    assert all(str(finding).startswith("ok   ") for finding in found)
    assert not os.listdir(tmp_path)


async def test_a_broken_config_ends_it(tmp_path: Path) -> None:
    found = await examined(tmp_path, "httpp: {}")
    assert list(found) == ["config"]
    assert str(found["config"]).startswith("FAIL config: ")


async def test_what_does_not_answer_fails(tmp_path: Path, listening: int) -> None:
    found = await examined(
        tmp_path,
        f"""
database: postgresql://u:geheim@127.0.0.1:1/x
broker: nats://127.0.0.1:{listening}
catalogue: nowhere.csv
channels:
  - {{type: wechaty, endpoint: "127.0.0.1:1", token: t}}
""",
    )
    assert {part: finding.ok for part, finding in found.items()} == {
        "config": True,
        "catalogue": False,
        "database": False,
        "broker": False,
        "channel wechaty": False,
        "fonts": True,
        "time zone": True,
    }
    assert "geheim" not in str(found["database"])
    assert "127.0.0.1:1 does not answer" in found["channel wechaty"].detail
    assert all("\n" not in str(finding) for finding in found.values())


async def test_a_gateway_that_answers_needs_its_certificate(tmp_path: Path, listening: int) -> None:
    channel = f'{{type: wechaty, endpoint: "127.0.0.1:{listening}", token: t, tls: {{ca: nowhere.pem}}}}'
    found = await examined(tmp_path, f"channels:\n  - {channel}\n")
    assert "tls.ca: there is no file" in found["channel wechaty"].detail
    found = await examined(tmp_path, f"channels:\n  - {channel.replace('nowhere', 'ca')}\n")
    assert not found["channel wechaty"].ok
    (tmp_path / "ca.pem").touch()
    found = await examined(tmp_path, f"channels:\n  - {channel.replace('nowhere', 'ca')}\n")
    assert found["channel wechaty"].ok


async def test_no_channel_is_a_fault(tmp_path: Path) -> None:
    found = await examined(tmp_path, "channels: []")
    assert not found["channels"].ok


async def test_a_store_is_looked_at_and_not_made(tmp_path: Path) -> None:
    found = await examined(tmp_path, "database: sqlite:///deep/a.db")
    assert found["database"].detail.endswith("will be made at the first start")
    assert not (tmp_path / "deep").exists()
    (tmp_path / "a.db").write_bytes(b"no database" * 1000)
    found = await examined(tmp_path, "database: sqlite:///a.db")
    assert "not a database" in found["database"].detail
    (tmp_path / "file").touch()
    found = await examined(tmp_path, "database: sqlite:///file/a.db")
    assert not found["database"].ok
