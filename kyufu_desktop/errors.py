"""What a person at the workstation may be told.

Every :class:`UserError` answers three questions in Japanese: what happened, what was kept, what to do next.
None of the sentences may hold a person's data: they are shown, logged and printed.
Anything that is not a ``UserError`` is a bug and goes to the one handler in ``views``.
"""

from __future__ import annotations

from dataclasses import dataclass


class UserError(Exception):
    """Base of all errors that are shown as they are.

    ``code`` is ``K-`` and four digits, ``happened``/``kept``/``todo`` are whole sentences (40 characters at most each, as far as possible).
    """

    def __init__(self, code: str, happened: str, *, kept: str = "何も変えていません。", todo: str) -> None:
        super().__init__(code)
        self.code = code
        self.happened = happened
        self.kept = kept
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.code} {self.happened} {self.kept} {self.todo}"


class InputProblem(UserError):
    """One field of a form does not hold what it must; ``field`` is the identifier of the field (``"holder_kana"``)."""

    def __init__(self, code: str, field: str, happened: str, *, kept: str = "入力したものは残っています。", todo: str) -> None:
        super().__init__(code, happened, kept=kept, todo=todo)
        self.field = field


@dataclass(frozen=True, slots=True)
class CellFinding:
    """One fault of a workbook: where it is and what was expected. ``found`` is empty where echoing it would leak a person's data."""

    sheet: str
    row: int
    column: str
    why: str
    found: str = ""
    fatal: bool = True


class FileProblem(UserError):
    """A file from outside cannot be used. ``findings`` names every faulty cell."""

    def __init__(
        self,
        code: str,
        happened: str,
        *,
        file: str,
        kept: str = "何も取り込んでいません。",
        todo: str,
        findings: tuple[CellFinding, ...] = (),
    ) -> None:
        super().__init__(code, happened, kept=kept, todo=todo)
        self.file = file
        self.findings = findings


class Conflict(UserError):
    """Somebody or something was faster: the record is not in the state that the act needs."""


class NotAllowed(UserError):
    """The role, or the rule of four eyes, forbids the act."""


class PaperUnknown(UserError):
    """The printer failed once paper may have come out: a person looks at it and counts it before the same is printed again."""


class CustodyProblem(UserError):
    """Keys, vault, backup, medium or audit chain are not as they must be."""


class Cancelled(UserError):
    """The person stopped a running job; nothing of it was kept."""

    def __init__(self, kept: str = "中止する前の状態に戻しました。") -> None:
        super().__init__("K-0001", "処理を中止しました。", kept=kept, todo="続けるときは、もう一度はじめてください。")
