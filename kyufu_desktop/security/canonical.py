"""Canonical JSON: the same value gives the same bytes, so that it can be authenticated and signed."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """UTF-8, sorted keys, no spaces, no escapes of non-ASCII, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")
