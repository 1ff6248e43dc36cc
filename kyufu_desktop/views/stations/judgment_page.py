"""The right side of 判定: what one case comes to, each condition with its question and origin, what would change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kyufu_desktop.domain.judgment import Condition, Finding
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import OF_A_PERSON, yen
from kyufu_desktop.services.cases import JudgmentRow
from kyufu_desktop.services.judgment import JudgmentPage
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Chip, Panel, Row, Table, box, col, icon, label, row
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.case_cells import first_open, judgment_lines
from kyufu_desktop.views.stations.tall_table import TallTable
from kyufu_desktop.views.stations.words import FINDING_CHIPS, moment_words, state_chip
from kyufu_desktop.views.stations.worked_sum import WorkedSum
from kyufu_desktop.views.stations.wrapped import wrapped

_HEADLINE_TOKENS = {"支給できます": "ok", "支給できません": "fail", "保留しています": "hold"}
#: Full-width characters of one line of the column.
_LINE_LENGTH = 34
#: A condition without an origin rests on the definition or on the day alone.
_NO_ORIGIN = "この条件には、入力や取込みの値を使っていません。"


def who(page: JudgmentPage, programme: Programme) -> QWidget:
    """Name, benefits, headline and total; above it why an approval does not hold any more."""
    benefits = "・".join(dict.fromkeys(programme.label(item.benefit) for item in page.rows))
    names = row(NameLabel(page.name, 18), label(page.kana, "sub"), None, gap=10)
    name = col(names, row(label(page.management_number, "sub", mono=True), label(benefits, "sub"), None, gap=10), gap=0)
    head = label(page.headline, "strong", color=_HEADLINE_TOKENS.get(page.headline, "text"))
    result = (label(yen(page.total), "figure"),) if page.total else ()
    panel = box(row((name, 1), head, *result, gap=12, margins=(16, 6, 16, 6)), "panel")
    if not page.voided:
        return panel
    reasons = dict.fromkeys((item.void_reason, item.voided_at) for item in page.voided)
    notices = [_void_notice([item for item in page.voided if (item.void_reason, item.voided_at) == key], programme) for key in reasons]
    whole = QWidget()
    whole.setLayout(col(*notices, panel, gap=8))
    return whole


def hold_notice(by: str, on: str, reason: str) -> QWidget:
    """Who put the case on hold, when and why: nobody should have to look for it elsewhere."""
    said = f"{on} {by}が保留にしました。理由：{reason}"
    words = label(said, wrap=True)
    words.setObjectName("judgment.hold_reason")
    notice = box(row(icon("hold", "hold"), (words, 1), gap=12, margins=(12, 6, 12, 6)), "soft_hold")
    notice.setAccessibleName(said)
    return notice


def _void_notice(items: list[JudgmentRow], programme: Programme) -> QWidget:
    """One box for what was voided together."""
    title = "・".join(f"{benefit_title(item, programme)}{f' {yen(item.amount)}' if item.amount else ''}" for item in items)
    words = label(f"{items[0].void_reason}　{moment_words(items[0].voided_at)}　この決裁では支払いません。", "body", wrap=True)
    words.setObjectName("judgment.void_reason")
    lines = col(label(title, "strong", wrap=True), words, gap=0)
    notice = box(row(Chip(*state_chip("決裁無効")), (lines, 1), gap=12, margins=(12, 8, 12, 8)), "soft_fail")
    notice.setAccessibleName(f"決裁無効　{title}")
    return notice


def benefit_panels(item: JudgmentRow, page: JudgmentPage, programme: Programme, detail: ConditionDetail) -> list[QWidget]:
    """One benefit: its conditions (the chosen one is told in full in ``detail``), the worked sum, what would change it."""
    title = benefit_title(item, programme)
    table = TallTable(("結果", "分かったこと", "根拠"), (104, 0, 110), fit=True, name=f"{title} 確かめたこと")
    lines = judgment_lines((item,), programme)
    table.set_tall(lines)
    table.chosen.connect(Weakly(detail.tell_of, {line.key: found for line, found in zip(table.rows, item.conditions, strict=True)}))
    table.select(first_open((item,)))
    outcome = f"　{yen(item.amount)}" if item.amount else ""
    panels: list[QWidget] = [Panel(title, table, flush=True, count=tally(item) + outcome)]
    if item.working is not None:
        counted = f"単位 円　人数は{programme.dependants_date:%Y年%-m月%-d日}の状況"
        panels.append(Panel("金額の求め方", WorkedSum(item.working, item.amount), count=counted))
    sentences = [turn.sentence for turn in page.turning if turn.benefit is item.benefit and turn.person_id == _person_id(item)]
    if sentences:
        panels.append(Panel("こうなれば変わります", _turning_table(title, sentences), flush=True, count=f"{len(sentences)}とおり"))
    return panels


def _turning_table(title: str, sentences: list[str]) -> Table:
    """Every sentence in full: the rows are as high as the longest one needs."""
    most = max(-(-len(sentence) // _LINE_LENGTH) for sentence in sentences)
    table = Table(("",), (0,), row_height=12 + 24 * most, head=False, fit=True, name=f"{title} こうなれば変わります")
    table.set_rows([Row(number, (wrapped(sentence),)) for number, sentence in enumerate(sentences)])
    return table


def _person_id(item: JudgmentRow) -> int | None:
    """Taxpayer of a benefit of one person; the others are the household's."""
    return item.person_id if item.benefit in OF_A_PERSON else None


