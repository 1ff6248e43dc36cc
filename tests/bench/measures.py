"""What is measured. Every goal is a promise of the program; every alternative is a named thing that a ward could use instead."""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from kyufu_desktop.documents.letters import Confirmation
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.security.keys import REAL, KdfParameters
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.bench.figure import Figure, elsewhere, median, peak_mb, seconds

CASES, LETTERS, PEOPLE = 20_000, 1_000, 50_000
COMPARED = 100
PLANNED, COLLATED = 1_000_000, 10_000
_CHEAP = KdfParameters(memory_kib=64, time=1, lanes=1)


def open_vault() -> list[Figure]:
    """Unlocking with the real derivation, and opening the file with the raw key against a key that SQLCipher derives itself."""
    from sqlcipher3 import dbapi2

    from kyufu_desktop.database.engine import open_engine, raw_connection
    from kyufu_desktop.database.folder import VaultFolder, database_of
    from kyufu_desktop.services import practice, session

    start = datetime(2024, 8, 28, 9, 0, tzinfo=session.JAPAN)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "vault"
        people = practice.prepare_vault(folder, start, REAL)

        def unlock() -> None:
            session.close(session.unlock(folder, people[0][0], people[0][3], lambda: start))

        whole = median(unlock, 5)
        desk = session.unlock(folder, people[0][0], people[0][3], lambda: start)
        key, path = desk.vault.keyring.main, database_of(VaultFolder(folder).current())
        session.close(desk)
        raw = median(lambda: raw_connection(path, key).close(), 50)
        checked = median(lambda: open_engine(path, key).dispose(), 20)
        other = Path(scratch) / "derived.db"

        def derived() -> None:
            connection = dbapi2.connect(str(other))
            connection.execute("PRAGMA key = 'れんしゅう用の鈴木係長の合言葉です'")
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
            connection.commit()
            connection.close()

        derived()
        alternative = median(derived, 10)
    return [
        Figure("unlock: Argon2id with real parameters, all checks, login recorded", whole, "s", "0.3 to 1.5 s", 0.3 <= whole <= 1.5),
        Figure(
            "open the file with the raw key", raw * 1000, "ms", "quicker than SQLCipher's own derivation", raw < alternative,
            alternative * 1000, "sqlcipher3, key derived from a passphrase (PBKDF2, its default)",
        ),
        Figure("open the file with the raw key and both integrity checks", checked * 1000, "ms", "< 100 ms", checked < 0.1),
    ]  # fmt: skip


_MAKE = """
import json, sys, time
from pathlib import Path
from kyufu_desktop.exchange import dummies, envelope
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
sealed = dummies.big_targets(rows, "renshu-big")
(folder / "sealed.xlsx").write_bytes(sealed)
(folder / "plain.xlsx").write_bytes(envelope.open_sealed(sealed, "renshu-big", "x"))
print(json.dumps({"bytes": len(sealed)}))
"""
_INSPECT = """
import json, resource, sys, time
from pathlib import Path
from kyufu_desktop.exchange import host_files
data = Path(sys.argv[1], "sealed.xlsx").read_bytes()
began = time.perf_counter()
found = host_files.inspect_targets(data, "renshu-big", "sealed.xlsx")
took = time.perf_counter() - began
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"seconds": took, "own": own, "child": child, "people": found.people_in, "refused": found.refused_households}))
"""
_OFFICE = """
import json, resource, subprocess, sys, time
folder, program = sys.argv[1:3]
call = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", f"{folder}/out"]
subprocess.run([*call, f"{folder}/small.xlsx"], check=True, capture_output=True)
began = time.perf_counter()
subprocess.run([*call, f"{folder}/plain.xlsx"], check=True, capture_output=True)
took = time.perf_counter() - began
print(json.dumps({"seconds": took, "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
"""


