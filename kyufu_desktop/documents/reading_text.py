"""A letter as plain text to be read aloud: by a screen reader, a braille display, or a person at the telephone or the recorder.

It says what the paper says, from the same words and the same parts in the same order, and nothing of where the letter goes: a place that
nobody needs must not stand in a second artefact. No signs of the layout, digits in ASCII (a braille reader has its own sign for them),
amounts and days in words, every name with the reading that the register has. A reading is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kyufu_desktop.documents.letter_pages import parts_of
from kyufu_desktop.documents.letters import BenefitLine, Confirmation
from kyufu_desktop.documents.notices import Content
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.domain.calendar import wareki, wareki_with_weekday
from kyufu_desktop.domain.names import is_selector, private_use
from kyufu_desktop.domain.values import yen

NO_READING = "（読みの登録がありません）"
#: A character of the ward's own (外字) that no reader knows.
OWN_CHARACTER = "（外字）"
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WEEKDAYS = re.compile("（([月火水木金土日])）")
_YEN = re.compile(r"(?<![0-9,])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)円")
_HIDDEN = re.compile(r"＊+([0-9]+)")
_PHONE = re.compile(r"(?<![0-9,-])0[0-9]{1,4}(?:-[0-9]{1,4}){2}(?![0-9,-])")
_POSTAL = re.compile(r"〒\s*([0-9]{3})-([0-9]{4})")
#: Signs that are drawn, not read, and what a voice says instead.
_SIGNS: tuple[tuple[str, str], ...] = (
    ("□に✓", "四角の欄に印"), ("✓", "印"), ("□", "四角の欄"), ("〒", "郵便番号 "), ("／", "、"), ("×", "かける"), ("÷", "わる"),
    ("＋", "たす"), ("+", "たす"), (" － ", "ひく"), ("＝", "は"), ("(", ""), (")", ""), ("\u3000", "、"), ("＊", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """The people of a letter: name as printed -> kana of the register, empty where it has none. ``person`` is whom the letter is about."""

    person: str = field(repr=False)
    kana: Mapping[str, str] = field(repr=False)

    def named(self, name: str) -> str:
        """「みほん はなこ」 beside the name. The reading comes first: it is what is read aloud."""
        kana = " ".join(self.kana.get(name, "").split())
        plain = _speakable(name)
        return f"{kana}（表記は {plain}）" if kana else f"{plain}{NO_READING}"


def _speakable(name: str) -> str:
    """The name for a voice: variants of a character sound alike, and a private character has no sound at all."""
    plain = "".join(character for character in name if not is_selector(character))
    return "".join(OWN_CHARACTER if private_use(character) else character for character in plain)


def reading_text(letter: Content, wording: Wording, reader: Reader) -> str:
    """The whole letter; lines are paragraphs and end with ``\\n``."""
    words = wording.values
    lines = [
        *(["練習用の文です。架空の人についてのものです。"] if letter.practice else []),
        f"{words['sender']}からの手紙です。",
        f"題名は、「{words['title']}」です。",
        f"{reader.named(letter.on_behalf_of or reader.person)}様の分です。"
        + ("代理人の方にお送りした手紙です。" if letter.on_behalf_of else ""),
        f"{letter.document_number}、{wareki(letter.issued_on)}。",
        *([f"この手紙は再発行{letter.reissue}回目です。前の番号の用紙は使えません。"] if letter.reissue else []),
        words["lead"],
        f"{words['head_number']}は、{_spaced(letter.management_number or letter.code.rpartition('-')[0])}です。",
        f"この手紙の番号は、{_spaced(letter.code)}です。",
        *(_confirmation(letter, words, reader) if isinstance(letter, Confirmation) else _notice(letter, wording, reader)),
        f"{words['head_contact']}は、次のとおりです。",
        *words["contact"],
        "読み上げる文は、これで終わりです。",
    ]
    return "".join(f"{_spoken(line)}\n" for line in lines)


# ---------------------------------------------------------------------------------------------------- the confirmation, its form, its guide
def _confirmation(letter: Confirmation, words: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    yield from _benefits(letter.benefits, words, reader)
    if letter.adjustment:
        yield f"{words['head_working']}は、次のとおりです。"
        for what, how, result in letter.adjustment:
            yield f"{what}。{how}。答えは、{result}。"
    yield f"{words['head_members']}は、{len(letter.members)}人です。"
    for number, member in enumerate(letter.members, start=1):
        yield f"{number}人目、{reader.named(member)}様。"
    yield f"{words['head_pledges']}。{words['pledges_how']}"
    yield from _numbered(words["pledges"])
    yield f"{words['head_deadline']}は、{wareki_with_weekday(letter.deadline)}{words['postmark']}です。"
    yield words["late"]
    if words["kyoji"]:
        yield words["kyoji_text"]
    yield from _form(words)
    yield f"次に、「{words['guide_title']}」です。{words['guide_lead']}"
    for number, step in enumerate(words["guide_steps"], start=1):
        yield f"手順の{number}。{step['what']}{step['how']}"
    yield f"{words['guide_heading']}。"
    yield from _numbered(words["guide_enclose"])
    yield words["guide_close"]


def _form(words: Mapping[str, Any]) -> Iterator[str]:
    """「振込先の届出・署名」: what has to be written where."""
    yield f"次に、記入する用紙「{words['form_title']}」です。書くところを、順に読みます。"
    yield from _account_field(words)
    yield f"{words['head_proxy']}。{words['proxy_how']}"
    yield f"書くところは、{words['proxy_name']}、{words['proxy_relation']}、{words['proxy_phone']}です。"
    yield f"{words['proxy_basis']}は、次から選びます。"
    yield from _numbered(words["proxy_bases"])
    yield from _signature(words)


def _account_field(words: Mapping[str, Any]) -> Iterator[str]:
    yield f"{words['head_account']}。{words['account_how']}"
    yield (
        f"書くところは、{words['account_bank']}、{words['account_kind']}（{'、'.join(words['account_kinds'])}から選びます）、"
        f"{words['account_number']}（7けた。{words['account_number_how']}）、{words['account_holder_kana']}、{words['account_holder']}です。"
        f"金融機関は{'、'.join(words['bank_kinds'])}、店は{'、'.join(words['branch_kinds'])}の別も選びます。"
    )
    yield f"{words['yucho_how']}{words['yucho_symbol']}は5けた、{words['yucho_number']}は8けたまでです。"
    yield "確かめて印をつけるところは、次のとおりです。"
    yield from _numbered(words["enclosures"])


def _signature(words: Mapping[str, Any]) -> Iterator[str]:
    yield f"終わりに、署名の欄です。「{words['signature_lead']}」"
    yield f"書くところは、{words['signature_date']}、{words['signature_name']}、{words['signature_phone']}です。"


# ---------------------------------------------------------------------------------------------------- every other letter
def _notice(letter: Any, wording: Wording, reader: Reader) -> Iterator[str]:
    words = wording.values
    for part in parts_of(letter, wording):
        if part["kind"] == "benefits":
            yield from _benefits(letter.benefits, words, reader)
        else:
            yield from _SAID[part["kind"]](part, words)
    if words["answer"] == "form":
        yield from _form(words)
    elif words["answer"] == "decline":
        yield f"次に、記入する用紙「{words['form_title']}」です。{words['form_how']}"
        yield from _numbered(words["form_choices"])
        yield from _account_field(words)
        yield from _signature(words)


def _benefits(benefits: Sequence[BenefitLine], words: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    for label, amount, detail in benefits:
        more = "".join(f"{words['head_detail']}は、{_with_readings(line, reader)}。" for line in detail)
        yield f"{words['head_benefit']}は、{label}。{more}{words['head_amount']}は、{yen(amount)}です。"
    if len(benefits) > 1:
        total = sum(amount for _, amount, _ in benefits)
        yield f"{words['head_total']}は、{yen(total)}です。"


def _with_readings(line: str, reader: Reader) -> str:
    """A line of detail may name a person (「納税義務者 ○○」)."""
    for name in sorted(reader.kana, key=len, reverse=True):
        if name in line:
            return line.replace(name, f"{reader.named(name)}様", 1)
    return line


def _texts(part: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[str]:
    yield from part["text"]


def _facts(part: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[str]:
    for label, value in part["rows"]:
        yield f"{label}は、{value}です。"


def _reasons(part: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    for label, reasons in part["rows"]:
        yield f"{words['head_benefit']}は、{label}。"
        for reason in reasons:
            yield f"{words['head_reason']}。{reason}。"


def _items(part: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['heading']}は、{len(part['rows'])}つです。"
    for number, (what, how) in enumerate(part["rows"], start=1):
        yield f"{number}つ目。{words['head_what']}。{what}{words['head_how']}。{how}"


def _framed(part: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['heading']}は、{part['value']}{part['beside']}です。"
    yield part["text"]


def _instruction(part: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['heading']}。"
    yield from _numbered(part["text"])


_SAID: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[str]]] = {
    "text": _texts,
    "facts": _facts,
    "reasons": _reasons,
    "items": _items,
    "framed": _framed,
    "instruction": _instruction,
}


def _numbered(items: Sequence[str]) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        yield f"{number}番。{item}"


# ---------------------------------------------------------------------------------------------------- how it is said
def _spoken(line: str) -> str:
    """One paragraph without signs of the layout: amounts and days in words, numbers that are dialled or compared digit by digit."""
    text = line.translate(_DIGITS)
    text = _WEEKDAYS.sub(r"、\1曜日", text)
    text = _HIDDEN.sub(lambda found: f"番号のおわりの{len(found[1])}けたは {_spaced(found[1])}", text)
    text = _POSTAL.sub(lambda found: f"郵便番号 {_spaced(found[1])} の {_spaced(found[2])}", text)
    text = _PHONE.sub(lambda found: " の ".join(_spaced(piece) for piece in found[0].split("-")), text)
    text = _YEN.sub(_amount, text)
    for sign, said in _SIGNS:
        text = text.replace(sign, said)
    return re.sub(r"。{2,}", "。", text).strip()


def _amount(found: re.Match[str]) -> str:
    """「10万円（100,000円）」; below 10,000 yen the digits alone."""
    yen_of = int(found[1].replace(",", ""))
    whole, rest = divmod(yen_of, 10_000)
    if not whole:
        return f"{yen_of:,}円"
    return f"{whole:,}万{f'{rest:,}' if rest else ''}円（{yen_of:,}円）"


def _spaced(number: str) -> str:
    """Digit by digit, with ASCII digits and blanks between them; a hyphen is 「の」."""
    return " ".join("の" if character == "-" else character for character in number)