def first_condition(page: JudgmentPage) -> Condition | None:
    """What the person must look at first: the first condition that holds or fails, else the first one."""
    conditions = [condition for item in page.rows for condition in item.conditions]
    return next((item for item in conditions if item.finding in (Finding.HOLD, Finding.FAIL)), conditions[0] if conditions else None)


class ConditionDetail(QWidget):
    """The chosen condition in full: what was asked, what was found, the values, where they are from, the article."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, QLabel] = {}
        rows = []
        for words in ("聞いたこと", "分かったこと", "出どころ"):
            value = label("", "body", wrap=True)
            name = label(words, "muted")
            name.setFixedWidth(92)
            self._lines[words] = value
            line = row(name, (value, 1), gap=8)
            line.setAlignment(name, Qt.AlignmentFlag.AlignTop)
            rows.append(line)
        inner = box(col(*rows, gap=4, margins=(16, 6, 16, 6)), "sunken")
        inner.setObjectName("judgment.condition")
        self.setLayout(col(inner, margins=(0, 0, 0, 0)))

    def tell_of(self, conditions: Mapping[object, Condition], key: object) -> None:
        """The condition of a chosen row."""
        if key in conditions:
            self.tell(conditions[key])

    def tell(self, item: Condition) -> None:
        found = f"{item.sentence}　{item.values}" if item.values else item.sentence
        texts = {"聞いたこと": item.question or item.sentence, "分かったこと": found, "出どころ": item.origin or _NO_ORIGIN}
        for words, text in texts.items():
            self._lines[words].setText(text)
        self.setAccessibleName("　".join(f"{words} {text}" for words, text in texts.items()))


def benefit_title(item: JudgmentRow, programme: Programme) -> str:
    """``調整給付　桐島 悠真``: the benefit and, where it is one person's, whose."""
    return programme.label(item.benefit) + (f"　{item.person_name}" if item.person_name else "")


def tally(item: JudgmentRow) -> str:
    """``5件　適合4　保留1``."""
    counts = Counter(condition.finding for condition in item.conditions)
    parts = [f"{FINDING_CHIPS[finding][0]}{counts[finding]}" for finding in Finding if counts[finding]]
    return f"{len(item.conditions)}件　" + "　".join(parts)
