"""Who may do what: the roles of the ward's document and the closed list of acts.

The list of acts is also the list of audit actions: what is not in it cannot be done, what is done is recorded under its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """取扱者 / 取扱責任者 / 窓口 / 監査."""

    HANDLER = "HANDLER"
    OFFICER = "OFFICER"
    COUNTER = "COUNTER"
    AUDITOR = "AUDITOR"


ROLE_LABELS: dict[Role, str] = {
    Role.HANDLER: "取扱者",
    Role.OFFICER: "取扱責任者",
    Role.COUNTER: "窓口",
    Role.AUDITOR: "監査",
}


class Act(StrEnum):
    """Everything that can be done, reads of a person's data included. The value is what the audit record holds."""

    VAULT_CREATED = "VAULT_CREATED"
    LOGGED_IN = "LOGGED_IN"
    LOCKED = "LOCKED"
    PROOF_FAILED = "PROOF_FAILED"
    PASSPHRASE_CHANGED = "PASSPHRASE_CHANGED"  # noqa: S105
    STAFF_ADDED = "STAFF_ADDED"
    STAFF_REMOVED = "STAFF_REMOVED"
    SETTING_CHANGED = "SETTING_CHANGED"
    AUDIT_READ = "AUDIT_READ"
    ANCHOR_TAKEN = "ANCHOR_TAKEN"
    BACKUP_MADE = "BACKUP_MADE"
    DAY_CLOSED = "DAY_CLOSED"

    TARGETS_IMPORTED = "TARGETS_IMPORTED"
    PLANNED_IMPORTED = "PLANNED_IMPORTED"
    TAX_ANSWERS_IMPORTED = "TAX_ANSWERS_IMPORTED"
    ACCOUNT_ANSWERS_IMPORTED = "ACCOUNT_ANSWERS_IMPORTED"

    CASES_LISTED = "CASES_LISTED"
    COUNTER_ASKED = "COUNTER_ASKED"
    CASE_VIEWED = "CASE_VIEWED"
    EVIDENCE_ENTERED = "EVIDENCE_ENTERED"
    EVIDENCE_VERIFIED = "EVIDENCE_VERIFIED"
    ADDRESS_ENTERED = "ADDRESS_ENTERED"
    ADDRESS_VERIFIED = "ADDRESS_VERIFIED"
    ADDRESS_REVEALED = "ADDRESS_REVEALED"
    CONTACT_ADDED = "CONTACT_ADDED"
    EVIDENCE_WITHDRAWN = "EVIDENCE_WITHDRAWN"
    NOTICE_RECEIVED = "NOTICE_RECEIVED"
    NOTICE_LINKED = "NOTICE_LINKED"
    NOTICE_VERIFIED = "NOTICE_VERIFIED"
    NOTICE_CLOSED = "NOTICE_CLOSED"
    SOURCE_REVEALED = "SOURCE_REVEALED"
    CHECKLIST_DONE = "CHECKLIST_DONE"
    PROXY_ENTERED = "PROXY_ENTERED"
    PROXY_VERIFIED = "PROXY_VERIFIED"
    PROXY_ENDED = "PROXY_ENDED"
    HOUSEHOLD_EVENT_ADDED = "HOUSEHOLD_EVENT_ADDED"
    HOUSEHOLD_EVENT_REVOKED = "HOUSEHOLD_EVENT_REVOKED"
    CASE_EXITED = "CASE_EXITED"
    CASE_EXIT_REVOKED = "CASE_EXIT_REVOKED"
    MUNICIPALITY_NOTICE_DECIDED = "MUNICIPALITY_NOTICE_DECIDED"
    MUNICIPALITY_NOTICE_MADE = "MUNICIPALITY_NOTICE_MADE"
    MUNICIPALITY_NOTICE_SENT = "MUNICIPALITY_NOTICE_SENT"
    PROGRAMME_CONFIRMED = "PROGRAMME_CONFIRMED"

    INQUIRY_MADE = "INQUIRY_MADE"
    INQUIRY_ANSWERED = "INQUIRY_ANSWERED"
    COLLATED = "COLLATED"
    FINDING_DECIDED = "FINDING_DECIDED"
    HISTORY_DECIDED = "HISTORY_DECIDED"
    JUDGMENT_DRAFTED = "JUDGMENT_DRAFTED"
    JUDGMENT_APPROVED = "JUDGMENT_APPROVED"
    JUDGMENT_RETURNED = "JUDGMENT_RETURNED"
    JUDGMENT_WITHDRAWN = "JUDGMENT_WITHDRAWN"
    JUDGMENT_VOIDED = "JUDGMENT_VOIDED"
    JUDGMENT_HELD = "JUDGMENT_HELD"
    DECISION_SHEET_MADE = "DECISION_SHEET_MADE"

    LETTER_PREPARED = "LETTER_PREPARED"
    LETTER_PREVIEWED = "LETTER_PREVIEWED"
    PRINT_STARTED = "PRINT_STARTED"
    PRINT_CONFIRMED = "PRINT_CONFIRMED"
    LETTER_SPOILED = "LETTER_SPOILED"
    LETTER_SENT = "LETTER_SENT"
    LETTER_RETURNED = "LETTER_RETURNED"
    RETURNED_MAIL_SETTLED = "RETURNED_MAIL_SETTLED"
    LETTER_ENCLOSED = "LETTER_ENCLOSED"
    ENCLOSING_STOPPED = "ENCLOSING_STOPPED"
    LETTER_REISSUED = "LETTER_REISSUED"
    READING_TEXT_MADE = "READING_TEXT_MADE"
    WORDING_DRAFTED = "WORDING_DRAFTED"
    WORDING_APPROVED = "WORDING_APPROVED"
    WORDING_WITHDRAWN = "WORDING_WITHDRAWN"
    GAIJI_ENTERED = "GAIJI_ENTERED"
    GAIJI_VERIFIED = "GAIJI_VERIFIED"
    GAIJI_WITHDRAWN = "GAIJI_WITHDRAWN"
    PRINTER_TESTED = "PRINTER_TESTED"
    PRINTER_CONFIRMED = "PRINTER_CONFIRMED"
    PRINT_FAILED = "PRINT_FAILED"

    FORM_RECEIVED = "FORM_RECEIVED"
    FORM_CHECKED = "FORM_CHECKED"
    ACCOUNT_ENTERED = "ACCOUNT_ENTERED"
    ACCOUNT_VERIFIED = "ACCOUNT_VERIFIED"
    FORM_SECOND_LOOK = "FORM_SECOND_LOOK"
    LATE_FORM_DECIDED = "LATE_FORM_DECIDED"
    REVIEW_COMPLETED = "REVIEW_COMPLETED"
    DECLINE_ENTERED = "DECLINE_ENTERED"
    DECLINE_WITHDRAWN = "DECLINE_WITHDRAWN"
    BANK_LIST_BROUGHT = "BANK_LIST_BROUGHT"
    HEIR_ENTERED = "HEIR_ENTERED"
    HEIR_VERIFIED = "HEIR_VERIFIED"
    HEIR_ENDED = "HEIR_ENDED"

    BATCH_MADE = "BATCH_MADE"
    BATCH_APPROVED = "BATCH_APPROVED"
    BATCH_VOIDED = "BATCH_VOIDED"
    BATCH_CANCELLED = "BATCH_CANCELLED"
    BANK_FILE_STARTED = "BANK_FILE_STARTED"
    BANK_FILE_WRITTEN = "BANK_FILE_WRITTEN"
    BANK_FILE_ABSENT = "BANK_FILE_ABSENT"
    OLDER_VAULT_SETTLED = "OLDER_VAULT_SETTLED"
    RESULT_ENTERED = "RESULT_ENTERED"
    RESULT_CORRECTED = "RESULT_CORRECTED"
    RECALL_ASKED = "RECALL_ASKED"
    RECALL_SETTLED = "RECALL_SETTLED"
    REPAYMENT_CLAIMED = "REPAYMENT_CLAIMED"
    REPAYMENT_SETTLED = "REPAYMENT_SETTLED"
    RECEIPT_PRINTED = "RECEIPT_PRINTED"
    CASH_PAID = "CASH_PAID"
    ACCOUNTING_WRITTEN = "ACCOUNTING_WRITTEN"
    STATEMENT_PRINTED = "STATEMENT_PRINTED"

    FILE_STARTED = "FILE_STARTED"
    FILE_VOIDED = "FILE_VOIDED"
    STATUS_WRITTEN = "STATUS_WRITTEN"
    INQUIRY_FILE_WRITTEN = "INQUIRY_FILE_WRITTEN"
    EXCLUSION_WRITTEN = "EXCLUSION_WRITTEN"
    MEDIUM_HANDED_OVER = "MEDIUM_HANDED_OVER"
    PASSWORD_SHEET_PRINTED = "PASSWORD_SHEET_PRINTED"  # noqa: S105
    LEDGER_PRINTED = "LEDGER_PRINTED"
    MEDIUM_RETURNED = "MEDIUM_RETURNED"
    MEDIUM_ERASED = "MEDIUM_ERASED"


