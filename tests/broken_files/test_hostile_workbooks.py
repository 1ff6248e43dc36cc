"""Workbooks made to hurt: each is refused with a sentence, quickly, in little memory, and without a file written."""

from __future__ import annotations

import io
import random
import struct
import sys
import time
import zipfile

import pytest

from kyufu_desktop.errors import FileProblem
from kyufu_desktop.exchange import layouts, raw_workbook, workbook
from kyufu_desktop.exchange.workbook import Limits

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def package(sheet: str | bytes | None = None, extra: dict[str, bytes] | None = None, replaced: dict[str, bytes] | None = None) -> bytes:
    """A sound workbook of one sheet 表, its sheet's text, other parts added or replaced."""
    sound = raw_workbook.write([("表", ["見出し"], [["値"]])])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == SHEET and sheet is not None:
                content = sheet.encode("utf-8") if isinstance(sheet, str) else sheet
            target.writestr(name, (replaced or {}).get(name, content))
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return buffer.getvalue()


def sheet(rows: str, after: str = "", before: str = "", namespace: str = MAIN) -> str:
    return f"{before}<worksheet {namespace}><sheetData>{rows}</sheetData>{after}</worksheet>"


def refusal(plain: bytes, limits: Limits | None = None) -> str:
    began = time.monotonic()
    with pytest.raises(FileProblem) as problem:
        workbook.read(plain, "a.xlsx", limits or Limits())
    assert time.monotonic() - began < 20
    assert problem.value.happened.endswith("。") and problem.value.todo.endswith("。")
    return problem.value.code


def test_sound_package_is_read():
    assert workbook.read(package(), "a.xlsx")["表"].rows == [["見出し"], ["値"]]


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE, '<!ENTITY a "x">'])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"])
def test_declarations_of_document_types_are_refused_in_every_part(declaration, part):
    plain = package(extra={part: b""}) if part.startswith("docProps") else package()
    with zipfile.ZipFile(io.BytesIO(plain)) as source:
        content = source.read(part)
    hostile = declaration.encode() + content
    spoiled = package(extra={part: hostile}) if part.startswith("docProps") else package(replaced={part: hostile})
    assert refusal(spoiled) == "K-1212"


def test_text_in_sixteen_bits_cannot_hide_a_declaration():
    assert refusal(package(sheet(LAUGHS).encode("utf-16"))) == "K-1212"


def test_declaration_across_two_pieces_is_found():
    padding = " " * ((1 << 20) - len(sheet("")) - 5)
    assert refusal(package(sheet("") + padding + "<!DOC" + "TYPE x>"), Limits(ratio=100_000)) == "K-1212"


def test_text_that_inflates_a_thousandfold_is_refused_before_it_is_inflated():
    assert refusal(package(sheet("<row r='1'><c t='inlineStr'><is><t>" + "A" * 300_000_000 + "</t></is></c></row>"))) == "K-1211"


def test_lying_directory_does_not_get_past_the_limits():
    plain = bytearray(package(sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 5_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(plain))) as archive:
        size = archive.getinfo(SHEET).file_size
    # The true size in both headers is replaced by a small one.
    for at in [found for found in range(len(plain) - 4) if plain[found : found + 4] == struct.pack("<I", size)]:
        plain[at : at + 4] = struct.pack("<I", 200)
    assert refusal(bytes(plain)) in {"K-1211", "K-1213"}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        "<row r='1'><c r='AAA1'><v>1</v></c></row>",
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<x:row r="1048576"/>',
    ],
)
def test_values_far_outside_the_table_are_refused(rows):
    namespace = MAIN + ' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    assert refusal(package(sheet(rows, namespace=namespace))) == "K-1211"


def test_millions_of_rows_are_refused():
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert refusal(package(sheet(row * 61_000))) == "K-1211"


def test_millions_of_cells_are_refused():
    row = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 500 + "</row>"
    assert refusal(package(sheet(row * 6_100)), Limits(ratio=10_000)) == "K-1211"