def inspect_workbook() -> list[Figure]:
    """50,000 people, 33 columns, encrypted: decrypted, verified, read, checked; against LibreOffice that only converts the open one."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    with tempfile.TemporaryDirectory() as scratch:
        from kyufu_desktop.exchange import dummies, envelope

        elsewhere(_MAKE, scratch, str(PEOPLE))
        Path(scratch, "small.xlsx").write_bytes(envelope.open_sealed(dummies.targets_workbook(1, 3, "x" * 8), "x" * 8, "x"))
        runs = [elsewhere(_INSPECT, scratch) for _ in range(3)]
        office = [elsewhere(_OFFICE, scratch, program) for _ in range(3)] if program else []
        converted = [len(path.read_bytes().splitlines()) for path in Path(scratch, "out").glob("plain*.csv")]
        if office and max(converted, default=0) <= PEOPLE:
            raise RuntimeError("LibreOffice did not convert the whole workbook")
    assert all(run["people"] == PEOPLE and not run["refused"] for run in runs)
    took = statistics.median(run["seconds"] for run in runs)
    memory = max(run["own"] + run["child"] for run in runs)
    other = statistics.median(run["seconds"] for run in office) if office else None
    other_memory = max(run["child"] for run in office) if office else None
    name = f"inspect an encrypted workbook of {PEOPLE:,} people"
    quicker = other is not None and took <= other
    return [
        Figure(
            name,
            took,
            "s",
            "not slower than LibreOffice",
            quicker,
            other,
            "LibreOffice, the open workbook to CSV",
        ),
        Figure(f"{name}: peak memory, both processes", memory, "MB", "< 600 MB", memory < 600, other_memory, "LibreOffice"),
    ]


def judgments() -> list[Figure]:
    """All benefits of dummy cases of one to three people."""
    from kyufu_desktop.domain.facts import CaseFacts, PersonFacts, TaxFacts
    from kyufu_desktop.domain.judgment import LevyClass, judge
    from kyufu_desktop.domain.values import BirthDate, Category, Relation

    chance, rules, made = random.Random(1), as_proposed("r6"), []
    levies = [LevyClass.EXEMPT] * 5 + [LevyClass.PER_CAPITA_ONLY, LevyClass.TAXED, None]
    for case in range(CASES):
        people = []
        for place in range(chance.choice([1, 1, 2, 2, 3])):
            number, levy = case * 10 + place, chance.choice(levies)
            income_levy = None if levy is None else 25_000 + number % 999 if levy is LevyClass.TAXED else 0
            income_tax, before = 73_000 if levy is LevyClass.TAXED else 0, chance.random() < 0.05
            origin = f"ホスト 判定資料 {number}行目"
            tax = TaxFacts(
                levy=levy, income_levy=income_levy, income_tax=income_tax, total_income=3_420_000, r5_target=before, origin=origin
            )
            born = BirthDate("", date(1960 + chance.randrange(64), 3, 3))
            relation = Relation.HEAD if place == 0 else Relation.MEMBER
            people.append(
                PersonFacts(number, f"{number:010}", f"練習 {number}", relation, born, False, chance.random() < 0.05, tax, origin=origin)
            )
        words = {"evidence_words": "保護命令決定書", "evidence_origin": "入力 田中 8/20、確認 鈴木 8/21"}
        made.append(CaseFacts(case, Category.DV, tuple(people), evidence_verified=True, **words))
    on = date(2024, 8, 28)

    def run() -> None:
        for case in made:
            judge(case, rules, on)

    rate = CASES / median(run, 3)
    return [Figure("cases judged, with every condition, question and origin", rate, "per second", ">= 20,000 per second", rate >= 20_000)]


def letters() -> list[Figure]:
    """1,000 confirmation letters of three pages, tagged and archival, with routed names and codes."""
    from kyufu_desktop.documents import letter_press as documents
    from kyufu_desktop.documents import wording
    from kyufu_desktop.documents.letters import Confirmation, Destination, working_lines
    from kyufu_desktop.domain.judgment import AdjustmentWorking

    names = ("渡邉\U000e0102 葛\U000e0100城", "山田 花子", "髙橋 \U00020bb7子", "斎藤 健", "佐藤 一郎", "邊\U000e0101見 めぐみ")
    worked_sum = AdjustmentWorking((("本人", 1), ("配偶者", 1)), 2, 60000, 41000, 19000, 20000, 15000, 5000, 24000, 30000)
    working = working_lines(worked_sum)

    def letter(number: int) -> Confirmation:
        name = names[number % len(names)]
        lines = (f"東京都新宿区西新宿{number % 8 + 1}丁目{number % 30 + 1}番1号", f"みどり荘 {number}号室")
        return Confirmation(
            code=f"R6{number:08}-01",
            document_number="6新総総第1207号",
            issued_on=date(2024, 8, 28),
            deadline=date(2024, 10, 31),
            destination=Destination("1608484", lines, name),
            benefits=(("均等割のみ課税化給付", 100_000, ("1世帯当たり10万円",)), ("調整給付", 30_000, ())),
            members=(name, "練習 子"),
            adjustment=working,
            practice=True,
        )

    made, words = [letter(number) for number in range(LETTERS)], wording.load()
    documents.compose([letter(LETTERS)], words)
    began = time.process_time()
    took = seconds(lambda: documents.compose(made, words))
    worked = time.process_time() - began
    memory = peak_mb() + peak_mb(resource.RUSAGE_CHILDREN)
    figures = [
        Figure(f"{LETTERS:,} letters of three pages", took, "s", "< 6 s", took < 6),
        Figure(f"{LETTERS:,} letters of three pages: a page", took / LETTERS / 3 * 1000, "ms", "(said beside the time)", True),
        Figure(f"{LETTERS:,} letters of three pages: processor time, first process", worked, "s", "(said beside the time)", True),
        Figure(f"{LETTERS:,} letters of three pages: peak memory, both processes", memory, "MB", "< 400 MB", memory < 400),
    ]
    return [*figures, _against_weasyprint(made[:COMPARED], words)]


def _against_weasyprint(made: Sequence[Confirmation], words: Wording) -> Figure:
    """The same content, the same number of letters, one after the other; WeasyPrint warmed up by one letter as ours was."""
    from kyufu_desktop.documents import letter_press as documents
    from tests.bench import weasy_letters

    name, goal = f"{COMPARED:,} letters of three pages, on the same content", "at least 8 times as fast"
    if not weasy_letters.AVAILABLE:
        took = seconds(lambda: documents.compose(made, words))
        return Figure(name, took, "s", goal, False, None, "WeasyPrint is not installed")
    data = documents._chunk_data(made, documents.Job(words))
    theirs = weasy_letters.pages(weasy_letters.compose({**data, "letters": data["letters"][:2]}))
    mine = weasy_letters.pages(documents.compose(made[:2], words).pdf)
    if len(theirs) != len(mine) or any(f"{number % 3 + 1}／3枚" not in page for number, page in enumerate(theirs)):
        raise RuntimeError(f"WeasyPrint made {len(theirs)} pages of two letters, or numbered them otherwise")
    if any(sorted(one) != sorted(other) for one, other in zip(mine, theirs, strict=True)):
        raise RuntimeError("WeasyPrint was given other words")
    ours = statistics.median(seconds(lambda: documents.compose(made, words)) for _ in range(3))
    other = seconds(lambda: weasy_letters.compose(data))
    return Figure(name, ours, "s", goal, ours * 8 <= other, other, "WeasyPrint, PDF/UA-1 from HTML")


_FIRST = """
import os
from kyufu_desktop import bootstrap
app = bootstrap.application("light")
place = type("Place", (), {})()
place.gate = bootstrap.opening()
"""
_WINDOW = """
import os, sys
from pathlib import Path
from kyufu_desktop import bootstrap
app = bootstrap.application("light")
first = bootstrap.opening()
place = bootstrap.workplace(Path(sys.argv[1]), bootstrap.practice_clock())
place.show()
"""
_BARE = """
import os
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
place = type("Place", (), {})()
place.gate = QLabel("臨時給付金")
place.gate.resize(1280, 800)
place.gate.show()
"""
_SHOWN = """
from PySide6.QtCore import QTimer
def shown():
    if place.gate.isVisible() and not place.gate.grab().isNull():
        os._exit(0)
