"""Dummy people: the four workbooks of a practice day fit together, are always the same, and cover the rules."""

from __future__ import annotations

from kyufu_desktop.exchange import dummies, envelope, host_files, inquiry_files

SEED, CASES, PASSWORD = 11, 60, "p"


def test_practice_workbooks_are_clean_and_fit_together():
    targets = host_files.inspect_targets(dummies.targets_workbook(SEED, CASES, PASSWORD), PASSWORD, "t")
    assert (targets.cases_in, targets.refused_households) == (CASES, 0) and targets.count_agrees
    assert not any(finding.fatal for finding in targets.findings)
    numbers = {person.resident_number for person in targets.people}
    assert numbers == set(targets.facts)
    tax = inquiry_files.inspect_tax_answers(dummies.tax_answers(SEED, CASES, PASSWORD), PASSWORD, "t")
    assert {answer.resident_number for answer in tax.rows} == {person.resident_number for person in targets.people if person.moved_in_from}
    account = inquiry_files.inspect_account_answers(dummies.account_answers(SEED, CASES, PASSWORD), PASSWORD, "t")
    assert {answer.resident_number for answer in account.rows} == numbers
    assert not tax.findings and not account.findings


def test_same_seed_gives_the_same_people_and_another_seed_others():
    first = envelope.open_sealed(dummies.targets_workbook(SEED, 10, PASSWORD), PASSWORD, "t")
    names = [[person.name for person in household] for household in dummies.ward(SEED, 10)]
    assert names == [[person.name for person in household] for household in dummies.ward(SEED, 10)]
    assert names != [[person.name for person in household] for household in dummies.ward(SEED + 1, 10)]
    assert first


def test_practice_people_cover_the_categories_and_the_rules():
    targets = host_files.inspect_targets(dummies.targets_workbook(SEED, CASES, PASSWORD), PASSWORD, "t")
    assert len({person.category for person in targets.people}) == 4
    facts = [fact.tax for fact in targets.facts.values()]
    for fact in ("undeclared", "treaty_exempt", "r5_target", "r5_head", "welfare", "entered_japan_late", "supporter_outside_ward"):
        assert any(getattr(tax, fact) for tax in facts), fact
    assert {tax.levy for tax in facts} >= {None} and len({tax.levy for tax in facts}) == 4
    assert any(person.paid_by_host for person in targets.people) and any(person.birth.unknown for person in targets.people)
    names = "".join(person.name for person in targets.people)
    assert all(hard in names for hard in ("葛\U000e0100", "𠮷", "髙", "邉\U000e0102", "NGUYỄN"))


def test_numbers_of_dummy_people_stay_in_the_ranges_of_practice():
    people = [person for household in dummies.ward(SEED, 300) for person in household]
    assert len({person.resident_number for person in people}) == len(people)
    assert all(person.resident_number.startswith("0099") and person.household_number.startswith("099") for person in people)


def test_big_workbook_has_exactly_the_rows_asked_for():
    sealed = dummies.big_targets(rows=1500)
    inspection = host_files.inspect_targets(sealed, "renshu-big", "t")
    assert inspection.people_in == inspection.cover_count == 1500 and inspection.refused_households == 0
