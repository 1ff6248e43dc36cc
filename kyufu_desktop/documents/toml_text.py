"""A table of words as TOML text: tables of texts, lists of texts, switches and days, in their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(table: Mapping[str, Any]) -> str:
    """The text of which ``tomllib.loads`` makes this table again. Raises ``TypeError`` for a value of another kind than the above."""
    return "\n".join(_table(table, "")) + "\n"


def _table(table: Mapping[str, Any], above: str) -> Iterator[str]:
    """What has no table of its own first: after a heading, everything belongs to it."""
    for key, value in table.items():
        if not _is_table(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        name = f"{above}{_key(key)}"
        if isinstance(value, Mapping):
            yield from ("", f"[{name}]", *_table(value, f"{name}."))
        elif _is_table(value):
            for each in value:
                yield from (f"[[{name}]]", *_table(each, f"{name}."))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "[\n" + "".join(f"    {_text(item)},\n" for item in value) + "]"
    raise TypeError(f"{type(value).__name__} is no value of a table of words")


def _text(text: str) -> str:
    """A basic string (TOML 1.0): it escapes as JSON does, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
