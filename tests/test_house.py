"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain.programme_file import parse
from kyufu_desktop.domain.staff import ACT_WORDS, ALLOWED, Act

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kyufu_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
WITH_QT = ("views/", "bootstrap.py", "__main__.py")
NETWORK = {
    "socket", "ssl", "http", "urllib.request", "asyncio", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "socketserver", "xmlrpc",
    "requests", "httpx", "urllib3", "PySide6.QtNetwork", "PySide6.QtWebSockets", "PySide6.QtWebEngineCore",
}  # fmt: skip
#: Words of programmers, not of a ward office.
FOREIGN = ("エクスポート", "インポート", "ステータス", "データベース")


def imports(source: str) -> Iterator[str]:
    """Every module that is imported anywhere in the source: at the top, in a function, by importlib."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"}:
                yield node.args[0].value


def network_of(source: str) -> set[str]:
    return {name for name in imports(source) if any(name == each or name.startswith(f"{each}.") for each in NETWORK)}


def texts(source: str) -> Iterator[tuple[int, str]]:
    """String literals that are not docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_the_scan_sees_every_way_of_importing() -> None:
    for source in (
        "import socket",
        "import http.client as web",
        "from urllib import request",
        "def f():\n    from PySide6.QtNetwork import QTcpSocket",
        "import importlib\nimportlib.import_module('ssl')",
        "__import__('asyncio')",
    ):
        assert network_of(source), source
    assert not network_of("from urllib.parse import urlsplit")


def test_no_module_imports_a_network() -> None:
    assert len(MODULES) > 100
    found = {named(path): network_of(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {name: modules for name, modules in found.items() if modules} == {}


def test_qt_is_imported_by_what_people_see_only() -> None:
    below = [path for path in MODULES if not named(path).startswith(WITH_QT)]
    assert [
        named(path)
        for path in below
        if any(name.startswith(("PySide6", "shiboken6")) for name in imports(path.read_text(encoding="utf-8")))
    ] == []


def test_no_file_is_named_after_nothing() -> None:
    empty = re.compile(r"(utils?|helpers?|managers?|common|misc|controllers?|tools?)", re.IGNORECASE)
    assert [named(path) for path in MODULES if any(empty.fullmatch(part) for part in path.relative_to(PACKAGE).with_suffix("").parts)] == []


def test_words_on_screens_are_those_of_the_ward() -> None:
    seen = [
        path
        for path in MODULES
        if named(path).startswith(("views/", "services/", "documents/", "errors", "domain/", "bootstrap", "__main__"))
    ]
    found = [
        f"{named(path)}:{line} {word}"
        for path in seen
        for line, text in texts(path.read_text(encoding="utf-8"))
        for word in FOREIGN
        if word in text
    ]
    assert found == []


def test_manual_uses_the_same_words() -> None:
    pages = list((ROOT / "resources" / "help").glob("*.md"))
    assert pages
    assert [f"{page.name} {word}" for page in pages for word in FOREIGN if word in page.read_text(encoding="utf-8")] == []


def test_every_act_has_a_word_and_roles() -> None:
    assert set(ACT_WORDS) == set(Act) == set(ALLOWED)
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS), "two acts with one word cannot be told apart in the log"
    assert all(re.search(r"[ぁ-ん一-龥]", word) for word in ACT_WORDS.values() if word != "ログイン")
    assert all(ALLOWED.values()), "an act that nobody may do"


def leaves(table: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf of a programme: a table with ``value``, or whatever is no table."""
    if isinstance(table, dict) and "value" not in table:
        for key, inner in table.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(table, list) and all(isinstance(inner, dict) for inner in table):
        for number, inner in enumerate(table):
            yield f"{path}[{number}]", inner
    else:
        yield path, table


PROGRAMMES = sorted((ROOT / "resources" / "programmes").glob("*.toml"))


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.name)
def test_every_value_of_a_programme_has_a_source(path: Path) -> None:
    values, digest = settings.read_toml("programmes", path.name)
    programme = parse(values, digest=digest)
    assert programme.digest == digest
    found = dict(leaves(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert len(found) > 40
    for name, leaf in found.items():
        # The articles are sources themselves.
        source = leaf if name.startswith("articles.") else leaf.get("source") if isinstance(leaf, dict) else None
        assert isinstance(source, str) and source.strip(), f"{path.name}: {name} has no source"


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.name)
def test_every_rule_of_a_programme_stands_in_the_rule_book(path: Path) -> None:
    book = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    values, digest = settings.read_toml("programmes", path.name)
    assert [rule for rule in sorted(parse(values, digest=digest).rules) if f"`{rule}`" not in book] == []


_COUNTING = """
import os, sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
image = QImage(10, 10, QImage.Format.Format_RGB32)
painter = QPainter(image)
field = QLineEdit()
def loop(times):
    for _ in range(times):
        painter.setPen(Qt.GlobalColor.black); field.setText("a"); painter.save(); painter.restore()
loop(10)
before = sys.getrefcount(None)
loop(1000)
print((sys.getrefcount(None) - before) / 4000, flush=True)
painter.end()
os._exit(0)
"""


def test_this_version_of_qt_does_not_eat_references_to_none() -> None:
    """PySide6 6.12.0 loses one with every call that returns nothing and aborts after some thousand; hence the pin."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNTING], capture_output=True, text=True, check=True, timeout=60, env={"QT_QPA_PLATFORM": "offscreen"}
    )
    change = float(done.stdout)
    assert abs(change) < 0.01, f"references to None change by {change} with every call"
