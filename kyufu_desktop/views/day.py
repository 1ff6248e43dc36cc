"""A whole working day through the real main window, on the workbooks of a folder, in a new practice vault.

Nobody is there to decide: what needs a person's decision stays on hold and is not paid. The people are those of :mod:`services.practice`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import FileProblem, UserError
from kyufu_desktop.services import cases, day_summary, letters, payments, practice
from kyufu_desktop.services.cases import CaseFilter, CasePage, EvidenceEntry
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views import day_proxies
from kyufu_desktop.views.dialogs import set_presenter
from kyufu_desktop.views.hands import Hands, later
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.dialogs_enclosing import EnclosingDialog
from kyufu_desktop.views.stations.dialogs_evidence import EvidenceDialog
from kyufu_desktop.views.stations.host_incoming import INCOMING
from kyufu_desktop.views.stations.review import ReviewStation
from kyufu_desktop.views.workplace import Workplace

#: Station -> name of its picture, in the order of the work.
STATIONS = (
    "today", "notices", "cases", "judgment", "collation", "inquiry", "letters", "review", "payments", "tracking", "host_exchange",
    "programme", "wording", "gaiji", "admin",
)  # fmt: skip


#: What a day leaves, in the order it is told.
OUTPUTS = (
    ("確認書", "letters.pdf"),
    ("振込データ", "transfer.txt"),
    ("給付状況（暗号化）", "host_status.xlsx"),
    ("管理簿", "ledger.pdf"),
    ("画面の絵", "screens"),
    ("まとめ", "summary.json"),
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where the workbooks are, their password, and where everything goes."""

    inputs: Path
    password: str
    out: Path


