"""Dialogs of 支給の状況: the period of the accounting office's list, the month of a statement, a plan of one's own."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.services.budget import MOST, BudgetLine
from kyufu_desktop.views.parts import Field, integer_field, text_field
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.stations.form_dialog import DAYS, FormDialog, choice

#: Months that can be chosen, counted back from this one.
_MONTHS = 24


class PeriodDialog(FormDialog):
    """First and last transfer day; both belong to the period."""

    def __init__(self, first: date, last: date) -> None:
        begins, ends = text_field("", 220, wareki(first)), text_field("", 220, wareki(last))
        super().__init__(
            "会計への支払明細の期間",
            "次へ",
            {
                "first": Field("初めの振込指定日", begins, required=True, name="period.first"),
                "last": Field("終わりの振込指定日", ends, required=True, hint=DAYS, name="period.last"),
            },
            note="この期間に振込指定日（窓口払いは支給する日）のあるものを、1件ずつ書き出します。",
        )

    @property
    def period(self) -> tuple[date, date]:
        first, last = self.days["first"], self.days["last"]
        assert first is not None and last is not None
        return first, last

    def ready(self) -> bool:
        if self.missing((("first", "日を入れてください。"), ("last", "日を入れてください。"))) or not self.read_days("first", "last"):
            return False
        first, last = self.period
        return first <= last or self.refuse("last", "初めの日より前です。")


class MonthDialog(FormDialog):
    """Which month; the one before this is proposed, because it is over."""

    def __init__(self, today: date) -> None:
        self._months = choice([(_month_words(each), (each.year, each.month)) for each in _months_back(today)])
        self._months.setCurrentIndex(1)
        super().__init__(
            "月次精算書を作ります",
            "作って印刷する",
            {"month": Field("月", self._months, required=True, name="month.month")},
            note="決裁・支給・組戻しと、前からの繰越、次への繰越を1枚にします。氏名は載りません。",
        )

    @property
    def month(self) -> tuple[int, int]:
        year, number = self._months.currentData()
        return int(year), int(number)


class PlanDialog(FormDialog):
    """How many of a benefit are expected among the cases kept in-house."""

    def __init__(self, line: BudgetLine) -> None:
        self._count = integer_field(MOST)
        if line.plan_count is not None:
            self._count.setText(str(line.plan_count))
        super().__init__(
            f"{line.label}の区直接対応分の見込み",
            "入れる",
            {"count": Field("見込みの数", self._count, required=True, name="plan.count", after=line.counted)},
            note=f"区全体の見込みは{line.ward_count:,}です。委託先が扱う分を除いた数を入れてください。",
        )

    @property
    def count(self) -> int:
        return integer_of(self._count) or 0

    def ready(self) -> bool:
        return integer_of(self._count) is not None or self.refuse("count", "数を入れてください。")


def _months_back(today: date) -> list[date]:
    months = [today.year * 12 + today.month - 1 - back for back in range(_MONTHS)]
    return [date(each // 12, each % 12 + 1, 1) for each in months]


def _month_words(first: date) -> str:
    return wareki(first).removesuffix("1日")
