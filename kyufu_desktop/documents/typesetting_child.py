"""The second process that typesets letters: Typst and the standard library only; no key, no file of its own, no environment.

Run by path with ``python -I -B typesetting_child.py``. All it gets comes on standard input, all it gives goes to standard output, each
record preceded by its length (8 bytes, little endian). First a JSON object
``{"folders": [font folders], "files": {name: text}, "standards": [...], "ages": n, "inputs": {name: text that every job is given}}``,
then for each job the JSON text that the template reads. The answer is the PDF, or nothing (length 0) where Typst stopped or warned: the
parent then does that job itself and finds out why. It ends when its input ends.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import Any, BinaryIO

import typst


def _record(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    (size,) = struct.unpack("<Q", head)
    body = pipe.read(size)
    return body if len(body) == size else None


def _keep_to_itself() -> None:
    """Nobody else's program may look into the memory of this one, and no crash leaves it in a file."""
    if sys.platform == "linux":
        import ctypes
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # 4 = PR_SET_DUMPABLE
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)


def main() -> None:
    """Answers until the input ends."""
    _keep_to_itself()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    first = _record(source)
    if first is None:
        return
    setting: dict[str, Any] = json.loads(first)
    fonts: Any = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=setting["folders"])
    empty: Any = typst.Compiler(font_paths=fonts)
    project: Any = {name: text.encode("utf-8") for name, text in setting["files"].items()}
    while (job := _record(source)) is not None:
        inputs = {**setting["inputs"], "data": job.decode("utf-8")}
        try:
            pdf, warnings = typst.Compiler(font_paths=fonts).compile_with_warnings(
                input=project, format="pdf", sys_inputs=inputs, pdf_standards=setting["standards"], timestamp=0
            )
        except typst.TypstError:
            pdf, warnings = b"", []
        answer = pdf if isinstance(pdf, bytes) and not warnings else b""
        target.write(struct.pack("<Q", len(answer)) + answer)
        target.flush()
        del pdf, answer, inputs
        for _ in range(setting["ages"]):
            empty.compile(input=b"", format="pdf")


if __name__ == "__main__":
    main()
