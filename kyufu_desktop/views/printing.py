"""The way of a letter to the paper: one pinned printer, the PDF never as a file, the job's title only a number.

Qt's own printing on Linux leaves the letter in clear text in the temporary folder; here the PDF goes to the queue through standard input,
and the child's temporary folder lies in memory.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import pypdfium2

from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.errors import PaperUnknown, UserError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

#: Devices that are no printer on the desk: they write files, send faxes or leave the workstation.
_FILE_SCHEMES = frozenset({"file", "cups-pdf", "pdf", "fax", "hpfax", "epsonfax", "beh", "nul"})
_NETWORK_SCHEMES = frozenset({"ipp", "ipps", "http", "https", "socket", "lpd", "smb", "dnssd", "mdns"})
_WINDOWS = os.name == "nt"
_WINDOWS_FILE_PORTS = frozenset({"PORTPROMPT:", "FILE:", "NUL:", "SHRFAX:"})
_TIMEOUT_SECONDS = 60
_RASTER_DPI = 300
_TITLE = re.compile(r"[A-Za-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class PrinterInfo:
    """A queue of this workstation. ``refusal`` is empty where it may be used, else the sentence why not."""

    name: str
    device: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """What the ledger keeps: printer, device, the queue's own job id, SHA-256 of the exact bytes sent, pages, copies."""

    printer: str
    device: str
    job: str
    sha256: str
    pages: int
    copies: int


class Printer(Protocol):
    """Takes letters to paper."""

    @property
    def machine(self) -> Machine: ...

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        """Sends the bytes as one job, on the machine's tray and sides. ``title`` may hold the job number only.

        Raises ``UserError`` K-182x; then the job was not taken. ``PaperUnknown`` (K-1821, K-1828, K-1829): some of it may be on paper.
        """
        ...

    def queue(self) -> QueueState: ...

    def cancel_waiting(self) -> None: ...


@dataclass(frozen=True, slots=True)
class QueueState:
    """``jobs``: the queue's names of what has not come out yet. ``alert``: why it stands still, in the words of a person, or empty."""

    jobs: tuple[str, ...]
    alert: str


#: Marks of CUPS (RFC 8011, 5.4.12, printer-state-reasons) -> sentence, the most urgent first.
_ALERTS: dict[str, str] = {
    "media-jam": "紙がつまっています。つまった紙も数に入れて、確かめてください。",
    "cover-open": "プリンターのふたが開いています。",
    "door-open": "プリンターのふたが開いています。",
    "media-empty": "用紙がありません。用紙を入れると、続きを印刷します。",
    "media-needed": "用紙がありません。用紙を入れると、続きを印刷します。",
    "toner-empty": "トナーがありません。",
    "marker-supply-empty": "トナーがありません。",
    "offline": "プリンターにつながりません。電源とケーブルを確かめてください。",
}

_NOTHING = "何も印刷していません。"
_COUNT = "出た紙を数え、「正しく出ましたか」の画面で確かめてください。"
_TO_FILE = "ファイルやファクスに出すプリンターは使えません。"
_FAR_AWAY = "ネットワークの先にあるプリンターは使えません。"


def _absent() -> UserError:
    return UserError(
        "K-1822", "決めてあるプリンターが見つかりません。", kept=_NOTHING, todo="プリンターの電源とケーブルを確かめてください。"
    )


def _elsewhere() -> UserError:
    return UserError(
        "K-1823",
        "プリンターの接続先が、決めてあるものと違います。",
        kept=_NOTHING,
        todo="取扱責任者に知らせ、管理の画面でプリンターを決め直してください。",
    )


def _unfit(reason: str) -> UserError:
    return UserError("K-1824", reason, kept=_NOTHING, todo="この端末に直接つないだプリンターを選んでください。")


def _not_taken() -> UserError:
    return UserError(
        "K-1825",
        "プリンターが印刷を受け付けませんでした。",
        kept=_NOTHING,
        todo="プリンターの電源と用紙を確かめ、もう一度印刷してください。",
    )


def _halted() -> PaperUnknown:
    return PaperUnknown("K-1828", "プリンターが、印刷の途中で止まりました。", kept="途中まで紙が出ていることがあります。", todo=_COUNT)


