"""What every row of the rules asks, in the words of a question. Filled with the days and years of a programme once for each book."""

from __future__ import annotations

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import yen

#: rule id -> question; every id that a condition may carry stands here.
_QUESTIONS: dict[str, str] = {
    "common.exit": "取下げ、要件の消滅、ほかの区市町村での申請はありませんか",
    "household.resident": "基準日（{base}）に新宿区に住んでいましたか",
    "household.income_levy": "{tax_year}の{levy_word}が課税されている人はいませんか",
    "household.undeclared": "{tax_year}住民税の申告をしていない人はいませんか",
    "household.treaty": "租税条約により住民税を免除されている人はいませんか",
    "household.dependants": "全員が世帯の外の人の扶養親族になっていませんか",
    "household.r5_head": "令和5年度の給付対象世帯の世帯主だった人はいませんか",
    "household.r5_head_died": "世帯主の亡くなった令和5年度の給付対象世帯の残りではありませんか",
    "household.r5": "令和5年度の給付対象世帯にいた人はいませんか",
    "household.other_municipality": "ほかの区市町村で同じ給付を申請していませんか",
    "household.split": "基準日（{base}）のあとに同じ住所で世帯を分けていませんか",
    "household.entry": "賦課期日（{levy}）のあとに海外から入国した人はいませんか",
    "household.deceased": "受給者（世帯主）は生きていますか",
    "household.tax_known": "全員の{tax_year}住民税が分かっていますか",
    "household.tax_consistent": "均等割の区分と所得割の額は食い違っていませんか",
    "household.exempt": "全員が均等割非課税ですか",
    "household.per_capita": "均等割のみ課税か非課税の人だけの世帯ですか",
    "child.household": "世帯への給付は支給できますか",
    "child.birth_known": "生年月日の分からない人はいませんか",
    "child.newborn": "基準日（{base}）のあとに生まれた子の申請はありますか",
    "child.placed": "ほかで数えられる子はいませんか",
    "child.deceased": "亡くなった子はいませんか",
    "child.counted": "{born}以後に生まれた子がいますか",
    "adjustment.levied_here": "住民税は新宿区が課税していますか",
    "adjustment.amounts_known": "税額と合計所得金額が分かっていますか",
    "adjustment.people": "扶養の人数は食い違っていませんか",
    "adjustment.income_cap": "合計所得金額は {cap} 以下ですか",
    "adjustment.has_tax": "所得税か所得割のどちらかがありますか",
    "adjustment.deceased": "納税義務者は生きていますか",
    "adjustment.shortfall": "減税で引ききれない額がありますか",
    "shortfall.kind": "不足額給付の対象となる人ですか",
    "shortfall.earlier": "先に決まった調整給付の額が分かっていますか",
    "shortfall.difference": "先に決まった調整給付の額では足りませんか",
    "common.evidence": "秘匿の根拠は2人で確認され、期間内ですか",
    "common.companion": "同伴者は全員、根拠の書類に名前がありますか",
    "common.placement": "法律による措置であることが、根拠の書類で分かりますか",
    "common.host_paid": "ホストの給付状況に支給済の人はいませんか",
    "common.collation": "突合で見つかったものは、すべて判断してありますか",
    "common.double_payment": "同じ人への支給予定がほかにありませんか",
}

#: Rows of the later benefit that a programme may leave without an article of their own.
_LIKE = {
    "shortfall.kind": "adjustment.has_tax",
    "shortfall.earlier": "adjustment.shortfall",
    "shortfall.difference": "adjustment.shortfall",
}


def questions(programme: Programme) -> dict[str, str]:
    """Rule id -> question, with the years, days and amounts of the programme."""
    words = {
        "base": wareki(programme.base_date),
        "levy": wareki(programme.levy_date),
        "born": wareki(programme.child_born_from),
        "levy_word": levy_word(programme),
        "tax_year": programme.tax_year,
        "cap": yen(programme.income_cap),
    }
    return {rule: question.format_map(words) for rule, question in _QUESTIONS.items()}


def levy_word(programme: Programme) -> str:
    """所得割 as the rows name it: before the fixed-sum cut where the programme knows one."""
    return "所得割（定額減税前）" if programme.resident_tax_relief else "所得割"


def articles(programme: Programme) -> dict[str, str]:
    """Rule id -> article of the programme; empty where it names none."""
    return {rule: programme.article(rule) or programme.article(_LIKE.get(rule, "")) for rule in _QUESTIONS}
