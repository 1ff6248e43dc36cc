"""Whether the proxy or heir whose account has the money of a case may still receive it: confirmed and not ended."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.account import BelongsTo
from kyufu_desktop.domain.proxy import in_force
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.case import Heir, Proxy
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services.receivers import heir_stands


def heir_of(session: Session, case_id: int, heir_id: int | None) -> Heir:
    """The heir ``heir_id`` of the case, or the only one there is; confirmed and not ended. Raises InputProblem K-1462."""
    live = [heir for heir in session.scalars(select(Heir).where(Heir.case_id == case_id).order_by(Heir.id)) if heir_stands(heir)]
    found = [heir for heir in live if heir_id is None or heir.id == heir_id]
    if len(found) != 1:
        happened = "相続人が2人以上います。" if found else "2人目が確かめた相続人がいません。"
        raise InputProblem("K-1462", "belongs_to", happened, todo="案件で、受け取る相続人を先に確かめてください。")
    return found[0]


def no_longer(session: Session, account: AccountRecord, on: date) -> str:
    """Why whoever the account belongs to may not receive for the recipient any more, as a sentence; empty where he may."""
    if account.belongs_to == BelongsTo.PROXY.value:
        proxy = session.get(Proxy, account.proxy_id) if account.proxy_id is not None else None
        live = proxy is not None and proxy.verified_at is not None and proxy.ended_at is None
        if proxy is None or not live or not in_force(proxy.starts_on, proxy.ends_on, on):
            return "口座の代理人が、いまは代理できません。"
    if account.belongs_to == BelongsTo.HEIR.value:
        heir = session.get(Heir, account.heir_id) if account.heir_id is not None else None
        if not heir_stands(heir):
            return "口座の相続人が、いまは受け取れません。"
    return ""
