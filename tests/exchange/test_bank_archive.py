"""A newer list of banks on a medium: what is taken, what a hostile or spoiled archive may not do, and what changed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyufu_desktop.errors import Cancelled, FileProblem
from kyufu_desktop.exchange import bank_archive, banks
from kyufu_desktop.exchange.bank_archive import read_archive
from kyufu_desktop.exchange.banks import BankList, Place, listed

TODAY = date(2024, 8, 28)
PRESENT = listed(
    date(2024, 4, 1),
    {"0001": Place("みほん", "ミホン"), "0002": Place("れいだい", "レイダイ")},
    {
        "0001": {"001": Place("本店", "ホンテン"), "002": Place("北", "キタ"), "003": Place("南", "ミナミ")},
        "0002": {"001": Place("本店", "ホンテン"), "009": Place("東", "ヒガシ")},
    },
)


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def entry(code: str, name: str, kana: str) -> dict[str, str]:
    return {"code": code, "name": name, "kana": kana, "hira": "", "roma": ""}


def files(day: str = "20240801") -> dict[str, str]:
    """The present list some months later: a branch renamed, one gone, one new."""
    return {
        "data/updated_at": f"{day}\n",
        "data/banks.json": json.dumps({"0001": entry("0001", "みほん", "ミホン"), "0002": entry("0002", "れいだい", "レイダイ")}),
        "data/branches/0001.json": json.dumps(
            {"001": entry("001", "本店", "ホンテン"), "002": entry("002", "北口", "キタグチ"), "004": entry("004", "西", "ニシ")}
        ),
        "data/branches/0002.json": json.dumps({"001": entry("001", "本店", "ホンテン"), "009": entry("009", "東", "ヒガシ")}),
    }


def zipped(content: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return made.getvalue()


def read(data: bytes, present: BankList = PRESENT, today: date | None = TODAY) -> BankList:
    return read_archive(data, "banks.zip", present, today, silent)


def refused(data: bytes, code: str, present: BankList = PRESENT) -> str:
    with pytest.raises(FileProblem) as caught:
        read(data, present)
    assert caught.value.code == code, caught.value
    assert caught.value.kept == "何も取り込んでいません。"
    return caught.value.happened


@pytest.mark.parametrize("top", ["", "source-data-master/", "zengin_code/source-data/"])
def test_a_newer_list_is_read_wherever_its_folder_lies(top: str) -> None:
    found = read(zipped({f"{top}{name}": text for name, text in files().items()} | {f"{top}README.md": "x", f"{top}data/md5": "y"}))
    assert found.listed_on == date(2024, 8, 1)
    assert found.branch_name("0001", "002") == "北口" and found.branch_kana("0001", "004") == "ﾆｼ"
    assert not found.knows("0001", "003") and found.count() == (2, 5)


def test_the_differences_are_those_of_the_two_lists() -> None:
    found = banks.compare(PRESENT, read(zipped(files())))
    assert found.branches_gone == (("0001-003", "みほん 南"),)
    assert found.branches_new == (("0001-004", "みほん 西"),)
    assert found.branches_renamed == (("0001-002", "みほん 北", "みほん 北口"),)
    assert (found.banks_gone, found.banks_new, found.banks_renamed) == ((), (), ())


def test_what_is_kept_is_what_was_read() -> None:
    found = read(zipped(files()))
    back = banks.unpack(banks.pack(found), found.listed_on)
    assert banks.compare(found, back) == banks.Differences((), (), (), (), (), ())
    assert back.listed_on == found.listed_on and back.branch_name("0009", "001") is None


def test_the_list_of_the_program_has_the_form_itself() -> None:
    """Whatever the ward may bring is held to what the program came with."""
    old = listed(date(2000, 1, 1), {}, {})
    content: dict[str, str | bytes] = {"data/updated_at": banks._source("updated_at"), "data/banks.json": banks._source("banks.json")}
    for bank in banks.packaged().banks:
        content[f"data/branches/{bank}.json"] = banks._source("branches", f"{bank}.json")
    found = read(zipped(content, zipfile.ZIP_STORED), old, None)
    assert found.count() == banks.packaged().count()


@pytest.mark.parametrize("day", ["20240401", "20240331", "19990101"])
def test_a_list_that_is_not_newer_is_refused(day: str) -> None:
    assert "新しくありません" in refused(zipped(files(day)), "K-1263")


def test_a_list_of_tomorrow_is_refused_but_where_the_clock_is_a_rehearsal() -> None:
    assert "今日よりあと" in refused(zipped(files("20240829")), "K-1263")
    assert read(zipped(files("20240829")), today=None).listed_on == date(2024, 8, 29)


def test_a_list_that_lacks_a_fifth_of_what_is_known_is_refused() -> None:
    many = listed(date(2024, 4, 1), {f"{number:04}": Place("み", "ミ") for number in range(3)}, {})
    assert "金融機関が2しか" in refused(zipped(files()), "K-1264", many)
    wide = listed(PRESENT.listed_on, PRESENT.banks, {"0001": {f"{number:03}": Place("み", "ミ") for number in range(7)}})
    assert "支店が5しか" in refused(zipped(files()), "K-1264", wide)


def changed(name: str, text: str | bytes | None) -> bytes:
    content: dict[str, str | bytes] = dict(files())
    if text is None:
        del content[name]
    else:
        content[name] = text
    return zipped(content)


@pytest.mark.parametrize("name", list(files()))
def test_a_missing_file_is_named(name: str) -> None:
    refused(changed(name, None), "K-1262")


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"0001": 1}',
        json.dumps({"0001": entry("0002", "ほん", "ホン")}),
        json.dumps({"１": entry("１", "ほん", "ホン")}),
        json.dumps({"00011": entry("00011", "ほん", "ホン")}),
        json.dumps({"0001": entry("0001", "", "ホン")}),
        json.dumps({"0001": entry("0001", "ほん", "本")}),
        json.dumps({"0001": entry("0001", "ほん\n", "ホン")}),
        json.dumps({"0001": entry("0001", "ほ" * 41, "ホン")}),
        json.dumps({"0001": {"code": "0001", "name": "ほん"}}),
        '{"0001": %s, "0001": %s}' % ((json.dumps(entry("0001", "ほん", "ホン")),) * 2),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str | bytes) -> None:
    refused(changed("data/banks.json", text), "K-1262")


@pytest.mark.parametrize("day", ["", "2024", "20241301", "２０２４０８０１", "2024-8-1"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    refused(zipped(files(day)), "K-1262")


@pytest.mark.parametrize("name", ["../data/banks.json", "/data/updated_at", "data\\branches\\0001.json", "c:/x", "a/../../b"])
def test_names_that_climb_out_are_refused(name: str) -> None:
    refused(zipped({**files(), name: "x"}), "K-1261")


def twins() -> bytes:
    made = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "w") as archive:
        for name, text in [*files().items(), ("data/banks.json", "{}")]:
            archive.writestr(name, text)
    return made.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(files()))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def two_lists() -> bytes:
    return zipped({**files(), **{f"other/{name}": text for name, text in files().items()}})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: changed("data/banks.json", b" " * (bank_archive.MAX_MEMBER + 1)),
    "no archive": lambda: b"not an archive",
    "empty": lambda: b"",
    "cut off": lambda: zipped(files())[:-40],
    "a name twice": twins,
    "encrypted": encrypted,
    "too large": lambda: b"x" * (bank_archive.MAX_ARCHIVE + 1),
    "too many members": lambda: zipped({**files(), **{f"m{number}": "" for number in range(bank_archive.MAX_MEMBERS)}}),
    "another compression": lambda: zipped(files(), zipfile.ZIP_LZMA),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_must_not_be_trusted_is_refused(name: str) -> None:
    refused(HOSTILE[name](), "K-1261")


def test_two_lists_in_one_archive_are_none() -> None:
    refused(two_lists(), "K-1262")


def test_all_that_is_unpacked_together_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_archive, "MAX_READ", 300)
    assert "大きすぎます" in refused(zipped(files()), "K-1261")


@settings(max_examples=200)
@given(st.data())
def test_an_archive_with_flipped_bytes_is_read_as_it_was_or_refused(data: st.DataObject) -> None:
    sealed = bytearray(zipped(files()))
    for _ in range(data.draw(st.integers(1, 3))):
        sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = read(bytes(sealed))
    except FileProblem as problem:
        assert problem.code in {"K-1261", "K-1262", "K-1263", "K-1264"}
        return
    assert banks.compare(read(zipped(files())), found) == banks.Differences((), (), (), (), (), ())


def test_it_can_be_stopped() -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_archive(zipped(files()), "banks.zip", PRESENT, TODAY, stop)
