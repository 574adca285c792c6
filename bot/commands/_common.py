"""What commands share: the config option, files read line by line, files written whole or not at all."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.failures import Failure, Mistake

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="config.yaml; without it the sample shop.", show_default=False)
]
LinesFile = Annotated[
    Path | None, typer.Argument(help="JSON Lines; standard input without.", show_default=False)
]


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON with Chinese as it is written, and always UTF-8: halves of characters are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def say(text: str) -> None:
    """One line of the result."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """One line beside the result."""
    sys.stderr.write(f"xiaotuan: {text}\n")


def lines_of(file: Path | None) -> Iterator[tuple[str, int, str]]:
    """(source, line number, text) of a file that was read whole, or of what stdin gives so far."""
    if file is None or str(file) == "-":
        for number, raw in enumerate(sys.stdin.buffer, 1):
            yield "stdin", number, _decoded(raw, "stdin", number)
        return
    for number, raw in enumerate(read_whole(file).split(b"\n"), 1):
        yield str(file), number, _decoded(raw, str(file), number)


def _decoded(raw: bytes, source: str, number: int) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Mistake(f"{source}:{number}: expected UTF-8") from None
    return (text.removeprefix("\ufeff") if number == 1 else text).rstrip("\r\n")


def read_whole(file: Path) -> bytes:
    """A file's bytes. Raises Mistake."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Mistake(f"{file}: cannot be read: {error.strerror}") from None


def records_of(file: Path | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(where, object) of JSON Lines; a file is checked to its end before the first one is given."""
    found = _records(file)
    yield from found if file is None or str(file) == "-" else list(found)


def _records(file: Path | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for source, number, text in lines_of(file):
        if not text.strip():
            continue
        where = f"{source}:{number}"
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Mistake(f"{where}: not JSON: {error}") from None
        if not isinstance(value, dict):
            raise Mistake(f"{where}: expected a JSON object")
        if not isinstance(value.get("text"), str):
            raise Mistake(f"{where}: text: expected a text")
        yield where, value


def check_writable(*files: Path | None) -> None:
    """Refuse before the work is done what could not be written after it. Raises Mistake."""
    for file in files:
        if file is None:
            continue
        if file.is_dir():
            raise Mistake(f"{file}: is a folder, expected a file to write")
        if not file.absolute().parent.is_dir():
            raise Mistake(f"{file}: there is no folder {file.absolute().parent}")
        if not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
            raise Mistake(f"{file}: may not be written")


def _is_device(file: Path) -> bool:
    """Whether there is nothing to replace: /dev/stdout, a pipe."""
    return (file.is_absolute() and file.parts[1] in ("dev", "proc")) or (file.exists() and not file.is_file())


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is complete or as it was before; all of them, or none."""
    parts: dict[Path, Path] = {}
    try:
        for file, content in contents.items():
            if _is_device(file):
                file.write_bytes(content)
                continue
            target = file.resolve()
            parts[target] = target.with_name(f".{target.name}.part")
            parts[target].write_bytes(content)
        for target, part in parts.items():
            part.replace(target)
    except OSError as error:
        raise Failure(f"{error.filename}: cannot be written: {error.strerror}") from None
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
