"""The text of a config file: where each key stands, what it says, and how a mistake is told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, SecretStr, ValidationError

Key = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class ConfigError(Exception):
    """A mistake in the settings; str() is the one line for stderr."""

    def __init__(self, file: str, message: str, *, line: int | None = None, key: str = "") -> None:
        self.file, self.line, self.key, self.message = file, line, key, message
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(part for part in (place, key, message) if part))


@dataclass(frozen=True)
class Document:
    """Plain values, the line each key stands on, and which of them are never to be shown."""

    source: str
    data: Mapping[str, Any]
    lines: Mapping[Key, int] = field(default_factory=dict)
    secret: frozenset[Key] = frozenset()

    def extended(self, more: Mapping[str, Any]) -> "Document":
        """The same with some top-level values set from outside the file."""
        return replace(self, data={**self.data, **more})

    def with_secrets(self, environ: Mapping[str, str]) -> "Document":
        """Every `${NAME}` replaced from the environment; a missing one raises ConfigError."""
        secret: set[Key] = set()
        data = self._filled(self.data, (), environ, secret)
        return replace(self, data=data, secret=frozenset(secret))

    def _filled(self, value: Any, at: Key, environ: Mapping[str, str], secret: set[Key]) -> Any:
        if isinstance(value, Mapping):
            return {k: self._filled(v, (*at, k), environ, secret) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(v, (*at, i), environ, secret) for i, v in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value
        secret.add(at)

        def found(match: re.Match[str]) -> str:
            if match[1] not in environ:
                raise self.error(at, f"the environment has no {match[1]} (set it before the start)")
            return environ[match[1]]

        return re.sub(r"\$\{([A-Za-z_]\w*)\}", found, value)

    def error(self, at: Key, message: str) -> ConfigError:
        """A mistake at a key; a key that the file lacks gets the line of what should hold it."""
        line = next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), None)
        return ConfigError(self.source, message, line=line, key=spelled(at))


def spelled(at: Key) -> str:
    """`channels[1].tls.enabled`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
    return text.removeprefix(".")


def plain_document(data: Mapping[str, Any], source: str) -> Document:
    """Values that never were a file of their own."""
    return Document(source, data)


