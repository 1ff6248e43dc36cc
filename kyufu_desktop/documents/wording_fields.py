"""What the words of each kind of letter consist of: every key of its file with its form and its Japanese label, in the order of the letter.

The one table behind the check of a file, the fields of the screen and the comparison of two versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.refusal import RefusalReason

#: Between what and how of a step where steps are written one a line.
BAR = "｜"


class Form(StrEnum):
    """What stands under a key. ``FIXED`` and ``DAY`` are no words: they are not edited as fields."""

    TEXT = "TEXT"
    LINES = "LINES"
    STEPS = "STEPS"
    SWITCH = "SWITCH"
    FIXED = "FIXED"
    DAY = "DAY"


#: How a fault names the form that a key should have.
_SHOULD: dict[Form, str] = {
    Form.TEXT: "（文字）",
    Form.LINES: "（文字の並び）",
    Form.STEPS: "（段階の並び）",
    Form.SWITCH: "（true か false）",
    Form.FIXED: "（文字）",
    Form.DAY: "（日付）",
}


@dataclass(frozen=True, slots=True)
class WordField:
    """One key: ``pledges.items`` is ``items`` of the table ``[pledges]``. ``words``: what a switch says when it is off and on."""

    key: str
    label: str
    group: str = ""
    form: Form = Form.TEXT
    hint: str = ""
    words: tuple[str, str] = ("印刷しない", "印刷する")


_FIXED = (
    WordField("version", "版の名前", form=Form.FIXED),
    WordField("valid_from", "使い始める日", form=Form.DAY),
    WordField("template", "ひな形", form=Form.FIXED),
)
_ANSWER = WordField("answer", "返信の用紙", form=Form.FIXED)
_LINE_HINT = "1行が1つの項目です。"
_PARAGRAPH_HINT = "1行が1つの段落です。"
_TITLE = WordField("title", "表題", "表題と書き出し")
_LEAD = WordField("text.lead", "書き出し", "表題と書き出し")
_LEGAL = "印刷するかどうか、どう書くかは、区の法務担当が決めます。"
_KYOJI = "不服の申立ての教示"
_SWITCH = WordField("switches.kyoji", "教示を印刷するか", _KYOJI, Form.SWITCH, _LEGAL)


def _of(group: str, *fields: tuple[str, str] | tuple[str, str, Form, str]) -> tuple[WordField, ...]:
    """Fields of one heading: (key, label) of a text, or with its form and a hint."""
    return tuple(WordField(each[0], each[1], group, *each[2:]) for each in fields)


_CONFIRMATION = (
    *_FIXED,
    *_of("差出人（すべての手紙の右上）", ("sender.name", "差出人")),
    _TITLE,
    _LEAD,
    *_of(
        "見出し（1枚目）",
        ("headings.number", "給付管理番号の見出し"),
        ("headings.benefit", "給付の種類の見出し"),
        ("headings.detail", "内容の見出し"),
        ("headings.amount", "金額の見出し"),
        ("headings.total", "合計の見出し"),
        ("headings.working", "計算の見出し"),
        ("headings.members", "計算に含まれる方の見出し"),
    ),
    *_of(
        "確認・誓約事項",
        ("headings.pledges", "見出し"),
        ("pledges.how", "印のつけ方"),
        ("pledges.items", "確認・誓約事項", Form.LINES, _LINE_HINT),
    ),
    *_of(
        "提出期限",
        ("headings.deadline", "見出し"),
        ("text.postmark", "日付のあとに続ける言葉"),
        ("text.late", "期限を過ぎたときの扱い"),
    ),
    _SWITCH,
    WordField("kyoji.text", "教示の文", _KYOJI),
    *_of(
        "問い合わせ先（すべての手紙の下）",
        ("headings.contact", "見出し"),
        ("sender.section", "担当の課"),
        ("sender.postal", "郵便番号"),
        ("sender.address", "所在地"),
        ("sender.phone", "電話番号"),
        ("sender.hours", "受付の時間"),
    ),
    *_of("届出・署名の用紙", ("form_title", "用紙の表題")),
    *_of(
        "口座の欄",
        ("account.heading", "見出し"),
        ("account.how", "書き方"),
        ("account.bank", "金融機関・支店の見出し"),
        ("account.bank_kinds", "金融機関の種類", Form.LINES, _LINE_HINT),
        ("account.branch_kinds", "支店の種類", Form.LINES, _LINE_HINT),
        ("account.kind", "口座の種類の見出し"),
        ("account.kinds", "口座の種類", Form.LINES, _LINE_HINT),
        ("account.number", "口座番号の見出し"),
        ("account.number_how", "口座番号の書き方"),
        ("account.holder_kana", "名義（カナ）の見出し"),
        ("account.holder", "口座名義の見出し"),
        ("account.yucho_how", "ゆうちょ銀行のときの書き方"),
        ("account.yucho", "ゆうちょ銀行の見出し"),
        ("account.yucho_symbol", "記号の見出し"),
        ("account.yucho_number", "番号の見出し"),
        ("account.enclosures", "同封するもの", Form.LINES, _LINE_HINT),
    ),
    *_of(
        "代理人の欄",
        ("proxy.heading", "見出し"),
        ("proxy.how", "書き方"),
        ("proxy.name", "氏名の見出し"),
        ("proxy.relation", "本人との関係の見出し"),
        ("proxy.basis", "代理の根拠の見出し"),
        ("proxy.bases", "代理の根拠", Form.LINES, _LINE_HINT),
        ("proxy.phone", "電話番号の見出し"),
    ),
    *_of(
        "署名の欄",
        ("signature.lead", "署名の前の文"),
        ("signature.date", "記入日の見出し"),
        ("signature.name", "署名の見出し"),
        ("signature.phone", "電話番号の見出し"),
    ),
    *_of("区使用欄", ("office.heading", "見出し"), ("office.fields", "欄の名前", Form.LINES, _LINE_HINT)),
    *_of(
        "記入のご案内",
        ("guide.title", "表題"),
        ("guide.lead", "書き出し"),
        ("guide.steps", "手順", Form.STEPS, f"1行が1つの手順です。手順と説明のあいだに「{BAR}」を入れます。"),
        ("guide.heading", "お送りいただくものの見出し"),
        ("guide.enclose", "お送りいただくもの", Form.LINES, _LINE_HINT),
        ("guide.close", "結びの文"),
    ),
    WordField(
        "switches.customer_barcode",
        "カスタマバーコードを印刷するか",
        "封筒の窓",
        Form.SWITCH,
        "すべての手紙に効きます。番地の読み違いは誤配になるので、ふつうは印刷しません。",
    ),
)


def _until(group: str = "期限") -> tuple[WordField, ...]:
    return _of(
        group,
        ("headings.deadline", "見出し"),
        ("headings.postmark", "日付のあとに続ける言葉"),
        ("headings.late", "期限を過ぎたときの扱い"),
    )


_CLOSE = _of("結び", ("text.close", "結びの段落", Form.LINES, _PARAGRAPH_HINT))
_KYOJI_FIELDS = (
    _SWITCH,
    WordField("kyoji.heading", "教示の見出し", _KYOJI),
    WordField("kyoji.text", "教示の段落", _KYOJI, Form.LINES, _PARAGRAPH_HINT),
)
_HEAD = (*_FIXED, _ANSWER, _TITLE, _LEAD)
_BENEFIT = ("headings.benefit", "給付の種類の見出し")
_AMOUNT = ("headings.amount", "金額の見出し")
_ACCOUNT = ("headings.account", "振込先の見出し")

#: What each neutral reason is for, in the words of the staff; only the ward's own words about it are printed.
_REASONS: dict[RefusalReason, str] = {
    RefusalReason.TAX: "住民税の課税",
    RefusalReason.RESIDENCE: "基準日の住所",
    RefusalReason.DEPENDANT: "扶養",
    RefusalReason.RECEIVED: "給付の受給",
    RefusalReason.CHILD: "対象となる児童",
    RefusalReason.AMOUNT: "支給する額がない",
    RefusalReason.DECLARATION: "住民税の申告",
    RefusalReason.WITHDRAWN: "辞退の届出",
    RefusalReason.LAPSED: "書類の提出がない",
    RefusalReason.OTHER: "そのほか",
}

#: Kind of letter -> its keys, all of them and no others, in the order in which a reader meets the words.
FIELDS: dict[LetterKind, tuple[WordField, ...]] = {
    LetterKind.CONFIRMATION: _CONFIRMATION,
    LetterKind.PUSH: (
        *_HEAD,
        *_of("見出し", _BENEFIT, _AMOUNT, _ACCOUNT),
        *_until("届出の期限"),
        *_CLOSE,
        *_of(
            "届出書",
            ("form.title", "用紙の表題"),
            ("form.how", "書き方"),
            ("form.choices", "届け出ること", Form.LINES, _LINE_HINT),
            ("form.signature", "署名の前の文"),
        ),
    ),
    LetterKind.REMINDER: (
        *_HEAD,
        *_of("見出し", _BENEFIT, _AMOUNT, ("headings.first_sent", "確認書を送った日の見出し")),
        *_until("提出期限"),
        *_CLOSE,
    ),
    LetterKind.DEFICIENCY: (
        *_HEAD,
        *_of(
            "見出し",
            ("headings.received", "受け取った日の見出し"),
            ("headings.items", "補っていただくことの見出し"),
            ("headings.what", "足りないところの見出し"),
            ("headings.how", "補い方の見出し"),
        ),
        *_until("提出の期限"),
        *_CLOSE,
        *_of("補正の用紙", ("form.title", "用紙の表題"), ("form.signature", "署名の前の文")),
    ),
    LetterKind.DECISION: (
        *_HEAD,
        *_of("見出し", _BENEFIT, _AMOUNT, ("headings.decided", "決定の日の見出し"), _ACCOUNT),
        *_CLOSE,
        *_KYOJI_FIELDS,
    ),
    LetterKind.REFUSAL: (
        *_HEAD,
        *_of("見出し", _BENEFIT, ("headings.reason", "理由の見出し"), ("headings.decided", "決定の日の見出し")),
        *_of("不支給の理由", *((f"reasons.{reason.value}", words) for reason, words in _REASONS.items())),
        *_CLOSE,
        *_KYOJI_FIELDS,
    ),
    LetterKind.PAYMENT: (
        *_HEAD,
        *_of("見出し", _BENEFIT, _AMOUNT, ("headings.transfer", "振込の日の見出し"), _ACCOUNT),
        *_CLOSE,
    ),
}


def words_of_kind(kind: LetterKind) -> tuple[WordField, ...]:
    """The fields that a person may change."""
    return tuple(field for field in FIELDS[kind] if field.form not in (Form.FIXED, Form.DAY))


def value_of(table: Mapping[str, Any], key: str) -> Any:
    """What stands under ``pledges.items``; None where nothing does."""
    section, _, name = key.rpartition(".")
    part = table.get(section) if section else table
    return part.get(name) if isinstance(part, Mapping) else None


def with_value(table: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """The table with another value under one of its keys; order and everything else as they are."""
    section, _, name = key.rpartition(".")
    return {**table, name: value} if not section else {**table, section: {**table[section], name: value}}


def faults(kind: LetterKind, table: Mapping[str, Any]) -> list[str]:
    """What the words of a kind lack, hold in another form or have too much, as keys. Empty where they are whole."""
    known = FIELDS[kind]
    sections = dict.fromkeys(field.key.rpartition(".")[0] for field in known)
    found = [f"[{section}]" for section in sections if section and not isinstance(table.get(section), Mapping)]
    gone = {fault.strip("[]") for fault in found}
    for field in known:
        if field.key.rpartition(".")[0] not in gone:
            found += _fault(field, value_of(table, field.key))
    keys = {field.key for field in known}
    found += [f"{key}（知らない項目）" for key in _keys(table) if key not in keys and key not in sections]
    return found


def _keys(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield name
            yield from (f"{name}.{inner}" for inner in value)
        else:
            yield name


def _fault(field: WordField, value: object) -> list[str]:
    if field.form is Form.STEPS and isinstance(value, list) and value:
        return [f"{field.key} の{number}（what と how）" for number, step in enumerate(value, start=1) if not _is_step(step)]
    fits = {
        Form.TEXT: is_text(value),
        Form.FIXED: is_text(value),
        Form.LINES: isinstance(value, list) and bool(value) and all(is_text(item) for item in value),
        Form.STEPS: False,
        Form.SWITCH: isinstance(value, bool),
        Form.DAY: type(value) is date,
    }
    return [] if fits[field.form] else [f"{field.key}{_SHOULD[field.form]}"]


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_step(step: object) -> bool:
    return isinstance(step, Mapping) and set(step) == {"what", "how"} and all(is_text(word) for word in step.values())
