"""Checks the tables of this folder against genuine Steamworks SDKs, and reports differences.

``python abi/measure.py SDK...`` takes the roots of SDKs (the folders that hold ``public/steam``),
and needs g++ or clang++. Ends with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "codegen"))

import sdk as sdks
from validate import checked_model


def main(arguments: list[str] | None = None) -> int:
    """Check the table against each root, and print the counts and the differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", nargs="+", type=Path, metavar="SDK")
    parser.add_argument("--sdk", help="which version they are; otherwise their words tell")
    options = parser.parse_args(arguments)
    model, different = checked_model(), False
    for root in options.roots:
        report = sdks.hold_against(model, root, options.sdk)
        print(f"{root}: held against what the table says of SDK {report.sdk}")
        for kind, count in report.verified.items():
            print(f"  {count:5} {kind}")
        print(f"  {sum(report.verified.values()):5} facts verified")
        for line in report.differences:
            print(f"  differs: {line}")
        different = different or bool(report.differences)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
