"""All measurements, or those named on the command line, each in a process of its own: memory of one is not counted to another."""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.bench.measures import MEASURES


def main() -> int:
    """Exit code 0 when every measurement ran; a goal that is not met is a line, not a failure."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="only these")
    parser.add_argument("--here", action="store_true", help="measure in this process")
    options = parser.parse_args()
    names = options.names or list(MEASURES)
    if options.here:
        for name in names:
            for figure in MEASURES[name]():
                print(figure.line(), flush=True)
        return 0
    failed = 0
    for name in names:
        failed += subprocess.run([sys.executable, "-m", "tests.bench", "--here", name], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
