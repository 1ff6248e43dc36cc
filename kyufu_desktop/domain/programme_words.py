"""A programme in words, for a person who compares it with the ward's own paper: sections of rows, one row for every key of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.programme import BenefitRule, Effect, EvidenceKind, Placement, Programme, ProxyBasis, Question, Route, Rule
from kyufu_desktop.domain.programme_leaves import EFFECT_WORDS, LEAVES, words_of
from kyufu_desktop.domain.questions import questions as rule_questions
from kyufu_desktop.domain.values import CATEGORY_LABELS, Benefit, Category, yen

ROUTE_WORDS: dict[Route, str] = {Route.PUSH: "プッシュ型", Route.CONFIRMATION: "確認書型", Route.APPLICATION: "申請書型"}
#: Rows of the rules that a programme can switch for a category; the others are always looked at.
SWITCHED = frozenset(
    {
        "household.resident", "household.income_levy", "household.undeclared", "household.treaty", "household.dependants",
        "household.r5_head", "household.r5_head_died", "household.r5", "household.other_municipality", "household.split",
        "household.entry", "common.companion", "common.placement",
    }
)  # fmt: skip
#: Numbers that are not yen.
_COUNTED = {"dates.reminder_days_before": "日前", "bank.holder_length": "字", "bank.cut_off_days": "営業日前"}
_PER = {Benefit.HIKAZEI: "1世帯", Benefit.KINTOWARI: "1世帯", Benefit.KODOMO: "児童1人", Benefit.CHOSEI: "1人", Benefit.FUSOKU: "1人"}
_SINGLE = (
    ("日付", "dates."),
    ("計算", "adjustment."),
    ("計算", "shortfall."),
    ("誤払い防止の上限", "limits."),
    ("亡くなったとき・児童の数え方", "settings."),
    ("封筒", "envelope."),
    ("振込データ", "bank."),
    ("この定義", "programme."),
)


@dataclass(frozen=True, slots=True)
class WordRow:
    """One value in words. ``key`` is that of the file; ``certain`` = nothing is left to confirm."""

    key: str
    word: str
    value: str
    source: str
    certain: bool


@dataclass(frozen=True, slots=True)
class WordSection:
    title: str
    rows: tuple[WordRow, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of two programmes side by side; None = the programme has no such row."""

    section: str
    key: str
    word: str
    left: str | None
    right: str | None

    @property
    def same(self) -> bool:
        return self.left == self.right


def describe(programme: Programme) -> tuple[WordSection, ...]:
    """The whole programme, every key of its file once, in the order in which a person reads it."""
    open_keys = {question.key for question in programme.questions}
    asked = rule_questions(programme)
    found: dict[str, list[WordRow]] = {}

    def put(section: str, key: str, word: str, value: str) -> None:
        found.setdefault(section, []).append(WordRow(key, word, value, programme.sources[key], key not in open_keys))

    for item in programme.benefits:
        put("給付と金額", f"benefit.{item.benefit.value}", item.label, _benefit(item))
    for key, value in _leaves(programme, "dates."):
        put("日付", key, LEAVES[key][0], value_words(key, value))
    for rule in programme.rules.values():
        put("条件", f"rule.{rule.id}", asked[rule.id], f"{_effects(rule)}　{rule.article}")
    for title, prefix in _SINGLE[1:3]:
        for key, value in _leaves(programme, prefix):
            put(title, key, LEAVES[key][0], value_words(key, value))
    for evidence in programme.evidence:
        put("根拠の書類", f"evidence.{evidence.code}", f"{evidence.code} {evidence.name}", _evidence(evidence))
    for place in programme.placements:
        put("措置の根拠", f"placement.{place.code}", f"{place.code} {place.name}", _placement(place))
    for basis in programme.proxies:
        put("代理の根拠", f"proxy.{basis.code}", f"{basis.code} {basis.name}", _proxy(basis))
    for route in dict.fromkeys(programme.routes.values()):
        put("支給の方式", f"route.{route.value}", ROUTE_WORDS[route], _route(programme, route))
    for title, prefix in _SINGLE[3:]:
        for key, value in _leaves(programme, prefix):
            put(title, key, LEAVES[key][0], value_words(key, value))
    return tuple(WordSection(title, tuple(rows)) for title, rows in found.items())


