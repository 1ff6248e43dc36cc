"""Words of letters as the ward changes them: drafted by one, signed by another, in force from a day; a letter keeps its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from kyufu_desktop.documents import wording
from kyufu_desktop.domain.letter import Layout, LetterKind
from kyufu_desktop.domain.letter_wording import WordingState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed, UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.letter import Letter, LetterWording
from kyufu_desktop.security.approval import Statement, verify
from kyufu_desktop.services import letter_words, letters, print_jobs, wordings
from kyufu_desktop.services.session import Second
from kyufu_desktop.services.wordings import SHIPPED, Draft
from tests.services.office import MACHINE, Office, opened, silent

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")

WHY = "法務担当の指摘により書き直す"
LEAD = "審査の結果、次のとおり給付金の支給を決めましたので、お知らせします。"
ASKING = "次の給付金を受けられる見込みです。この確認書を確かめ、提出してください。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def drafted(
    office: Office,
    kind: LetterKind = LetterKind.CONFIRMATION,
    altered: dict[str, str] | None = None,
    version: str = "第2版",
    **changes: object,
) -> int:
    """A draft of the handler for today. Returns its number."""
    wanted = {
        "start": SHIPPED,
        "altered": {"text.lead": ASKING} if altered is None else altered,
        "valid_from": office.desk.today(),
        "reason": WHY,
        **changes,
    }
    return wordings.draft(office.desk, Draft(kind=kind, version=version, **wanted), silent)[1]  # type: ignore[arg-type]


def approved(office: Office, version_id: int, by: Second | None = None) -> int:
    wordings.approve(office.desk, version_id, wordings.compared(office.desk, version_id).digest, by or office.suzuki, silent)
    return version_id


def states(office: Office, kind: LetterKind = LetterKind.CONFIRMATION) -> list[tuple[str, str]]:
    (found,) = [row for row in wordings.page(office.desk) if row.kind is kind]
    return [(each.version, each.state.value) for each in found.versions]


def read(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


def prepared(office: Office, *case_ids: int) -> tuple[int, ...]:
    letters.prepare(office.desk, case_ids, silent)
    return tuple(office.letter(case_id).id for case_id in case_ids)


def printed(office: Office, *letter_ids: int) -> str:
    return read(print_jobs.start_job(office.desk, letter_ids, MACHINE, silent).pdf)


def acts(office: Office) -> list[str]:
    with office.desk.look() as session:
        return [act for act in session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)) if act.startswith("WORDING")]


# ------------------------------------------------------------ drafting and approving
def test_the_shipped_words_are_the_first_version_of_every_kind(office: Office) -> None:
    page = wordings.page(office.desk)
    assert [row.kind for row in page] == list(LetterKind)
    for row in page:
        (only,) = row.versions
        assert only == row.now and only.state is WordingState.IN_FORCE and only.version_id == SHIPPED
        assert only.version == wording.load_kind(row.kind, office.desk.programme.letter_wording).version
        assert letter_words.BETWEEN not in only.version


def test_a_draft_is_approved_by_another_officer_and_signed(office: Office) -> None:
    number = drafted(office)
    assert states(office) == [("第2版", "2人目待ち"), ("令和6年度 第1版", "有効")]
    for mine in (office.sato, Second(office.desk.staff, office.desk.signer)):
        with pytest.raises(NotAllowed):
            approved(office, number, mine)
    approved(office, number)
    assert states(office) == [("第2版", "有効"), ("令和6年度 第1版", "前の版")]
    with office.desk.look() as session:
        row = session.get_one(LetterWording, number)
        kept = session.get_one(Signature, row.signature_id)
        assert (kept.act, kept.subject, kept.subject_id, kept.signer_id) == ("WORDING_APPROVED", "letter_wording", number, row.approved_by)
        assert kept.digest == letter_words.digest_of(row)
        assert verify(office.suzuki.signer.public_key, Statement(**json.loads(kept.payload)), kept.signature)
    assert acts(office) == ["WORDING_DRAFTED", "WORDING_APPROVED"]


def test_an_officer_does_not_approve_his_own_draft(office: Office) -> None:
    wanted = Draft(LetterKind.DECISION, SHIPPED, {"text.lead": LEAD}, "第2版", office.desk.today(), WHY)
    _, number = wordings.draft(office.at(office.suzuki), wanted, silent)
    with pytest.raises(NotAllowed) as own:
        approved(office, number, office.suzuki)
    assert own.value.code == "K-1973"
    approved(office, number, office.tanaka)


def test_what_is_signed_is_what_was_shown(office: Office) -> None:
    number = drafted(office)
    with pytest.raises(Conflict) as other:
        wordings.approve(office.desk, number, "0" * 64, office.suzuki, silent)
    assert other.value.code == "K-1974"
    approved(office, number)
    with pytest.raises(Conflict) as twice:
        approved(office, number)
    assert twice.value.code == "K-1972"


@pytest.mark.parametrize(
    ("altered", "code", "field"),
    [
        ({"text.lead": "避難先の確認のため、記入してください。"}, "K-1962", "text.lead"),
        ({"pledges.items": "内容に誤りはありません。\nＤ Ｖの有無を届け出ます。"}, "K-1962", "pledges.items"),
        ({"text.late": "dv の相談は窓口へ。"}, "K-1962", "text.late"),
        ({"text.lead": "次の給付金\ue000です。"}, "K-1963", "text.lead"),
        ({"sender.name": "𠮷田区長"}, "K-1963", "sender.name"),
        ({"text.lead": " \n "}, "K-1960", "text.lead"),
        ({"text.lead": "次の給付金です。\n確かめてください。"}, "K-1961", "text.lead"),
        ({"guide.steps": "確認書の内容を確かめます。"}, "K-1961", "guide.steps"),
        ({"switches.kyoji": "たぶん"}, "K-1961", "switches.kyoji"),
        ({"template": "notice"}, "K-1961", "template"),
        ({"nothing": "x"}, "K-1961", "nothing"),
    ],
)
def test_a_word_that_may_not_be_printed_is_refused_at_its_field(office: Office, altered: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(InputProblem) as refused:
        drafted(office, altered={"text.postmark": "（消印有効）", **altered})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.todo and acts(office) == []
    with pytest.raises(InputProblem) as seen:
        wordings.sample(office.desk, LetterKind.CONFIRMATION, SHIPPED, altered, Layout.STANDARD)
    assert seen.value.field == field


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"altered": {"text.postmark": "（当日消印有効）"}}, "K-1966", "altered"),
        ({"version": " "}, "K-1967", "version"),
        ({"version": "第2版／写し"}, "K-1967", "version"),
        ({"version": "令和6年度 第1版"}, "K-1968", "version"),
        ({"valid_from": date(2024, 8, 27)}, "K-1969", "valid_from"),
        ({"reason": "指摘"}, "K-1648", "reason"),
    ],
)
def test_a_draft_without_a_name_a_day_or_a_reason_is_not_kept(office: Office, changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InputProblem) as refused:
        drafted(office, **changes)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)
    assert acts(office) == []


def test_a_name_serves_once_also_after_it_was_withdrawn(office: Office) -> None:
    number = drafted(office)
    wordings.withdraw(office.at(office.suzuki), number)
    assert states(office)[0] == ("第2版", "取下げ")
    with pytest.raises(InputProblem) as used:
        drafted(office)
    assert used.value.code == "K-1968"
    drafted(office, version="第3版")


def test_words_that_no_letter_can_be_set_with_are_refused_before_they_are_kept(office: Office) -> None:
    with pytest.raises(UserError) as refused:
        drafted(office, altered={"pledges.items": "\n".join(f"{number} {'あ' * 300}" for number in range(40))})
    assert refused.value.code == "K-1977" and acts(office) == []


# ------------------------------------------------------------ from a day on
def test_letters_from_the_day_carry_the_new_words_and_those_before_keep_theirs(office: Office) -> None:
    first, second, third = (office.household(("hikazei", 100_000)) for _ in range(3))
    (old,) = prepared(office, first)
    approved(office, drafted(office, valid_from=office.desk.today() + timedelta(days=5)))
    assert states(office)[0] == ("第2版", "決裁済")
    (between,) = prepared(office, second)
    office.clock.days(5)
    assert states(office)[0] == ("第2版", "有効")
    (new,) = prepared(office, third)
    assert [office.letter(case).wording_version for case in (first, second, third)] == ["令和6年度 第1版", "令和6年度 第1版", "第2版"]
    assert ASKING in printed(office, new)
    text_of_old = printed(office, old, between)
    assert ASKING not in text_of_old and text_of_old.count("支給の対象となる見込みです") == 2


def test_a_prepared_letter_is_seen_with_the_words_that_it_is_printed_with(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (old,) = prepared(office, case_id)
    approved(office, drafted(office))
    assert "支給の対象となる見込みです" in read(letters.preview(office.desk, old))
    (new,) = prepared(office, office.household(("hikazei", 100_000)))
    assert ASKING in read(letters.preview(office.desk, new))


def test_letters_of_two_versions_are_printed_in_one_run_each_with_its_own_words(office: Office) -> None:
    cases = [office.household(("hikazei", 100_000)) for _ in range(3)]
    (first,) = prepared(office, cases[0])
    approved(office, drafted(office))
    (second,) = prepared(office, cases[1])
    approved(office, drafted(office, altered={"text.lead": "三つめの文言です。"}, version="第3版"))
    (third,) = prepared(office, cases[2])
    seen: list[tuple[int, int]] = []
    order = print_jobs.start_job(office.desk, (third, first, second), MACHINE, lambda done, of: seen.append((done, of)))
    said = [read(piece.pdf) for piece in order.pieces]
    assert "三つめの文言です。" in said[0] and "支給の対象となる見込みです" in said[1] and ASKING in said[2]
    assert [case for case in (f"R6{number:08d}" for number in (cases[2], cases[0], cases[1])) if case in said[0] + said[1] + said[2]]
    assert all(f"R6{case:08d}-01" in text for case, text in zip((cases[2], cases[0], cases[1]), said, strict=True))
    assert seen[-1] == (3, 3) and [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_letter_made_anew_takes_the_newest_words(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (old,) = office.printed(case_id)
    approved(office, drafted(office))
    print_jobs.spoil(office.desk, old, "かすれたため")
    new = office.letter(case_id)
    assert new.wording_version == "第2版" and ASKING in printed(office, new.id)


def test_a_change_of_the_sender_changes_no_letter_that_was_made_before(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    letters.prepare(office.desk, (case_id,), silent, frozenset({LetterKind.DECISION}))
    made = office.letter(case_id)
    assert made.wording_version == "第1版／令和6年度 第1版"
    approved(office, drafted(office, altered={"sender.section": "新宿区 福祉部 給付課"}))
    paper = printed(office, made.id)
    assert "新宿区総務部総務課" in paper and "給付課" not in paper
    order = wordings.sample(office.desk, LetterKind.DECISION, SHIPPED, {}, Layout.STANDARD)
    assert "給付課" in read(order.pdf)


def test_a_letter_whose_words_nobody_knows_is_refused_with_a_sentence(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (letter_id,) = prepared(office, case_id)
    with office.desk.work(Act.PRINT_STARTED) as unit:
        unit.session.get_one(Letter, letter_id).wording_version = "第9版"
        unit.record(Act.PRINT_STARTED)
    with pytest.raises(Conflict) as refused:
        printed(office, letter_id)
    assert refused.value.code == "K-1965" and "第9版" in refused.value.happened and refused.value.todo


def test_a_letter_of_before_versions_has_the_words_of_the_file(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (letter_id,) = prepared(office, case_id)
    with office.desk.work(Act.PRINT_STARTED) as unit:
        unit.session.get_one(Letter, letter_id).wording_version = ""
        unit.record(Act.PRINT_STARTED)
    approved(office, drafted(office))
    assert "支給の対象となる見込みです" in printed(office, letter_id)


def test_a_version_may_begin_before_a_later_one_only_where_that_is_said(office: Office) -> None:
    today = office.desk.today()
    approved(office, drafted(office, version="来月の版", valid_from=today + timedelta(days=10)))
    with pytest.raises(InputProblem) as asked:
        drafted(office, version="今月の版", altered={"text.lead": "今月の文言です。"})
    assert asked.value.code == "K-1970"
    approved(office, drafted(office, version="今月の版", altered={"text.lead": "今月の文言です。"}, before_later=True))
    assert states(office) == [("今月の版", "有効"), ("来月の版", "決裁済"), ("令和6年度 第1版", "前の版")]
    office.clock.days(10)
    assert states(office) == [("今月の版", "前の版"), ("来月の版", "有効"), ("令和6年度 第1版", "前の版")]


def test_a_draft_that_a_later_version_has_overtaken_is_not_approved(office: Office) -> None:
    slow = drafted(office, version="遅い案")
    approved(office, drafted(office, version="速い案", altered={"text.lead": "速い案の文言です。"}))
    with pytest.raises(Conflict) as late:
        approved(office, slow)
    assert late.value.code == "K-1975"
    assert states(office)[0] == ("速い案", "有効")


def test_what_has_begun_is_replaced_and_not_withdrawn(office: Office) -> None:
    officer = office.at(office.suzuki)
    begun = approved(office, drafted(office))
    with pytest.raises(Conflict) as refused:
        wordings.withdraw(officer, begun)
    assert refused.value.code == "K-1976" and "有効" in refused.value.happened
    coming = approved(office, drafted(office, version="第3版", altered={"text.lead": "次の文言です。"}, valid_from=date(2024, 9, 30)))
    wordings.withdraw(officer, coming)
    office.clock.days(60)
    assert states(office) == [("第3版", "取下げ"), ("第2版", "有効"), ("令和6年度 第1版", "前の版")]


# ------------------------------------------------------------ tampering
def _tamper(office: Office, sql: str) -> None:
    """As somebody would who writes to the file past the program: the triggers are gone first."""
    with office.desk.work(Act.WORDING_DRAFTED) as unit:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('letter_wording', 'signature')"
        for name in unit.session.scalars(text(guards)).all():
            unit.session.execute(text(f"DROP TRIGGER {name}"))
        unit.session.execute(text(sql))
        unit.record(Act.WORDING_DRAFTED)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE letter_wording SET text = replace(text, 'この確認書を確かめ', '下の口座へ手数料を払い')",
        "UPDATE letter_wording SET valid_from = '2024-08-01'",
        "UPDATE letter_wording SET kind = 'push'",
        "UPDATE letter_wording SET version = '第7版'",
        "UPDATE letter_wording SET made_by = approved_by",
        "UPDATE letter_wording SET signature_id = NULL",
        "UPDATE signature SET signature = zeroblob(64) WHERE subject = 'letter_wording'",
        "UPDATE signature SET signer_id = 3 WHERE subject = 'letter_wording'",
    ],
)
def test_a_version_that_is_not_as_it_was_signed_is_refused_and_not_passed_over(office: Office, sql: str) -> None:
    case_id = office.household(("hikazei", 100_000))
    approved(office, drafted(office))
    (letter_id,) = prepared(office, case_id)
    _tamper(office, sql)
    kind = LetterKind.PUSH if "push" in sql else LetterKind.CONFIRMATION
    with office.desk.look() as session, pytest.raises(CustodyProblem) as refused:
        letter_words.words_in_force(office.desk, session, kind)
    assert refused.value.code == "K-1964"
    with pytest.raises((CustodyProblem, Conflict)):
        printed(office, letter_id)
    (row,) = [each for each in wordings.page(office.desk) if each.kind is kind]
    assert not row.now.sound


def test_a_draft_that_was_only_marked_as_approved_is_refused(office: Office) -> None:
    drafted(office)
    with office.desk.work(Act.WORDING_DRAFTED) as unit:
        unit.session.execute(text("UPDATE letter_wording SET approved_at = made_at, approved_by = 1"))
        unit.record(Act.WORDING_DRAFTED)
    with pytest.raises(CustodyProblem):
        prepared(office, office.household(("hikazei", 100_000)))


def test_the_file_itself_keeps_a_version_as_it_was_written(office: Office) -> None:
    drafted(office)
    with pytest.raises(Exception, match="never rewritten"), office.desk.work(Act.WORDING_DRAFTED) as unit:
        unit.session.execute(text("UPDATE letter_wording SET text = ''"))


# ------------------------------------------------------------ what is shown
def test_changes_are_told_field_by_field_in_the_order_of_the_letter(office: Office) -> None:
    items = "\n".join(["確かめました。", "誓約します。"])
    number = drafted(office, altered={"guide.title": "書き方", "pledges.items": items, "switches.kyoji": "印刷する", "title": "確認書"})
    found = wordings.compared(office.desk, number)
    assert [(each.key, each.after) for each in found.changes] == [
        ("title", "確認書"),
        ("pledges.items", items),
        ("switches.kyoji", "印刷する"),
        ("guide.title", "書き方"),
    ]
    assert (
        found.changes[2].before == "印刷しない" and found.changes[0].label == "表題" and found.version.made.startswith("佐藤 主事 令和6年")
    )
    approved(office, number)
    assert wordings.compared(office.desk, number).changes == ()


def test_a_draft_can_begin_from_another_version(office: Office) -> None:
    approved(office, drafted(office))
    back = drafted(office, version="元に戻す", altered={})
    assert [each.key for each in wordings.compared(office.desk, back).changes] == ["text.lead"]
    waiting = drafted(office, version="さらに", altered={"title": "別の表題"}, start=back)
    assert [each.key for each in wordings.compared(office.desk, waiting).changes] == ["title", "text.lead"]
    with pytest.raises(Conflict):
        drafted(office, LetterKind.DECISION, {"text.lead": LEAD}, "第5版", start=back)


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("layout", list(Layout))
def test_a_sample_of_every_kind_is_to_nobody_and_keeps_nothing(office: Office, kind: LetterKind, layout: Layout) -> None:
    before = acts(office)
    made = wordings.sample(office.desk, kind, SHIPPED, {"title": "見本の表題です"}, layout)
    said = read(made.pdf)
    assert "見本の表題です" in said and "見本県見本市" in said and made.pages == made.pages_now
    assert acts(office) == before and b"%PDF" in made.pdf[:8] and repr(made.pdf[:20]) not in repr(made)


def test_a_sample_says_when_the_letter_grows(office: Office) -> None:
    long = "\n".join(f"{number}つ目の段落です。{'長い文が続きます。' * 12}" for number in range(12))
    made = wordings.sample(office.desk, LetterKind.DECISION, SHIPPED, {"text.close": long}, Layout.STANDARD)
    assert (made.pages, made.pages_now) == (2, 1)


# ------------------------------------------------------------ 教示
def test_the_instruction_on_appeals_is_printed_where_the_ward_switches_it_on(office: Office) -> None:
    assert all("審査請求" not in said for said in _decisions(office))
    for kind in (LetterKind.DECISION, LetterKind.REFUSAL):
        approved(office, drafted(office, kind, {"switches.kyoji": "印刷する", "kyoji.heading": "不服があるとき"}))
    for said in _decisions(office):
        assert "不服があるとき" in said and "審査請求をすることができます" in said and "取消しの訴え" in said


def _decisions(office: Office) -> list[str]:
    """What stands in a new decision and in a new refusal."""
    paid, refused = office.household(("hikazei", 100_000)), office.household(("hikazei", 0), outcome="NG", reasons='["NG_TREATY"]')
    office.reviewed(paid)
    found = []
    for case_id, kind in ((paid, LetterKind.DECISION), (refused, LetterKind.REFUSAL)):
        letters.prepare(office.desk, (case_id,), silent, frozenset({kind}))
        found.append(printed(office, office.letter(case_id).id))
    return found
