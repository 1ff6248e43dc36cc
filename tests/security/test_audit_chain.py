from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.security.audit_chain import ALPHABET, GENESIS, Entry, anchor, chain_key, next_mac, verify

KEY = chain_key(bytes(range(32)), "vault-1")


def _chain(length: int = 60, key: bytes = KEY) -> list[Entry]:
    entries: list[Entry] = []
    head = GENESIS
    for seq in range(1, length + 1):
        bare = Entry(seq, f"2024-08-28T10:15:{seq % 60:02}+09:00", seq * 10, seq % 3 + 1, "CASE_VIEWED", "case", seq % 7, '{"n":1}')
        head = next_mac(key, head, bare)
        entries.append(replace(bare, mac=head))
    return entries


def test_untouched_chain_is_good() -> None:
    verdict = verify(KEY, _chain())
    assert (verdict.count, verdict.first_bad) == (60, None)


@given(st.integers(0, 59), st.sampled_from(["at", "monotonic_ms", "actor_id", "act", "subject", "subject_id", "detail", "mac"]))
def test_every_edit_is_found_at_its_number(index: int, name: str) -> None:
    entries = _chain()
    old = getattr(entries[index], name)
    new: object = old + 1 if isinstance(old, int) else old + b"\x00" if isinstance(old, bytes) else old + "x"
    entries[index] = replace(entries[index], **{name: new})  # type: ignore[arg-type]
    assert verify(KEY, entries).first_bad == index + 1


@given(st.integers(0, 58))
def test_deletion_swap_and_insertion_are_found(index: int) -> None:
    good = _chain()
    deleted = good[:index] + good[index + 1 :]
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(deleted, 1)]
    swapped = [*good[:index], good[index + 1], good[index], *good[index + 2 :]]
    inserted = [*good[: index + 1], good[index], *good[index + 1 :]]
    for bad in (deleted, renumbered, swapped, inserted):
        found = verify(KEY, bad).first_bad
        assert found is not None
        assert index + 1 <= found <= index + 2


@given(st.integers(1, 59))
def test_cut_end_and_recomputed_chain_are_seen_by_the_anchor_only(length: int) -> None:
    whole = verify(KEY, _chain())
    cut = verify(KEY, _chain()[:length])
    assert cut.first_bad is None
    assert anchor(cut.count, cut.head) != anchor(whole.count, whole.head)


def test_chain_of_another_vault_does_not_fit() -> None:
    assert verify(chain_key(bytes(range(32)), "vault-2"), _chain()).first_bad == 1


def test_anchor_is_twelve_letters_that_cannot_be_misread() -> None:
    code = anchor(4312, bytes(32))
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= {*ALPHABET, "-"}
    assert not set("01OI") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32