def compare(left: Programme, right: Programme, *, everything: bool = False) -> tuple[Difference, ...]:
    """Two programmes side by side: rows that differ and rows of one only; with ``everything`` the same ones too."""
    sides = [{row.key: (section.title, row) for section in describe(one) for row in section.rows} for one in (left, right)]
    order: dict[str, None] = dict.fromkeys(section.title for one in (left, right) for section in describe(one))
    places = {title: place for place, title in enumerate(order)}
    keys = dict.fromkeys((*sides[0], *sides[1]))
    rows = []
    for key in keys:
        mine, other = sides[0].get(key), sides[1].get(key)
        section, named = mine or other or ("", None)
        assert named is not None
        rows.append(
            Difference(section, key, named.word, mine[1].value if mine is not None else None, other[1].value if other is not None else None)
        )
    rows.sort(key=lambda row: places[row.section])
    return tuple(row for row in rows if everything or not row.same)


def question_words(question: Question) -> str:
    """The proposal of a question in words."""
    return value_words(question.key, question.value)


def value_words(key: str, value: object) -> str:
    """A value as a person reads it: 和暦, 円, the word of a choice."""
    value = value.value if isinstance(value, StrEnum) else value
    words = words_of(key, value)
    for word, meant in (words or {}).items():
        if type(meant) is type(value) and meant == value:
            return word
    if isinstance(value, date):
        return wareki(value)
    if key in _COUNTED:
        return f"{value}{_COUNTED[key]}"
    if type(value) is int:
        return yen(value)
    if type(value) is float:
        return f"{value:g} mm"
    return str(value)


def _leaves(programme: Programme, prefix: str) -> Iterator[tuple[str, object]]:
    """(key, value) of the single values under a prefix, read back from the programme itself."""
    special = {
        "programme.letter_wording": "letter_wording",
        "adjustment.unit": "adjustment_unit",
        "shortfall.flat": "flat_shortfall",
        "shortfall.flat_abroad": "flat_shortfall_abroad",
    }
    for key in LEAVES:
        if key.startswith(prefix):
            holder: object = {"bank.": programme.bank, "envelope.": programme.envelope}.get(prefix, programme)
            yield key, getattr(holder, special.get(key, key.removeprefix(prefix)))


def _benefit(item: BenefitRule) -> str:
    amount = f"{_PER[item.benefit]} {yen(item.amount)}" if item.amount else "金額は計算による"
    planned = f"　見込み {item.planned_count:,}件" if item.planned_count else ""
    return f"{amount}{planned}　ホストの給付種別「{item.host_word}」"


def _effects(rule: Rule) -> str:
    if not rule.effects:
        return "適用しない" if rule.id in SWITCHED else "いつも確かめる"
    words = {value: word for word, value in EFFECT_WORDS.items()}
    parts = []
    for effect in (Effect.REFUSE, Effect.HOLD):
        touched = [category for category in Category if rule.effects.get(category) is effect]
        if touched:
            parts.append(f"{words[effect.value]}（{_categories(touched)}）")
    return "、".join(parts)


def _evidence(kind: EvidenceKind) -> str:
    parts = [_categories(kind.categories), "期限あり" if kind.expires else "期限なし"]
    if kind.needs_approval:
        parts.append("取扱責任者の確認が要る")
    if kind.placement:
        parts.append("措置の根拠を選ぶ")
    if kind.moved_in_after_base_date:
        parts.append("基準日のあとに転入した人だけ")
    if kind.fields:
        parts.append("写し取る項目 " + "・".join(item.label + ("（必須）" if item.required else "") for item in kind.fields))
    return "　".join(parts)


def _placement(place: Placement) -> str:
    return "　".join((_categories(place.categories), place.law, *(("児童のみの世帯に限る",) if place.children_only else ())))


def _proxy(basis: ProxyBasis) -> str:
    return "　".join((_categories(basis.categories), basis.law, "書類が要る" if basis.needs_document else "書類は要らない"))


def _route(programme: Programme, route: Route) -> str:
    touched = [category for category, found in programme.routes.items() if found is route]
    asked = [category for category in touched if category in programme.account_inquiry]
    return f"{_categories(touched)}　公金受取口座を" + (f"照会する（{_categories(asked)}）" if asked else "照会しない")


def _categories(categories: Iterable[Category]) -> str:
    found = set(categories)
    return "すべての区分" if found == set(Category) else "・".join(CATEGORY_LABELS[category] for category in Category if category in found)
