"""Generated households for the test of the destination: who lives where, and which words may stand in whose letter.

Every secret word is unmistakable: a sign that says what it is, and a number that says whose. 碧 is the place where somebody is safe, 翠 a
facility, 紅 the registered dwelling, 墨 a place where somebody was safe before, 藍 who issued a paper, 茜 who acts for somebody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.case import Case, EvidenceRecord, Person, Proxy, SafeAddress
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.security import seal
from kyufu_desktop.services.proxies import PROXY
from tests.services.office import Office

SECRET = re.compile(r"([碧翠紅墨藍茜])([0-9]{6})")
SURNAMES = ("見本", "架空", "例示", "仮名", "練習")


@dataclass(frozen=True, slots=True)
class Household:
    """One case and the secret words that may stand in its own letters; all others may stand in none."""

    case_id: int
    allowed: frozenset[str]
    names: frozenset[str]


def secrets_in(text: str) -> frozenset[str]:
    """Every secret word of a text, however it was broken into lines."""
    return frozenset("".join(found) for found in SECRET.findall(re.sub(r"\s+", "", text)))


def plant(office: Office, count: int, seed: int) -> tuple[Household, ...]:
    """``count`` decided cases in the office's vault, family after family, until there are enough."""
    chance = random.Random(seed)
    households: list[Household] = []
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        unit.session.add(
            ImportFile(
                id=1, kind="targets", sha256="0" * 64, file_name="t", rows=count, refused=0, report="[]",
                imported_at=office.desk.now_text(), imported_by=1,
            )
        )  # fmt: skip
        unit.session.flush()
        while len(households) < count:
            _family(office, unit, chance, households)
        unit.record(Act.TARGETS_IMPORTED, rows=len(households))
    return tuple(households)


def _family(office: Office, unit: UnitOfWork, chance: random.Random, households: list[Household]) -> None:
    """A registered dwelling, who was violent and still lives there, and those of it who are safe elsewhere."""
    number = len(households) + 1
    surname = chance.choice(SURNAMES)
    town = chance.randrange(1, 9)
    block = chance.randrange(1, 30)
    dwelling = (f"東京都新宿区架空町{town}丁目{block}番{number}号", f"紅{number:06d}荘101")
    next_door = f"東京都新宿区架空町{town}丁目{block}番{number + 1}号"
    shelter = f"見本県見本市碧{number:06d}町{chance.randrange(1, 9)}丁目{block}番"
    members = [("DV", shelter, "", "")]
    match chance.randrange(5):
        case 0:  # Safe in the house next door.
            members = [("DV", next_door, f"碧{number:06d}ハイツ202", "")]
        case 1:  # Two of one dwelling share a shelter.
            members = [("DV", shelter, "", ""), ("DV", shelter, "", "")]
        case 2:  # The child is in a facility, the mother somewhere else.
            members = [("DV", shelter, "", ""), ("CHILD", f"見本県例示市翠{number:06d}町2番3号", "", f"翠{number:06d}学園")]
        case 3:  # An old person in a facility; who was violent has a case of our own as well.
            members = [("ELDERLY", f"見本県例示市翠{number:06d}町2番3号", "", f"翠{number:06d}の里"), ("DISABLED", shelter, "", "")]
        case _:
            pass
    for category, address, building, care_of in members:
        households.append(_case(office, unit, len(households) + 1, surname, dwelling, (category, address, building, care_of)))


