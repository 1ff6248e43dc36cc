"""Run by the system's Python with UNO: open workbooks in LibreOffice with a password and say what stands in them, as JSON.

Arguments: profile folder, then file and password by turns. Output: one list entry a file: null where the password was refused,
else {sheet: [[kind, text], ...]} of the used cells, kind = "TEXT", "VALUE" or "FORMULA".
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException


def prop(name, value):
    entry = PropertyValue()
    entry.Name, entry.Value = name, value
    return entry


def read(desktop, path, password):
    arguments = (prop("Hidden", True), prop("ReadOnly", True), prop("Password", password))
    try:
        document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, arguments)
    except Exception:  # noqa: BLE001 - whatever UNO raises, the document is not open
        return None
    if document is None:
        return None
    sheets = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        cells = []
        for row in range(cursor.RangeAddress.EndRow + 1):
            for column in range(cursor.RangeAddress.EndColumn + 1):
                cell = sheet.getCellByPosition(column, row)
                if cell.Type.value != "EMPTY":
                    links = list(cell.TextFields) if cell.Type.value == "TEXT" else []
                    cells.append([cell.Type.value + (" LINK" if links else ""), cell.String])
        sheets[sheet.Name] = cells
    document.close(True)
    return sheets


def main(profile, pairs):
    pipe = "kyufu" + Path(profile).name.replace("-", "")
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ]
    )
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    context = None
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:  # noqa: BLE001 - not up yet
            time.sleep(0.25)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    answers = [read(desktop, path, password) for path, password in pairs]
    with contextlib.suppress(DisposedException):
        desktop.terminate()
    office.wait(60)
    print(json.dumps(answers))


if __name__ == "__main__":
    rest = sys.argv[2:]
    main(sys.argv[1], list(zip(rest[::2], rest[1::2], strict=True)))
