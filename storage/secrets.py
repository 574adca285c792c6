"""Personal data: one table of its own, encrypted, found by a blind index, deletable per person.

AES-256-GCM with the row's identity as associated data, so that no ciphertext can be moved to another
person or shop; the key stands in the data folder (0600) or comes from the environment.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Field

from storage.errors import StorageError
from storage.privacy import digits_of, mask_household, mask_phone, mask_place
from storage.rows import Row, UtcDateTime

if TYPE_CHECKING:
    from storage.shop import Shop

KEY_BYTES = 32
NONCE_BYTES = 12
PHONE, ADDRESS, HOUSEHOLD = "phone", "address", "household"
_PROOF = "xiaotuan"


class PersonSecret(Row, table=True):
    """One piece of a person's data. `sealed` is nonce and ciphertext in base64; `masked` may be shown."""

    index_by = ("person_id",)

    tenant_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key_id: str
    sealed: str
    blind: str = Field(index=True)
    masked: str
    at: datetime = Field(sa_type=UtcDateTime)


class Deletion(Row, table=True):
    """Somebody's data was deleted; only a keyed hash says whose."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person_hash: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class WrongKey(StorageError):
    """The database holds data of another key: put the old key back."""


class DeletionLedger:
    """A file beside the database: who asked to be forgotten, so that a restore cannot bring it back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, tenant: str, person_hash: str, at: datetime) -> None:
        """Written and synced before the deletion itself is committed; repeating it does no harm."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"tenant": tenant, "person": person_hash, "at": at.isoformat()})
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def __iter__(self) -> Iterator[tuple[str, str, datetime]]:
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                yield entry["tenant"], entry["person"], datetime.fromisoformat(entry["at"])
            except (ValueError, KeyError):
                continue  # the last line of a process that died while writing it


class Vault:
    """Seals and opens personal data. `nonces` gives random bytes (never the same twice)."""

    def __init__(
        self,
        key: bytes,
        *,
        ledger: DeletionLedger | None = None,
        nonces: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        if len(key) != KEY_BYTES:
            raise StorageError(f"the key of personal data must have {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._index_key = _derived(key, b"index")
        self.key_id = hashlib.sha256(_derived(key, b"id")).hexdigest()[:12]
        self.ledger, self._nonces = ledger, nonces

    def seal(self, tenant: str, person: str, kind: str, value: str, at: datetime) -> PersonSecret:
        """The row that keeps this value."""
        nonce = self._nonces(NONCE_BYTES)
        box = self._cipher.encrypt(nonce, value.encode(), self._bound(tenant, person, kind))
        return PersonSecret(
            tenant_id=tenant,
            person_id=person,
            kind=kind,
            key_id=self.key_id,
            sealed=base64.b64encode(nonce + box).decode(),
            blind=self.blind(tenant, kind, value),
            masked=masked(kind, value),
            at=at,
        )

    def open(self, row: PersonSecret) -> str:
        """The value. Raises WrongKey when the key, or the place the row stands in, is another."""
        box = base64.b64decode(row.sealed)
        bound = self._bound(row.tenant_id, row.person_id, row.kind)
        try:
            return self._cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound).decode()
        except InvalidTag:
            raise WrongKey(
                f"personal data sealed with key {row.key_id} cannot be opened with {self.key_id}: "
                "put the key that belongs to this database back"
            ) from None

    def blind(self, tenant: str, kind: str, value: str) -> str:
        """What equal values have in common, readable only with the key."""
        plain = digits_of(value) if kind == PHONE else "".join(value.split()).casefold()
        return self._mac(f"{tenant}\0{kind}\0{plain}")

    def hash_of(self, tenant: str, person: str) -> str:
        """A person, in the deletion ledger."""
        return self._mac(f"{tenant}\0person\0{person}")

    def _mac(self, text: str) -> str:
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()

    def _bound(self, tenant: str, person: str, kind: str) -> bytes:
        return "\0".join((self.key_id, tenant, person, kind)).encode()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"xiaotuan personal data " + purpose, hashlib.sha256).digest()


def masked(kind: str, value: str) -> str:
    """How a value may be shown."""
    if kind == PHONE:
        return mask_phone(digits_of(value))
    return mask_household(value) if kind == HOUSEHOLD and "-" in value else mask_place(value)


# -- the key -----------------------------------------------------------------------------------------


def load_key(path: Path, given: str | None = None) -> bytes:
    """The key from the environment (`given`: base64 or hex), else from the file, made once (0600).

    Raises StorageError for a key that is none, and for a file that others may read.
    """
    if given:
        return _decoded(given.strip(), "the key from the environment")
    if path.exists():
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StorageError(f"{path} can be read by others: chmod 600 it")
        return _decoded(path.read_text(encoding="ascii").strip(), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of the same shop was first
        return load_key(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(base64.b64encode(key).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _decoded(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StorageError(f"{source}: expected {KEY_BYTES} bytes in base64 or hex")
    return key


# -- what a shop does with it ------------------------------------------------------------------------


def keep_secret(shop: "Shop", person: str, kind: str, value: str, now: datetime) -> str | None:
    """Keep a value of a person, replacing the old one; its mask. None: this shop has no vault."""
    if shop.vault is None:
        return None
    rows = shop.rows(PersonSecret)
    fresh = shop.vault.seal(shop.tenant, person, kind, value, now)
    old = rows.get((person, kind))
    if old is None:
        rows.add(fresh)
    elif old.blind != fresh.blind or old.key_id != fresh.key_id:
        for name in ("key_id", "sealed", "blind", "masked", "at"):
            setattr(old, name, getattr(fresh, name))
    return fresh.masked


def secrets_of(shop: "Shop", person: str) -> list[PersonSecret]:
    """What is kept of a person, by kind."""
    return sorted(shop.rows(PersonSecret).by("person_id", person), key=lambda row: row.kind)


def reveal(shop: "Shop", person: str, kind: str) -> str | None:
    """A value in clear, for leaders and agents only."""
    row = shop.rows(PersonSecret).get((person, kind))
    return shop.vault.open(row) if row is not None and shop.vault is not None else None


def forget_person(shop: "Shop", person: str, deletion_id: str, now: datetime) -> int:
    """Delete what is kept of a person, and note it where a restore cannot undo it; how many."""
    rows = secrets_of(shop, person)
    if shop.vault is not None:
        who = shop.vault.hash_of(shop.tenant, person)
        if shop.vault.ledger is not None:
            shop.vault.ledger.add(shop.tenant, who, now)
        shop.rows(Deletion).add(Deletion(tenant_id=shop.tenant, id=deletion_id, person_hash=who, at=now))
    for row in rows:
        shop.rows(PersonSecret).drop(row)
    return len(rows)


def deleted_before_restore(shop: "Shop") -> list[str]:
    """Persons whose data a restored backup brought back although they had asked to be forgotten."""
    vault = shop.vault
    if vault is None or vault.ledger is None:
        return []
    latest: dict[str, datetime] = {}
    for tenant, who, at in vault.ledger:
        if tenant == shop.tenant:
            latest[who] = max(at, latest.get(who, at))
    found: dict[str, None] = {}
    for row in shop.rows(PersonSecret):
        forgotten = latest.get(vault.hash_of(shop.tenant, row.person_id))
        if forgotten is not None and row.at <= forgotten:
            found[row.person_id] = None
    return list(found)


def prove_key(shop: "Shop", now: datetime) -> None:
    """Refuse to run on a database whose personal data this key cannot open. Raises WrongKey."""
    if shop.vault is None:
        return
    proof = shop.rows(PersonSecret).get(("", "proof"))
    if proof is not None:
        shop.vault.open(proof)
    else:
        for row in shop.rows(PersonSecret):
            shop.vault.open(row)
            break
        shop.rows(PersonSecret).add(shop.vault.seal(shop.tenant, "", "proof", _PROOF, now))
