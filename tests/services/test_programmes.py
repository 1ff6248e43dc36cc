"""One vault, one programme: values settled by two officers, in force from the next login, and every old judgment explained."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from kyufu_desktop import settings
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.programme_words import compare, question_words
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, FileProblem, InputProblem, NotAllowed
from kyufu_desktop.exchange import dummies, host_files
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Setting, Signature
from kyufu_desktop.models.programme import ProgrammeValue, ProgrammeVersion
from kyufu_desktop.security.approval import Statement, verify
from kyufu_desktop.services import practice, programmes, session
from kyufu_desktop.services.programme_definitions import version_text
from kyufu_desktop.services.programmes import Answers
from kyufu_desktop.services.session import Desk, Second
from tests.services.office import CHEAP, HANDLER, OFFICERS, Clock

CODES = ("r5_70000", "r6", "r6_12", "r7_fusoku")


@dataclasses.dataclass
class Real:
    """A real vault with nothing confirmed, the first officer at the desk."""

    folder: Path
    clock: Clock
    desk: Desk
    tanaka: Second

    def again(self) -> Desk:
        """Closed and opened by the same officer."""
        session.close(self.desk)
        self.desk = session.unlock(self.folder, OFFICERS[0][0], OFFICERS[0][2], self.clock)
        self.tanaka = session.second_person(self.desk, OFFICERS[1][0], OFFICERS[1][2], Act.PROGRAMME_CONFIRMED, self.desk.staff.id)
        return self.desk

    def count(self, table: type) -> int:
        with self.desk.look() as db:
            return db.scalar(select(func.count()).select_from(table)) or 0


def _real(folder: Path, code: str = "r6") -> Real:
    clock = Clock()
    session.first_start(folder, "real", OFFICERS, clock, CHEAP, code)
    desk = session.unlock(folder, OFFICERS[0][0], OFFICERS[0][2], clock)
    return Real(folder, clock, desk, session.second_person(desk, OFFICERS[1][0], OFFICERS[1][2], Act.PROGRAMME_CONFIRMED, desk.staff.id))


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Real]:
    made = _real(tmp_path / "vault")
    yield made
    made.desk.vault.close()


def as_proposed(desk: Desk) -> Answers:
    return {question.key: (None, "要綱で確かめた") for question in programmes.open_questions(desk)}


def test_catalogue_names_every_programme_with_what_is_open() -> None:
    found = programmes.catalogue()
    assert tuple(entry.code for entry in found) == CODES
    assert all(entry.open_questions > 0 and entry.name and entry.version for entry in found)


@pytest.mark.parametrize("code", CODES)
def test_a_vault_has_the_programme_of_its_first_start_for_ever(tmp_path: Path, code: str) -> None:
    made = _real(tmp_path / "vault", code)
    assert made.desk.programme.code == code
    assert made.again().programme == made.desk.programme
    assert settings.resource("letters", f"{made.desk.programme.letter_wording}.toml").is_file()
    session.close(made.desk)


def test_a_vault_of_before_belongs_to_r6(real: Real) -> None:
    with real.desk.work(Act.SETTING_CHANGED) as unit:
        unit.session.execute(delete(Setting).where(Setting.name == "programme"))
        unit.record(Act.SETTING_CHANGED)
    assert real.again().programme.code == "r6"


def test_a_vault_whose_definition_is_missing_stays_closed(real: Real) -> None:
    with real.desk.work(Act.SETTING_CHANGED) as unit:
        unit.session.execute(update(Setting).where(Setting.name == "programme").values(value="r99"))
        unit.record(Act.SETTING_CHANGED)
    session.close(real.desk)
    with pytest.raises(FileProblem) as caught:
        session.unlock(real.folder, OFFICERS[1][0], OFFICERS[1][2], real.clock)
    assert caught.value.code == "K-1640" and "r99" in str(caught.value)


def test_a_wrong_file_is_told_with_its_name_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "programmes").mkdir()
    text = settings.resource("programmes", "r6.toml").read_text(encoding="utf-8")
    monkeypatch.setattr(settings, "_BESIDE_PACKAGE", tmp_path)
    for wrong, key in (
        (text.replace("base_date = { value = 2024-06-03", "base_date = { value = 20240603"), "dates.base_date"),
        (text.replace('value = "r6"', 'value = "r7"'), "programme.code"),
        (text.replace("[dates]", "[dates"), "r6"),
    ):
        (tmp_path / "programmes" / "r6.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(InputProblem) as caught:
            programmes.catalogue()
        assert (caught.value.code, caught.value.field) == ("K-1010", key)
        assert "r6.toml" in caught.value.happened and caught.value.todo


def test_nothing_is_drafted_before_every_value_is_confirmed(real: Real) -> None:
    with pytest.raises(Conflict) as caught:
        programmes.require_confirmed(real.desk)
    assert caught.value.code == "K-1641"
    programmes.confirm(real.desk, as_proposed(real.desk), real.tanaka)
    assert programmes.open_questions(real.desk) == ()
    # The desk judges by what was in force at its login: the next one may draft.
    with pytest.raises(Conflict):
        programmes.require_confirmed(real.desk)
    programmes.require_confirmed(real.again())


def test_confirming_takes_two_officers(real: Real) -> None:
    answers = as_proposed(real.desk)
    with pytest.raises(NotAllowed) as same:
        programmes.confirm(real.desk, answers, Second(real.desk.staff, real.desk.signer))
    assert same.value.code == "K-1643"
    session.add_staff(real.desk, HANDLER[0], HANDLER[1], practice.Role.HANDLER, HANDLER[2], real.tanaka, CHEAP)
    with pytest.raises(NotAllowed):
        session.second_person(real.desk, HANDLER[0], HANDLER[2], Act.PROGRAMME_CONFIRMED, real.desk.staff.id)
    handler = session.second_person(real.desk, HANDLER[0], HANDLER[2], Act.ACCOUNT_VERIFIED, real.desk.staff.id)
    with pytest.raises(NotAllowed):
        programmes.confirm(real.desk, answers, handler)
    at_the_desk = dataclasses.replace(real.desk, staff=handler.staff, signer=handler.signer)
    with pytest.raises(NotAllowed):
        programmes.confirm(at_the_desk, answers, real.tanaka)
    assert real.count(ProgrammeValue) == 0


def test_confirmed_values_are_signed_recorded_and_named(real: Real) -> None:
    answers: Answers = {"dates.return_deadline": ("令和6年11月15日", "告示第12号"), "placement.C07": ("認めない", "要綱 別表")}
    changes = programmes.confirm(real.desk, answers, real.tanaka)
    assert "2件" in changes.sentence and "残りは41件" in changes.sentence
    with real.desk.look() as db:
        rows = db.scalars(select(ProgrammeValue).order_by(ProgrammeValue.id)).all()
        kept = [(row.programme, row.key, json.loads(row.value), row.source, row.set_by, row.confirmed_by) for row in rows]
        assert kept == [
            ("r6", "dates.return_deadline", "2024-11-15", "告示第12号", 1, 2),
            ("r6", "placement.C07", False, "要綱 別表", 1, 2),
        ]
        signed = db.scalars(select(Signature)).one()
        assert (signed.act, signed.signer_id) == (Act.PROGRAMME_CONFIRMED.value, 2)
        statement = Statement(**json.loads(signed.payload))
        assert verify(real.tanaka.signer.public_key, statement, signed.signature)
        newest = db.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert newest is not None and newest.act == Act.PROGRAMME_CONFIRMED.value
    page = programmes.page(real.desk)
    assert page.newer and page.programme.return_deadline == date(2024, 11, 15)
    assert page.confirmed["dates.return_deadline"] == "鈴木 係長・田中 主任 令和6年8月28日"
    assert real.desk.programme.return_deadline == date(2024, 10, 31)
    assert real.again().programme.return_deadline == date(2024, 11, 15)
    assert real.desk.programme.placement("C07") is None
    assert not programmes.page(real.desk).newer


@pytest.mark.parametrize(
    ("answers", "code", "field"),
    [
        ({"dates.return_deadline": ("十一月", "告示")}, "K-1644", "dates.return_deadline"),
        ({"dates.return_deadline": (None, "  ")}, "K-1645", "dates.return_deadline"),
        ({}, "K-1646", "answers"),
        ({"dates.return_deadline": ("2024-06-01", "告示")}, "K-1010", "dates.return_deadline"),
        ({"limits.batch_ceiling": ("1", "告示")}, "K-1010", "limits.batch_ceiling"),
        ({"evidence.P4": ("認めない", "要綱")}, "K-1010", "evidence"),
    ],
)
def test_a_wrong_answer_confirms_nothing(real: Real, answers: Answers, code: str, field: str) -> None:
    with pytest.raises(InputProblem) as caught:
        programmes.confirm(real.desk, {"dates.reminder_days_before": (None, "区の決定"), **answers} if answers else {}, real.tanaka)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.todo
    assert real.count(ProgrammeValue) == 0


def test_what_is_settled_cannot_be_settled_again(real: Real) -> None:
    programmes.confirm(real.desk, {"dates.return_deadline": (None, "告示")}, real.tanaka)
    for key in ("dates.return_deadline", "dates.base_date", "nothing"):
        with pytest.raises(Conflict) as caught:
            programmes.confirm(real.desk, {key: (None, "告示")}, real.tanaka)
        assert caught.value.code == "K-1647"
    assert real.count(ProgrammeValue) == 1


@pytest.mark.parametrize("code", CODES)
def test_a_practice_vault_begins_with_the_proposals_confirmed_by_its_two_officers(tmp_path: Path, code: str) -> None:
    people = practice.prepare_vault(tmp_path / "vault", Clock()(), CHEAP, code)
    desk = session.unlock(tmp_path / "vault", people[0][0], people[0][3], Clock())
    programmes.require_confirmed(desk)
    assert compare(programmes.as_written(code), desk.programme) == ()
    with desk.look() as db:
        assert {(row[0], row[1]) for row in db.execute(select(ProgrammeValue.set_by, ProgrammeValue.confirmed_by))} == {(1, 2)}
        assert db.scalar(select(func.count()).where(AuditEntry.act == Act.PROGRAMME_CONFIRMED.value)) == 1
    with pytest.raises(Conflict):
        programmes.confirm(desk, {"dates.return_deadline": (None, "x")}, session.second_person(
            desk, people[1][0], people[1][3], Act.PROGRAMME_CONFIRMED, desk.staff.id))  # fmt: skip
    session.close(desk)


def test_an_old_judgment_is_explained_by_the_kept_version(real: Real) -> None:
    programmes.confirm(real.desk, as_proposed(real.desk), real.tanaka)
    desk = real.again()
    before = desk.programme
    with desk.work(Act.JUDGMENT_DRAFTED) as unit:
        programmes.keep_version(unit.session, desk, desk.now_text())
        programmes.keep_version(unit.session, desk, desk.now_text())
        unit.record(Act.JUDGMENT_DRAFTED)
    with desk.look() as db:
        kept = db.scalars(select(ProgrammeVersion)).one()
        assert kept.digest == before.digest
        assert programmes.from_version(kept.text) == before
        assert json.loads(kept.text)["file"] == settings.resource("programmes", "r6.toml").read_text(encoding="utf-8")


def test_a_version_kept_before_definitions_named_their_envelope_is_still_read(real: Real) -> None:
    with real.desk.look() as db:
        kept = json.loads(version_text(db, "r6"))
    head, _, rest = kept["file"].partition("[envelope]\n")
    kept["file"] = head + rest[rest.index("[bank]") :]
    assert "envelope" not in kept["file"]
    assert programmes.from_version(json.dumps(kept)).envelope == LONG_3


def test_a_version_is_not_kept_under_values_of_after_the_login(real: Real) -> None:
    programmes.confirm(real.desk, {"dates.return_deadline": (None, "告示")}, real.tanaka)
    with pytest.raises(Conflict) as caught, real.desk.work(Act.SETTING_CHANGED) as unit:
        programmes.keep_version(unit.session, real.desk, real.desk.now_text())
    assert caught.value.code == "K-1642"
    assert real.count(ProgrammeVersion) == 0


def test_the_digest_changes_with_the_values_and_their_sources(real: Real) -> None:
    digests = {real.desk.programme.digest}
    for text, source in (("2024-11-15", "告示"), ("2024-11-15", "告示第2号"), ("2024-11-16", "告示")):
        with real.desk.work(Act.SETTING_CHANGED) as unit:
            value = ProgrammeValue(
                programme="r6", key="dates.return_deadline", value=json.dumps(text), source=source, set_at="", set_by=1, confirmed_by=2
            )
            unit.session.add(value)
            unit.record(Act.SETTING_CHANGED)
        with real.desk.look() as db:
            digests.add(programmes.in_force(db).digest)
            assert programmes.from_version(version_text(db, "r6")).digest in digests
    assert len(digests) == 4


def test_a_value_whose_key_the_file_has_no_longer_is_left_aside(real: Real) -> None:
    with real.desk.work(Act.SETTING_CHANGED) as unit:
        unit.session.add(ProgrammeValue(programme="r6", key="placement.X1", value="true", source="x", set_at="", set_by=1, confirmed_by=2))
        unit.record(Act.SETTING_CHANGED)
    assert real.again().programme.digest == programmes.as_written("r6").digest


def test_compared_shows_the_programme_in_force(real: Real) -> None:
    programmes.confirm(real.desk, {"dates.return_deadline": ("2024-11-15", "告示")}, real.tanaka)
    found = {row.key: row for row in programmes.compared(real.desk, "r6")}
    assert set(found) == {"dates.return_deadline"}
    assert len(programmes.compared(real.desk, "r6_12", everything=True)) > len(programmes.compared(real.desk, "r6_12"))
    with pytest.raises(FileProblem):
        programmes.compared(real.desk, "r99")


def test_questions_read_as_a_person_reads_them(real: Real) -> None:
    words = {question.key: question_words(question) for question in programmes.open_questions(real.desk)}
    assert words["dates.return_deadline"] == "令和6年10月31日"
    assert words["settings.death_before_submission"] == "支給しない"
    assert words["rule.household.r5"] == "人が判断する"
    assert words["limits.payment_ceiling"] == "1,000,000円"
    assert words["bank.clearing_filler"] == "空白4文字"


def test_planned_payments_are_read_in_the_words_of_the_programme(tmp_path: Path) -> None:
    made = practice.seed_workbooks(tmp_path, "renshu-2024", cases=8, programme="r6_12")
    planned = next(path for path in made if path.name == "planned_payments.xlsx").read_bytes()
    words = programmes.as_written("r6_12").host_words()
    assert not [f for f in host_files.inspect_planned(planned, "renshu-2024", "x", host_words=words).findings if "給付種別" in f.why]
    assert [f for f in host_files.inspect_planned(planned, "renshu-2024", "x").findings if "給付種別" in f.why]
    assert dummies.planned_workbook(1, 8, "p") != planned
