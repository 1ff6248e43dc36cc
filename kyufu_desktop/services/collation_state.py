"""How far the collation is: which list and which cases the last run saw, and whether money has to wait for another run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.base import Setting
from kyufu_desktop.models.case import Case, ReceivedNotice
from kyufu_desktop.models.exchange import CollationFinding, ImportFile

_RUN, _DIFFERENCE = "collation_run", "planned_difference"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run: moment and person, the newest imports that it saw, rows of the list, meetings and how many of them were new."""

    at: str
    by: str
    planned_import: int
    targets_import: int
    rows: int
    met: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class ListDifference:
    """What the newest list changed against the one before, in rows; ``ours`` = changes that concern a case."""

    import_id: int
    before: int
    new: int
    gone: int
    changed: int
    ours: int


def newest_list(session: Session) -> ImportFile | None:
    """The import of 支給予定情報 that counts: the last one."""
    return session.scalar(select(ImportFile).where(ImportFile.kind == "planned").order_by(ImportFile.id.desc()).limit(1))


def newest_targets(session: Session) -> int:
    """Id of the last import of 支給対象者データ; 0 where there is none."""
    return session.scalar(select(func.max(ImportFile.id)).where(ImportFile.kind == "targets")) or 0


def last_run(session: Session) -> LastRun | None:
    kept = _kept(session, _RUN)
    return LastRun(**kept) if kept is not None else None


def keep_run(session: Session, run: LastRun) -> None:
    _keep(session, _RUN, asdict(run))


def difference(session: Session) -> ListDifference | None:
    kept = _kept(session, _DIFFERENCE)
    return ListDifference(**kept) if kept is not None else None


def keep_difference(session: Session, found: ListDifference) -> None:
    _keep(session, _DIFFERENCE, asdict(found))


def due(session: Session) -> str:
    """Why the collation must be run (again), as a sentence; empty where the last run saw all there is, or no list ever came."""
    newest = session.scalar(select(func.max(ImportFile.id)).where(ImportFile.kind == "planned"))
    if newest is None:
        return ""
    run = last_run(session)
    if run is None:
        return "支給予定情報と、まだ突き合わせていません。"
    if run.planned_import != newest:
        return "新しい支給予定情報と、まだ突き合わせていません。"
    if run.targets_import < newest_targets(session):
        return "新しく取り込んだ案件を、まだ突き合わせていません。"
    # A notice entered in no case is in nobody's facts: only the run finds whom of ours it names.
    noticed = select(func.max(ReceivedNotice.recorded_at)).where(ReceivedNotice.kind == "MIRROR", ReceivedNotice.closed_at.is_(None))
    if (session.scalar(noticed) or "") > run.at:
        return "新しい受付と、まだ突き合わせていません。"
    return ""


def open_cases(session: Session, case_ids: Iterable[int]) -> tuple[str, ...]:
    """Management numbers of those cases with a finding that nobody has decided."""
    ids = sorted(set(case_ids))
    waiting: list[str] = []
    for start in range(0, len(ids), 500):
        waiting += session.scalars(
            select(Case.management_number)
            .where(
                Case.id.in_(
                    select(CollationFinding.case_id).where(
                        CollationFinding.case_id.in_(ids[start : start + 500]),
                        CollationFinding.decision.is_(None),
                        CollationFinding.gone_at.is_(None),
                    )
                )
            )
            .order_by(Case.management_number)
        )
    return tuple(waiting)


def require_collated(session: Session, case_ids: Iterable[int]) -> None:
    """Stops money that is already on its way out of the house.

    Raises Conflict K-1650 where the collation must be run first, K-1651 where a meeting of one of the cases waits for a person.
    """
    why = due(session)
    if why:
        raise Conflict("K-1650", why, kept="振込は止まっています。", todo="突合の画面で、照らし合わせてください。")
    waiting = open_cases(session, case_ids)
    if waiting:
        raise Conflict(
            "K-1651",
            f"{waiting[0]} など{len(waiting)}件の突合の結果が決まっていません。",
            kept="振込は止まっています。",
            todo="突合の画面で判断するか、この振込データを取り消してください。",
        )


def created_on(session: Session) -> date | None:
    newest = newest_list(session)
    return newest.created_on if newest is not None else None


def _kept(session: Session, name: str) -> dict[str, Any] | None:
    value = session.scalar(select(Setting.value).where(Setting.name == name))
    if value is None:
        return None
    kept: dict[str, Any] = json.loads(value)
    return kept


def _keep(session: Session, name: str, value: dict[str, Any]) -> None:
    row = session.scalar(select(Setting).where(Setting.name == name))
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if row is None:
        session.add(Setting(name=name, value=text))
    else:
        row.value = text
