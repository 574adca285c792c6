"""Whether an answer has the shape that OpenAPI promises: as much of JSON Schema as our models use."""

from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def fits(value: Any, schema: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Types, required and unknown properties, items, and choices."""
    if "$ref" in schema:
        return fits(value, named[schema["$ref"].rpartition("/")[2]], named)
    if "anyOf" in schema:
        return any(fits(value, one, named) for one in schema["anyOf"])
    if isinstance(value, bool) and schema.get("type") != "boolean":
        return False
    if not isinstance(value, _TYPES[schema["type"]]):
        return False
    if schema["type"] == "array":
        return all(fits(one, schema["items"], named) for one in value)
    if schema["type"] == "object":
        known = schema["properties"]
        return set(schema.get("required", ())) <= value.keys() <= known.keys() and all(
            fits(value[name], known[name], named) for name in value
        )
    return True
