"""Where a request comes from: our own page, this machine, which browser; its cookies and form tokens."""

import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from console.parts import DESK, Network
from storage.accounts import ABSOLUTE
from storage.ids import token

LONGEST_CHAIN = 20
"""Proxies that are looked through."""
COOKIE, FORM_COOKIE = "xiaotuan_desk", "xiaotuan_form"
SESSION: web.RequestKey[str] = web.RequestKey("session")
"""The secret that the page's token is made of: the session's, or before it the form's."""
NEW_FORM: web.RequestKey[bool] = web.RequestKey("new form")


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks https, to us or to the proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def same_origin(request: web.Request) -> bool:
    """Whether a page of ours asks. Programs send neither header; they still need the token."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def address_of(request: web.Request) -> str:
    """Whose address a request comes from: of whoever speaks to us, or of whom a trusted proxy names.

    Each proxy appends whom it heard; read from the end, the first that is no trusted proxy is the one.
    What anybody else claims in the header counts for nothing.
    """
    seen = request.remote or ""
    proxies = request.app[DESK].proxies
    named = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")[-LONGEST_CHAIN:]
    while named and _within(seen, proxies):
        heard = _plain(named.pop())
        if heard is None:
            break
        seen = heard
    return seen


def neighbourhood(address: str) -> str:
    """What counts as one address when tries are counted: of IPv6 the /64 that one line is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped is not None else str(ip_network((known, 64), strict=False))
    return address


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return any(known in network for network in networks)


def _plain(named: str) -> str | None:
    """An entry of the header without its port; None for what is no address."""
    text = named.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def is_local(request: web.Request) -> bool:
    """Whether somebody at this very machine asks, through no proxy and under no other name."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    name = urlsplit(f"//{request.host}").hostname or ""
    return _is_loopback(request.remote or "") and (name == "localhost" or _is_loopback(name))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


# -- cookies and tokens ------------------------------------------------------------------------------


def cookie_name(request: web.Request, name: str) -> str:
    """`__Host-` cookies cannot be set by a neighbour; they need https."""
    return f"__Host-{name}" if is_secure(request) else name


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=int(ABSOLUTE.total_seconds()) if value else 0,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Lax",
    )


def form_token(request: web.Request) -> str:
    """What a form of this browser has to bring along."""
    secret = request.get(SESSION)
    if secret is None:
        secret = request[SESSION] = token()
        request[NEW_FORM] = True
    return hmac.new(request.app[DESK].secret, f"form\0{secret}".encode(), "sha256").hexdigest()


def fits(request: web.Request, given: Any) -> bool:
    """Whether a token is the one of this browser."""
    if not isinstance(given, str) or request.get(SESSION) is None:
        return False
    return hmac.compare_digest(given.encode(), form_token(request).encode())
