"""Take the README's pictures of a report: its first screen on a desktop and on a phone.

report.html -> report.png, report-phone.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.browser import chromium, missing

SCREENS = {"report.png": (1120, 700, 1), "report-phone.png": (360, 740, 1.5)}
"""Width and height in CSS pixels, and pixels a CSS pixel, of each picture."""


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description="Take pictures of a report's first screen.")
    parser.add_argument("report", type=Path, help="a report.html")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    given = parser.parse_args()
    if absent := missing():
        parser.error(f"expected {' and '.join(absent)} on the PATH, found none; .ci/browser installs both")
    with chromium() as browser:
        for name, (width, height, scale) in SCREENS.items():
            browser.show(given.report.resolve(), width, height, scale=scale)
            (given.folder / name).write_bytes(browser.screenshot())


if __name__ == "__main__":
    main()
