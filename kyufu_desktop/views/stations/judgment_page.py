"""The right side of 判定: what one case comes to, each condition with its question and origin, what would change it."""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from kyufu_desktop.domain.judgment import Condition, Finding
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, yen
from kyufu_desktop.services.cases import JudgmentRow
from kyufu_desktop.services.judgment import JudgmentPage
from kyufu_desktop.views.parts import Chip, Panel, Table, box, col, label, row
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.case_cells import first_open, judgment_lines
from kyufu_desktop.views.stations.words import FINDING_CHIPS, moment_words, state_chip
from kyufu_desktop.views.stations.worked_sum import WorkedSum

_HEADLINE_TOKENS = {"支給できます": "ok", "支給できません": "fail", "保留しています": "hold"}
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
    whole = QWidget()
    whole.setLayout(col(*(_void_notice(item, programme) for item in page.voided), panel, gap=8))
    return whole


def _void_notice(item: JudgmentRow, programme: Programme) -> QWidget:
    title = f"{benefit_title(item, programme)}{f'　{yen(item.amount)}' if item.amount else ''}"
    when = moment_words(item.voided_at)
    words = label(f"{item.void_reason}　{when}　この決裁では支払いません。", "body", wrap=True)
    words.setObjectName("judgment.void_reason")
    notice = box(
        row(Chip(*state_chip("決裁無効")), (col(label(title, "strong"), words, gap=0), 1), gap=12, margins=(12, 8, 12, 8)), "soft_fail"
    )
    notice.setAccessibleName(f"決裁無効　{title}")
    return notice


def benefit_panels(item: JudgmentRow, page: JudgmentPage, programme: Programme) -> list[QWidget]:
    """One benefit: its conditions with the chosen one told in full, the worked sum, what would change it."""
    title = benefit_title(item, programme)
    table = Table(("結果", "分かったこと", "根拠"), (104, 0, 110), row_height=48, fit=True, name=f"{title} 確かめたこと")
    detail = ConditionDetail()
    table.set_rows(judgment_lines((item,)))
    keys = {line.key: condition for line, condition in zip(judgment_lines((item,)), item.conditions, strict=True)}
    table.chosen.connect(partial(_tell, detail, keys))
    first = first_open((item,))
    table.select(first)
    _tell(detail, keys, first)
    outcome = f"　{yen(item.amount)}" if item.amount else ""
    panels: list[QWidget] = [Panel(title, table, detail, flush=True, count=tally(item) + outcome)]
    if item.working is not None:
        counted = f"単位 円　人数は{programme.dependants_date:%Y年%-m月%-d日}の状況"
        panels.append(Panel("金額の求め方", WorkedSum(item.working, item.amount), count=counted))
    sentences = [turn.sentence for turn in page.turning if turn.benefit is item.benefit and turn.person_id == _person_id(page, item)]
    if sentences:
        lines = [label(f"・{sentence}", "body", wrap=True) for sentence in sentences]
        panels.append(Panel("こうなれば変わります", *lines, count=f"{len(sentences)}とおり", gap=4))
    return panels


def _person_id(page: JudgmentPage, item: JudgmentRow) -> int | None:
    """Taxpayer of a benefit of one person; the others are the household's."""
    return item.person_id if item.benefit in (Benefit.CHOSEI, Benefit.FUSOKU) else None


def _tell(detail: ConditionDetail, keys: dict[object, Condition], key: object) -> None:
    if key in keys:
        detail.tell(keys[key])


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
            rows.append(row(name, (value, 1), gap=8))
        inner = box(col(*rows, gap=2, margins=(16, 8, 16, 8)), "sunken")
        inner.setObjectName("judgment.condition")
        self.setLayout(col(inner, margins=(0, 0, 0, 0)))

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
