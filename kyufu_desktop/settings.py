"""Paths and resources. Never a secret, never a person's data, never a decision."""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

_BESIDE_PACKAGE = Path(__file__).resolve().parent.parent / "resources"
_INSTALLED = Path(sys.prefix) / "share" / "kyufu-desktop" / "resources"


def resource(*parts: str) -> Path:
    """A file or folder of ``resources``: beside the package in a checkout, below the prefix when installed.

    Raises FileNotFoundError naming the resource (an incomplete installation).
    """
    root = _BESIDE_PACKAGE if _BESIDE_PACKAGE.is_dir() else _INSTALLED
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError("/".join(("resources", *parts)))
    return path


def read_toml(*parts: str) -> tuple[dict[str, Any], str]:
    """A TOML resource and the SHA-256 of its bytes (hex)."""
    data = resource(*parts).read_bytes()
    return tomllib.loads(data.decode("utf-8")), hashlib.sha256(data).hexdigest()


def default_vault() -> Path:
    """Where the real vault lies unless the command line says otherwise."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "kyufu-desktop" / "vault"
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / "kyufu-desktop" / "vault"
