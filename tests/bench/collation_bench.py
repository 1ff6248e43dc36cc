"""Programs of the measurement of the collation, each run in a fresh interpreter: make both files, run in ours, join in the plain one."""

from __future__ import annotations

_DESK = """
import json, random, resource, sqlite3, sys, time
from datetime import date, datetime
from pathlib import Path
from sqlalchemy import delete, func, insert, select
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.base import Setting
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import CollationFinding, ImportFile, PlannedRow
from kyufu_desktop.security.keys import KdfParameters
from kyufu_desktop.services import practice, session
scratch = Path(sys.argv[1])
at = datetime(2024, 8, 28, 9, 0, tzinfo=session.JAPAN)
"""

MAKE = (
    _DESK
    + """
rows, cases = int(sys.argv[2]), int(sys.argv[3])
people = practice.prepare_vault(scratch / "vault", at, KdfParameters(memory_kib=64, time=1, lanes=1))
(scratch / "login.json").write_text(json.dumps([people[0][0], people[0][3]]))
desk = session.unlock(scratch / "vault", people[0][0], people[0][3], lambda: at)
chance = random.Random(11)
kana = ["".join(chance.choice("アカサタナハマヤラワイキシチニ") for _ in range(7)) for _ in range(60_000)]
days = [date.fromordinal(chance.randrange(700_000, 738_000)) for _ in range(30_000)]
own_cases = [
    {"id": n, "management_number": f"R6{n:08}", "household_number": f"{n:09}", "category": "DV", "programme": "r6", "status": "受付",
     "import_id": 1, "created_at": "", "changed_at": "", "host_paid_cleared": False, "search": ""}
    for n in range(1, cases + 1)
]
own_people = [
    {"id": n, "case_id": (n + 1) // 2, "resident_number": f"{n:010}", "relation": "HEAD" if n % 2 else "MEMBER", "relation_word": "",
     "name": "練習", "kana": "レンシユウ", "kana_folded": chance.choice(kana) + "ヌ" * (n % 5), "birth_written": "",
     "birth_day": chance.choice(days), "registered_postal": "", "registered_address": "", "account_flag": "0", "paid_by_host": False,
     "unprintable": False}
    for n in range(1, 2 * cases + 1)
]
def planned(n):
    head, kin, management, household, child = f"50{n:08}", chance.choice(kana), f"R6{50_000_000 + n}", f"{500_000_000 + n}", None
    birth = chance.choice(days)
    kind, person = n % 2_000, own_people[n // 2_000 * 7 % len(own_people)]
    if kind == 0:
        management = f"R6{person['case_id']:08}"
    elif kind == 400:
        household = f"{person['case_id']:09}"
    elif kind == 800:
        head = person["resident_number"]
    elif kind == 1_200:
        child = person["resident_number"]
    elif kind == 1_600:
        kin, birth = person["kana_folded"], person["birth_day"]
    elif n % 4 == 0:
        child = f"51{n:08}"
    return {"import_id": 1, "row": n + 1, "management_number": management, "household_number": household, "head_number": head,
            "kana_folded": kin, "birth_day": birth, "benefit": "kodomo" if child else "hikazei", "amount": 50_000,
            "planned_on": date(2024, 9, 10), "paid": n % 3 == 0, "child_number": child}
plain = sqlite3.connect(scratch / "plain.db")
plain.executescript('''
CREATE TABLE cases (id INTEGER PRIMARY KEY, management_number TEXT UNIQUE, household_number TEXT UNIQUE);
CREATE TABLE person (id INTEGER PRIMARY KEY, case_id INTEGER, resident_number TEXT UNIQUE, kana_folded TEXT, birth_day TEXT);
CREATE INDEX person_kana ON person (kana_folded);
CREATE TABLE planned_row (id INTEGER PRIMARY KEY, import_id INTEGER, "row" INTEGER, management_number TEXT, household_number TEXT,
  head_number TEXT, kana_folded TEXT, birth_day TEXT, benefit TEXT, amount INTEGER, planned_on TEXT, paid INTEGER, child_number TEXT);
''')
with desk.work(Act.TARGETS_IMPORTED) as unit:
    db = unit.session
    db.execute(insert(ImportFile), [
        {"id": 1, "kind": "planned", "sha256": "0" * 64, "file_name": "planned", "rows": rows, "refused": 0, "report": "[]",
         "imported_at": "", "imported_by": 1, "created_on": date(2024, 7, 1)}])
    db.execute(insert(Case), own_cases)
    db.execute(insert(Person), own_people)
    plain.executemany("INSERT INTO cases VALUES (?, ?, ?)", [(c["id"], c["management_number"], c["household_number"]) for c in own_cases])
    plain.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?)", [
        (p["id"], p["case_id"], p["resident_number"], p["kana_folded"], p["birth_day"].isoformat()) for p in own_people])
    for start in range(0, rows, 20_000):
        piece = [planned(n) for n in range(start, min(start + 20_000, rows))]
        db.execute(insert(PlannedRow), piece)
        plain.executemany(
            "INSERT INTO planned_row (import_id, \\"row\\", management_number, household_number, head_number, kana_folded, birth_day,"
            " benefit, amount, planned_on, paid, child_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*list(p.values())[:6], p["birth_day"].isoformat(), p["benefit"], p["amount"], "2024-09-10", p["paid"], p["child_number"])
             for p in piece])
    unit.record(Act.TARGETS_IMPORTED, rows=rows)
plain.commit()
from kyufu_desktop.domain.collation import collate
from kyufu_desktop.services import collation_candidates
with desk.look() as db:
    met = collate(collation_candidates.case_keys(db, date(2006, 4, 2)), collation_candidates.candidates(db))
session.close(desk)
print(json.dumps({"met": len(met)}))
"""
)

RUN = (
    _DESK
    + """
from kyufu_desktop.services import collation
login, phrase = json.loads((scratch / "login.json").read_text())
desk = session.unlock(scratch / "vault", login, phrase, lambda: at)
with desk.work(Act.COLLATED) as unit:
    unit.session.execute(delete(CollationFinding))
    unit.session.execute(delete(Setting).where(Setting.name == "collation_run"))
    unit.record(Act.COLLATED)
began = time.perf_counter()
collation.run(desk, lambda done, total: None)
took = time.perf_counter() - began
with desk.look() as db:
    met = db.scalar(select(func.count()).select_from(CollationFinding).where(CollationFinding.source == "PLANNED"))
session.close(desk)
print(json.dumps({"seconds": took, "met": met, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
)

PLAIN = """
import json, resource, sqlite3, sys, time
from pathlib import Path
plain = sqlite3.connect(Path(sys.argv[1]) / "plain.db")
began = time.perf_counter()
met = plain.execute('''
SELECT DISTINCT p.id, c.id FROM planned_row p JOIN cases c ON c.management_number = p.management_number UNION
SELECT p.id, c.id FROM planned_row p JOIN cases c ON c.household_number = p.household_number UNION
SELECT p.id, q.case_id FROM planned_row p JOIN person q ON q.resident_number = p.head_number UNION
SELECT p.id, q.case_id FROM planned_row p JOIN person q ON q.resident_number = p.child_number UNION
SELECT p.id, q.case_id FROM planned_row p JOIN person q ON q.kana_folded = p.kana_folded AND q.birth_day = p.birth_day
''').fetchall()
took = time.perf_counter() - began
print(json.dumps({"seconds": took, "met": len(met), "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
