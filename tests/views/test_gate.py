"""The door, with the real vault behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from kyufu_desktop.services import session
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.gate import Gate
from kyufu_desktop.views.lane import Lane

NOW = datetime(2024, 8, 28, 9, 0, tzinfo=timezone(timedelta(hours=9)))
PEOPLE = (("suzuki", "鈴木 係長", "れんしゅう用の鈴木係長の合言葉です"), ("tanaka", "田中 主任", "れんしゅう用の田中主任の合言葉です"))


def clock() -> datetime:
    return NOW


class Door:
    """The gate and what a person does at it."""

    def __init__(self, qtbot: object, folder: Path) -> None:
        self.bot = qtbot
        self.lane = Lane()
        self.gate = Gate(folder, clock, self.lane)
        self.desks: list[Desk] = []
        self.gate.opened.connect(self.desks.append)
        self.gate.show()

    def find(self, name: str) -> QWidget:
        return self.gate.findChildren(QWidget, name)[-1]

    def type(self, name: str, text: str) -> None:
        field = self.find(name)
        assert isinstance(field, QLineEdit)
        field.setText(text)

    def press(self, name: str) -> None:
        button = self.find(name)
        assert isinstance(button, QAbstractButton)
        button.click()
        self.bot.waitUntil(lambda: not self.lane.busy, timeout=30_000)  # type: ignore[attr-defined]

    def texts(self) -> str:
        return "\n".join(label.text() for label in self.gate.findChildren(QLabel))


@pytest.fixture
def door(qtbot: object, tmp_path: Path) -> Iterator[Door]:
    made = Door(qtbot, tmp_path / "vault")
    yield made
    for desk in made.desks:
        session.close(desk)
    made.lane.close()
    made.gate.close()


def found(door: Door) -> str:
    """Goes through the assistant; returns the recovery code."""
    door.find("gate.kind_practice").setChecked(True)  # type: ignore[attr-defined]
    for number, (login, name, passphrase) in enumerate(PEOPLE, start=1):
        for field, text in (("login", login), ("name", name), ("passphrase", passphrase), ("again", passphrase)):
            door.type(f"gate.{field}_{number}", text)
    door.press("gate.found")
    shown = door.find("gate.recovery_code")
    assert isinstance(shown, QLabel)
    code = shown.text()
    door.type("gate.recovery", code.lower().replace("-", " "))
    door.press("gate.recovery_kept")
    return code


def test_two_officers_found_a_vault_and_one_of_them_opens_it(door: Door) -> None:
    found(door)
    door.type("gate.passphrase", PEOPLE[0][2])
    door.press("gate.unlock")
    assert [desk.staff.name for desk in door.desks] == ["鈴木 係長"]
    assert door.desks[0].practice


def test_a_wrong_passphrase_says_so_and_opens_nothing(door: Door) -> None:
    found(door)
    door.type("gate.passphrase", "これはまちがった合言葉ですよね")
    door.press("gate.unlock")
    assert door.desks == []
    assert door.gate.error is not None and door.gate.error.code == "K-1402"
    assert door.gate.error.happened in door.texts()
    field = door.find("gate.passphrase")
    assert isinstance(field, QLineEdit) and field.text() == ""


def test_the_assistant_goes_on_only_with_the_code_on_paper(door: Door) -> None:
    door.find("gate.kind_practice").setChecked(True)  # type: ignore[attr-defined]
    for number, (login, name, passphrase) in enumerate(PEOPLE, start=1):
        for field, text in (("login", login), ("name", name), ("passphrase", passphrase), ("again", passphrase)):
            door.type(f"gate.{field}_{number}", text)
    door.press("gate.found")
    door.type("gate.recovery", "ABCD-EFGH")
    door.press("gate.recovery_kept")
    assert "表示したコードと違います。" in door.texts()


def test_passphrases_that_differ_are_told_beside_the_field_and_nothing_is_made(door: Door, tmp_path: Path) -> None:
    door.find("gate.kind_real").setChecked(True)  # type: ignore[attr-defined]
    for number, (login, name, passphrase) in enumerate(PEOPLE, start=1):
        for field, text in (("login", login), ("name", name), ("passphrase", passphrase), ("again", passphrase + "x")):
            door.type(f"gate.{field}_{number}", text)
    door.press("gate.found")
    assert "上と違います。" in door.texts()
    assert session.vault_kind(tmp_path / "vault") is None


def test_the_code_from_the_safe_registers_a_new_officer_who_can_open(door: Door) -> None:
    code = found(door)
    door.press("gate.recover")
    secret = "れんしゅう用の森課長の合言葉です"
    for field, text in (("code", code), ("login", "mori"), ("name", "森 課長"), ("passphrase", secret), ("again", secret)):
        door.type(f"gate.recover_{field}", text)
    door.press("gate.recover_act")
    shown = door.find("gate.recovery_code")
    assert isinstance(shown, QLabel) and shown.text() != code
    door.type("gate.recovery", shown.text())
    door.press("gate.recovery_kept")
    choice = door.find("gate.login")
    choice.setCurrentIndex(choice.findData("mori"))  # type: ignore[attr-defined]
    door.type("gate.passphrase", "れんしゅう用の森課長の合言葉です")
    door.press("gate.unlock")
    assert [desk.staff.name for desk in door.desks] == ["森 課長"]