def read_document(path: Path) -> Document:
    """Compose a YAML file; raises ConfigError when it cannot be read or is no mapping."""
    source = str(path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(source, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(source, "expected UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        raise ConfigError(source, f"not YAML: {error.problem}", line=line) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(source, f"not YAML: {str(error).splitlines()[0]}") from None
    if root is None:
        return Document(source, {})
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(source, "expected keys and values", line=root.start_mark.line + 1)
    lines: dict[Key, int] = {}
    return Document(source, _value(root, (), source, lines, ()), lines)


def _value(node: yaml.Node, at: Key, source: str, lines: dict[Key, int], above: tuple[yaml.Node, ...]) -> Any:
    lines.setdefault(at, node.start_mark.line + 1)
    if any(node is other for other in above):
        raise ConfigError(source, "an alias holds itself", line=lines[at], key=spelled(at))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, at, source, lines, (*above, node)))
    if isinstance(node, yaml.SequenceNode):
        above = (*above, node)
        return [_value(n, (*at, i), source, lines, above) for i, n in enumerate(node.value)]
    # Numbers stay as written: YAML 1.1 would read 22:30 as 1350 and 021 as 17.
    empty = node.tag == "tag:yaml.org,2002:null"
    return None if empty else node.value


def _pairs(
    node: yaml.MappingNode,
    at: Key,
    source: str,
    lines: dict[Key, int],
    above: tuple[yaml.Node, ...],
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ConfigError(source, "expected a name as key", line=line, key=spelled(at))
        inner = (*at, key.value)
        if key.value in seen:
            raise ConfigError(source, "stands here twice", line=line, key=spelled(inner))
        seen.add(key.value)
        lines[inner] = line
        yield key.value, _value(value, inner, source, lines, above)


def validated(model: type[Model], document: Document, context: Mapping[str, Any]) -> Model:
    """The model with the document's values; the first mistake raises ConfigError."""
    try:
        return model.model_validate(document.data, context=dict(context))
    except ValidationError as error:
        problems = [(_place(document.data, e["loc"]), e) for e in error.errors(include_url=False)]
    # A misspelt key explains the missing one beside it, so it is told first.
    place, first = min(
        problems,
        key=lambda p: (p[1]["type"] != "extra_forbidden", document.lines.get(p[0], 0)),
    )
    if first["type"] == "union_tag_invalid":
        place = (*place, "type")
    raise document.error(place, _told(model, document, place, dict(first)))


def _place(data: Any, loc: Key) -> Key:
    """Pydantic's place of an error without the tag it adds for a choice of models."""
    place: list[str | int] = []
    for n, part in enumerate(loc):
        tag = isinstance(part, str) and isinstance(data, Mapping) and data.get("type") == part
        if tag and part not in data and n and isinstance(loc[n - 1], int):
            continue
        place.append(part)
        known = isinstance(data, Mapping) or (isinstance(data, list) and isinstance(part, int))
        data = (data.get(part) if isinstance(data, Mapping) else data[part]) if known else None
    return tuple(place)


def _told(model: type[BaseModel], document: Document, at: Key, error: dict[str, Any]) -> str:
    kind, facts = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(str(at[-1]), known_names(model, at[:-1], document.data))
    if kind == "missing":
        return "is missing"
    if kind == "union_tag_not_found":
        near = get_close_matches("type", list(error["input"]), n=1, cutoff=0.5)
        wanted = "type is missing: expected one of the types that config.example.yaml shows"
        return f'unknown key "{near[0]}"; did you mean "type"?' if near else wanted
    if kind == "value_error":
        return f"{facts['error']}{_got(document, at, error)}"
    if kind in ("literal_error", "union_tag_invalid"):
        wanted = facts.get("expected") or facts["expected_tags"]
        said = facts.get("tag", error["input"])
        return f"expected {wanted}, got {said!r}" + _nearest(str(said), re.findall(r"\w+", wanted))
    told = _EXPECTED[kind].format(**facts) if kind in _EXPECTED else error["msg"]
    return f"{told}{_got(document, at, error)}"


_EXPECTED = {
    "string_type": "expected text",
    "string_too_short": "expected some text",
    "too_short": "expected some text",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "tuple_type": "expected a list",
    "mapping_type": "expected keys and values",
    "model_type": "expected keys and values",
    "model_attributes_type": "expected keys and values",
    "path_type": "expected a file name",
}


def _got(document: Document, at: Key, error: dict[str, Any]) -> str:
    """What stood there, unless it came from the environment or may hold a password."""
    said = error["input"]
    if at in document.secret or isinstance(said, SecretStr | BaseModel) or "://" in str(said):
        return ""
    if said is None:
        return ", got nothing"
    names = {Mapping: "keys and values", list: "a list", tuple: "a list"}
    name = next((words for sort, words in names.items() if isinstance(said, sort)), None)
    return f", got {name or repr(str(said)[:60])}"


def _unknown(key: str, names: list[str]) -> str:
    near = _nearest(key, names)
    return f"unknown key{near or '; known here: ' + ', '.join(names)}"


def _nearest(word: str, names: list[str]) -> str:
    near = get_close_matches(word.casefold(), names, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else ""


def known_names(model: type[BaseModel], at: Key, data: Any) -> list[str]:
    """The keys that may stand at a place of the document."""
    models: list[type[BaseModel]] = [model]
    for part in at:
        data = _step(data, part)
        if isinstance(part, str):
            models = [inner for outer in models for inner in _models_under(outer, part)]
    tag = data.get("type") if isinstance(data, Mapping) else None
    tagged = [m for m in models if tag and tag == _tag(m)]
    return [f.alias or name for m in tagged or models for name, f in m.model_fields.items()]


def _models_under(model: type[BaseModel], key: str) -> list[type[BaseModel]]:
    fields = [f for name, f in model.model_fields.items() if (f.alias or name) == key]
    return [inner for f in fields for inner in _models(f.annotation)]


def _tag(model: type[BaseModel]) -> Any:
    return model.model_fields["type"].default if "type" in model.model_fields else None


def _step(data: Any, part: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) else None


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models(inner)]
