"""The check after installing: good on this machine, and each check finds what it is for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kyufu_desktop.database import engine
from kyufu_desktop.documents import fonts
from kyufu_desktop.services import self_test
from kyufu_desktop.services.programme_definitions import as_proposed
from kyufu_desktop.services.session import JAPAN

START = datetime(2024, 8, 28, 9, 0, tzinfo=JAPAN)


def test_every_check_is_good_on_this_machine() -> None:
    # A machine of the tests may be faster than what the ward buys: how long a guess takes is a fact of the machine, not of the program.
    found = [line for line in self_test.run(START, as_proposed("r6")) if "合言葉" not in line[0]]
    assert len(found) == 8
    assert [line for line in found if line[1]] == []


def test_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "NAME_FONTS", (("Nowhere", ("Nowhere.ttf",)),))
    assert "Nowhere.ttf" in self_test._fonts()


def test_vault_that_lets_itself_be_copied_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "deny_attach", lambda *_: 0)
    assert "拒みませんでした" in self_test._vault(tmp_path / "vault", START)


def test_vault_in_clear_is_found(tmp_path: Path) -> None:
    assert self_test._vault(tmp_path / "vault", START) == ""
    next((tmp_path / "vault").rglob("vault.db")).write_bytes(b"SQLite format 3\x00")
    assert self_test._header(tmp_path / "vault") == "暗号化されていません。"


@pytest.mark.parametrize(
    "line", ["import socket", "from urllib import request", "def f():\n    import http.client", "from PySide6.QtNetwork import QTcpSocket"]
)
def test_import_that_reaches_the_network_is_seen_wherever_it_stands(line: str) -> None:
    assert any(map(self_test.reaches_out, self_test.direct_imports(compile(line, "planted", "exec"))))


def test_import_of_a_harmless_namesake_is_not_taken_for_the_network() -> None:
    names = self_test.direct_imports(compile("from urllib import parse\nimport httpless\nfrom PySide6 import QtCore", "planted", "exec"))
    assert not any(map(self_test.reaches_out, names))


def test_derivation_that_is_too_quick_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "REAL", self_test._CHEAP)
    assert "推測に弱くなります" in self_test._derivation()