@pytest.mark.parametrize(
    "name",
    [
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/connections.xml",
        "xl/queryTables/queryTable1.xml",
        "customUI/customUI.xml",
        "XL/VBAPROJECT.BIN",
    ],
)
def test_parts_that_are_no_data_are_refused(name):
    assert refusal(package(extra={name: b"<x/>"})) == "K-1210"


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil", "xl\\..\\..\\evil", "C:/evil", "xl/worksheets/SHEET1.xml"])
def test_names_that_leave_the_package_or_hide_another_are_refused(name):
    assert refusal(package(extra={name: b"x"})) == "K-1213"


def test_four_hundred_and_one_members_are_refused():
    assert refusal(package(extra={f"x/{number}.xml": b"<x/>" for number in range(400)})) == "K-1211"


def test_days_counted_from_1904_are_refused():
    with zipfile.ZipFile(io.BytesIO(package())) as source:
        book = source.read("xl/workbook.xml")
    for value in (b"1", b"true"):
        spoiled = book.replace(b"<sheets>", b'<workbookPr date1904="' + value + b'"/><sheets>')
        assert refusal(package(replaced={"xl/workbook.xml": spoiled})) == "K-1214"


@pytest.mark.parametrize("content", [b"", b"<worksheet", b"not xml at all", b"\xff\xfe\x00", b"<worksheet>" * 100_000])
def test_sheet_that_is_no_sheet_is_refused_or_empty(content):
    try:
        sheets = workbook.read(package(content), "a.xlsx")
    except FileProblem as problem:
        assert problem.code in {"K-1211", "K-1212", "K-1213"}
    else:
        assert sheets["表"].rows == []


def test_missing_parts_are_refused():
    for missing in ("xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(package())) as source, zipfile.ZipFile(buffer, "w") as target:
            for name in source.namelist():
                if name != missing:
                    target.writestr(name, source.read(name))
        assert refusal(buffer.getvalue()) == "K-1213"


FORMULAS = [
    '<row r="1"><c r="B1"><f>1+1</f><v>2</v></c></row>',
    '<row r="1"><c r="B1" t="str"><f t="shared" si="0"/><v>x</v></c></row>',
    "<row r='1'><c r='B1'><f>1+1</f></c></row>",
    '<row r="1"><c r="B1" s="3" t="e"><v>#REF!</v></c></row>',
    '<row r="1"><c t="e" r="B1"><v>#N/A</v></c></row>',
    '<row r="1"><c r="B1">\n<f\n>1</f></c></row>',
]


@pytest.mark.parametrize("rows", FORMULAS)
def test_formula_and_error_cells_are_named(rows):
    (found,) = workbook.read(package(sheet(rows)), "a.xlsx")["表"].findings()
    assert (found.row, found.column, found.fatal) == (1, "B列", True)


def test_formula_with_a_namespace_prefix_is_found():
    namespace = MAIN + ' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    marks = workbook.read(package(sheet('<x:row r="1"><x:c r="B1"><x:f>1</x:f></x:c></x:row>', namespace=namespace)), "a.xlsx")["表"].marks
    assert (marks.formulas, marks.cells) == (1, ("B1",))


def test_merged_cells_are_named_and_hidden_rows_are_a_note():
    after = '<mergeCells count="1"><mergeCell ref="A2:C3"/></mergeCells>'
    found = workbook.read(package(sheet('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>', after)), "a.xlsx")["表"].findings()
    assert [(finding.row, finding.column, finding.fatal) for finding in found] == [(2, "A列", True), (0, "", False)]


def _targets(change) -> bytes:
    """A workbook of one person whose sheet's text is changed."""
    targets, facts = layouts.known("targets")[0].sheets
    person = {
        "給付管理番号": "R699000001",
        "住民番号": "0099000001",
        "世帯番号": "099000001",
        "続柄": "世帯主",
        "漢字氏名": "青葉",
        "カナ氏名": "アオバ",
        "生年月日": "1980-04-01",
        "漢字住所": "新宿区",
        "特別対応区分": "DV避難者",
    }
    cover = [["作成日", "2024-06-10"], ["基準日", "2024-06-03"], ["件数", 1], ["様式", "支給対象者データ 第1版"]]
    sheets = [("表紙", ["項目", "値"], cover)]
    for layout in (targets, facts):
        headings = [column.heading for column in layout.columns]
        sheets.append((layout.name, headings, [[person.get(heading) for heading in headings]]))
    plain = raw_workbook.write(sheets)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == "xl/worksheets/sheet2.xml" else content)
    return buffer.getvalue()