class Day:
    """Drives a :class:`Workplace`. ``make`` builds it with what locking ends in."""

    def __init__(self, app: QApplication, make: Callable[[Callable[[], None]], Workplace], rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._work = make(self._relock)
        self._hands = Hands(app, self._lane, self._window, self._error, rehearsal.out / "screens")
        self._refused: list[dict[str, Any]] = []
        self._with_proxies: list[int] = []
        self._started = time.monotonic()

    def run(self) -> int:
        """0 = the day is done; a ``UserError`` that nobody could answer ends it."""
        former = set_presenter(self._hands.present)
        try:
            self._found()
            self._people()
            self._bring_in("targets", "planned")
            self._write_down_addresses()
            self._second_pair_of_eyes()
            self._inquiries()
            self._judge()
            self._letters("letters_printed")
            self._forms()
            self._letters("decisions_printed")
            self._money()
            self._report()
            self._pictures()
            summary = self._summary()
            self._work.lock()
            self._hands.settle()
        finally:
            set_presenter(former)
            self._hands.let_go()
            self._work.lane.close()
        self._say(summary)
        return 0

    # ------------------------------------------------------------ the frame
    def _lane(self) -> Lane:
        return self._work.lane

    def _touch(self) -> None:
        """Nobody touches keyboard or mouse here; the clock that locks must not take that for absence."""
        if self._work.shell is not None:
            self._work.shell.idle_clock.touch()

    def _window(self) -> QWidget:
        self._touch()
        window = self._work.shell or self._work.gate
        assert window is not None
        return window

    def _error(self) -> UserError | None:
        """What a station, or the door, shows as an error."""
        if self._work.gate is not None:
            return self._work.gate.error
        return next((station.error for station in self._work.stations.values() if station.error is not None), None)

    def _relock(self) -> None:
        self._work.show()

    def _desk(self) -> Desk:
        assert self._work.desk is not None
        return self._work.desk

    def _step(self, words: str) -> None:
        print(f"{time.monotonic() - self._started:6.1f}秒  {words}", flush=True)

    def _go(self, key: str, case_id: int | None = None) -> None:
        self._work.go(key, case_id)
        self._hands.settle()

    def _picture(self, name: str) -> None:
        """The window with the counts of this moment."""
        self._work.count_now()
        self._hands.picture(name)

    # ------------------------------------------------------------ the door
    def _found(self) -> None:
        self._step("保管庫を作る")
        hands = self._hands
        self._work.show()
        hands.put("gate.kind_practice", "")
        for number, (login, name, _, passphrase) in enumerate(practice.PEOPLE[:2], start=1):
            for field, text in (("login", login), ("name", name), ("passphrase", passphrase), ("again", passphrase)):
                hands.put(f"gate.{field}_{number}", text)
        self._picture("first_start")
        hands.press("gate.found")
        shown = hands.find("gate.recovery_code")
        assert isinstance(shown, QLabel)
        hands.put("gate.recovery", shown.text())
        hands.press("gate.recovery_kept")

    def _login(self, number: int) -> None:
        if self._work.desk is not None:
            self._hands.press("shell.lock")
        login, _, _, passphrase = practice.PEOPLE[number]
        self._hands.put("gate.login", login)
        if number == 0:
            self._picture("lock_screen")
        self._hands.put("gate.passphrase", passphrase)
        self._hands.press("gate.unlock")
        other = practice.PEOPLE[1] if number != 1 else practice.PEOPLE[0]
        self._hands.answer("SecondPersonDialog", {"second.login": other[0], "second.passphrase": other[3]})

    def _people(self) -> None:
        self._step("取扱者を加え、端末の設定を決める")
        self._login(0)
        self._go("admin")
        login, name, role, passphrase = practice.PEOPLE[2]
        assert role is Role.HANDLER
        typed = {"login": login, "name": name, "role": role.value, "passphrase": passphrase, "again": passphrase}
        self._hands.answer("NewStaffDialog", {f"staff.{field}": text for field, text in typed.items()})
        self._hands.press("admin.add_staff")
        settings = self._hands.table("端末の設定")
        changes = (("bank_file", "ChoiceDialog", {"setting.value": "plain"}), ("medium", "AskTextDialog", {"ask.text": "M-01"}))
        for key, kind, filling in changes:
            settings.select(key)
            self._hands.answer(kind, filling)
            self._hands.press("admin.change_setting")

    # ------------------------------------------------------------ in
    def _bring_in(self, *kinds: str) -> None:
        if self._work.desk is None or self._desk().staff.login != practice.PEOPLE[2][0]:
            self._login(2)
        self._go("host_exchange")
        for kind in kinds:
            words, file = INCOMING[kind]
            path = self._rehearsal.inputs / file
            if not path.is_file():
                self._step(f"{words}はありません")
                continue
            self._step(f"{words}を取り込む")
            self._hands.answer("OpenWorkbookDialog", {"file.path": str(path), "file.password": self._rehearsal.password})
            try:
                self._hands.press(f"host_exchange.take_{kind}")
                self._picture(f"inspect_{kind}")
                self._take_in(file)
            except UserError as problem:
                self._refuse(file, problem)

    def _take_in(self, file: str) -> None:
        station = self._work.stations["host_exchange"]
        inspection = station.inspection  # type: ignore[attr-defined]
        if inspection is None:
            return
        if not inspection.count_agrees:
            # Only a person may say that the cover is wrong; here nobody is.
            self._refused += [{"file": file, **_finding(finding)} for finding in inspection.findings if finding.fatal]
            self._hands.press("host_exchange.drop")
        else:
            self._hands.press("host_exchange.bring_in")

    def _refuse(self, file: str, problem: UserError) -> None:
        findings = problem.findings if isinstance(problem, FileProblem) else ()
        self._refused += [{"file": file, **_finding(finding)} for finding in findings] or [
            {"file": file, "sheet": "", "row": 0, "column": "", "why": f"{problem.code} {problem.happened}"}
        ]
        for station in self._work.stations.values():
            station.hide_error()

    # ------------------------------------------------------------ cases
    def _ids(self) -> tuple[int, ...]:
        return self._hands.ask(later(cases.list_ids, self._desk(), CaseFilter()))

    def _page(self) -> CasePage:
        """The case on the screen."""
        station = self._work.stations["cases"]
        assert isinstance(station, CasesStation) and station.page is not None
        return station.page

    def _write_down_addresses(self) -> None:
        ids = self._ids()
        self._step(f"秘匿の根拠と送り先を入れる（{len(ids)}件）")
        desk = self._desk()
        for number, case_id in enumerate(ids):
            self._go("cases", case_id)
            page = self._page()
            companions = tuple(person.name for person in page.people[1:])
            proof = practice.evidence(desk, page.category, desk.programme.base_date, companions)
            self._hands.answer("EvidenceDialog", partial(self._read_off, proof))
            self._hands.press("case.enter_evidence")
            acting = practice.acting(desk, case_id, page.category)
            if acting is not None:
                day_proxies.enter(self._hands, acting)
                self._with_proxies.append(case_id)
            place = practice.safe_address(desk, case_id, page.category)
            self._hands.answer(
                "AddressDialog",
                {
                    "address.postal": place.postal,
                    "address.address": place.address,
                    "address.building": place.building,
                    "address.care_of": place.care_of,
                    "address.recipient": place.recipient,
                    "address.phone": place.phone,
                    "address.honorific": place.honorific,
                },
            )
            self._hands.press("case.enter_address")
            if number == 0:
                self._picture("case_page")

    def _read_off(self, proof: EvidenceEntry, dialog: EvidenceDialog) -> None:
        """What stands on the dummy document, field by field; every member whom it names is ticked."""
        filling = {
            "evidence.kind": proof.kind,
            "evidence.issued_on": proof.issued_on.isoformat(),
            "evidence.starts_on": proof.starts_on.isoformat() if proof.starts_on else "",
            "evidence.ends_on": proof.ends_on.isoformat() if proof.ends_on else "",
            "evidence.issuer": proof.issuer,
            **{f"evidence.detail.{key}": words for key, words in proof.details.items()},
        }
        if proof.basis is not None:
            filling["evidence.basis"] = proof.basis
        if proof.moved_in_on is not None:
            filling["evidence.moved_in_on"] = proof.moved_in_on.isoformat()
        for name, text in filling.items():
            self._hands.put(name, text, dialog)
        for person_id in dialog.ticks.boxes:
            self._hands.put(f"evidence.companion.{person_id}", "", dialog)

    def _second_pair_of_eyes(self) -> None:
        self._step("2人目が書類と照らし合わせる")
        self._login(1)
        if not self._ids():
            return
        self._go("cases")
        self._hands.answer("WhoComparesDialog", {"second_round.me": ""})
        self._hands.press("cases.second_round")
        shown = False
        while self._hands.can_press("second_round.confirm"):
            if not shown:
                self._picture("second_round")
                shown = True
            self._hands.press("second_round.confirm")
        self._hands.press("second_round.stop")
        for case_id in self._with_proxies:
            self._go("cases", case_id)
            day_proxies.verify(self._hands)

    def _inquiries(self) -> None:
        self._login(2)
        self._go("inquiry")
        self._picture("inquiry_before")
        self._go("host_exchange")
        self._hands.answer("MediumDialog", {"medium.folder": str(self._rehearsal.out), "medium.number": "M-01"})
        self._step("税の照会データを書き出す")
        self._write("tax")
        answers = ["tax_answers"]
        if self._desk().programme.account_inquiry:
            self._step("口座の照会データを書き出す")
            self._write("account")
            answers.append("account_answers")
        else:
            self._step("口座は照会しない（この給付では、申出のあった口座だけを使う）")
        self._bring_in(*answers)

    def _write(self, kind: str) -> None:
        try:
            self._hands.press(f"host_exchange.write_{kind}")
        except UserError as problem:
            # Nothing to write is no fault of the day; the station says so and it goes on.
            self._step(problem.happened)
            for station in self._work.stations.values():
                station.hide_error()

    # ------------------------------------------------------------ judging
    def _judge(self) -> None:
        if not self._ids():
            return
        self._step("突合する")
        self._go("collation")
        if self._hands.can_press("collation.run"):
            self._hands.press("collation.run")
        self._picture("collation")
        self._step("判定を起案する")
        self._go("judgment")
        self._hands.press("judgment.draft_all")
        self._picture("judgment_drafted")
        if self._hands.can_press("judgment.approve_all"):
            self._step("決裁する")
            self._hands.press("judgment.approve_all")
        self._picture("judgment_approved")

    # ------------------------------------------------------------ letters and forms
    def _letters(self, picture: str) -> None:
        """Everything that is due by now: made, printed kind by kind, enclosed, posted."""
        self._go("letters")
        if not self._hands.can_press("letters.make"):
            self._step("作れる手紙はありません")
            return
        self._step("手紙を作り、種類ごとに印刷する")
        self._hands.press("letters.make")
        while self._hands.can_press("letters.print"):
            self._hands.press("letters.print")
            self._hands.put("letters.all_good", "")
            self._picture(picture)
            self._hands.press("letters.confirm_job")
        self._step("封入を照合し、発送する")
        self._hands.answer("EnclosingDialog", self._enclose)
        self._hands.press("letters.enclose")
        self._hands.answer("AskTextDialog", {"ask.text": wareki(self._desk().today())})
        self._hands.press("letters.mark_sent")

    def _enclose(self, dialog: EnclosingDialog) -> None:
        """Reads the code of every envelope and of each of its pages, as the scanner would."""
        for number, letter in enumerate(dialog.page.waiting):
            # A dialog is at work for minutes, without a look at the window.
            self._touch()
            for code in (letter.code, *letter.page_codes, ""):
                self._hands.put("enclosing.code", code, dialog)
                dialog.code.returnPressed.emit()
            self._hands.settle()
            if number == 0:
                self._hands.picture("enclosing", dialog)

    def _forms(self) -> None:
        desk = self._desk()
        shown = self._hands.ask(later(letters.page, desk)).letters
        sent = [letter for letter in shown if letter.state is LetterState.SENT and letter.kind is LetterKind.CONFIRMATION]
        self._step(f"戻ってきた確認書を収受し、審査する（{len(sent)}通）")
        self._go("review")
        review = self._work.stations["review"]
        assert isinstance(review, ReviewStation)
        for number, letter in enumerate(sent):
            self._hands.put("review.code", letter.code)
            self._hands.enter("review.code")
            self._hands.press("review.all_fit")
            form = review.form
            assert form is not None and form.case_id == letter.case_id
            account = practice.returned_account(desk, form.kana, letter.case_id)
            for field in ("bank", "branch", "kind", "number", "holder"):
                self._hands.put(f"account.{field}", str(getattr(account, field)))
            self._hands.settle()
            if number == 0:
                self._picture("review_form")
            self._hands.press("review.check")
            self._hands.press("account.enter")
        if sent:
            self._step("口座を2人目が確かめ、審査を完了する")
            self._hands.press("review.verify_accounts")
            self._hands.press("review.complete_all")

    # ------------------------------------------------------------ money
    def _money(self) -> None:
        self._go("payments")
        page = self._hands.ask(later(payments.page, self._desk()))
        if not page.ready:
            self._step("振り込めるものはありません")
            return
        self._step("振込の回を作り、決裁し、書き出し、結果を入れる")
        total = sum(due.amount for due in page.ready)
        self._hands.press("batches.make_batch")
        self._picture("payments_drafted")
        self._hands.answer("TypeTotalDialog", {"batch.count": str(len(page.ready)), "batch.total": str(total)})
        self._hands.press("payments.approve")
        self._letters("announcements_printed")
        self._go("payments")
        self._hands.press("bank_files.bank_file")
        self._hands.press("payments.results")
        self._picture("payments_settled")

    def _report(self) -> None:
        self._step("ホストへ報告し、管理簿を出し、今日を締める")
        self._go("host_exchange")
        for kind in ("status", "exclusion"):
            self._write(kind)
        self._go("admin")
        for sheet in ("staff", "ledger"):
            self._hands.press(f"admin.print_{sheet}")
        self._hands.press("admin.close_day")

    # ------------------------------------------------------------ the end
    def _pictures(self) -> None:
        ids = self._ids()
        for key in STATIONS:
            self._go(key)
            self._picture(f"station_{key}")
        if ids:
            self._go("cases", ids[0])
            self._picture("case_paid")

    def _summary(self) -> dict[str, Any]:
        made = self._hands.ask(later(day_summary.summary, self._desk()))
        made["imported"]["refused"] += self._refused
        (self._rehearsal.out / "summary.json").write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        return made

    def _say(self, summary: dict[str, Any]) -> None:
        imported, totals = summary["imported"], summary["totals"]
        print(f"取り込んだ人 {imported['people']:,}人、案件 {imported['cases']:,}件、取り込まなかったところ {len(imported['refused']):,}件")
        print(f"決裁した支給額 {totals['approved']:,}円、振込 {totals['transfer_records']:,}件 {totals['transfer_total']:,}円")
        print(f"ホストへの報告 {totals['host_status_total']:,}円")
        out = self._rehearsal.out
        for words, name in OUTPUTS:
            if (out / name).exists():
                print(f"  {words}: {out / name}")


def _finding(finding: Any) -> dict[str, Any]:
    return {"sheet": finding.sheet, "row": finding.row, "column": finding.column, "why": finding.why}