def _case(
    office: Office, unit: UnitOfWork, case_id: int, surname: str, dwelling: tuple[str, str], place: tuple[str, str, str, str]
) -> Household:
    desk, db = office.desk, unit.session
    category, address, building, care_of = place
    key = seal.new_case_key(desk.address_key(), case_id)
    db.add(
        Case(
            id=case_id, management_number=f"R6{case_id:08d}", household_number=f"{case_id:09d}", category=category, programme="r6",
            status=CaseStatus.JUDGED.value, case_key=key, search="", import_id=1, host_paid_cleared=False,
            created_at=desk.now_text(), changed_at=desk.now_text(),
        )
    )  # fmt: skip
    db.flush()
    companions = 1 if category == "DV" and case_id % 3 == 0 else 0
    people = [_person(case_id, number, surname, dwelling) for number in range(1 + companions)]
    db.add_all(people)
    db.add(
        EvidenceRecord(
            case_id=case_id, kind="E2", issued_on=date(2024, 7, 1), companions="[]",
            issuer_sealed=seal.seal(key, desk.address_key(), case_id, {"issuer": f"藍{case_id:06d}センター"}, "issuer"),
            entered_at=desk.now_text(), entered_by=office.sato.staff.id,
            verified_at=desk.now_text(), verified_by=office.suzuki.staff.id,
        )
    )  # fmt: skip
    before = {
        "postal": "950-0001",
        "address": f"見本県見本市墨{case_id:06d}町1番",
        "building": "",
        "care_of": "",
        "recipient": "",
        "phone": "",
    }
    acting, written, honorific = _proxy(office, unit, case_id, key, care_of)
    now = {
        "postal": "950-0002",
        "address": address,
        "building": building,
        "care_of": care_of,
        "recipient": written,
        "phone": "00-0000-0000",
        "honorific": honorific,
    }
    for entry, superseded in ((before, desk.now_text()), (now, None)):
        db.add(
            SafeAddress(
                case_id=case_id, sealed=seal.seal(key, desk.address_key(), case_id, entry, "address"),
                entered_at=desk.now_text(), entered_by=office.sato.staff.id,
                verified_at=desk.now_text(), verified_by=office.suzuki.staff.id, superseded_at=superseded,
            )
        )  # fmt: skip
        db.flush()
    office.decide(unit, case_id, people[0].id, "hikazei", 100_000)
    return Household(case_id, secrets_in(address + building + care_of + acting), frozenset(person.name for person in people))


def _proxy(office: Office, unit: UnitOfWork, case_id: int, key: bytes, care_of: str) -> tuple[str, str, str]:
    """Some of those in a facility are written to through a proxy: its director by his title, or a corporation. (name, as written, 敬称)."""
    if not care_of or case_id % 3 == 0:
        return "", "", "様"
    body = case_id % 3 == 1
    name = f"茜{case_id:06d}会" if body else f"茜{case_id:06d} 太郎"
    unit.session.add(
        Proxy(
            case_id=case_id, basis="C5", document_seen=True, starts_on=date(2024, 1, 1), ends_on=None,
            sealed=seal.seal(key, office.desk.address_key(), case_id, {"name": name, "relation": "", "phone": ""}, PROXY),
            entered_at=office.desk.now_text(), entered_by=office.sato.staff.id,
            verified_at=office.desk.now_text(), verified_by=office.suzuki.staff.id,
        )
    )  # fmt: skip
    return name, name if body else f"施設長　{name}", "御中" if body else "様"


def _person(case_id: int, number: int, surname: str, dwelling: tuple[str, str]) -> Person:
    return Person(
        id=case_id * 10 + number, case_id=case_id, resident_number=f"{case_id * 10 + number:010d}",
        relation="MEMBER" if number else "HEAD", relation_word="子" if number else "世帯主",
        name=f"{surname} 花子{case_id}の{number}", kana="ミホン ハナコ", kana_folded="ミホンハナコ",
        birth_written="1980-01-01", birth_day=date(1980, 1, 1),
        registered_postal="160-0022", registered_address=dwelling[0], registered_building=dwelling[1],
        account_flag="0", paid_by_host=False, unprintable=False,
    )  # fmt: skip


def rows_that_say(office: Office, tables: Sequence[type]) -> frozenset[str]:
    """Secret words in the open columns of ``tables``."""
    found: set[str] = set()
    with office.desk.look() as db:
        for table in tables:
            for row in db.scalars(select(table)):
                found |= secrets_in(" ".join(str(value) for name, value in vars(row).items() if not name.startswith("_")))
    return frozenset(found)