def test_formula_with_a_cached_value_refuses_its_household():
    from kyufu_desktop.exchange import envelope, host_files

    def change(content: bytes) -> bytes:
        before = '<c r="E2" t="inlineStr"><is><t xml:space="preserve">青葉</t></is></c>'.encode()
        assert before in content
        return content.replace(before, '<c r="E2" t="str"><f>"青"&amp;"葉"</f><v>青葉</v></c>'.encode())

    inspection = host_files.inspect_targets(envelope.seal(_targets(change), "p"), "p", "t.xlsx")
    assert inspection.people == ()
    assert any(finding.column == "漢字氏名" and finding.row == 2 and "数式" in finding.why for finding in inspection.findings)


def test_more_formulas_than_can_be_named_refuse_the_file():
    from kyufu_desktop.exchange import envelope, host_files

    def change(content: bytes) -> bytes:
        cells = "".join(f'<row r="{row}"><c r="A{row}"><f>1</f><v>1</v></c></row>' for row in range(3, 400))
        return content.replace(b"</sheetData>", cells.encode() + b"</sheetData>")

    with pytest.raises(FileProblem) as problem:
        host_files.inspect_targets(envelope.seal(_targets(change), "p"), "p", "t.xlsx")
    assert "数式" in problem.value.happened and len(problem.value.findings) >= 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no address space limit of this kind")
def test_child_that_wants_too_much_memory_is_stopped_and_the_file_refused():
    cell = '<c t="inlineStr"><is><t>{row:0200}</t></is></c>'
    rows = "".join(f'<row r="{row}">' + cell.format(row=row) * 4 + "</row>" for row in range(1, 40_001))
    plain = package(sheet(rows))
    assert len(workbook.read(plain, "a.xlsx")["表"].rows) == 40_000
    assert refusal(plain, Limits(memory=56 * 1024 * 1024)) in {"K-1211", "K-1213"}


def test_child_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(workbook, "_command", lambda: [sys.executable, "-I", "-c", "import time; time.sleep(60)"])
    assert refusal(package(), Limits(seconds=1)) == "K-1211"


def test_child_that_talks_nonsense_is_not_believed(monkeypatch):
    for nonsense in (b"\xff" * 100, struct.pack("<Q", 5) + b"hello", struct.pack("<Q", 1 << 60), b""):
        program = f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({nonsense!r})"
        monkeypatch.setattr(workbook, "_command", lambda program=program: [sys.executable, "-I", "-c", program])
        assert refusal(package()) == "K-1211"


def test_child_gets_neither_environment_nor_arguments(monkeypatch):
    monkeypatch.setenv("KYUFU_SECRET", "秘匿")
    assert "KYUFU_SECRET" not in workbook._environment()
    assert all("秘匿" not in part and "xlsx" not in part for part in workbook._command())


def test_mutated_packages_are_read_or_refused_and_never_crash():
    chance = random.Random(9)
    sound = package(sheet("".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 40))))
    for _ in range(25):
        spoiled = bytearray(sound)
        for _ in range(chance.choice((1, 3, 20))):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        data = bytes(spoiled[: chance.randrange(len(spoiled))]) if chance.random() < 0.2 else bytes(spoiled)
        try:
            workbook.read(data, "a.xlsx")
        except FileProblem as problem:
            assert problem.code.startswith("K-12")
