"""The facts that a judgment was made from, out of its snapshot, as lines of a sheet: what, how it stood, where it is from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.judgment import HistoryDecision
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import yen

#: (what, how it stood, where it is from)
FactLine = tuple[str, str, str]

_RESIDENCE = {
    "REGISTERED": "住民基本台帳にある",
    "ACTUAL": "住民票はないが、実際に住んでいる",
    "FIRST_REGISTERED_LATER": "基準日のあとに初めて記録された",
    "ELSEWHERE": "区に住んでいない",
}
_HISTORY = {HistoryDecision.COUNTS.value: "数える", HistoryDecision.DOES_NOT_COUNT.value: "数えない"}
_EXITS = {"WITHDRAWN": "取下げ", "LAPSED": "要件の消滅", "CLAIMED_ELSEWHERE": "ほかの区市町村での申請"}
_FLAGS = (
    ("undeclared", "未申告"),
    ("treaty_exempt", "租税条約の免除"),
    ("r5_head", "令和5年度給付時の世帯主"),
    ("r5_target", "令和5年度の給付対象世帯"),
    ("welfare", "生活保護"),
    ("entered_japan_late", "賦課期日後の入国"),
    ("supporter_outside_ward", "区外の人の扶養親族"),
    ("outside_tax_cut", "定額減税の対象外"),
)
_AMOUNTS = (
    ("income_levy", "所得割"),
    ("income_tax", "推計所得税額"),
    ("total_income", "合計所得"),
    ("adjustment_decided", "先の調整給付"),
)
_DEPENDANTS = (
    ("spouse", "配偶者"),
    ("dependants_general", "一般扶養"),
    ("dependants_specific", "特定扶養"),
    ("dependants_elderly", "老人扶養"),
    ("dependants_under16", "16歳未満"),
    ("dependants_abroad", "国外"),
)


def fact_lines(snapshot: str, names: Mapping[int, str], programme: Programme) -> tuple[FactLine, ...]:
    """Lines of one case: the household's facts first, then one for each person. ``names`` are person id -> name."""
    facts: dict[str, Any] = json.loads(snapshot)
    return (*_household(facts, programme), *(_person(person, names) for person in facts.get("persons", ())))


def _household(facts: Mapping[str, Any], programme: Programme) -> Iterator[FactLine]:
    yield "居住（基準日）", _RESIDENCE.get(facts.get("residence", ""), ""), facts.get("residence_origin", "")
    evidence = facts.get("evidence_words") or "確認したものはない"
    yield (
        "秘匿の根拠",
        evidence if facts.get("evidence_verified") else f"{evidence}（期間の外または未確認）",
        facts.get("evidence_origin", ""),
    )
    placement = programme.placement(facts.get("placement"))
    if placement is not None:
        yield "措置の根拠", f"{placement.name}（{placement.law}）", facts.get("evidence_origin", "")
    stops = len(facts.get("collation_stops", ()))
    findings = "未判断なし" if not facts.get("open_findings") else f"未判断 {facts['open_findings']}件"
    yield "突合", f"{findings}、二重の支給と決めたもの {stops}件", facts.get("collation_origin", "")
    if facts.get("history"):
        yield "過去の給付の判断", _HISTORY.get(facts["history"], ""), facts.get("history_origin", "")
    if facts.get("r5_head_died"):
        yield "令和5年度の世帯主", "亡くなっている（世帯の残り）", facts.get("r5_origin", "")
    if facts.get("split_household"):
        yield "世帯分離", "基準日のあとに同じ住所で分けている", facts.get("split_origin", "")
    if facts.get("host_paid_cleared"):
        yield "ホストの支給済", "この給付に関わらないと判断", facts.get("host_paid_origin", "")
    if facts.get("exit"):
        yield "取下げ・要件消滅", _EXITS.get(facts["exit"], ""), facts.get("exit_origin", "")
    if facts.get("submitted_on"):
        yield "確認書の収受", _day(facts["submitted_on"]), ""


def _person(person: Mapping[str, Any], names: Mapping[int, str]) -> FactLine:
    tax: Mapping[str, Any] = person["tax"]
    born = (person.get("birth") or {}).get("day")
    parts = [f"{_day(born)}生" if born else "生年月日不詳", f"均等割 {tax['levy'] or '不明'}"]
    parts += [f"{word} {yen(tax[key])}" for key, word in _AMOUNTS if tax.get(key) is not None]
    parts += [f"{word}{tax[key]}人" for key, word in _DEPENDANTS if tax.get(key)]
    parts += [word for key, word in _FLAGS if tax.get(key)]
    if person.get("levied_elsewhere"):
        parts.append("賦課期日はほかの区市町村")
    if person.get("paid_by_host"):
        parts.append("ホストで支給済")
    if person.get("died_on"):
        parts.append(f"{_day(person['died_on'])}死亡")
    if not person.get("named", True):
        parts.append("根拠の書類に名前がない")
    origins = dict.fromkeys(word for word in (person.get("origin", ""), tax.get("origin", "")) if word)
    return names.get(person["person_id"], ""), "、".join(parts), "、".join(origins)


def _day(written: str) -> str:
    return wareki_short(date.fromisoformat(written))
