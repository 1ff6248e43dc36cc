"""What is done with letters of 確認書・通知 once they are on paper: enclosed, sent, spoiled, come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.returned_mail import ReturnReason, Settlement
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import letters, print_jobs, reissues, returned_mail
from kyufu_desktop.services.enclosing import EnclosingPage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.letters import LetterRow
from kyufu_desktop.services.reissues import LEAST
from kyufu_desktop.services.returned_mail import OpenMail
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, present
from kyufu_desktop.views.second_person import ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_enclosing import EnclosingDialog
from kyufu_desktop.views.stations.dialogs_returned import CameBackDialog, FollowUpDialog


class AfterPrint:
    """Belongs to the station. ``chosen`` gives the letter of the chosen row.

    ``sent`` is called once a day of sending is written, ``reissued`` once a letter waits for the printer again.
    """

    def __init__(
        self, station: Station, chosen: Callable[[], LetterRow | None], sent: Callable[[], None], reissued: Callable[[], None]
    ) -> None:
        self._station, self._chosen, self._sent, self._reissued = station, chosen, sent, reissued

    @property
    def _desk(self) -> Desk:
        return self._station.desk

    def letter(self) -> LetterRow | None:
        """The chosen letter; says so where none is chosen."""
        self._station.hide_error()
        letter = self._chosen()
        if letter is None:
            self._station.show_error(
                InputProblem(
                    "K-1910", "letters", "手紙を選んでいません。", kept="何も変えていません。", todo="一覧から1通を選んでください。"
                )
            )
        return letter

    def enclose(self, page: EnclosingPage) -> None:
        self._station.hide_error()
        prove = None
        if any(letter.printed_by == self._desk.staff.id for letter in page.waiting):
            # Who printed does not check: another person proves to be here, once for this round.
            sentences = ["印刷した人とは別の人が、封筒と中身を確かめます。"]
            prove = ask_second(self._desk, Act.LETTER_ENCLOSED, self._desk.staff.id, "封入を照合します", sentences, "照合を始める")
            if prove is None:
                return
        present(EnclosingDialog(self._desk, self._station.lane, page, prove))

    def send(self, ids: tuple[int, ...]) -> None:
        self._station.hide_error()
        sentence = "封入の照合が済んだものだけを、発送済にします。"
        dialog = AskTextDialog(
            "発送日を入れます", "発送日", f"{len(ids):,}通を発送済にする", sentence=sentence, value=wareki(self._desk.today())
        )
        if present(dialog):
            try:
                day = parse_day(dialog.text)
            except InputProblem as problem:
                self._station.show_error(
                    InputProblem(problem.code, "sent_on", problem.happened, kept="発送日は書いていません。", todo=problem.todo)
                )
                return
            work = partial(_send, self._desk, ids, day)
            self._station.lane.write(self._station, work, self._was_sent, title="発送日を書いています")

    def _was_sent(self, _: Changes) -> None:
        self._sent()

    def spoil(self) -> None:
        letter = self.letter()
        if letter is None:
            return
        dialog = AskTextDialog(
            "書損にします", "理由", "書損にする", sentence="今のコードは使えなくなり、新しい番号で作り直します。", least=4
        )
        if present(dialog):
            work = partial(_spoil, self._desk, letter.letter_id, dialog.text)
            self._station.lane.write(self._station, work, title="書損を書いています")

    def reissue(self) -> None:
        letter = self.letter()
        if letter is None:
            return
        sentence = (
            f"{letter.code} は使えなくなります。届いても収受しません。新しい番号の手紙を作り、順番待ちに並べます。"
            "手紙が郵便で戻ってきたときは、再発行ではなく、返戻を入れてください。"
        )
        dialog = AskTextDialog("再発行します", "理由（なくした、届いていない など）", "再発行する", sentence=sentence, least=LEAST)
        if present(dialog):
            work = partial(_reissue, self._desk, letter.letter_id, dialog.text)
            self._station.lane.write(self._station, work, self._was_reissued, title="再発行しています")

    def _was_reissued(self, _: Changes) -> None:
        self._reissued()

    def came_back(self) -> None:
        letter = self.letter()
        if letter is None:
            return
        dialog = CameBackDialog(letter.code)
        if present(dialog):
            work = partial(_came_back, self._desk, letter.letter_id, self._desk.today(), dialog.reason)
            self._station.lane.write(self._station, work, title="返戻を書いています")

    def follow_up(self, mails: Sequence[OpenMail]) -> None:
        """The chosen letter that came back, or the one that waits longest."""
        self._station.hide_error()
        letter = self._chosen()
        code = letter.code if letter is not None else ""
        mail = next((mail for mail in mails if mail.code == code), mails[0])
        dialog = FollowUpDialog(mail)
        if present(dialog):
            work = partial(_follow_up, self._desk, mail.mail_id, dialog.how, dialog.kind, dialog.words)
            self._station.lane.write(self._station, work, title="返戻のその後を書いています")


# What runs on the lane.
def _send(desk: Desk, ids: tuple[int, ...], day: date, _: Progress) -> Changes:
    return letters.mark_sent(desk, ids, day)


def _spoil(desk: Desk, letter_id: int, reason: str, _: Progress) -> Changes:
    return print_jobs.spoil(desk, letter_id, reason)


def _reissue(desk: Desk, letter_id: int, reason: str, _: Progress) -> Changes:
    return reissues.reissue_sent(desk, letter_id, reason)


def _came_back(desk: Desk, letter_id: int, on: date, reason: ReturnReason, _: Progress) -> Changes:
    return returned_mail.came_back(desk, letter_id, on, reason)


def _follow_up(desk: Desk, mail_id: int, how: Settlement | None, kind: str, words: str, _: Progress) -> Changes:
    if how is None:
        return returned_mail.note_contact(desk, mail_id, desk.today(), kind, words)
    return returned_mail.settle(desk, mail_id, how, words)
