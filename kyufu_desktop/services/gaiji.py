"""外字: a picture for a character that no font holds. Entered by one person, verified by another, withdrawn instead of changed."""

from __future__ import annotations

import hashlib
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.fonts import code_point, font_for, pieces
from kyufu_desktop.documents.gaiji import Pictures
from kyufu_desktop.documents.gaiji_image import MOST_BYTES, redrawn
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.letter import Gaiji
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.session import Desk, Second, require

__all__ = [
    "MOST_BYTES", "approved", "enter", "looked_at", "pictures", "sha256_of", "verify", "withdraw",
]  # fmt: skip

_CHANGED = Kind.GAIJI | Kind.LETTERS | Kind.CASES | Kind.AUDIT
#: A source that says less than this names no document (characters).
_SHORTEST_SOURCE = 4


def approved(session: Session) -> Pictures:
    """The pictures that are printed: verified and not withdrawn."""
    query = select(Gaiji.characters, Gaiji.image).where(Gaiji.verified_at.is_not(None), Gaiji.withdrawn_at.is_(None))
    return Pictures(tuple({row[0]: row[1] for row in session.execute(query.order_by(Gaiji.id))}.items()))


def pictures(desk: Desk) -> Pictures:
    """What the screen and the sheets paint with, for every role: code points and shapes, nothing of a person."""
    with desk.look(Act.LOGGED_IN) as session:
        return approved(session)


def sha256_of(png: bytes) -> str:
    return hashlib.sha256(png).hexdigest()


def looked_at(desk: Desk, data: bytes) -> bytes:
    """The picture as it would be kept, drawn again; nothing is stored. Raises InputProblem K-1890 to K-1895 on ``picture``."""
    require(desk.staff, Act.GAIJI_ENTERED)
    return redrawn(data)


def enter(desk: Desk, characters: str, picture: bytes, source: str) -> Changes:
    """A picture of one character, with the document that shows its shape; printed only when a second person has verified it.

    Raises InputProblem K-1890 to K-1895 (the picture), K-1896 (no single character, or one that a font of the workstation holds: a standard
    character never gets another shape), K-1899 (no source), Conflict K-1897 (it has a picture already).
    """
    require(desk.staff, Act.GAIJI_ENTERED)
    _require_gaiji(characters)
    stated = source.strip()
    if len(stated) < _SHORTEST_SOURCE:
        raise InputProblem(
            "K-1899", "source", "何で字形を確かめたかがありません。", todo="「住民票の写し 令和6年8月1日」のように入れてください。"
        )
    png = redrawn(picture)
    code = code_point(characters)
    with desk.work(Act.GAIJI_ENTERED) as unit:
        live = select(Gaiji.id).where(Gaiji.characters == characters, Gaiji.withdrawn_at.is_(None))
        if unit.session.scalar(live) is not None:
            raise Conflict("K-1897", f"{code} には、もう絵があります。", todo="違う絵のときは、先に取り下げてください。")
        row = Gaiji(characters=characters, image=png, source=stated, entered_at=desk.now_text(), entered_by=desk.staff.id)
        unit.session.add(row)
        unit.session.flush()
        unit.record(Act.GAIJI_ENTERED, subject="gaiji", subject_id=row.id, code=code, sha256=sha256_of(png))
    return Changes(_CHANGED, f"{code} の絵を登録しました。2人目の確認を待っています。")


def _require_gaiji(characters: str) -> None:
    """One character that no font of the workstation holds: private use, a variation sequence, an ideograph or another letter."""
    known = len(pieces(characters)) == 1 and unicodedata.category(characters[0]) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
    if not known:
        raise InputProblem("K-1896", "characters", "1文字だけに絵を登録できます。", todo="一覧から文字を選んでください。")
    if font_for(characters) is not None:
        raise InputProblem(
            "K-1896",
            "characters",
            f"{code_point(characters)} は、この端末の書体にあります。",
            kept="絵は登録していません。",
            todo="書体の字形のまま印刷します。違う字形のときは、住民記録の文字を確かめてください。",
        )


def verify(desk: Desk, gaiji_id: int, seen: str, second: Second) -> Changes:
    """The second person has compared the picture with the document; ``seen`` is the SHA-256 of the picture that stood before him.

    Raises NotAllowed K-1471 (entered it himself), Conflict K-1470 (not waiting), K-1473 (another picture than the one seen).
    """
    with desk.work(Act.GAIJI_VERIFIED, second) as unit:
        row = unit.session.get(Gaiji, gaiji_id)
        if row is None or row.verified_at is not None or row.withdrawn_at is not None:
            raise Conflict("K-1470", "この絵は、確認を待っていません。", todo="一覧を読み直してください。")
        if not may_verify(Act.GAIJI_VERIFIED, row.entered_by, second.staff):
            raise NotAllowed("K-1471", "絵を登録した人は、自分で確認できません。", todo="別の取扱者が確認してください。")
        if sha256_of(row.image) != seen:
            raise Conflict("K-1473", "見た絵と、登録された絵が違います。", todo="画面を読み直し、絵を見てから確かめてください。")
        row.verified_at, row.verified_by = desk.now_text(), second.staff.id
        code = code_point(row.characters)
        unit.record(Act.GAIJI_VERIFIED, subject="gaiji", subject_id=row.id, code=code, sha256=seen)
    return Changes(_CHANGED, f"{code} の絵を確かめました。手紙に印刷できます。")


def withdraw(desk: Desk, gaiji_id: int, reason: str) -> Changes:
    """The picture is not printed any more; the row and its reason stay. Raises InputProblem K-1648 (reason), Conflict K-1470."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.GAIJI_WITHDRAWN) as unit:
        row = unit.session.get(Gaiji, gaiji_id)
        if row is None or row.withdrawn_at is not None:
            raise Conflict("K-1470", "この絵は、もう取り下げてあります。", todo="一覧を読み直してください。")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = desk.now_text(), desk.staff.id, stated
        code = code_point(row.characters)
        unit.record(Act.GAIJI_WITHDRAWN, subject="gaiji", subject_id=row.id, code=code)
    return Changes(_CHANGED, f"{code} の絵を取り下げました。この文字のある手紙は印刷できません。")
