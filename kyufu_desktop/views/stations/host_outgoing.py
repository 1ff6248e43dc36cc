"""ホスト連携, what goes out: made in memory, said what it holds and what not, the total typed again, then written to the medium."""

from __future__ import annotations

from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.services import host_exchange
from kyufu_desktop.services.host_exchange import Outgoing, Overview, Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import LeavesHouseDialog, present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, Panel, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.file_choice import MediumDialog, Places

#: kind -> (words, what it holds, what it does not hold, to whom).
OUTGOING: dict[str, tuple[str, str, str, str]] = {
    "status": ("給付状況", "管理番号・給付種別・支給額・振込日", "住所・口座・秘匿の理由", "ホスト担当"),
    "tax": ("税照会", "住民番号・照会先・不開示の指定", "氏名・住所・秘匿の理由", "ホスト担当"),
    "account": ("口座照会", "住民番号・不開示の指定", "氏名・住所・秘匿の理由", "ホスト担当"),
    "exclusion": ("除外一覧", "管理番号・住民番号", "氏名・秘匿の区分・理由", "ホスト担当"),
}
#: kind -> key of its button.
KEYS: dict[str, str] = {"status": "Alt+5", "tax": "Alt+6", "account": "Alt+7", "exclusion": "Alt+8"}


class OutgoingPanel(Panel):
    """The buttons of what can be written out, and what still has to be told or asked."""

    def __init__(self, station: Station, places: Places) -> None:
        self._station, self._places = station, places
        buttons = []
        for kind, facts in OUTGOING.items():
            button = Button(f"{facts[0]}…", KEYS[kind], name=f"host_exchange.write_{kind}")
            button.clicked.connect(Weakly(self._export, kind))
            buttons.append(button)
        self._waiting = label("", "sub")
        super().__init__("書き出す", row(*buttons, None), self._waiting)

    def show_waiting(self, page: Overview) -> None:
        self._waiting.setText(f"ホストへ報告していない振込 {page.status_waiting:,}件　照会していない人 {page.inquiries_waiting:,}人")

    def _export(self, kind: str) -> None:
        self._station.hide_error()
        words = OUTGOING[kind][0]
        dialog = MediumDialog(f"{words}を書き出します", self._places.folder, self._places.medium)
        if not present(dialog):
            return
        self._places.folder = dialog.folder
        self._station.lane.write(
            self._station,
            partial(_make, self._station.desk, kind, dialog.medium),
            partial(self._confirm, kind),
            title=f"{words}を作っています",
        )

    def _confirm(self, kind: str, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        words, contains, without, carrier = OUTGOING[kind]
        count_only = outgoing.total == 0
        dialog = LeavesHouseDialog(
            f"{words}を、外へ出します",
            out=f"{outgoing.file_name}　{outgoing.rows:,}件" + ("" if count_only else f"　{outgoing.total:,}円"),
            contains=contains,
            not_contains=without,
            destination=f"登録媒体 {outgoing.medium}（暗号化）→ {carrier}",
            carrier=f"{self._station.desk.staff.name}　パスワードは別の日に渡します",
            irreversible="書き出したことは、受渡し管理簿に残ります。",
            total=outgoing.rows if count_only else outgoing.total,
            what="件数" if count_only else "合計金額",
            unit="件" if count_only else "円",
        )
        if present(dialog):
            self._station.lane.write(
                self._station, partial(_write, self._station.desk, outgoing, str(self._places.folder)), title="媒体へ書き出しています"
            )


# What runs on the lane.
def _make(desk: Desk, kind: str, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    if kind == "status":
        made = host_exchange.make_status(desk, medium, progress)
    elif kind == "exclusion":
        made = host_exchange.make_exclusion(desk, medium, progress)
    else:
        made = host_exchange.make_inquiries(desk, kind, medium, progress)
    return Changes(Kind.NONE, "書き出すものを作りました。まだ外へ出していません。"), made


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    return host_exchange.write_out(desk, outgoing, folder)
