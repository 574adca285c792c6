"""The command line: each command does what it says, and every failure is one line and an exit code."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from logs import line, opened, written

from bot.__main__ import _run
from storage.table_files import rows_of

ROOT = Path(__file__).parents[2]
CATALOGUE = "编号,名称,别名,价格,单位,库存\nZ1,榴莲蜜,,59.90,个,\nZ2,麒麟西瓜,西瓜,19.90,个,30\n"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def objects(self) -> list[Any]:
        return [json.loads(text) for text in self.out.splitlines()]


Xiaotuan = Callable[..., Ran]


@pytest.fixture
def xiaotuan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Xiaotuan:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: str | bytes = "") -> Ran:
        given = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = _run([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(errors="replace"), err.decode(), out)

    return run


def refused(ran: Ran, *words: str, code: int = 2) -> None:
    """One line that names all of these, the exit code, and nothing half said."""
    assert ran.code == code, ran.err
    assert len(ran.err.splitlines()) == 1, ran.err
    for word in ("xiaotuan: ", *words):
        assert word in ran.err
    assert "Traceback" not in ran.err


# -- the command line itself ---------------------------------------------------------------------


def test_without_arguments_it_tells_what_it_can_do(xiaotuan: Xiaotuan) -> None:
    ran = xiaotuan("--help")
    assert ran.code == 0
    for name in ("run", "state", "replay", "understand", "jielong", "catalogue", "export", "doctor", "db"):
        assert f"\n  {name} " in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fly",), "fly"),
        (("run", "--fast"), "--fast"),
        (("replay",), "LOG"),
        (("export", "group-buy", "1"), "--format"),
        (("export", "group-buy", "one", "--format", "csv"), "NUMBER"),
        (("export", "group-buy", "1", "--format", "pdf"), "pdf"),
        (("catalogue", "search", "x", "--limit", "0"), "--limit"),
        (("db",), "command"),
        (("run", "--role", "worker"), "--role worker"),
        (("run", "--role", "king"), "king"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(
    xiaotuan: Xiaotuan, arguments: tuple[str, ...], words: str
) -> None:
    ran = xiaotuan(*arguments)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert words.lower() in ran.err.lower()


@pytest.mark.parametrize("command", ["run", "state", "doctor", "db upgrade", "catalogue import c.csv"])
def test_a_mistake_in_the_config_is_told_with_file_line_and_key(
    xiaotuan: Xiaotuan, tmp_path: Path, command: str
) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, "utf-8")
    (tmp_path / "c.yaml").write_text("shop: {name: 果园}\nhttp:\n  prot: 1\n", "utf-8")
    ran = xiaotuan(*command.split(), "--config", "c.yaml")
    place = 'c.yaml:3: http.prot: unknown key; did you mean "port"?'
    if command == "doctor":
        assert (ran.code, ran.out) == (1, f"FAIL config: {place}\n")
    else:
        refused(ran, place)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("{}", "--role worker", "--role worker: broker: memory is for one process"),
        ("broker: nats://h:1\ndatabase: sqlite://", "", "database: a store in memory cannot be shared"),
        ("broker: nats://h:1", "--account simulator", "--account: only with --role gateway"),
        ("broker: nats://h:1", "--role gateway --account qq", "--account qq: the config has simulator"),
    ],
)
def test_parts_that_cannot_work_together_are_refused(
    xiaotuan: Xiaotuan, tmp_path: Path, text: str, options: str, told: str
) -> None:
    (tmp_path / "c.yaml").write_text(text, "utf-8")
    refused(xiaotuan("run", "--config", "c.yaml", *options.split()), told)


def test_a_gateway_certificate_that_is_not_there_is_the_callers_mistake(
    xiaotuan: Xiaotuan, tmp_path: Path
) -> None:
    gateway = "{type: wechaty, endpoint: 127.0.0.1:9, token: t, tls: {ca: gone.pem}}"
    (tmp_path / "c.yaml").write_text(f"channels: [{gateway}]\nhttp: {{port: 0}}\n", "utf-8")
    refused(xiaotuan("run", "--config", "c.yaml"), "channels: tls.ca:", "gone.pem: No such file")


def test_a_reader_that_has_had_enough_is_no_failure(tmp_path: Path) -> None:
    lines = "\n".join('{"id":1,"text":"草莓多少钱"}' for _ in range(20_000))
    command = f"{sys.executable} -m bot jielong | head -1"
    ran = subprocess.run(
        command, shell=True, input=lines.encode(), capture_output=True, cwd=ROOT, check=False
    )
    assert ran.stdout.count(b"\n") == 1
    assert ran.stderr == b""


# -- understand, jielong -------------------------------------------------------------------------


def test_understand_answers_line_by_line(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    asked = [
        {"id": "a", "text": "草莓多少钱"},
        {"id": 7, "text": "早上好"},
        {"id": "c", "text": "明晚8点截止", "context": {"role": "leader", "now": "2026-05-21T10:00:00+08:00"}},
    ]
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in asked)
    (tmp_path / "in.jsonl").write_text("\ufeff" + text + "\n\n", "utf-8")
    ran = xiaotuan("understand", "in.jsonl")
    assert ran.code == 0
    assert [(each["id"], each["intent"]) for each in ran.objects][:2] == [
        ("a", "product_question"),
        (7, "chitchat"),
    ]
    assert {"id", "intent", "sub", "confidence", "slots"} <= set(ran.objects[0])
    assert xiaotuan("understand", stdin=text).out == ran.out
    assert xiaotuan("understand", "-", stdin=text).out == ran.out
    assert not (tmp_path / "data").exists()


def test_understand_knows_the_catalogue_it_is_given(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE + "Z3,贵,,abc,个,\n", "utf-8")
    ran = xiaotuan("understand", "--catalogue", "c.csv", stdin='{"id":1,"text":"来2个榴莲蜜"}')
    assert ran.objects[0]["slots"]["items"][0]["product"] == "榴莲蜜"
    assert "c.csv:4: 价格" in ran.err


@pytest.mark.parametrize("command", ["understand", "jielong"])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "in.jsonl:2: not JSON"),
        ("[]", "in.jsonl:2: expected a JSON object"),
        ('{"id":1}', "in.jsonl:2: text: expected a text"),
        ('{"id":1,"text":null}', "in.jsonl:2: text: expected a text"),
    ],
)
def test_a_bad_line_is_told_before_anything_is_answered(
    xiaotuan: Xiaotuan, tmp_path: Path, command: str, text: str, place: str
) -> None:
    (tmp_path / "in.jsonl").write_text('{"id":0,"text":"早"}\n' + text, "utf-8")
    ran = xiaotuan(command, "in.jsonl")
    refused(ran, place)
    assert ran.out == ""


@pytest.mark.parametrize(
    ("context", "place"),
    [
        ('"x"', "context: expected an object"),
        ('{"now":"soon"}', "context.now: expected"),
        ('{"open":"草莓"}', "context.open: expected"),
    ],
)
def test_a_bad_context_is_told(xiaotuan: Xiaotuan, context: str, place: str) -> None:
    refused(xiaotuan("understand", stdin=f'{{"text":"早","context":{context}}}'), f"stdin:1: {place}")


def test_what_is_no_text_is_told(xiaotuan: Xiaotuan) -> None:
    refused(xiaotuan("jielong", stdin=b'{"text":"ok"}\n\xff\xfe'), "stdin:2: expected UTF-8")
    refused(xiaotuan("jielong", "nowhere"), "nowhere: cannot be read: No such file")
    half = xiaotuan("jielong", stdin='{"id":"\\ud83d","text":"#接龙\\n1. 小陈 +1"}')
    assert half.objects[0]["id"] == "\ud83d"


def test_jielong_parses_lists(xiaotuan: Xiaotuan) -> None:
    text = "#接龙\n周六草莓 39.9/盒\n\n1. 小陈 2盒\n2. 王姐 1盒\n3."
    ran = xiaotuan("jielong", stdin=json.dumps({"id": "x", "text": text}))
    (answer,) = ran.objects
    assert set(answer) == {"id", "header", "entries", "trailing_note"}
    assert [(entry["name"], entry["items"][0]["qty"]) for entry in answer["entries"]] == [
        ("小陈", 2),
        ("王姐", 1),
    ]


@pytest.mark.parametrize("command", [("understand",), ("jielong",), ("catalogue", "search", "-", "--file")])
def test_reading_needs_no_server_and_no_store(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, "utf-8")
    arguments = [*command, str(tmp_path / "c.csv")] if "--file" in command else list(command)
    code = (
        "import sys\nfrom bot.__main__ import _run\n"
        f"code = _run({arguments!r})\n"
        "heavy = {'aiohttp', 'sqlalchemy', 'sqlmodel', 'wechaty', 'apscheduler'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    if "--file" in command:
        code = code.replace("'sqlalchemy', 'sqlmodel', ", "")
    given = "西瓜\n" if "--file" in command else '{"id":1,"text":"早"}\n'
    ran = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 1


# -- replay --------------------------------------------------------------------------------------


def test_replay_writes_what_was_said_and_the_state(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    written(tmp_path / "log.jsonl", [*opened(), line(60, "u1", "A2", id="x")])
    ran = xiaotuan("replay", "log.jsonl", "--out", "out.jsonl", "--state", "state.json")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    said = [json.loads(text) for text in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    keys = ["id", "at", "room", "to", "kind", "text", "mentions", "cause"]
    assert [list(each) for each in said] == [keys] * 3
    assert [(each["id"], each["cause"]) for each in said] == [("b1", "2"), ("b2", "3"), ("b3", "x")]
    state = json.loads((tmp_path / "state.json").read_text("utf-8"))
    assert {"group_buys", "tickets", "posts", "timers", "unanswered"} <= set(state)
    assert xiaotuan("replay", "log.jsonl").objects == said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.jsonl", "out.jsonl", "state.json"]


def test_a_bad_log_leaves_the_files_as_they_were(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    written(tmp_path / "log.jsonl", [*opened(), {"type": "message"}])
    (tmp_path / "out.jsonl").write_text("old", "utf-8")
    refused(xiaotuan("replay", "log.jsonl", "--out", "out.jsonl", "--state", "s.json"), "log.jsonl:4: at: ")
    assert (tmp_path / "out.jsonl").read_text("utf-8") == "old"
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize("option", ["--out", "--state"])
def test_what_cannot_be_written_is_told_first(xiaotuan: Xiaotuan, tmp_path: Path, option: str) -> None:
    refused(xiaotuan("replay", "nowhere.jsonl", option, "no/such/file"), "no/such/file: there is no folder")
    refused(xiaotuan("replay", "nowhere.jsonl", option, tmp_path), f"{tmp_path}: is a folder")


def test_a_replay_may_write_to_a_device(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    written(tmp_path / "log.jsonl", opened())
    ran = xiaotuan("replay", "log.jsonl", "--out", "/dev/null", "--state", "/dev/stdout")
    assert ran.code == 0
    assert json.loads(ran.out)["group_buys"][0]["number"] == 1
    assert Path("/dev/null").is_char_device()


# -- catalogue -----------------------------------------------------------------------------------


def test_import_tells_what_it_did_and_a_bad_row_stops_no_other(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(CATALOGUE + "Z3,贵,,abc,个,\n,,,1.00,,\n", "utf-8")
    first = xiaotuan("catalogue", "import", "c.csv")
    assert first.code == 0
    told = first.out.splitlines()
    assert told[:2] == ["added Z1 榴莲蜜", "added Z2 麒麟西瓜"]
    assert "refused c.csv:4: 价格: expected an amount in yuan such as 39.90, got 'abc'" in told
    assert "refused c.csv:5: 名称: is empty" in told
    assert told[-1].startswith("2 added, 0 changed, 0 as before, ")
    file.write_text(CATALOGUE.replace("19.90", "18.80"), "utf-8")
    again = xiaotuan("catalogue", "import", "c.csv")
    assert again.out.splitlines() == [
        "changed Z2 麒麟西瓜: price_fen",
        "0 added, 1 changed, 1 as before, 0 refused",
    ]
    found = xiaotuan("catalogue", "search", "西瓜", "--jsonl").objects
    assert [(each["id"], each["name"]) for each in found] == [("Z2", "麒麟西瓜")]


def test_a_file_that_is_no_catalogue_imports_nothing(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("a,b\n1,2\n", "utf-8")
    refused(xiaotuan("catalogue", "import", "c.csv"), "c.csv:1: name: no column name/名称")
    refused(xiaotuan("catalogue", "import", "nowhere.csv"), "nowhere.csv: cannot be read")
    assert not (tmp_path / "data").exists()


def test_search_of_a_file_ranks_products(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, "utf-8")
    one = xiaotuan("catalogue", "search", "西瓜", "--file", "c.csv", "--jsonl")
    assert [list(each) for each in one.objects] == [["id", "name", "score"]]
    many = xiaotuan("catalogue", "search", "-", "--file", "c.csv", "--limit", "1", stdin="西瓜\n\n榴莲\n")
    assert [[hit["id"] for hit in hits] for hits in many.objects] == [["Z2"], [], ["Z1"]]
    refused(xiaotuan("catalogue", "search", "x", "--file", "nowhere.csv"), "nowhere.csv: cannot be read")


# -- the store -----------------------------------------------------------------------------------


@pytest.fixture
def shop_file(xiaotuan: Xiaotuan, tmp_path: Path) -> str:
    """A config whose store holds a group buy with two lines."""
    lines = [
        *opened(),
        line(60, "u1", "A2 5-301"),
        line(70, "u2", "B1", name="=cmd|calc"),
        line(80, "u3", "A1", name="小王13812345678"),
    ]
    written(tmp_path / "log.jsonl", lines, config={"database": "sqlite:///shop.db"})
    assert xiaotuan("replay", "log.jsonl", "--out", "/dev/null").code == 0
    (tmp_path / "c.yaml").write_text("database: sqlite:///shop.db\nshop: {name: 果园}\n", "utf-8")
    return "c.yaml"


def test_state_is_the_stored_state(xiaotuan: Xiaotuan, shop_file: str) -> None:
    state = json.loads(xiaotuan("state", "--config", shop_file).out)
    (group_buy,) = state["group_buys"]
    assert [each["buyer"] for each in group_buy["sign_ups"]] == ["u1", "u2", "u3"]


def test_the_state_of_no_store_is_empty_and_makes_none(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    state = json.loads(xiaotuan("state").out)
    assert state == {"group_buys": [], "tickets": [], "posts": [], "timers": [], "unanswered": []}
    assert list(tmp_path.iterdir()) == []


def test_export_has_three_lists_in_order_and_no_phone(xiaotuan: Xiaotuan, shop_file: str) -> None:
    ran = xiaotuan("export", "group-buy", "1", "--format", "text", "--config", shop_file)
    heads = [text for text in ran.out.splitlines() if text.startswith("【")]
    assert heads == ["【名单】", "【进货单】", "【分货单】"]
    assert "13812345678" not in ran.out
    assert "5-301" in ran.out
    csv = xiaotuan("export", "group-buy", "1", "--format", "csv", "--out", "o.csv", "--config", shop_file)
    assert (csv.code, csv.out) == (0, "")
    text = Path("o.csv").read_text("utf-8-sig")
    assert "13812345678" not in text
    assert ",'=cmd|calc," in text


def test_export_to_a_workbook(xiaotuan: Xiaotuan, shop_file: str) -> None:
    ran = xiaotuan("export", "group-buy", "1", "--format", "xlsx", "--config", shop_file)
    rows = [row.cells for table in rows_of(ran.raw) for row in table]
    assert rows[0][:4] == ["序号", "姓名", "代", "楼室"]
    assert "2" in rows[1]


def test_export_of_what_is_not_there(xiaotuan: Xiaotuan, shop_file: str, tmp_path: Path) -> None:
    ran = xiaotuan("export", "group-buy", "9", "--format", "csv", "--out", "o.csv", "--config", shop_file)
    refused(ran, "there is no group buy 9")
    assert not (tmp_path / "o.csv").exists()


def test_backup_and_restore(xiaotuan: Xiaotuan, shop_file: str, tmp_path: Path) -> None:
    before = xiaotuan("state", "--config", shop_file).out
    assert xiaotuan("db", "backup", "copy.db", "--config", shop_file).code == 0
    refused(xiaotuan("db", "backup", "copy.db", "--config", shop_file), "copy.db exists already", code=1)
    (tmp_path / "c.csv").write_text(CATALOGUE, "utf-8")
    xiaotuan("catalogue", "import", "c.csv", "--config", shop_file)
    assert xiaotuan("db", "restore", "copy.db", "--config", shop_file).code == 0
    assert xiaotuan("state", "--config", shop_file).out == before
    assert xiaotuan("catalogue", "search", "西瓜", "--jsonl", "--config", shop_file).out == ""
    (tmp_path / "old.yaml").write_text("database: sqlite:///shop.db.before-restore-1\n", "utf-8")
    assert "Z2" in xiaotuan("catalogue", "search", "西瓜", "--jsonl", "--config", "old.yaml").out


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 40, b""])
def test_restore_of_something_else_changes_nothing(
    xiaotuan: Xiaotuan, shop_file: str, tmp_path: Path, content: bytes
) -> None:
    before = (tmp_path / "shop.db").read_bytes()
    (tmp_path / "bad.db").write_bytes(content)
    refused(xiaotuan("db", "restore", "bad.db", "--config", shop_file), "bad.db", code=1)
    refused(xiaotuan("db", "restore", "nowhere.db", "--config", shop_file), "nowhere.db is no file", code=1)
    assert (tmp_path / "shop.db").read_bytes() == before


def test_upgrade_tells_the_revision(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    assert xiaotuan("db", "upgrade").out.startswith("the store is at revision 0")
    assert (tmp_path / "data" / "xiaotuan.db").exists()


def test_a_store_that_cannot_be_opened_is_one_line(xiaotuan: Xiaotuan, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("database: postgresql://u:geheim@127.0.0.1:1/x\n", "utf-8")
    for command in (("state",), ("db", "upgrade"), ("run",)):
        ran = xiaotuan(*command, "--config", "c.yaml")
        refused(ran, "postgresql://u:***@127.0.0.1:1/x", code=1)
        assert "geheim" not in ran.err
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 300)
    (tmp_path / "d.yaml").write_text("database: sqlite:///broken.db\n", "utf-8")
    refused(xiaotuan("state", "--config", "d.yaml"), "broken.db", "not a database", code=1)