def refusal(device: str, *, allow_network: bool = False) -> str:
    """Why a device address may not be used for letters, or empty."""
    scheme = urlsplit(device).scheme.lower() or device.partition(":")[0].lower()
    if scheme in _FILE_SCHEMES or "fax" in scheme or "pdf" in scheme:
        return _TO_FILE
    if scheme in _NETWORK_SCHEMES and not allow_network:
        return _FAR_AWAY
    return ""


def _checked(pdf: bytes, title: str, copies: int) -> tuple[int, str]:
    """Pages and digest of a PDF that may be sent."""
    if not _TITLE.fullmatch(title):
        raise ValueError("the title of a print job holds its number only")
    if not 1 <= copies <= 9:
        raise ValueError("copies must be 1 to 9")
    if not pdf.startswith(b"%PDF-"):
        raise ValueError("not a PDF")
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(document)
    finally:
        document.close()
    return pages, hashlib.sha256(pdf).hexdigest()


# --- CUPS -----------------------------------------------------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    """The environment of the printing programs: English answers, temporary files in memory."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder in memory, which is the point
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if memory.is_dir():
        environment["TMPDIR"] = str(memory)
    return environment


def _run(arguments: list[str], given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(arguments[0])
    if program is None:
        raise UserError("K-1820", "印刷のしくみ（CUPS）がこの端末にありません。", kept=_NOTHING, todo="担当へ知らせてください。")
    try:
        return subprocess.run(
            [program, *arguments[1:]], input=given, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise PaperUnknown(
            "K-1821",
            "プリンターから返事がありません。",
            kept="印刷できたかどうかは、わかりません。",
            todo=_COUNT,
        ) from None


def cups_printers(*, allow_network: bool = False) -> tuple[PrinterInfo, ...]:
    """The queues of this workstation with their devices, as ``lpstat -v`` names them."""
    answer = _run(["lpstat", "-v"]).stdout.decode("utf-8", "replace")
    found = re.findall(r"^device for (\S+?): (\S+)", answer, flags=re.MULTILINE)
    return tuple(PrinterInfo(name, device, refusal(device, allow_network=allow_network)) for name, device in found)


class CupsPrinter:
    """The pinned queue of CUPS. The PDF goes through standard input; no file is made."""

    def __init__(self, machine: Machine, *, allow_network: bool = False) -> None:
        self._machine = machine
        self._allow_network = allow_network

    @property
    def machine(self) -> Machine:
        return self._machine

    def check(self) -> None:
        """Raises ``UserError`` K-1822 (queue absent), K-1823 (its device is not the pinned one), K-1824 (a device that may not be used)."""
        present = {printer.name: printer for printer in cups_printers(allow_network=self._allow_network)}
        printer = present.get(self._machine.name)
        if printer is None:
            raise _absent()
        if printer.device != self._machine.device:
            raise _elsewhere()
        if printer.refusal:
            raise _unfit(printer.refusal)

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        """See :class:`Printer`. The queue is checked against the pinned pair immediately before."""
        pages, digest = _checked(pdf, title, copies)
        self.check()
        options = [part for option in _options(self._machine) for part in ("-o", option)]
        answer = _run(["lp", "-d", self._machine.name, "-t", title, "-n", str(copies), *options, "-"], pdf)
        said = answer.stdout.decode("utf-8", "replace")
        job = re.search(r"request id is (\S+)", said)
        if answer.returncode != 0:
            raise _not_taken()
        if job is None:
            # It was taken, and nobody can ask for it by a name.
            raise PaperUnknown(
                "K-1829", "プリンターが、印刷の番号を答えませんでした。", kept="印刷は始まっていることがあります。", todo=_COUNT
            )
        return PrintReceipt(self._machine.name, self._machine.device, job[1], digest, pages, copies)

    def queue(self) -> QueueState:
        """What still waits in the queue, and why it stands still."""
        jobs = re.findall(rf"^({re.escape(self._machine.name)}-\d+)\s", _said(["lpstat", "-o", self._machine.name]), flags=re.MULTILINE)
        about = _said(["lpstat", "-l", "-p", self._machine.name])
        alerts = " ".join(re.findall(r"Alerts: (.*)", about))
        words = [sentence for mark, sentence in _ALERTS.items() if mark in alerts]
        if re.search(r"^printer \S+ disabled", about, flags=re.MULTILINE):
            words.append("プリンターが止めてあります。")
        return QueueState(tuple(jobs), words[0] if words else "")

    def cancel_waiting(self) -> None:
        """Removes this queue's waiting jobs and their data from the spool."""
        _run(["cancel", "-a", "-x", self._machine.name])


def _options(machine: Machine) -> tuple[str, ...]:
    side = "two-sided-long-edge" if machine.duplex else "one-sided"
    return ("media=A4", f"sides={side}", *((f"InputSlot={machine.tray}",) if machine.tray else ()))


def _said(arguments: list[str]) -> str:
    return _run(arguments).stdout.decode("utf-8", "replace")


def trays(name: str) -> tuple[str, ...]:
    """The paper trays that the queue offers, as its printer description names them; empty where it does not tell (Windows: never)."""
    return () if _WINDOWS else trays_in(_said(["lpoptions", "-p", name, "-l"]))


def trays_in(answer: str) -> tuple[str, ...]:
    """The values of ``InputSlot`` in what ``lpoptions -l`` says (``InputSlot/Media Source: *Auto Tray1 Tray2``)."""
    for line in answer.splitlines():
        key, _, values = line.partition(":")
        if key.partition("/")[0] == "InputSlot":
            return tuple(value.lstrip("*") for value in values.split())
    return ()


# --- Windows --------------------------------------------------------------------------------------------------------------------------


class WindowsPrinter:
    """A printer of Windows: every page as a picture of 300 dpi in memory, painted on Qt's printer. The device is the port (``USB001``)."""

    def __init__(self, machine: Machine, *, allow_network: bool = False) -> None:
        self._machine = machine
        self._allow_network = allow_network

    @property
    def machine(self) -> Machine:
        return self._machine

    def _opened(self, title: str, copies: int) -> QPrinter:
        from PySide6.QtGui import QPageLayout, QPageSize
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        info = QPrinterInfo.printerInfo(self._machine.name)
        if info.isNull():
            raise _absent()
        port = windows_port(self._machine.name)
        if port != self._machine.device:
            raise _elsewhere()
        refused = windows_refusal(self._machine.name, port, allow_network=self._allow_network)
        if refused:
            raise _unfit(refused)
        printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        printer.setDocName(title)
        printer.setCopyCount(copies)
        printer.setResolution(_RASTER_DPI)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        printer.setPageOrientation(QPageLayout.Orientation.Portrait)
        printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide if self._machine.duplex else QPrinter.DuplexMode.DuplexNone)
        return printer

    def queue(self) -> QueueState:
        """Windows' spooler is not asked: the person counts the paper."""
        return QueueState((), "")

    def cancel_waiting(self) -> None:
        """Nothing of this program waits: every page is painted while :meth:`send` runs."""

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        """See :class:`Printer`."""
        pages, digest = _checked(pdf, title, copies)
        paint_pdf(self._opened(title, copies), pdf)
        return PrintReceipt(self._machine.name, self._machine.device, title, digest, pages, copies)


def paint_pdf(printer: QPrinter, pdf: bytes) -> None:
    """Paints every page at its true size.

    Raises ``UserError`` K-1825 where the printer does not begin, ``PaperUnknown`` K-1828 where it stops after it began: Windows prints
    what was painted before.
    """
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtPrintSupport import QPrinter as Printing

    document = pypdfium2.PdfDocument(pdf)
    painter = QPainter()
    try:
        if not painter.begin(printer):
            raise _not_taken()
        paper = printer.paperRect(Printing.Unit.DevicePixel)
        for number in range(len(document)):
            if number and not printer.newPage():
                raise _halted()
            page = document[number]
            bitmap = page.render(scale=_RASTER_DPI / 72, grayscale=True)
            data = bytes(bitmap.buffer)
            image = QImage(data, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8)
            painter.drawImage(QRectF(0, 0, paper.width(), paper.height()), image)
            bitmap.close()
            page.close()
        if not painter.end():
            raise _halted()
    finally:
        if painter.isActive():
            painter.end()
        document.close()


def windows_port(name: str) -> str:
    """The port of a Windows printer from the registry (``USB001``, ``LPT1:``, ``PORTPROMPT:`` ...); empty elsewhere or where unknown."""
    if not _WINDOWS:
        return ""
    winreg: Any = importlib.import_module("winreg")

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"SYSTEM\CurrentControlSet\Control\Print\Printers\{name}") as key:
            return str(winreg.QueryValueEx(key, "Port")[0])
    except OSError:
        return ""


