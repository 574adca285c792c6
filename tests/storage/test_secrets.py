"""The vault: sealed to its row, found blind, useless without the key."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chat import Shop

from storage.errors import StorageError
from storage.secrets import (
    ADDRESS,
    HOUSEHOLD,
    PHONE,
    DeletionLedger,
    PersonSecret,
    Vault,
    WrongKey,
    keep_secret,
    load_key,
    masked,
)

NOW = datetime(2026, 5, 21, 2, tzinfo=UTC)
KEY = bytes(range(32))


def test_sealed_and_opened() -> None:
    vault = Vault(KEY)
    row = vault.seal("shop", "u1", PHONE, "13812345678", NOW)
    assert "13812345678" not in row.sealed
    assert vault.open(row) == "13812345678"
    assert row.masked == "138****5678"
    again = vault.seal("shop", "u1", PHONE, "13812345678", NOW)
    assert again.sealed != row.sealed


@pytest.mark.parametrize("column", ["tenant_id", "person_id", "kind"])
def test_a_value_cannot_be_moved_to_another_row(column: str) -> None:
    vault = Vault(KEY)
    row = vault.seal("shop", "u1", PHONE, "13812345678", NOW)
    stolen = PersonSecret(**{**row.values(), column: "other"})
    with pytest.raises(WrongKey):
        vault.open(stolen)


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    row = Vault(KEY).seal("shop", "u1", PHONE, "13812345678", NOW)
    with pytest.raises(WrongKey, match="put the key"):
        Vault(bytes(32)).open(row)


def test_equal_values_are_found_without_reading_them() -> None:
    vault = Vault(KEY)
    assert vault.blind("shop", PHONE, "138 1234 5678") == vault.blind("shop", PHONE, "13812345678")
    assert vault.blind("shop", PHONE, "13812345678") != vault.blind("b", PHONE, "13812345678")
    assert vault.blind("shop", PHONE, "13812345678") != Vault(bytes(32)).blind("shop", PHONE, "13812345678")


def test_masks_by_kind() -> None:
    assert masked(HOUSEHOLD, "5-301") == "5-3**"
    assert masked(ADDRESS, "人民路12号") == "人民路**"


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key"
    key = load_key(path)
    assert load_key(path) == key
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    os.chmod(path, 0o644)
    with pytest.raises(StorageError, match="chmod"):
        load_key(path)


def test_the_environment_may_give_the_key(tmp_path: Path) -> None:
    assert load_key(tmp_path / "key", KEY.hex()) == KEY
    assert not (tmp_path / "key").exists()
    for wrong in ("abc", "zz" * 32, "AAAA"):
        with pytest.raises(StorageError, match="32 bytes"):
            load_key(tmp_path / "key", wrong)
    with pytest.raises(StorageError):
        Vault(b"short")


def test_the_ledger_survives_a_half_written_line(tmp_path: Path) -> None:
    ledger = DeletionLedger(tmp_path / "deletions.jsonl")
    assert list(ledger) == []
    ledger.add("shop", "abc", NOW)
    with ledger.path.open("a") as file:
        file.write('{"tenant": "sh')
    assert list(ledger) == [("shop", "abc", NOW)]
    assert ledger.path.stat().st_mode & 0o777 == 0o600


async def test_nothing_readable_is_stored(shop: Shop) -> None:
    await shop.say("老周", "我电话13812345678", room=None)
    table = PersonSecret.table()
    rows = await shop.database.run(lambda c: list(c.execute(table.select()).mappings()))
    assert len(rows) == 1
    assert "13812345678" not in str(rows)


async def test_a_new_number_takes_the_place_of_the_old(shop: Shop) -> None:
    await shop.say("老周", "我电话13812345678", room=None)
    await shop.say("老周", "我电话13912345678", room=None)
    assert shop.worker is not None
    live = shop.worker.shop
    (row,) = live.rows(PersonSecret).by("person_id", "u3")
    assert live.vault is not None
    assert live.vault.open(row) == "13912345678"


async def test_a_shop_without_a_vault_keeps_nothing(shop: Shop) -> None:
    shop.vault = None  # type: ignore[assignment]
    await shop.restart()
    said = await shop.say("老周", "我电话13812345678")
    assert "手机号请私发我" in said[0]["text"]
    assert shop.worker is not None
    assert keep_secret(shop.worker.shop, "u3", PHONE, "13812345678", NOW) is None
    assert len(shop.worker.shop.rows(PersonSecret)) == 0
