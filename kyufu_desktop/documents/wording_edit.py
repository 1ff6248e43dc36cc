"""Words as they are typed: every field as one text, checked on its own, and back into the table of the letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kyufu_desktop.documents.fonts import BODY_MINCHO, clusters, code_point, font_for
from kyufu_desktop.documents.wording import forbidden_in
from kyufu_desktop.documents.wording_fields import BAR, Form, WordField, value_of, with_value, words_of_kind
from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.errors import InputProblem


def typed_form(field: WordField, table: Mapping[str, Any]) -> str:
    """The field as one text: an item a line, a step a line with its bar, a switch as the word of its choice."""
    value = value_of(table, field.key)
    if field.form is Form.LINES:
        return "\n".join(value)
    if field.form is Form.STEPS:
        return "\n".join(f"{step['what']}{BAR}{step['how']}" for step in value)
    return field.words[value] if field.form is Form.SWITCH else str(value)


def read_typed(field: WordField, text: str) -> object:
    """The value that a text stands for; blank lines are left out.

    Raises InputProblem with the key as its field: K-1960 (empty), K-1961 (another form), K-1962 (a word that no letter may say),
    K-1963 (a character that the letters' font does not print).
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputProblem("K-1960", field.key, f"「{field.label}」が空です。", todo="言葉を入れてください。")
    if field.form is Form.SWITCH:
        if lines[0] not in field.words:
            raise InputProblem("K-1961", field.key, f"「{field.label}」を選んでいません。", todo="どちらかを選んでください。")
        return lines[0] == field.words[1]
    _refuse_words(field, text)
    if field.form is Form.LINES:
        return lines
    if field.form is Form.STEPS:
        return [_step(field, line) for line in lines]
    if len(lines) > 1:
        raise InputProblem("K-1961", field.key, f"「{field.label}」に改行があります。", todo="改行を入れずに、続けて書いてください。")
    return lines[0]


def _step(field: WordField, line: str) -> dict[str, str]:
    what, bar, how = (part.strip() for part in line.partition(BAR))
    if not what or not bar or not how or BAR in how:
        raise InputProblem(
            "K-1961", field.key, f"手順と説明のあいだは「{BAR}」1つのはずです。", todo=f"「手順{BAR}説明」の形で書いてください。"
        )
    return {"what": what, "how": how}


def _refuse_words(field: WordField, text: str) -> None:
    found = forbidden_in(text)
    if found:
        raise InputProblem(
            "K-1962",
            field.key,
            f"手紙に入れてはならない言葉があります（{'、'.join(found)}）。",
            todo="事情が読み取れない言葉に直してください。",
        )
    # The words of a letter are set in one face without a fallback, other than names.
    missing = dict.fromkeys(
        code_point(cluster) for line in text.splitlines() for cluster in clusters(line.strip()) if not _printed(cluster)
    )
    if missing:
        raise InputProblem(
            "K-1963", field.key, f"手紙の書体にない文字があります（{'、'.join(missing)}）。", todo="ほかの文字に直してください。"
        )


def _printed(cluster: str) -> bool:
    found = font_for(cluster)
    return found is not None and found.family == BODY_MINCHO


def changed_table(kind: LetterKind, table: Mapping[str, Any], changes: Mapping[str, str]) -> dict[str, Any]:
    """The table with what was typed. Raises InputProblem as :func:`read_typed`, K-1961 for a key that nobody may change."""
    known = {field.key: field for field in words_of_kind(kind)}
    made = dict(table)
    for key, text in changes.items():
        if key not in known:
            raise InputProblem("K-1961", key, f"「{key}」は、直せる文言ではありません。", todo="画面を開き直してください。")
        made = with_value(made, key, read_typed(known[key], text))
    return made
