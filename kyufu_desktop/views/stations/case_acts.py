"""What the buttons of 手続き do: each asks first, then writes on the lane."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kyufu_desktop.domain.case_exit import ExitEffect
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import case_exits, declines, household_events, municipality_notices, proxies
from kyufu_desktop.services.cases import CasePage, SourceWords
from kyufu_desktop.services.contacts import REVEAL_REASONS
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.municipality_notices import NoticeRow as MunicipalityRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, ReasonDialog, present
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import Asking, Work
from kyufu_desktop.views.stations.case_heirs import HEIR_KEYS, HeirActs, fit_heirs
from kyufu_desktop.views.stations.case_procedures import ProceduresPanel
from kyufu_desktop.views.stations.dialogs_case import SourceDialog
from kyufu_desktop.views.stations.dialogs_procedures import EventDialog, ExitDialog, MunicipalityDialog, ProxyDialog, SentDialog
from kyufu_desktop.views.stations.dialogs_review import DeclineDialog, WithdrawDialog
from kyufu_desktop.views.stations.form_dialog import FormDialog, WhyDialog

_REVOKED = ("取り消した記録は残ります。", "判定が変わるときは、決裁が無効になります。")


class CaseActs:
    """Knows the case on the screen; ``do(key)`` takes the keys of ``case_procedures.BUTTONS``."""

    def __init__(self, station: Station, asking: Asking, printer: Callable[[], Printer]) -> None:
        self._station, self._asking, self._printer = station, asking, printer
        self._heirs = HeirActs(station, asking)
        self._page: CasePage | None = None
        self._notice: MunicipalityRow | None = None

    @property
    def _desk(self) -> Desk:
        return self._station.desk

    def show_page(self, page: CasePage, notice: MunicipalityRow) -> None:
        self._page, self._notice = page, notice

    def do(self, key: str, panel: ProceduresPanel) -> None:
        """Asks for what ``key`` needs; ``panel`` knows which row is chosen."""
        self._station.hide_error()
        if self._page is None or self._notice is None:
            return
        page, desk = self._page, self._desk
        if key == "add_event":
            self._asking.ask(partial(EventDialog, page.people, desk.today()), partial(_event_work, desk, page.case_id))
        elif key == "revoke_event":
            self._revoke(panel.events, [item.event_id for item in page.household_events if item.revoked_at is None], "異動", _revoke_event)
        elif key == "enter_proxy":
            bases = [basis for basis in desk.programme.proxies if page.category in basis.categories]
            self._asking.ask(partial(ProxyDialog, bases, desk.today()), partial(_proxy_work, desk, page.case_id))
        elif key == "verify_proxy":
            self._verify_proxy(page)
        elif key == "reveal_proxy":
            self._reveal_proxy(panel.proxies, [item.proxy_id for item in page.proxies])
        elif key == "end_proxy":
            self._end_proxy(panel.proxies, [item.proxy_id for item in page.proxies if item.ended_at is None])
        elif key == "enter_decline":
            make_decline = partial(DeclineDialog, page.declinable, desk.today())
            self._asking.ask(make_decline, partial(_decline_work, desk))
        elif key == "withdraw_decline":
            self._withdraw_decline(panel.declines, [item.decline_id for item in page.declines if item.may_withdraw])
        elif key == "close_decline":
            self._close_decline(page, panel.declines)
        elif key in HEIR_KEYS:
            self._heirs.do(key, page, self._chosen(panel.heirs, fit_heirs(page, key), "相続人") if key == "end_heir" else None)
        elif key == "register_exit":
            self._station.lane.read(self._station, partial(case_exits.effect, desk, page.case_id), self._ask_exit)
        elif key == "revoke_exit":
            self._revoke(panel.exits, [item.exit_id for item in page.exits if item.revoked_at is None], "登録", _revoke_exit)
        elif key == "decide_municipality":
            self._asking.ask(partial(MunicipalityDialog, self._notice, desk.today()), partial(_decide_work, desk, page.case_id))
        elif key == "print_municipality":
            self._print(page.case_id, self._notice)
        elif key == "sent_municipality":
            self._asking.ask(partial(SentDialog, desk.today()), partial(_sent_work, desk, page.case_id))

    def _chosen(self, table: Table, fit: list[int], what: str) -> int | None:
        """The chosen row where it is one of ``fit``, or the only one; else the page says that none is chosen."""
        key = table.key()
        if isinstance(key, int) and key in fit:
            return key
        if len(fit) == 1:
            return fit[0]
        sentence = f"{what}を選んでいません。"
        self._station.show_error(
            InputProblem("K-1931", "procedures", sentence, kept="何も変えていません。", todo="表の行を選んでから、もう一度押してください。")
        )
        return None

    def _revoke(self, table: Table, fit: list[int], what: str, work_of: Callable[[Desk, int, FormDialog], Work]) -> None:
        chosen = self._chosen(table, fit, what)
        if chosen is not None:
            make = partial(WhyDialog, f"{what}を取り消します", _REVOKED, "取り消す", "revoke", True)
            self._asking.ask(make, partial(work_of, self._desk, chosen))

    def _ask_exit(self, effect: ExitEffect) -> None:
        if self._page is not None:
            self._asking.ask(partial(ExitDialog, effect, self._desk.today()), partial(_exit_work, self._desk, self._page.case_id))

    # ------------------------------------------------------------ proxies
    def _verify_proxy(self, page: CasePage) -> None:
        waiting = [item for item in page.proxies if item.state == "2人目待ち"]
        if not waiting:
            return
        maker = waiting[0].entered_by_id
        mine = tuple(item.proxy_id for item in waiting if item.entered_by_id == maker)
        sentences = ("代理の書類を見て、氏名と根拠を照らし合わせました。",)
        prove = ask_second(self._desk, Act.PROXY_VERIFIED, maker, "代理人を確かめます", sentences, "書類と同じです")
        if prove is not None:
            self._station.lane.write(self._station, partial(_confirm_proxy, self._desk, mine, prove), title="確認を記録しています")

    def _reveal_proxy(self, table: Table, fit: list[int]) -> None:
        chosen = self._chosen(table, fit, "代理人")
        if chosen is None:
            return
        dialog = ReasonDialog("代理人を表示します", "見た人と理由を記録します。60秒で閉じます。", REVEAL_REASONS)
        if present(dialog):
            work = partial(proxies.reveal_proxy, self._desk, chosen, dialog.reason, dialog.words)
            self._station.lane.read(self._station, work, self._show_source)

    def _show_source(self, source: SourceWords) -> None:
        present(SourceDialog("代理人", source))

    def _end_proxy(self, table: Table, fit: list[int]) -> None:
        chosen = self._chosen(table, fit, "代理人")
        if chosen is not None:
            make = partial(WhyDialog, "代理人を解消します", ("これからは、この人の手続きを受け付けません。",), "解消する", "end_proxy")
            self._asking.ask(make, partial(_end_work, self._desk, chosen))

    # ------------------------------------------------------------ declines
    def _withdraw_decline(self, table: Table, fit: list[int]) -> None:
        chosen = self._chosen(table, fit, "辞退")
        if chosen is not None:
            self._asking.ask(partial(WithdrawDialog, self._desk.today()), partial(_withdraw_work, self._desk, chosen))

    def _close_decline(self, page: CasePage, table: Table) -> None:
        chosen = self._chosen(table, [item.decline_id for item in page.declines if item.may_close], "辞退")
        if chosen is None:
            return
        sentences = (
            "撤回できる期限が過ぎました。案件を取下げにし、決裁を無効にします。",
            "このあと不支給を起案し、不支給決定通知書を送ってください。",
        )
        if present(ConfirmDialog("辞退を取下げにします", sentences, "取下げにする", danger=True)):
            work = partial(_close_work, self._desk, chosen)
            self._station.lane.write(self._station, work, title="取下げを登録しています")

    # ------------------------------------------------------------ the municipality of registration
    def _print(self, case_id: int, notice: MunicipalityRow) -> None:
        sentences = (
            f"{notice.municipality}への通知を1通、印刷します。",
            "いまの住所・電話・施設・口座・発行した機関は書いていません。",
            "親展で封をして、宛名を2人で見比べてください。",
        )
        if present(ConfirmDialog("通知を印刷します", sentences, "印刷する")):
            work = partial(_print_notice, self._desk, case_id, notice.print_title, self._printer)
            self._station.lane.write(self._station, work, title="通知を印刷しています")


# What runs on the lane.
def _event_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, EventDialog)
    return partial(household_events.add, desk, case_id, dialog.entry())


def _revoke_event(desk: Desk, event_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(household_events.revoke, desk, event_id, dialog.words)


def _proxy_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, ProxyDialog)
    return partial(proxies.enter, desk, case_id, dialog.entry())


def _confirm_proxy(desk: Desk, proxy_ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return proxies.verify(desk, proxy_ids, prove())


def _end_work(desk: Desk, proxy_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(proxies.end, desk, proxy_id, dialog.words)


def _decline_work(desk: Desk, dialog: FormDialog) -> Work:
    assert isinstance(dialog, DeclineDialog)
    return partial(declines.enter, desk, dialog.letter_id, dialog.entry())


def _withdraw_work(desk: Desk, decline_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WithdrawDialog)
    return partial(declines.withdraw, desk, decline_id, *dialog.answer)


def _close_work(desk: Desk, decline_id: int, _: Progress) -> Changes:
    return declines.close(desk, decline_id)


def _exit_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, ExitDialog)
    return partial(case_exits.register, desk, case_id, dialog.entry())


def _revoke_exit(desk: Desk, exit_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(case_exits.revoke, desk, exit_id, dialog.words)


def _decide_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, MunicipalityDialog)
    return partial(municipality_notices.decide, desk, case_id, *dialog.decision)


def _sent_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, SentDialog)
    return partial(municipality_notices.sent, desk, case_id, dialog.sent_on)


def _print_notice(desk: Desk, case_id: int, title: str, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    ready.send(municipality_notices.make(desk, case_id), title)
    return Changes(Kind.NOTICES | Kind.CASES | Kind.AUDIT, "通知を印刷しました。封をして送ったら、送った日を書いてください。", (case_id,))
