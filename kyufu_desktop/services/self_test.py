"""What the installer asks after installing: does everything that a day needs work on this machine?

Each check does the real thing on a small scale, with dummy people only, in a folder that is removed again.
"""

from __future__ import annotations

import dis
import pkgutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import CodeType

import pypdfium2
from sqlalchemy import exc

import kyufu_desktop
from kyufu_desktop.database.folder import VaultFolder, database_of
from kyufu_desktop.database.vault import OpenVault, unlock
from kyufu_desktop.documents import fonts, letter_press, wording
from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.errors import FileProblem, UserError
from kyufu_desktop.exchange import banks, envelope, workbook, workbook_writer
from kyufu_desktop.security.keys import REAL, KdfParameters, derive
from kyufu_desktop.services import practice

#: The throw-away vault holds nobody: its slots may be cheap. What a real slot costs is timed by itself.
_CHEAP = KdfParameters(memory_kib=64, time=1, lanes=1)
#: A guess must cost at least this on the ward's machine, seconds.
LEAST_DERIVATION = 0.3
#: Age in days at which the list of banks is called old: mergers of branches come twice a year.
OLDEST_BANK_LIST = 400
#: 渡邉 with a registered variant, 葛 in the ward's old form, 𠮷: each needs another font than the one of the letter.
HARD_NAME = "渡邉\U000e0102 葛\U000e0100\U00020bb7\u5b50"
#: Modules that reach the network. None of the package may import one of them by itself.
NETWORK = ("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "PySide6.QtNetwork")

_PLAIN_HEADER = b"SQLite format 3\x00"


def run(start: datetime, programme: Programme) -> Iterator[tuple[str, str]]:
    """(name of the check, what is wrong or "") one after the other. ``start`` is the aware day that letter and vault are made on.

    A check that breaks in an unforeseen way is told as broken, with the kind of what happened and no text of it; the others go on.
    """
    with tempfile.TemporaryDirectory(prefix="kyufu-check-") as scratch:
        folder = Path(scratch) / "vault"
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("書体がそろっている", _fonts),
            ("難しい字形を正しい書体に振り分ける", _hard_name),
            ("練習の保管庫を作って開き、別のファイルへの写しを拒む", partial(_vault, folder, start)),
            ("保管庫のファイルが先頭から暗号化されている", partial(_header, folder)),
            ("確認書を1通、メモリーの中で組む", partial(_letter, start.date(), programme)),
            ("ブックを暗号化し、もう一度開く", partial(_workbook, start.date())),
            ("金融機関の一覧が古くない", partial(_bank_list, start.date())),
            ("通信の部品を使っていない", _network),
            ("合言葉の計算に十分な時間がかかる", _derivation),
        )
        for name, check in checks:
            try:
                problem = check()
            except UserError as refusal:
                problem = f"{refusal.code} {refusal.happened}"
            except Exception as fault:  # noqa: BLE001 - the installer must see the whole list, whatever is missing on this machine
                problem = f"点検の途中で止まりました（{type(fault).__name__}）。"
            yield name, problem


def _fonts() -> str:
    wanted = [*(names for _, names in (*fonts.NAME_FONTS, *fonts.SCREEN_FONTS)), *((name,) for name in fonts.GOTHIC_FILES)]
    missing = sorted({names[0] for names in wanted if fonts.find_font(names) is None})
    return f"見つからない書体: {'、'.join(missing)}" if missing else ""


def _hard_name() -> str:
    missing = fonts.unprintable(HARD_NAME)
    if missing:
        return f"印刷できない字: {'、'.join(missing)}"
    families = {run.family for run in fonts.route(HARD_NAME)}
    return "" if len(families) > 1 else "異体字が、別の書体に振り分けられません。"


def _vault(folder: Path, start: datetime) -> str:
    people = practice.prepare_vault(folder, start, _CHEAP)
    vault = unlock(folder, people[0][0], people[0][3])
    try:
        return _attach_denied(vault, folder)
    finally:
        vault.close()