timer = QTimer()
timer.timeout.connect(shown)
timer.start(1)
app.exec()
"""


def window() -> list[Figure]:
    """From the start of the process until the first window and until the door are painted, against a window that holds one word."""
    from kyufu_desktop.services import practice, session

    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

    def start(code: str, folder: str) -> float:
        return seconds(
            lambda: subprocess.run([sys.executable, "-c", code + _SHOWN, folder], check=True, env=environment, capture_output=True)
        )

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "vault"
        practice.prepare_vault(folder, datetime(2024, 8, 28, 9, 0, tzinfo=session.JAPAN), _CHEAP)
        start(_WINDOW, str(folder))
        start(_BARE, "")
        start(_FIRST, "")
        rounds = [(start(_FIRST, ""), start(_WINDOW, str(folder)), start(_BARE, "")) for _ in range(7)]
    first, own, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    memory = peak_mb(resource.RUSAGE_CHILDREN)
    return [
        Figure(
            "start until the first window is painted", first, "s", "<= 2 x a bare window", first <= 2 * bare, bare, "PySide6, one QLabel"
        ),
        Figure("start until the door can be used", own, "s", "(said beside the first window)", True, bare, "PySide6, one QLabel"),
        Figure("start until the door is painted: peak memory", memory, "MB", "< 300 MB", memory < 300),
    ]


def collation() -> list[Figure]:
    """The whole run (read, decide, findings, log) in the encrypted file, against the five joins alone on a plain SQLite file.

    In turns, in fresh processes, so that memory is of one run and a slow moment of the machine meets both.
    """
    from tests.bench import collation_bench

    with tempfile.TemporaryDirectory() as scratch:
        made = elsewhere(collation_bench.MAKE, scratch, str(PLANNED), str(COLLATED))
        rounds = [(elsewhere(collation_bench.RUN, scratch), elsewhere(collation_bench.PLAIN, scratch)) for _ in range(3)]
    assert all(own["met"] == plain["met"] == made["met"] for own, plain in rounds)
    own = statistics.median(run["seconds"] for run, _ in rounds)
    plain = statistics.median(run["seconds"] for _, run in rounds)
    memory = max(run["memory"] for run, _ in rounds)
    name = f"collation of {PLANNED:,} planned rows with {COLLATED:,} cases"
    other = "sqlite3, a plain file, the five joins alone"
    return [
        Figure(name, own, "s", "< 3 x the joins on a plain file", own < 3 * plain, plain, other),
        Figure(f"{name}: peak memory", memory, "MB", "< 500 MB", memory < 500, max(run["memory"] for _, run in rounds), other),
    ]


def bank_file() -> list[Figure]:
    """50,000 payments: checked letter by letter, encoded, and counted again from the bytes; against a bare loop of ``str.format``."""
    from kyufu_desktop.exchange import zengin
    from tests.exchange.test_zengin import PAY_DAY, SETTINGS, generated

    transfers = generated(PEOPLE, seed=1)
    made: list[bytes] = []

    def run() -> None:
        made[:] = [zengin.encode(SETTINGS, transfers, PAY_DAY)]
        assert zengin.totals(made[0])[0] == PEOPLE

    def bare() -> None:
        form = "2{:4}{:15}{:3}{:15}    {:1}{:7}{:30}{:010}0{:20}7        \r\n"
        for one in transfers:
            to = one.account
            form.format(
                to.bank, one.bank_kana, to.branch, one.branch_kana, to.kind, to.number, to.holder, one.amount, one.reference
            ).encode("cp932")

    took, other = median(run, 5), median(bare, 5)
    name = f"bank file of {PEOPLE:,} payments: checked, encoded, counted again"
    return [Figure(name, took, "s", "< 1 s", took < 1, other, "str.format and cp932 record by record, nothing checked")]


MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "open_vault": open_vault,
    "inspect_workbook": inspect_workbook,
    "judgments": judgments,
    "letters": letters,
    "window": window,
    "collation": collation,
    "bank_file": bank_file,
}