_WORK = frozenset({Role.HANDLER, Role.OFFICER})
_OFFICER = frozenset({Role.OFFICER})
_ALL = frozenset(Role)

#: Acts whose roles are not "取扱者 and 取扱責任者".
_EXCEPTIONS: dict[Act, frozenset[Role]] = {
    Act.VAULT_CREATED: _OFFICER,
    Act.LOGGED_IN: _ALL,
    Act.LOCKED: _ALL,
    Act.PROOF_FAILED: _ALL,
    Act.PASSPHRASE_CHANGED: _ALL,
    Act.STAFF_ADDED: _OFFICER,
    Act.STAFF_REMOVED: _OFFICER,
    Act.SETTING_CHANGED: _OFFICER,
    Act.AUDIT_READ: frozenset({Role.OFFICER, Role.AUDITOR}),
    Act.ANCHOR_TAKEN: _ALL,
    Act.COUNTER_ASKED: _ALL - {Role.AUDITOR},
    Act.NOTICE_CLOSED: _OFFICER,
    Act.JUDGMENT_APPROVED: _OFFICER,
    Act.JUDGMENT_RETURNED: _OFFICER,
    Act.JUDGMENT_WITHDRAWN: _OFFICER,
    Act.PROGRAMME_CONFIRMED: _OFFICER,
    Act.WORDING_APPROVED: _OFFICER,
    Act.WORDING_WITHDRAWN: _OFFICER,
    Act.LATE_FORM_DECIDED: _OFFICER,
    Act.BATCH_APPROVED: _OFFICER,
    Act.BANK_LIST_BROUGHT: _OFFICER,
    Act.BANK_FILE_ABSENT: _OFFICER,
    Act.OLDER_VAULT_SETTLED: _OFFICER,
    Act.LEDGER_PRINTED: frozenset({Role.OFFICER, Role.AUDITOR, Role.HANDLER}),
}