def _attach_denied(vault: OpenVault, folder: Path) -> str:
    """``ATTACH ... KEY ''`` would write everything in clear."""
    copy = folder.parent / "copy.db"
    try:
        with vault.engine.connect() as connection:
            connection.exec_driver_sql(f"ATTACH DATABASE '{copy}' AS copy KEY ''")
    except (exc.DBAPIError, UserError):
        return "拒んだのに、写しのファイルができました。" if copy.exists() else ""
    return "別のファイルへの写しを拒みませんでした。"


def _header(folder: Path) -> str:
    with database_of(VaultFolder(folder).current()).open("rb") as file:
        head = file.read(len(_PLAIN_HEADER))
    return "暗号化されていません。" if head == _PLAIN_HEADER or not head else ""


def _letter(on: date, programme: Programme) -> str:
    letter = Confirmation(
        code="R600000001-01",
        document_number="練習第1号",
        issued_on=on,
        deadline=programme.return_deadline,
        destination=Destination("000-8484", ("東京都見本区北町一丁目4番1号",), HARD_NAME),
        benefits=(("給付（点検用）", programme.benefits[0].amount, ()),),
        members=(HARD_NAME,),
        practice=True,
    )
    composed = letter_press.compose((letter,), wording.load(programme.letter_wording), envelope=programme.envelope)
    document = pypdfium2.PdfDocument(composed.pdf)
    try:
        pages = len(document)
    finally:
        document.close()
    return "" if composed.pages_per_letter == (pages,) and pages > 0 else "ページの数が合いません。"


def _workbook(on: date) -> str:
    plain = workbook_writer.write((workbook_writer.cover("点検 第1版", on, 1, practice=True), _hard_sheet()))
    password = envelope.generate_password()
    sealed = envelope.seal(plain, password)
    envelope.verify(sealed, password, plain)
    try:
        rows = workbook.read(envelope.open_sealed(sealed, password, "self-test.xlsx"), "self-test.xlsx")["点検"].rows
    except (FileProblem, KeyError):
        return "暗号化したブックを読めません。"
    return "" if HARD_NAME in [cell for row in rows for cell in row] else "読み直した字が、書いた字と違います。"


def _hard_sheet() -> workbook_writer.OutSheet:
    return workbook_writer.OutSheet("点検", ("氏名",), ((HARD_NAME,),))


def _bank_list(on: date) -> str:
    made = banks.packaged().listed_on
    old = (on - made).days > OLDEST_BANK_LIST
    return f"一覧は {made.isoformat()} のものです。新しい一覧に替えてください。" if old else ""


def _network() -> str:
    found = sorted({f"{module}（{name}）" for module, code in _modules() for name in direct_imports(code) if reaches_out(name)})
    return f"通信の部品を使っています: {'、'.join(found)}" if found else ""


def _modules() -> Iterator[tuple[str, CodeType]]:
    """Every module of the package with its code as installed: also where no source lies beside it."""
    for found in pkgutil.walk_packages(kyufu_desktop.__path__, "kyufu_desktop."):
        spec = found.module_finder.find_spec(found.name, None)
        # Asked for by name: the loader of a frozen program has the method without the base class.
        get_code = getattr(spec.loader if spec is not None else None, "get_code", None)
        code = get_code(found.name) if get_code is not None else None
        if not isinstance(code, CodeType):
            raise ImportError(found.name)
        yield found.name, code


def direct_imports(code: CodeType) -> frozenset[str]:
    """Names of the modules that ``code`` imports itself, in functions too; ``from a import b`` counts as ``a`` and as ``a.b``."""
    found: set[str] = set()
    module = ""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            module = str(instruction.argval)
            found.add(module)
        elif instruction.opname == "IMPORT_FROM":
            found.add(f"{module}.{instruction.argval}")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= direct_imports(constant)
    return frozenset(found)


def reaches_out(name: str) -> bool:
    """Whether a module of this name reaches the network."""
    return any(name == module or name.startswith(f"{module}.") for module in NETWORK)


def _derivation() -> str:
    began = time.perf_counter()
    derive("れんしゅう用の点検の合言葉です", b"0123456789abcdef", REAL)
    seconds = time.perf_counter() - began
    return "" if seconds >= LEAST_DERIVATION else f"{seconds:.2f}秒です。{LEAST_DERIVATION}秒より短く、推測に弱くなります。"
