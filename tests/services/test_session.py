from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kyufu_desktop.domain.staff import ALLOWED, Act, Role
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.security.approval import Signer
from kyufu_desktop.security.keys import KdfParameters
from kyufu_desktop.security.seal import new_case_key, seal, unseal
from kyufu_desktop.services import session as desk_of
from kyufu_desktop.services.session import Desk

CHEAP = KdfParameters(8, 1, 1)
AOKI = ("aoki", "青木", "correct horse battery staple")
BABA = ("baba", "馬場", "another long passphrase here")
CHIBA = ("chiba", "千葉", "the third of the long passphrases")


def _clock() -> datetime:
    return datetime(2024, 8, 27, 20, 0, tzinfo=UTC)


def _unlock(folder: Path, who: tuple[str, str, str] = AOKI, **options: bool) -> Desk:
    return desk_of.unlock(folder, who[0], who[2], _clock, **options)


@pytest.fixture
def started(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "vault"
    return folder, desk_of.first_start(folder, "practice", (AOKI, BABA), _clock, CHEAP)


@pytest.fixture
def desk(started: tuple[Path, str]) -> Iterator[Desk]:
    one = _unlock(started[0])
    yield one
    one.vault.close()


def _baba(desk: Desk, act: Act = Act.STAFF_ADDED) -> desk_of.Second:
    return desk_of.second_person(desk, BABA[0], BABA[2], act, desk.staff.id)


def _join(desk: Desk, role: Role = Role.COUNTER) -> desk_of.Staff:
    return desk_of.add_staff(desk, CHIBA[0], CHIBA[1], role, CHIBA[2], _baba(desk), CHEAP)


def _acts(desk: Desk) -> list[str]:
    with desk.look() as session:
        return list(session.execute(text("SELECT act FROM audit ORDER BY seq")).scalars())


def test_first_day_is_recorded_from_the_first_moment(desk: Desk, started: tuple[Path, str]) -> None:
    assert _acts(desk) == ["VAULT_CREATED", "PROGRAMME_CONFIRMED", "LOGGED_IN"]
    assert desk.practice
    assert desk_of.vault_kind(started[0]) == "practice"
    assert desk_of.vault_kind(started[0].parent) is None
    assert desk.today().isoformat() == "2024-08-28"
    assert desk.now_text() == "2024-08-28T05:00:00+09:00"
    assert desk_of.staff_choices(started[0]) == (("aoki", "青木", Role.OFFICER), ("baba", "馬場", Role.OFFICER))


def test_wrong_passphrase_is_told_in_one_sentence_and_delays_the_next_try(started: tuple[Path, str]) -> None:
    folder, _ = started
    with pytest.raises(CustodyProblem) as wrong:
        _unlock(folder, ("aoki", "", "not this passphrase"))
    assert str(wrong.value) == (
        "K-1402 ログイン名またはパスフレーズが違います。 保管庫は閉じたままです。 日本語入力とCapsLockを確かめて、もう一度入れてください。"
    )
    with pytest.raises(CustodyProblem) as waits:
        _unlock(folder)
    assert waits.value.code == "K-1403"
    _unlock(folder, BABA).vault.close()
    time.sleep(1.05)
    _unlock(folder).vault.close()
    _unlock(folder).vault.close()


@pytest.mark.parametrize("role", list(Role))
def test_role_may_do_exactly_what_the_table_says(desk: Desk, started: tuple[Path, str], role: Role) -> None:
    if role is not Role.OFFICER:
        _join(desk, role)
    desk.vault.close()
    mine = _unlock(started[0], AOKI if role is Role.OFFICER else CHIBA)
    refused = set()
    for act in Act:
        try:
            with mine.work(act) as unit:
                unit.record(act)
        except NotAllowed as problem:
            assert problem.code == "K-1601"
            refused.add(act)
    assert refused == {act for act in Act if role not in ALLOWED[act]}
    if role in (Role.COUNTER, Role.AUDITOR):
        with pytest.raises(NotAllowed) as caught:
            mine.address_key()
        assert caught.value.code == "K-1604"
    else:
        assert len(mine.address_key()) == 32
    mine.vault.close()


def test_maker_cannot_be_his_own_second_person(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as same:
        desk_of.second_person(desk, AOKI[0], AOKI[2], Act.BATCH_APPROVED, desk.staff.id)
    assert same.value.code == "K-1602"
    with pytest.raises(NotAllowed):
        desk_of.as_second(desk, Act.BATCH_APPROVED, desk.staff.id)
    assert desk_of.as_second(desk, Act.BATCH_APPROVED, 2).staff.id == desk.staff.id


def test_second_person_needs_the_role_and_the_passphrase(desk: Desk) -> None:
    _join(desk, Role.HANDLER)
    with pytest.raises(NotAllowed) as role:
        desk_of.second_person(desk, CHIBA[0], CHIBA[2], Act.BATCH_APPROVED, desk.staff.id)
    assert role.value.code == "K-1603"
    with pytest.raises(CustodyProblem) as wrong:
        desk_of.second_person(desk, BABA[0], "not the passphrase at all", Act.BATCH_APPROVED, desk.staff.id)
    assert wrong.value.code == "K-1402"


def test_act_of_a_second_person_names_him_in_the_record(desk: Desk) -> None:
    with desk.work(Act.BATCH_APPROVED, _baba(desk, Act.BATCH_APPROVED)) as unit:
        unit.record(Act.BATCH_APPROVED, "batch", 1)
    newest = desk_of.audit_page(desk, limit=1)[0]
    assert (newest.actor, newest.detail) == ("青木", (("second", "2"),))


def test_new_member_can_open_and_login_cannot_be_taken_twice(desk: Desk, started: tuple[Path, str]) -> None:
    member = _join(desk)
    assert member in desk_of.list_staff(desk)
    with pytest.raises(InputProblem) as taken:
        _join(desk)
    assert taken.value.code == "K-1606"
    assert _acts(desk).count("STAFF_ADDED") == 1
    desk.vault.close()
    other = _unlock(started[0], CHIBA)
    assert other.staff == member
    other.vault.close()


def _case(desk: Desk) -> tuple[int, bytes]:
    with desk.work(Act.TARGETS_IMPORTED) as unit:
        unit.session.add(ImportFile(id=1, kind="X", sha256="0" * 64, file_name="x", rows=1, refused=0, imported_at="", imported_by=1))
        unit.session.flush()
        key = new_case_key(desk.address_key(), 1)
        unit.session.add(
            Case(
                id=1,
                management_number="R600000001",
                household_number="000000001",
                category="DV",
                programme="r6",
                status="NEW",
                case_key=key,
                import_id=1,
                created_at="",
                changed_at="",
            )
        )
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    return 1, seal(key, desk.address_key(), 1, {"a": "避難先"})


def test_removed_member_cannot_open_the_new_generation_even_with_old_slots_and_keys(desk: Desk, started: tuple[Path, str]) -> None:
    folder, old_code = started
    _join(desk, Role.HANDLER)
    case_id, sealed = _case(desk)
    old_slots = {name: (folder / "gen-1" / name).read_bytes() for name in ("slots.json", "slots.bak.json")}
    old_main, old_address = desk.vault.keyring.main, desk.address_key()
    code = desk_of.remove_staff(desk, 3, _baba(desk, Act.STAFF_REMOVED))
    assert code != old_code
    assert desk.vault.generation == 2
    assert not (folder / "gen-1").exists()
    assert desk.vault.keyring.main != old_main
    assert desk.address_key() != old_address
    with desk.look() as session:
        wrapped = session.get_one(Case, case_id).case_key
    assert wrapped is not None
    assert unseal(wrapped, desk.address_key(), case_id, sealed) == {"a": "避難先"}
    with pytest.raises(CustodyProblem):
        unseal(wrapped, old_address, case_id, sealed)
    assert desk_of.verify_chain(desk).ok
    desk_of.close(desk)

    with pytest.raises(CustodyProblem) as gone:
        _unlock(folder, CHIBA)
    assert gone.value.code == "K-1402"
    (folder / "delay.json").unlink()
    _unlock(folder, BABA).vault.close()
    for name, data in old_slots.items():
        (folder / "gen-2" / name).write_bytes(data)
    with pytest.raises(CustodyProblem):
        _unlock(folder, CHIBA)


def test_two_officers_must_stay_and_nobody_removes_himself(desk: Desk) -> None:
    with pytest.raises(InputProblem) as few:
        desk_of.remove_staff(desk, 2, _baba(desk, Act.STAFF_REMOVED))
    assert few.value.code == "K-1605"
    desk_of.add_staff(desk, CHIBA[0], CHIBA[1], Role.OFFICER, CHIBA[2], _baba(desk), CHEAP)
    with pytest.raises(NotAllowed) as himself:
        desk_of.remove_staff(desk, 1, _baba(desk, Act.STAFF_REMOVED))
    assert himself.value.code == "K-1609"
    desk_of.remove_staff(desk, 2, desk_of.second_person(desk, CHIBA[0], CHIBA[2], Act.STAFF_REMOVED, 1))
    with pytest.raises(Conflict):
        desk_of.remove_staff(desk, 2, desk_of.second_person(desk, CHIBA[0], CHIBA[2], Act.STAFF_REMOVED, 1))


def test_failed_change_of_keys_leaves_everything_as_it_was(desk: Desk, started: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step before the switch fails as a full disk would."""
    from kyufu_desktop.database import vault

    _join(desk)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(vault, "save_book", full)
        desk_of.remove_staff(desk, 3, _baba(desk, Act.STAFF_REMOVED))
    assert desk.vault.generation == 1
    assert sorted(path.name for path in started[0].iterdir() if path.is_dir()) == ["gen-1"]
    assert "STAFF_REMOVED" not in _acts(desk)
    desk_of.close(desk)
    _unlock(started[0], CHIBA).vault.close()


def test_paper_key_registers_a_new_officer_and_is_used_up(started: tuple[Path, str]) -> None:
    folder, code = started
    fresh = desk_of.use_recovery(folder, code, *CHIBA, _clock, CHEAP)
    one = _unlock(folder, CHIBA)
    assert one.staff.role is Role.OFFICER
    assert desk_of.verify_chain(one).ok
    assert "STAFF_ADDED" in _acts(one)
    one.vault.close()
    for who in (AOKI, BABA):
        _unlock(folder, who).vault.close()
    with pytest.raises(CustodyProblem) as used:
        desk_of.use_recovery(folder, code, "d1", "土井", CHIBA[2], _clock, CHEAP)
    assert used.value.code == "K-1412"
    assert desk_of.use_recovery(folder, fresh, "d1", "土井", CHIBA[2], _clock, CHEAP)


def test_passphrase_change_needs_the_old_one(desk: Desk, started: tuple[Path, str]) -> None:
    new = "completely different words now"
    with pytest.raises(CustodyProblem):
        desk_of.change_passphrase(desk, "wrong old passphrase", new, CHEAP)
    assert "PASSPHRASE_CHANGED" not in _acts(desk)
    (started[0] / "delay.json").unlink()
    desk_of.change_passphrase(desk, AOKI[2], new, CHEAP)
    desk_of.close(desk)
    _unlock(started[0], ("aoki", "", new)).vault.close()
    with pytest.raises(CustodyProblem):
        _unlock(started[0])


def test_old_vault_put_back_is_refused_until_an_officer_accepts_it(started: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = started
    desk_of.close(_unlock(folder))
    shutil.copytree(folder / "gen-1", tmp_path / "old")
    kept = desk_of.close(_unlock(folder))
    assert desk_of.last_anchor(folder) == kept
    shutil.rmtree(folder / "gen-1")
    shutil.copytree(tmp_path / "old", folder / "gen-1")
    with pytest.raises(CustodyProblem) as caught:
        _unlock(folder)
    assert caught.value.code == "K-1430"
    accepted = _unlock(folder, override_chain=True)
    assert desk_of.audit_page(accepted, limit=1)[0].detail == (("override", "K-1430"),)
    desk_of.close(accepted)
    _unlock(folder).vault.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor_id = 2 WHERE seq = 2",
        "UPDATE audit SET act = 'LOCKED' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3)",
        "DELETE FROM audit WHERE seq > 3",
    ],
)
def test_tampered_log_keeps_the_vault_closed(started: tuple[Path, str], tampering: str) -> None:
    """By somebody who has the keys and takes the triggers away; the cut end is seen by the anchor."""
    folder, _ = started
    for _ in range(2):
        desk_of.close(_unlock(folder))
    one = _unlock(folder)
    with one.work(Act.SETTING_CHANGED) as unit:
        for trigger in ("audit_no_update", "audit_no_delete"):
            unit.session.execute(text(f"DROP TRIGGER {trigger}"))
        unit.record(Act.SETTING_CHANGED)
        unit.session.flush()
        unit.session.execute(text(tampering))
        if "103" in tampering:
            unit.session.execute(text("UPDATE audit SET seq = seq - 100 WHERE seq > 100"))
    assert not desk_of.verify_chain(one).ok or "> 3" in tampering
    one.vault.close()
    with pytest.raises(CustodyProblem) as caught:
        _unlock(folder)
    assert caught.value.code == ("K-1430" if "> 3" in tampering else "K-1431")


def test_log_is_read_in_pages_and_reading_is_recorded(desk: Desk) -> None:
    for number in range(7):
        with desk.work(Act.CASE_VIEWED) as unit:
            unit.record(Act.CASE_VIEWED, "case", number)
    first = desk_of.audit_page(desk, limit=4, act=Act.CASE_VIEWED)
    second = desk_of.audit_page(desk, before_seq=first[-1].seq, limit=4, act=Act.CASE_VIEWED)
    assert [row.subject_id for row in (*first, *second)] == [6, 5, 4, 3, 2, 1, 0]
    assert _acts(desk).count("AUDIT_READ") == 2


def test_anchor_is_kept_beside_the_vault_and_changes_with_every_act(desk: Desk, started: tuple[Path, str]) -> None:
    first = desk_of.anchor(desk)
    assert desk_of.last_anchor(started[0]) == first
    assert desk_of.anchor(desk).code != first.code


@pytest.mark.parametrize(
    ("officers", "code"),
    [
        ((AOKI,), "K-1605"),
        ((AOKI, ("AOKI", "別人", BABA[2])), "K-1606"),
        ((AOKI, ("b b", "馬場", BABA[2])), "K-1607"),
        ((AOKI, ("baba", " ", BABA[2])), "K-1610"),
        ((AOKI, ("baba", "馬場", "short")), "K-1401"),
    ],
)
def test_first_start_names_what_is_missing(tmp_path: Path, officers: tuple[tuple[str, str, str], ...], code: str) -> None:
    with pytest.raises(InputProblem) as caught:
        desk_of.first_start(tmp_path / "v", "real", officers, _clock, CHEAP)
    assert caught.value.code == code
    assert not (tmp_path / "v").exists()


def test_day_is_the_day_in_japan(desk: Desk) -> None:
    assert desk.clock().date() == desk.today() - timedelta(days=1)


def test_wrong_passphrase_of_the_second_person_is_recorded_and_delays_the_next_try(desk: Desk) -> None:
    with pytest.raises(CustodyProblem) as wrong:
        desk_of.second_person(desk, BABA[0], "not her passphrase", Act.STAFF_ADDED, desk.staff.id)
    assert wrong.value.code == "K-1402"
    with pytest.raises(CustodyProblem) as waits:
        _baba(desk)
    assert waits.value.code == "K-1403"
    assert _acts(desk)[-1] == "PROOF_FAILED"
    (row,) = desk_of.audit_page(desk, act=Act.PROOF_FAILED)
    assert (row.actor, row.subject, row.subject_id, row.detail) == ("青木", "staff", 2, (("wanted", "STAFF_ADDED"),))


def test_wrong_old_passphrase_is_recorded_and_nothing_is_changed(desk: Desk) -> None:
    with pytest.raises(CustodyProblem) as wrong:
        desk_of.change_passphrase(desk, "not the old passphrase", "quite another long passphrase", CHEAP)
    assert wrong.value.code == "K-1402"
    assert _acts(desk)[-1] == "PROOF_FAILED"
    assert "PASSPHRASE_CHANGED" not in _acts(desk)


def test_wrong_passphrases_at_the_door_stand_in_the_next_login(started: tuple[Path, str]) -> None:
    with pytest.raises(CustodyProblem):
        _unlock(started[0], ("aoki", "", "not this passphrase"))
    time.sleep(1.05)
    desk = _unlock(started[0])
    try:
        assert desk_of.audit_page(desk, act=Act.LOGGED_IN)[0].detail == (("failed", "1"), ("override", ""))
    finally:
        desk.vault.close()


def test_second_person_is_who_the_vault_knows_with_his_own_key(desk: Desk) -> None:
    baba = _baba(desk)
    with pytest.raises(NotAllowed) as foreign:
        desk_of.Second(baba.staff, desk.signer)
    assert foreign.value.code == "K-1622"
    for forged in (
        desk_of.Second(baba.staff, Signer(baba.staff.id, bytes(32))),
        desk_of.Second(dataclasses.replace(baba.staff, id=99), Signer(99, bytes(32))),
    ):
        with pytest.raises(NotAllowed) as unknown, desk.work(Act.BATCH_APPROVED, forged) as unit:
            unit.record(Act.BATCH_APPROVED)
        assert unknown.value.code == "K-1622"
        with pytest.raises(NotAllowed) as added:
            desk_of.add_staff(desk, CHIBA[0], CHIBA[1], Role.OFFICER, CHIBA[2], forged, CHEAP)
        assert added.value.code in ("K-1622", "K-1603")
    chiba = _join(desk, Role.HANDLER)
    with pytest.raises(NotAllowed) as removed:
        desk_of.remove_staff(desk, chiba.id, desk_of.Second(baba.staff, Signer(baba.staff.id, bytes(32))))
    assert removed.value.code == "K-1622"
    assert "BATCH_APPROVED" not in _acts(desk)


def test_second_person_who_has_left_meanwhile_cannot_confirm_any_more(desk: Desk) -> None:
    chiba = _join(desk, Role.OFFICER)
    proved = desk_of.second_person(desk, CHIBA[0], CHIBA[2], Act.BATCH_APPROVED, desk.staff.id)
    desk_of.remove_staff(desk, chiba.id, _baba(desk, Act.STAFF_REMOVED))
    with pytest.raises(NotAllowed) as gone, desk.work(Act.BATCH_APPROVED, proved) as unit:
        unit.record(Act.BATCH_APPROVED)
    assert gone.value.code == "K-1622"