def windows_refusal(name: str, port: str, *, allow_network: bool = False) -> str:
    """Why a Windows printer may not be used for letters, or empty: only ports of this workstation are printers on the desk."""
    if port.upper() in _WINDOWS_FILE_PORTS or re.search(r"pdf|fax|xps|onenote|ファクス", f"{name} {port}", flags=re.IGNORECASE):
        return _TO_FILE
    if not allow_network and (name.startswith("\\\\") or not re.match(r"(USB|LPT|DOT4|COM)", port.upper())):
        return _FAR_AWAY
    return ""


def printers(*, allow_network: bool = False) -> tuple[PrinterInfo, ...]:
    """The printers of this workstation that can be pinned, and why the others cannot."""
    if not _WINDOWS:
        return cups_printers(allow_network=allow_network)
    from PySide6.QtPrintSupport import QPrinterInfo

    found = ((name, windows_port(name)) for name in QPrinterInfo.availablePrinterNames())
    return tuple(PrinterInfo(name, port, windows_refusal(name, port, allow_network=allow_network)) for name, port in found)


def pinned_printer(machine: Machine, *, allow_network: bool = False) -> Printer:
    """The printer of the settings. Raises ``UserError`` K-1826 where none is set."""
    if not machine.name or not machine.device:
        raise UserError("K-1826", "プリンターが決めてありません。", kept=_NOTHING, todo="管理の画面でプリンターを決めてください。")
    if _WINDOWS:
        return WindowsPrinter(machine, allow_network=allow_network)
    return CupsPrinter(machine, allow_network=allow_network)


