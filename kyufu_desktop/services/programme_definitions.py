"""The definitions of ``resources/programmes``, and that of a vault in force: its file with what the ward confirmed laid over it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop import settings
from kyufu_desktop.domain import programme_file
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.errors import FileProblem, InputProblem
from kyufu_desktop.models.base import Setting
from kyufu_desktop.models.programme import ProgrammeValue

#: Name of the vault's setting that holds the code of its programme, and what a vault of before this setting was made for.
SETTING, DEFAULT = "programme", "r6"

#: Definitions kept from before they named their envelope: the program then knew this one only.
_ENVELOPE_OF_BEFORE: Mapping[str, object] = {
    key: {"value": value, "source": "この版の定義に封筒の項目はない"}
    for key, value in {
        "name": "長形3号", "width": 235.0, "height": 120.0, "sheet_width": 210.0, "sheet_height": 99.0,
        "window_left": 22.0, "window_top": 13.0, "window_width": 90.0, "window_height": 45.0,
    }.items()
}  # fmt: skip

#: key -> (value as the definition holds it, what the ward rests it on)
Confirmed = Mapping[str, tuple[object, str]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A file of ``resources/programmes`` as it is: ``values`` the TOML table, ``digest`` SHA-256 of the bytes, ``text`` the whole file."""

    code: str
    values: Mapping[str, Any]
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A programme that can be chosen. ``open_questions`` = how many values the file is not sure of."""

    code: str
    name: str
    version: str
    open_questions: int


def definition(code: str) -> Definition:
    """The file of one programme. Raises FileProblem K-1640 where there is none, InputProblem K-1010 where it is no TOML."""
    try:
        data = settings.resource("programmes", f"{code}.toml").read_bytes()
    except FileNotFoundError:
        raise FileProblem(
            "K-1640",
            f"給付の定義「{code}」のファイルがありません。",
            file=f"{code}.toml",
            kept="何も変えていません。",
            todo="programmesフォルダーに定義を置くか、ほかの定義を選んでください。",
        ) from None
    return _read(code, data)


def _read(code: str, data: bytes) -> Definition:
    try:
        text = data.decode("utf-8")
        values = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InputProblem(
            "K-1010", code, f"給付の定義 {code}.toml が読めません（{fault}）。", todo="UTF-8のTOMLの形にしてください。"
        ) from None
    return Definition(code, values, hashlib.sha256(data).hexdigest(), text)


def catalogue() -> tuple[CatalogueEntry, ...]:
    """All programmes of ``resources/programmes`` by code. Raises InputProblem K-1010 for a wrong file, which is named."""
    found = []
    for path in sorted(settings.resource("programmes").glob("*.toml")):
        programme = as_written(path.stem)
        found.append(CatalogueEntry(path.stem, programme.name, programme.version, len(programme.questions)))
    return tuple(found)


def as_written(code: str) -> Programme:
    """The programme as the file says, nothing confirmed. Raises as :func:`definition`, InputProblem K-1010 naming file and key."""
    return with_values(definition(code), {})


def proposals(programme: Programme) -> dict[str, tuple[object, str]]:
    """What a practice vault begins with: every open value as the file proposes it."""
    return {question.key: (question.value, f"練習（{question.source}）") for question in programme.questions}


def as_proposed(code: str) -> Programme:
    """The programme of a new practice vault."""
    return with_values(definition(code), proposals(as_written(code)))


def with_values(file: Definition, confirmed: Confirmed) -> Programme:
    """The file with confirmed values laid over it. Raises InputProblem K-1010 that names the file and the key."""
    try:
        programme = programme_file.parse(programme_file.with_confirmed(file.values, confirmed), digest=digest_of(file.digest, confirmed))
        if programme.code != file.code:
            raise programme_file.problem("programme.code", f"ファイルの名前と同じ「{file.code}」")
    except InputProblem as problem:
        raise InputProblem(
            problem.code, problem.field, problem.happened.replace("給付の定義の", f"給付の定義（{file.code}.toml）の", 1), todo=problem.todo
        ) from None
    return programme


def digest_of(file_digest: str, confirmed: Confirmed) -> str:
    """SHA-256 (hex) over the digest of the file and the confirmed values in canonical form."""
    return hashlib.sha256(f"{file_digest}\n{_canonical(confirmed)}".encode()).hexdigest()


def confirmed_values(session: Session, code: str) -> dict[str, tuple[object, str]]:
    """What the ward confirmed of a programme: the newest row of every key."""
    rows = session.scalars(select(ProgrammeValue).where(ProgrammeValue.programme == code).order_by(ProgrammeValue.id))
    return {row.key: (_typed(row.key, json.loads(row.value)), row.source) for row in rows}


def chosen(session: Session) -> str:
    """Code of the vault's programme."""
    return session.scalar(select(Setting.value).where(Setting.name == SETTING)) or DEFAULT


def in_force(session: Session, code: str | None = None) -> Programme:
    """The programme of the vault (or ``code``): its file with the confirmed values. Raises as :func:`as_written`.

    A confirmed value whose key the file has no longer is left aside: the file was changed after it.
    """
    return with_values(*file_in_force(session, code))


def file_in_force(session: Session, code: str | None = None) -> tuple[Definition, Confirmed]:
    """The file of the vault's programme and what the ward confirmed of the keys that it still has."""
    file = definition(code or chosen(session))
    known = programme_file.keys(file.values)
    return file, {key: found for key, found in confirmed_values(session, file.code).items() if key in known}


def version_text(session: Session, code: str) -> str:
    """The definition as it is in force, whole: canonical JSON of the file's text and the confirmed values."""
    file, confirmed = file_in_force(session, code)
    return json.dumps({"code": file.code, "confirmed": _plain(confirmed), "file": file.text}, ensure_ascii=False, sort_keys=True)


def from_version(text: str) -> Programme:
    """The programme of a kept version (:func:`version_text`): what a judgment of then was made by. Raises InputProblem K-1010."""
    kept = json.loads(text)
    confirmed = {key: (_typed(key, value), source) for key, (value, source) in kept["confirmed"].items()}
    file = _read(kept["code"], kept["file"].encode("utf-8"))
    return with_values(replace(file, values={"envelope": _ENVELOPE_OF_BEFORE, **file.values}), confirmed)


def stored(value: object) -> str:
    """A confirmed value as the row holds it: JSON, days as ``YYYY-MM-DD``."""
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)


def _typed(key: str, value: object) -> object:
    leaf = programme_file.LEAVES.get(key)
    return date.fromisoformat(value) if leaf is not None and leaf[1] is date and isinstance(value, str) else value


def _plain(confirmed: Confirmed) -> dict[str, list[object]]:
    return {key: [value.isoformat() if isinstance(value, date) else value, source] for key, (value, source) in confirmed.items()}


def _canonical(confirmed: Confirmed) -> str:
    return json.dumps(_plain(confirmed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
