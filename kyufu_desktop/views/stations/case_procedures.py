"""手続き: what seldom happens to a case, one kind at a time: events, proxies, how it ends, the notice to the municipality."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QWidget

from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.services.cases import CasePage, DeclineRow
from kyufu_desktop.services.municipality_notices import UNDECIDED
from kyufu_desktop.services.municipality_notices import NoticeRow as MunicipalityRow
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, Chip, EmptyList, Panel, Segments, box, col, label, row
from kyufu_desktop.views.stations.case_cells import decline_cells, event_cells, exit_cells, heir_cells, municipality_lines, proxy_cells
from kyufu_desktop.views.stations.dialogs_second import ValueLines
from kyufu_desktop.views.stations.tall_table import TallTable
from kyufu_desktop.views.stations.words import MUNICIPALITY_CHIPS

EVENTS, PROXIES, HEIRS, DECLINES, EXITS, MUNICIPALITY = "events", "proxies", "heirs", "declines", "exits", "municipality"

#: key -> (part, words, key of the keyboard). The same keys in every part: only one part is seen at a time.
BUTTONS: dict[str, tuple[str, str, str]] = {
    "add_event": (EVENTS, "異動を入れる…", "Alt+I"),
    "revoke_event": (EVENTS, "取り消す…", "Alt+O"),
    "enter_proxy": (PROXIES, "代理人を入れる…", "Alt+I"),
    "verify_proxy": (PROXIES, "2人目が確かめる…", "Alt+4"),
    "reveal_proxy": (PROXIES, "氏名を見る…", "Alt+Y"),
    "end_proxy": (PROXIES, "解消する…", "Alt+O"),
    "enter_heir": (HEIRS, "相続人を入れる…", "Alt+I"),
    "verify_heir": (HEIRS, "2人目が確かめる…", "Alt+4"),
    "end_heir": (HEIRS, "解消する…", "Alt+O"),
    "enter_decline": (DECLINES, "辞退を登録する…", "Alt+I"),
    "withdraw_decline": (DECLINES, "撤回する…", "Alt+O"),
    "close_decline": (DECLINES, "取下げにする…", "Alt+Y"),
    "register_exit": (EXITS, "登録する…", "Alt+I"),
    "revoke_exit": (EXITS, "取り消す…", "Alt+O"),
    "decide_municipality": (MUNICIPALITY, "知らせるかを決める…", "Alt+I"),
    "print_municipality": (MUNICIPALITY, "通知を印刷する…", "Alt+Y"),
    "sent_municipality": (MUNICIPALITY, "送った日を書く…", "Alt+O"),
}


#: Buttons on one line of the panel.
_ON_A_LINE = 2


class ProceduresPanel(Panel):
    """``do(key)`` is called with the key of a button of :data:`BUTTONS`."""

    def __init__(self, do: Callable[[str], None]) -> None:
        self.buttons: dict[str, Button] = {}
        for key, (_, words, shortcut) in BUTTONS.items():
            button = Button(words, shortcut, "quiet", name=f"case.{key}")
            button.clicked.connect(Weakly(do, key))
            self.buttons[key] = button
        self.segments = Segments(
            [
                (EVENTS, "世帯の異動", None),
                (PROXIES, "代理人", None),
                (HEIRS, "相続人", None),
                (DECLINES, "辞退", None),
                (EXITS, "取下げ・要件消滅", None),
                (MUNICIPALITY, "区市町村への通知", None),
            ],
            "手続き",
        )
        self.segments.setObjectName("case.procedures")
        self.segments.chosen.connect(self._turn)
        self.events = _table(("日", "異動", "何で確かめたか", "状態"), (84, 0, 206, 108), "世帯の異動", "異動はありません。")
        self.proxies = _table(("代理の根拠", "期間", "状態"), (0, 190, 196), "代理人", "代理人はいません。")
        self.heirs = _table(("亡くなった人", "続柄・書類", "状態"), (0, 190, 196), "相続人", "相続人はいません。")
        self.declines = _table(("届出の日", "手紙と給付", "撤回できる日", "状態"), (92, 0, 116, 116), "辞退", "辞退の届出はありません。")
        self.exits = _table(
            ("日", "終わり方", "そのときの扱い", "状態"), (84, 150, 0, 108), "取下げ・要件消滅", "取下げも要件消滅もありません。"
        )
        self._chip, self._sentence = Chip("要否未定", "todo", "none"), label("", wrap=True)
        self._lines = ValueLines(())
        self._told = col(row(self._chip, (self._sentence, 1), gap=12), self._lines, gap=8, margins=(16, 12, 16, 8))
        self._parts: dict[str, QWidget] = {
            EVENTS: self._part(EVENTS, self.events),
            PROXIES: self._part(PROXIES, self.proxies),
            HEIRS: self._part(HEIRS, self.heirs),
            DECLINES: self._part(DECLINES, self.declines),
            EXITS: self._part(EXITS, self.exits),
            MUNICIPALITY: self._part(MUNICIPALITY, box(self._told)),
        }
        self._case_id = 0
        # The parts are too many for the title row of the narrowest window.
        choice = box(row(self.segments, None, margins=(12, 8, 12, 6)))
        super().__init__("手続き", choice, *self._parts.values(), right=(label("Alt+G", "muted"), label(" ")), flush=True)
        QShortcut(QKeySequence("Alt+G"), self).activated.connect(self.step)
        self._turn()

    def _part(self, part: str, shown: QWidget) -> QWidget:
        own = [self.buttons[key] for key, (whose, _, _) in BUTTONS.items() if whose == part]
        # Four buttons do not fit beside each other: what is done first stays below the table, the rest on a line of its own.
        lines = [row(None, *own[at : at + _ON_A_LINE], gap=4) for at in range(0, len(own), _ON_A_LINE)]
        return box(col(shown, col(*lines, gap=0, margins=(8, 4, 8, 4)), gap=0))

    def _turn(self) -> None:
        for key, part in self._parts.items():
            part.setVisible(key == self.segments.key())

    def step(self) -> None:
        """The next part, in sight, with the focus on its first button."""
        keys = list(self._parts)
        self.segments.choose(keys[(keys.index(str(self.segments.key())) + 1) % len(keys)])
        first = next((button for button in self._parts[str(self.segments.key())].findChildren(Button) if button.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self, 0, 12)

    def show_page(self, page: CasePage, notice: MunicipalityRow) -> None:
        self.events.set_tall([(item.event_id, event_cells(item)) for item in page.household_events])
        self.proxies.set_tall([(item.proxy_id, proxy_cells(item)) for item in page.proxies])
        self.heirs.set_tall([(item.heir_id, heir_cells(item)) for item in page.heirs])
        self.declines.set_tall([(item.decline_id, decline_cells(item)) for item in page.declines])
        self.exits.set_tall([(item.exit_id, exit_cells(item)) for item in page.exits])
        self._chip.set(*MUNICIPALITY_CHIPS.get(notice.state_word, (notice.state_word, "info", "none")))
        self._sentence.setText(notice.sentence)
        fresh = ValueLines(municipality_lines(notice))
        self._told.replaceWidget(self._lines, fresh)
        self._lines.deleteLater()
        self._lines = fresh
        self._allow(page, notice)
        if self._case_id != page.case_id:
            self._case_id = page.case_id
            self.segments.choose(_most_urgent(page, notice))

    def _allow(self, page: CasePage, notice: MunicipalityRow) -> None:
        waiting = [item for item in page.proxies if item.state == "2人目待ち"]
        live = [item for item in page.proxies if item.ended_at is None]
        gone = any(item.revoked_at is None for item in page.exits)
        _enable(self.buttons["revoke_event"], any(item.revoked_at is None for item in page.household_events))
        _enable(self.buttons["verify_proxy"], bool(waiting))
        _enable(self.buttons["reveal_proxy"], bool(page.proxies))
        _enable(self.buttons["end_proxy"], bool(live))
        _enable(self.buttons["verify_heir"], any(item.state == "2人目待ち" for item in page.heirs))
        _enable(self.buttons["end_heir"], any(item.state != "解消" for item in page.heirs))
        _enable(self.buttons["enter_decline"], bool(page.declinable) and not gone)
        _enable(self.buttons["withdraw_decline"], any(item.may_withdraw for item in page.declines))
        _enable(self.buttons["close_decline"], any(item.may_close for item in page.declines))
        _enable(self.buttons["register_exit"], not gone)
        _enable(self.buttons["revoke_exit"], gone)
        _enable(self.buttons["print_municipality"], notice.state_word in ("作成待ち", "発送待ち"))
        _enable(self.buttons["sent_municipality"], notice.state_word == "発送待ち")


def stopping(page: CasePage) -> list[DeclineRow]:
    """Declines that stop money now."""
    return [item for item in page.declines if item.state is DeclineState.STOPS]


def _enable(button: Button, may: bool) -> None:
    button.setVisible(may)


def _table(columns: Sequence[str], widths: Sequence[int], name: str, none: str) -> TallTable:
    empty = EmptyList(none, "", icon_name="info")
    return TallTable(columns, widths, fit=True, least=52, empty=empty, name=name)


def _most_urgent(page: CasePage, notice: MunicipalityRow) -> str:
    """The part in which something waits, else the first one."""
    if stopping(page):
        return DECLINES
    if any(item.revoked_at is None for item in page.exits):
        return EXITS
    if any(item.state == "2人目待ち" for item in page.proxies):
        return PROXIES
    if notice.state_word in (UNDECIDED, "作成待ち", "発送待ち"):
        return MUNICIPALITY
    return EVENTS