# --- Practice -------------------------------------------------------------------------------------------------------------------------


class PracticePrinter:
    """Writes into a folder: ``letters.pdf`` for the jobs ``letters-…`` and so on. Dummy people only, never the real vault.

    The pieces of a run (``letters-3-1``, ``letters-3-2`` ...) wait until somebody looks at the queue: the file is written once a run.
    """

    def __init__(self, folder: Path, *, practice: bool) -> None:
        if not practice:
            raise UserError(
                "K-1827", "実際の保管庫の手紙は、ファイルに出せません。", kept=_NOTHING, todo="決めてあるプリンターで印刷してください。"
            )
        self._folder = folder
        self._sent: dict[str, list[bytes]] = {}
        self._waiting: set[str] = set()

    @property
    def machine(self) -> Machine:
        return Machine("練習用（ファイルに出します）", "practice:pdf")

    def queue(self) -> QueueState:
        """What waited is written: nothing waits any more."""
        while self._waiting:
            self._write(self._waiting.pop())
        return QueueState((), "")

    def cancel_waiting(self) -> None:
        """Nothing waits."""

    def send(self, pdf: bytes, title: str, copies: int = 1) -> PrintReceipt:
        """See :class:`Printer`. Later jobs of the same first word are put behind the earlier ones."""
        pages, digest = _checked(pdf, title, copies)
        word, *numbers = title.split("-")
        self._sent.setdefault(word, []).append(pdf)
        if len(numbers) > 1:
            self._waiting.add(word)
        else:
            self._write(word)
        return PrintReceipt(self.machine.name, self.machine.device, title, digest, pages, copies)

    def _write(self, word: str) -> None:
        from kyufu_desktop.documents.letters import join

        self._folder.mkdir(parents=True, exist_ok=True)
        together = join(self._sent[word])
        self._sent[word] = [together]
        (self._folder / f"{word}.pdf").write_bytes(together)
