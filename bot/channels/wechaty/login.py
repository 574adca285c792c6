"""Logging in: the code to scan, and the alarm when nobody is logged in."""

from pathlib import Path
from typing import TextIO

import segno
import structlog

from bot.channels.wechaty.events import GatewayEvent

log = structlog.get_logger()

SCANNED, CONFIRMED = 3, 4
"""Scan states in which somebody holds the phone already."""


class Login:
    """Whether the account is logged in, and what to scan if not."""

    def __init__(self, marker: Path, terminal: TextIO | None) -> None:
        """`marker` keeps which WeChat account it was; `terminal` shows the code."""
        self._marker, self._terminal = marker, terminal
        self.self_id: str | None = _written(marker)
        """The account's own id; of the last login while there is none."""
        self.logged_in = False
        self._told = False
        """Whether this connection has said anything about the login."""
        self.url: str | None = None
        self.detail = ""

    def take(self, event: GatewayEvent) -> None:
        """Follow a login, logout or scan event, and take a message for a sign of life."""
        if event.kind == "message":
            self._alive()
            return
        self._told = True
        if event.kind == "login":
            self._in(event.text("contactId"))
        elif event.kind == "logout":
            self.logged_in = False
            self.detail = "logged out"
            log.error("wechaty.logged_out")
        elif event.kind == "scan":
            self._scan(event.number("status"), event.text("qrcode"))

    def missing(self) -> None:
        """Nobody logged in long after connecting."""
        if self.detail == "":
            self.detail = "not logged in"
        log.error("wechaty.not_logged_in", code_waiting=self.url is not None)

    def lost(self) -> None:
        """The connection is gone: who is logged in will be told on the next one."""
        self.logged_in = self._told = False

    def _alive(self) -> None:
        """Messages come only while logged in, even if the event that said so went missing."""
        if not self._told and self.self_id is not None:
            self._in(self.self_id)
            self._told = True

    def _in(self, id: str) -> None:
        if not id:
            return
        before, self.self_id = self.self_id, id
        self.logged_in, self.url, self.detail = True, None, ""
        log.info("wechaty.logged_in", self_id=id)
        if before == id:
            return
        if before is not None:
            log.warning("wechaty.other_account_than_before", before=before, now=id)
        self._marker.parent.mkdir(parents=True, exist_ok=True)
        self._marker.write_text(id, "utf-8")

    def _scan(self, status: int, code: str) -> None:
        if status in (SCANNED, CONFIRMED):
            self.url, self.detail = None, "scanned: confirm on the phone"
            return
        if not code:
            return
        self.logged_in = False
        self.detail = "waiting for the login code to be scanned"
        if code != self.url:
            self.url = code
            log.error("wechaty.login_needed")
            _show(code, self._terminal)


def _show(code: str, terminal: TextIO | None) -> None:
    if terminal is not None:
        terminal.write("用微信扫码登录小团的账号：\n")
        segno.make(code).terminal(out=terminal, compact=True)
        terminal.flush()


def _written(marker: Path) -> str | None:
    try:
        return marker.read_text("utf-8").strip() or None
    except OSError:
        return None
