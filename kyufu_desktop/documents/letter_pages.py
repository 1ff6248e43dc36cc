"""From a letter's data to what the templates read: routed names, dates in eras, amounts, the parts of each kind in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kyufu_desktop.documents import barcodes
from kyufu_desktop.documents.fonts import WAY_OUT, pictured, route, unprintable
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.documents.letters import BenefitLine, Confirmation
from kyufu_desktop.documents.notices import (
    Content,
    DecisionNotice,
    DeficiencyNotice,
    MaskedAccount,
    PaymentNotice,
    PushNotice,
    RefusalNotice,
    Reminder,
    kind_of,
    said,
)
from kyufu_desktop.documents.typesetting import runs
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.domain.calendar import wareki, wareki_with_weekday
from kyufu_desktop.domain.letter import LETTER_LABELS, Layout, page_code
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import UserError

#: Pages for which bars are drawn; the template stops at a letter that has more.
_MOST_PAGES: dict[Layout, int] = {Layout.STANDARD: 4, Layout.LARGE: 9}
#: One part of a letter's first page, as ``notice.typ`` knows it.
Part = dict[str, Any]


def _texts(letter: Content) -> Iterator[str]:
    yield from (*letter.destination.lines, letter.destination.care_of, letter.destination.name)
    yield from said(letter)


def pictures_in(letter: Content, pictures: Pictures) -> tuple[str, ...]:
    """The characters that the finished letter shows as pictures, as often as it shows them."""
    return tuple(cluster for text in _texts(letter) for cluster in pictured(text, pictures))


def obstacle(letter: Content, pictures: Pictures = NO_PICTURES) -> str | None:
    """None where the letter can be printed, else the sentence why not (code points, never the text)."""
    missing = dict.fromkeys(code for text in _texts(letter) for code in unprintable(text, pictures))
    return f"印刷できない文字があります（{'、'.join(missing)}）。" if missing else None


def _postal(postal: str) -> str:
    digits = re.sub(r"\D", "", postal.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    if len(digits) != 7:
        raise UserError("K-1803", "郵便番号が7けたではありません。", kept="手紙は作っていません。", todo="宛先の郵便番号を直してください。")
    return f"{digits[:3]}-{digits[3:]}"


def _destination(letter: Content, wording: Wording, pictures: Pictures) -> dict[str, Any]:
    destination = letter.destination
    found: dict[str, Any] = {
        "destination": {
            "postal": _postal(destination.postal),
            "lines": [runs(route(line, pictures)) for line in destination.lines if line],
            "care_of": runs(route(destination.care_of, pictures)),
            "name": runs(route(destination.name, pictures)),
            "honorific": destination.honorific,
        }
    }
    if wording.customer_barcode:
        found["customer"] = barcodes.customer(destination.postal, " ".join(destination.lines)).decode("ascii")
        found["customer_size"] = list(barcodes.customer_size_mm())
    return found


def data_of(letter: Content, wording: Wording, pictures: Pictures = NO_PICTURES, *, masked: bool) -> dict[str, Any]:
    """What the template of the letter's kind reads.

    Raises ``UserError`` K-1803 (postal code), K-1804 (a character that neither a font nor a picture shows: letter code and code point).
    """
    missing = obstacle(letter, pictures)
    if missing is not None:
        raise UserError(
            "K-1804",
            f"{LETTER_LABELS[kind_of(letter)]} {letter.code} に{missing}",
            kept="手紙は1通も作っていません。",
            todo=WAY_OUT,
        )
    bars = [barcodes.code128(page_code(letter.code, page)) for page in range(1, _MOST_PAGES[letter.layout] + 1)]
    return {
        "code": letter.code,
        "management_number": letter.management_number or letter.code.rpartition("-")[0] or letter.code,
        "document_number": letter.document_number,
        "issued_on": wareki(letter.issued_on),
        "mark": f"再発行 {letter.reissue}" if letter.reissue else "",
        "on_behalf_of": runs(route(letter.on_behalf_of, pictures)),
        "practice": letter.practice,
        "masked": masked,
        "bars": [picture.decode("ascii") for picture in bars],
        "bars_width": barcodes.width_mm(bars[0]),
        # A masked letter never receives the destination: what is not there cannot be uncovered.
        **({} if masked else _destination(letter, wording, pictures)),
        **(_confirmation(letter, pictures) if isinstance(letter, Confirmation) else _notice(letter, wording, pictures)),
    }


def _confirmation(letter: Confirmation, pictures: Pictures) -> dict[str, Any]:
    return {
        "deadline": wareki_with_weekday(letter.deadline),
        **_amounts(letter.benefits, pictures),
        "adjustment": [list(line) for line in letter.adjustment],
        "members": [runs(route(member, pictures)) for member in letter.members],
    }


def _amounts(benefits: tuple[BenefitLine, ...], pictures: Pictures) -> dict[str, Any]:
    return {
        "benefits": [
            {"label": label, "amount": yen(amount), "detail": [runs(route(line, pictures)) for line in detail]}
            for label, amount, detail in benefits
        ],
        "total": yen(sum(amount for _, amount, _ in benefits)),
    }


def _notice(letter: Any, wording: Wording, pictures: Pictures) -> dict[str, Any]:
    return {"parts": parts_of(letter, wording), **_amounts(getattr(letter, "benefits", ()), pictures)}


def parts_of(letter: Any, wording: Wording) -> list[Part]:
    """The parts of every letter but the confirmation, in the order in which they are printed."""
    parts = list(_PARTS[type(letter)](letter, wording.values))
    parts.append({"kind": "text", "text": wording.values["close"]})
    if wording.values["kyoji"]:
        parts.append({"kind": "instruction", "heading": wording.values["kyoji_heading"], "text": wording.values["kyoji_text"]})
    return parts


_BENEFITS: Part = {"kind": "benefits"}


def _facts(*rows: tuple[str, str]) -> Part:
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def _until(words: Any, day: str) -> Part:
    return {"kind": "framed", "heading": words["head_deadline"], "value": day, "beside": words["head_postmark"], "text": words["head_late"]}


def _account(account: MaskedAccount) -> str:
    """Three digits are told, the others are hidden by as many signs as every account has."""
    return f"{account.bank}　{account.branch}　{account.kind}　＊＊＊＊{account.tail}"


def _push(letter: PushNotice, words: Any) -> Iterator[Part]:
    yield _BENEFITS
    yield _facts((words["head_account"], _account(letter.account)))
    yield _until(words, wareki_with_weekday(letter.decline_by))


def _reminder(letter: Reminder, words: Any) -> Iterator[Part]:
    yield _BENEFITS
    yield _facts((words["head_first_sent"], wareki(letter.first_sent_on)))
    yield _until(words, wareki_with_weekday(letter.deadline))


def _deficiency(letter: DeficiencyNotice, words: Any) -> Iterator[Part]:
    yield _facts((words["head_received"], wareki(letter.received_on)))
    yield {"kind": "items", "heading": words["head_items"], "rows": [list(item) for item in letter.items]}
    yield _until(words, wareki_with_weekday(letter.answer_by))


def _decision(letter: DecisionNotice, words: Any) -> Iterator[Part]:
    yield _BENEFITS
    rows = [(words["head_decided"], wareki(letter.decided_on))]
    if letter.account is not None:
        rows.append((words["head_account"], _account(letter.account)))
    yield _facts(*rows)


def _refusal(letter: RefusalNotice, words: Any) -> Iterator[Part]:
    rows = [[label, [words["reasons"][reason.value] for reason in reasons]] for label, reasons in letter.refused]
    yield {"kind": "reasons", "rows": rows}
    yield _facts((words["head_decided"], wareki(letter.decided_on)))


def _payment(letter: PaymentNotice, words: Any) -> Iterator[Part]:
    yield _BENEFITS
    yield _facts((words["head_transfer"], wareki_with_weekday(letter.transfer_on)), (words["head_account"], _account(letter.account)))


_PARTS: dict[type[Any], Callable[[Any, Any], Iterator[Part]]] = {
    PushNotice: _push,
    Reminder: _reminder,
    DeficiencyNotice: _deficiency,
    DecisionNotice: _decision,
    RefusalNotice: _refusal,
    PaymentNotice: _payment,
}


def is_large(letter: Content) -> bool:
    return letter.layout is Layout.LARGE