#: act -> roles that may do it.
ALLOWED: dict[Act, frozenset[Role]] = {act: _EXCEPTIONS.get(act, _WORK) for act in Act}

#: Acts that need a second person, other than the maker of what is acted on (four eyes).
SECOND_PERSON: frozenset[Act] = frozenset(
    {
        Act.EVIDENCE_VERIFIED,
        Act.ADDRESS_VERIFIED,
        Act.ACCOUNT_VERIFIED,
        Act.JUDGMENT_APPROVED,
        Act.JUDGMENT_WITHDRAWN,
        Act.NOTICE_VERIFIED,
        Act.PROXY_VERIFIED,
        Act.PROGRAMME_CONFIRMED,
        Act.FORM_SECOND_LOOK,
        Act.HEIR_VERIFIED,
        Act.BATCH_APPROVED,
        Act.BATCH_CANCELLED,
        Act.BANK_FILE_ABSENT,
        Act.OLDER_VAULT_SETTLED,
        Act.RESULT_CORRECTED,
        Act.RECALL_SETTLED,
        Act.REPAYMENT_SETTLED,
        Act.CASH_PAID,
        Act.WORDING_APPROVED,
        Act.GAIJI_VERIFIED,
    }
)


#: What an act is called in 経過 and in the log.
ACT_WORDS: dict[Act, str] = {
    Act.VAULT_CREATED: "保管庫を作成",
    Act.LOGGED_IN: "ログイン",
    Act.LOCKED: "画面を施錠",
    Act.PROOF_FAILED: "パスフレーズの誤り",
    Act.PASSPHRASE_CHANGED: "パスフレーズを変更",
    Act.STAFF_ADDED: "取扱者を登録",
    Act.STAFF_REMOVED: "取扱者を除外",
    Act.SETTING_CHANGED: "設定を変更",
    Act.AUDIT_READ: "記録を閲覧",
    Act.ANCHOR_TAKEN: "照合符号を控え",
    Act.BACKUP_MADE: "バックアップを作成",
    Act.DAY_CLOSED: "一日を締め",
    Act.TARGETS_IMPORTED: "支給対象者データを取込み",
    Act.PLANNED_IMPORTED: "支給予定情報を取込み",
    Act.TAX_ANSWERS_IMPORTED: "税照会結果を取込み",
    Act.ACCOUNT_ANSWERS_IMPORTED: "口座照会結果を取込み",
    Act.CASES_LISTED: "一覧を表示",
    Act.COUNTER_ASKED: "窓口の問合せ",
    Act.CASE_VIEWED: "案件を閲覧",
    Act.EVIDENCE_ENTERED: "秘匿の根拠を入力",
    Act.EVIDENCE_VERIFIED: "秘匿の根拠を2人目が確認",
    Act.ADDRESS_ENTERED: "送り先を入力",
    Act.ADDRESS_VERIFIED: "送り先を2人目が確認",
    Act.ADDRESS_REVEALED: "送り先を表示",
    Act.CONTACT_ADDED: "対応履歴を追加",
    Act.EVIDENCE_WITHDRAWN: "秘匿の根拠を取下げ",
    Act.NOTICE_RECEIVED: "申出・通知を受付",
    Act.NOTICE_LINKED: "受付を案件に反映",
    Act.NOTICE_VERIFIED: "受付の反映を2人目が確認",
    Act.NOTICE_CLOSED: "受付を処理なしで完了",
    Act.SOURCE_REVEALED: "根拠・受付・代理人の内容を表示",
    Act.CHECKLIST_DONE: "受付の点検を実施",
    Act.PROXY_ENTERED: "代理人を入力",
    Act.PROXY_VERIFIED: "代理人を2人目が確認",
    Act.PROXY_ENDED: "代理人を解消",
    Act.HOUSEHOLD_EVENT_ADDED: "世帯の異動を入力",
    Act.HOUSEHOLD_EVENT_REVOKED: "世帯の異動を取消",
    Act.CASE_EXITED: "取下げ・要件消滅を登録",
    Act.CASE_EXIT_REVOKED: "取下げ・要件消滅を取消",
    Act.MUNICIPALITY_NOTICE_DECIDED: "住民票のある区市町村への通知を判断",
    Act.MUNICIPALITY_NOTICE_MADE: "住民票のある区市町村への通知を作成",
    Act.MUNICIPALITY_NOTICE_SENT: "住民票のある区市町村への通知を発送",
    Act.PROGRAMME_CONFIRMED: "給付の定義を確定",
    Act.INQUIRY_MADE: "照会を登録",
    Act.INQUIRY_ANSWERED: "照会の回答を登録",
    Act.COLLATED: "突合を実施",
    Act.FINDING_DECIDED: "突合の結果を判断",
    Act.HISTORY_DECIDED: "過去の給付について判断",
    Act.JUDGMENT_DRAFTED: "判定を起案",
    Act.JUDGMENT_APPROVED: "判定を決裁",
    Act.JUDGMENT_RETURNED: "起案を差戻し",
    Act.JUDGMENT_WITHDRAWN: "決裁を取消",
    Act.JUDGMENT_VOIDED: "事実が変わり決裁を無効に",
    Act.JUDGMENT_HELD: "保留にする",
    Act.DECISION_SHEET_MADE: "判定調書を作成",
    Act.LETTER_PREPARED: "手紙を作成",
    Act.LETTER_PREVIEWED: "手紙を画面で確認",
    Act.PRINT_STARTED: "印刷を開始",
    Act.PRINT_CONFIRMED: "印刷の結果を確認",
    Act.LETTER_SPOILED: "書損を登録",
    Act.LETTER_SENT: "手紙を発送",
    Act.LETTER_RETURNED: "返戻を登録",
    Act.RETURNED_MAIL_SETTLED: "返戻の始末を登録",
    Act.LETTER_ENCLOSED: "封入を照合",
    Act.ENCLOSING_STOPPED: "封入の食い違いで停止",
    Act.LETTER_REISSUED: "発送した手紙を再発行",
    Act.READING_TEXT_MADE: "読み上げ用の文を作成",
    Act.WORDING_DRAFTED: "通知の文言を起案",
    Act.WORDING_APPROVED: "通知の文言を決裁",
    Act.WORDING_WITHDRAWN: "通知の文言を取下げ",
    Act.GAIJI_ENTERED: "外字を登録",
    Act.GAIJI_VERIFIED: "外字を2人目が確認",
    Act.GAIJI_WITHDRAWN: "外字を取下げ",
    Act.PRINTER_TESTED: "試し刷りを実施",
    Act.PRINTER_CONFIRMED: "試し刷りの符号を確認",
    Act.PRINT_FAILED: "印刷を受け付けず",
    Act.FORM_RECEIVED: "確認書を収受",
    Act.FORM_CHECKED: "確認書を審査",
    Act.ACCOUNT_ENTERED: "口座を入力",
    Act.ACCOUNT_VERIFIED: "口座を2人目が確認",
    Act.FORM_SECOND_LOOK: "確認書を2人目が確認",
    Act.LATE_FORM_DECIDED: "期限後の確認書の扱いを決定",
    Act.REVIEW_COMPLETED: "審査を完了",
    Act.DECLINE_ENTERED: "辞退を登録",
    Act.DECLINE_WITHDRAWN: "辞退を撤回",
    Act.BANK_LIST_BROUGHT: "金融機関の一覧を取込み",
    Act.HEIR_ENTERED: "相続人を入力",
    Act.HEIR_VERIFIED: "相続人を2人目が確認",
    Act.HEIR_ENDED: "相続人を解消",
    Act.BATCH_MADE: "振込の回を作成",
    Act.BATCH_APPROVED: "振込の回を決裁",
    Act.BATCH_VOIDED: "口座などが変わり振込の回の決裁を無効に",
    Act.BATCH_CANCELLED: "振込の回を取消",
    Act.BANK_FILE_STARTED: "振込データの書出しを開始",
    Act.BANK_FILE_WRITTEN: "振込データを書出し",
    Act.BANK_FILE_ABSENT: "振込データが媒体にないことを確認",
    Act.OLDER_VAULT_SETTLED: "前の保管庫に戻ったあとの振込を確認",
    Act.RESULT_ENTERED: "振込の結果を登録",
    Act.RESULT_CORRECTED: "振込不能を振込済に訂正",
    Act.RECALL_ASKED: "組戻しを依頼",
    Act.RECALL_SETTLED: "組戻しの結果を登録",
    Act.REPAYMENT_CLAIMED: "返還を請求",
    Act.REPAYMENT_SETTLED: "返還を登録",
    Act.RECEIPT_PRINTED: "領収書を作成",
    Act.CASH_PAID: "窓口で現金を支給",
    Act.ACCOUNTING_WRITTEN: "会計への支払明細を書出し",
    Act.STATEMENT_PRINTED: "精算書を作成",
    Act.FILE_STARTED: "外へ出すファイルの書出しを開始",
    Act.FILE_VOIDED: "書き出さなかったファイルとして記録",
    Act.STATUS_WRITTEN: "給付状況を書出し",
    Act.INQUIRY_FILE_WRITTEN: "照会のファイルを書出し",
    Act.EXCLUSION_WRITTEN: "除外一覧を書出し",
    Act.MEDIUM_HANDED_OVER: "媒体を手渡し",
    Act.PASSWORD_SHEET_PRINTED: "パスワード通知書を作成",
    Act.LEDGER_PRINTED: "管理簿を印刷",
    Act.MEDIUM_RETURNED: "媒体の返却を登録",
    Act.MEDIUM_ERASED: "媒体の消去を登録",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """A registered member of the staff. ``id`` is the slot's user id; ``login`` what is typed at the lock screen."""

    id: int
    login: str
    name: str
    role: Role
    active: bool = True


def may(role: Role, act: Act) -> bool:
    """Whether ``role`` may do ``act`` at all (four eyes are checked beside this)."""
    return role in ALLOWED[act]


def may_lead(role: Role) -> bool:
    """Whether ``role`` may sit at the desk where two people act together: who only asks or audits leads nothing."""
    return role in _WORK


def may_verify(act: Act, maker_id: int, second: Staff) -> bool:
    """Whether ``second`` may do ``act`` on something that ``maker_id`` made: the role allows it and it is another person."""
    return may(second.role, act) and second.id != maker_id and second.active
