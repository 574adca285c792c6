"""A small typed router: pydantic models in and out, one bearer token, errors as problem+json, OpenAPI 3.1."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import models_json_schema

from console.origin import same_origin
from console.parts import DESK, Desk, Refusal
from console.who import Who, principal
from storage.accounts import account_of, token_of
from storage.errors import Refused

SAFE = ("GET", "HEAD")
LONGEST_BODY = 64 * 1024
REFERENCE = "#/components/schemas/{model}"


class Nothing(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why it was not done (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: who asks, and what with."""

    desk: Desk
    who: Who
    path: Mapping[str, str]
    query: Any
    body: Any


Answer = Callable[[Call], Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address, what it takes and what it gives."""

    method: str
    path: str
    """As OpenAPI has it: /tickets/{number}."""
    answer: Answer
    gives: type[BaseModel]
    query: type[BaseModel] = Nothing
    body: type[BaseModel] | None = None
    summary: str = ""


class NotThere(Exception):
    """No such thing, or not the asker's business."""


@dataclass(slots=True)
class Api:
    """The endpoints of one version."""

    title: str
    version: str
    prefix: str
    endpoints: list[Endpoint] = field(default_factory=list)

    def mount(self, app: web.Application) -> None:
        """Serve the endpoints, and their description at /openapi.json."""
        for endpoint in self.endpoints:
            app.router.add_route(endpoint.method, self.prefix + endpoint.path, _handler(endpoint))
        described = self.describe()

        async def openapi(_: web.Request) -> web.StreamResponse:
            return web.json_response(described)

        app.router.add_get("/openapi.json", openapi)

    def describe(self) -> dict[str, Any]:
        """OpenAPI 3.1 of all endpoints."""
        models: list[type[BaseModel]] = [Problem]
        for endpoint in self.endpoints:
            models += [endpoint.gives, *([endpoint.body] if endpoint.body else [])]
        unique = list(dict.fromkeys(models))
        named, schema = models_json_schema(
            [(model, "serialization") for model in unique], ref_template=REFERENCE
        )
        names = {model: named[model, "serialization"] for model in unique}
        paths: dict[str, dict[str, Any]] = {}
        for endpoint in self.endpoints:
            there = paths.setdefault("/api" + self.prefix + endpoint.path, {})
            there[endpoint.method.lower()] = _operation(endpoint, names)
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": self.version},
            "paths": paths,
            "components": {
                "schemas": schema["$defs"],
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{"token": []}],
        }


def _operation(endpoint: Endpoint, names: Mapping[type[BaseModel], Mapping[str, Any]]) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": names[Problem]}}}
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": endpoint.answer.__name__,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        "responses": {
            "200": {
                "description": "Done",
                "content": {"application/json": {"schema": names[endpoint.gives]}},
            },
            **{
                status: {"description": title, **problem}
                for status, title in _PROBLEMS.items()
                if status != "409" or endpoint.body is not None or endpoint.method not in SAFE
            },
        },
    }
    if endpoint.body is not None:
        content = {"application/json": {"schema": names[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


_PROBLEMS = {
    "400": "Not understood",
    "401": "No valid token",
    "403": "Not from there",
    "404": "Not there",
    "409": "A rule refuses",
    "422": "Not valid",
}


def _path_parameters(endpoint: Endpoint) -> Sequence[dict[str, Any]]:
    names = [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(endpoint: Endpoint) -> Sequence[dict[str, Any]]:
    schema = endpoint.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": about}
        for name, about in schema.get("properties", {}).items()
    ]


# -- a request ---------------------------------------------------------------------------------------


def _handler(endpoint: Endpoint) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            call = await _checked(endpoint, request)
            given = await endpoint.answer(call)
        except web.HTTPException as error:
            return _problem(error.status, error.text or "")
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return _problem(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except NotThere:
            return _problem(404)
        except Refused as refused:
            return _problem(409, request.app[DESK].words(refused))
        except Refusal as refusal:
            return _problem(409, str(refusal))
        return web.json_response(text=given.model_dump_json(), headers={"Cache-Control": "no-store"})

    return handle


async def _checked(endpoint: Endpoint, request: web.Request) -> Call:
    if not same_origin(request):
        raise web.HTTPForbidden(text="")
    account = await _bearer(request)
    query = endpoint.query.model_validate(dict(request.query))
    body = None
    if endpoint.body is not None:
        if (request.content_length or 0) > LONGEST_BODY:
            raise web.HTTPBadRequest(text="too long")
        try:
            body = endpoint.body.model_validate(await request.json())
        except (JSONDecodeError, UnicodeDecodeError, LookupError):
            raise web.HTTPBadRequest(text="no JSON") from None
    return Call(request.app[DESK], account, request.match_info, query, body)


async def _bearer(request: web.Request) -> Who:
    desk = request.app[DESK]
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        found = await desk.run(lambda connection: token_of(connection, desk.tenant, secret.strip()))
        if found is not None:
            owner = await desk.run(lambda connection: account_of(connection, desk.tenant, found.account_id))
            if owner is not None and owner.active:
                return principal(desk, owner)
    raise web.HTTPUnauthorized(text="")


def _problem(status: int, detail: str = "") -> web.Response:
    title = _PROBLEMS.get(str(status), "Not done")
    problem = Problem(title=title, status=status, detail=detail)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return web.Response(
        text=problem.model_dump_json(),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )
