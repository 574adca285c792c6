"""The house: floors, files, words for every refusal, and libraries that live in one place each."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
from bot.channels import Channel
from bot.channels.simulator import SimulatorChannel
from bot.channels.wechaty import WechatyChannel
from storage.errors import Refused
from storage.rows import Row
from storage.shop import all_models

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "console", "nlp", "storage")
LONGEST_FILE = 400
HOMES = {
    "wechaty": ("bot/channels/wechaty/",),
    "wechaty_puppet": ("bot/channels/wechaty/",),
    "wechaty_grpc": ("bot/channels/wechaty/",),
    "grpclib": ("bot/channels/wechaty/",),
    "apscheduler": ("bot/schedule.py",),
    "nats": ("bot/broker/",),
    "jieba": ("nlp/segment.py",),
    "rjieba": ("nlp/segment.py",),
    "aiohttp": (
        "bot/server.py",
        "bot/app.py",
        "bot/desk.py",
        "bot/channels/page/",
        "bot/channels/wechaty/puppet.py",
        "console/",
    ),
    "PIL": ("bot/images.py",),
    "typer": ("bot/__main__.py", "bot/commands/"),
    "alembic": ("storage/migrat",),
    "asyncpg": (),
    "xlsxwriter": ("storage/exports.py",),
}
"""Where each library may be imported; a file or a folder."""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_imports_go_downwards() -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
    assert "0 broken" in found.stdout


def test_every_file_opens_with_a_sentence_and_is_short_enough() -> None:
    wordless, long = [], []
    for file in sources():
        if "versions" in file.parts:  # written by a machine, read once
            continue
        text = file.read_text("utf-8")
        if not ast.get_docstring(ast.parse(text)):
            wordless.append(name_of(file))
        if text.count("\n") > LONGEST_FILE:
            long.append(name_of(file))
    assert (wordless, long) == ([], [])


def test_tests_are_short_enough_too_and_import_no_mocks() -> None:
    for file in sorted((ROOT / "tests").rglob("*.py")):
        if "node_modules" in file.parts:
            continue
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), name_of(file)
        assert not any(name.startswith(("unittest.mock", "pytest_mock")) for name in imports(file)), file


def test_every_test_file_has_a_name_of_its_folder_only() -> None:
    assert not list((ROOT / "tests").glob("*/__init__.py"))


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_lives_in_one_place(library: str) -> None:
    strangers = [
        name_of(file)
        for file in sources()
        if any(name.split(".")[0] == library for name in imports(file))
        and not name_of(file).startswith(HOMES[library])
    ]
    assert strangers == [] or HOMES[library] == ()
    assert HOMES[library] or strangers == []


def capabilities() -> list[str]:
    return [name for _, name, _ in pkgutil.iter_modules(handlers.__path__) if not name.startswith("_")]


def test_one_capability_never_imports_another() -> None:
    names = capabilities()
    for name in names:
        home = ROOT / "handlers" / name
        files = sorted(home.rglob("*.py")) if home.is_dir() else [home.with_suffix(".py")]
        for file in files:
            others = {each.split(".")[1] for each in imports(file) if each.startswith("handlers.")}
            assert not (others - {name}) & set(names), name_of(file)


def refusals() -> list[type[Refused]]:
    all_models()
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        importlib.import_module(module.name)
    found: list[type[Refused]] = []
    todo = list(Refused.__subclasses__())
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        found.append(kind)
    ours = [kind for kind in found if kind.__module__.split(".")[0] in PACKAGES]
    return sorted(ours, key=lambda kind: kind.__name__)


def caught() -> set[str]:
    """The exceptions that a handler answers itself."""
    found: set[str] = set()
    for file in sorted((ROOT / "handlers").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                found.update(each.id for each in ast.walk(node.type) if isinstance(each, ast.Name))
    return found


def test_no_refusal_is_wordless() -> None:
    spoken = {kind for router in handlers.capabilities() for kind in router.refusals}
    answered = caught()
    wordless = [
        kind.__name__
        for kind in refusals()
        if not kind.__subclasses__()
        and kind.__name__ not in answered
        and not any(issubclass(kind, each) for each in spoken)
    ]
    assert wordless == []


def test_every_key_begins_with_the_shop() -> None:
    models = all_models()
    assert len(models) > 15
    for model in models:
        columns = list(model.table().primary_key.columns)
        assert columns[0].name == "tenant_id", model.__name__
        assert issubclass(model, Row)


def test_every_channel_has_the_whole_port() -> None:
    port = {name for name in vars(Channel) if not name.startswith("_")}
    for channel in (SimulatorChannel, WechatyChannel):
        assert port <= set(dir(channel)), channel
    assert port == {"start", "stop", "send", "can_dm", "state"}


def test_what_a_capability_may_use_is_named() -> None:
    assert all(hasattr(handlers, name) for name in handlers.__all__)
    assert {"Chat", "Turn", "Router", "intent"} <= set(handlers.__all__)


def test_nothing_is_read_connected_or_started_by_an_import() -> None:
    code = (
        "import sys, threading\nimport bot.app, bot.offline, bot.replay, console.app\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert 'wechaty' not in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
