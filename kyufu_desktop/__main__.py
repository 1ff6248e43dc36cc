"""Command line: open the program, open it for practice, do a whole day, test the installation."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

WORKBOOK_CHILD = "--workbook-child"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kyufu_desktop", description="臨時給付金（区対応分）")
    parser.add_argument("--vault", type=Path, help="保管庫のフォルダ")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="画面の明るさ")
    parser.add_argument("--self-test", action="store_true", help="入れたあとの点検だけを行う")
    commands = parser.add_subparsers(dest="command")
    practice = commands.add_parser("practice", help="架空の人だけの練習の保管庫で開く")
    practice.add_argument("--folder", type=Path, required=True, help="練習に使うフォルダ")
    practice.add_argument("--programme", default="r6", help="給付の定義の符号（r6、r5_70000、r6_12、r7_fusoku）")
    day = commands.add_parser("day", help="1日の仕事を画面でとおして行う")
    day.add_argument("--inputs", type=Path, required=True, help="ホストのブックのフォルダ")
    day.add_argument("--password", required=True, help="ブックのパスワード")
    day.add_argument("--out", type=Path, required=True, help="出力のフォルダ")
    day.add_argument("--vault", dest="day_vault", type=Path, help="新しい練習の保管庫の場所（省くと出力のフォルダの中）")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 = done, 2 = refused with a sentence on standard error."""
    if sys.argv[1:2] == [WORKBOOK_CHILD]:
        # The packaged program has no Python to start: it starts itself to parse a foreign workbook.
        from kyufu_desktop.exchange import workbook_child

        workbook_child.run(sys.stdin.buffer, sys.stdout.buffer)
        return 0
    options = _parser().parse_args(arguments)
    from kyufu_desktop import bootstrap
    from kyufu_desktop.errors import UserError

    try:
        if options.self_test:
            return bootstrap.self_test()
        if options.command == "day":
            return bootstrap.day(options.inputs, options.password, options.out, options.day_vault or options.out / "vault", options.theme)
        if options.command == "practice":
            return bootstrap.practice(options.folder, options.theme, options.programme)
        return bootstrap.window(options.vault, options.theme)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
