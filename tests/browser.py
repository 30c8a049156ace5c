"""A headless Chromium with a profile of its own, and what tests and screenshots ask of it."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

PROGRAMS = ("chromium", "chromedriver")
ALONE = (
    "--headless",
    "--no-sandbox",  # as root, in a container, there is none to be had
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
A4 = {"paperWidth": 8.27, "paperHeight": 11.69}  # inches
WHITE = {"r": 255, "g": 255, "b": 255, "a": 1}


def missing() -> list[str]:
    """The programs that are not installed; Debian has both, and ``.ci/browser`` installs them."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Browser:
    """One tab, on files of this machine alone."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def show(self, page: Path, width: int, height: int, *, scale: float = 1) -> None:
        """Load a page at a width and a height in CSS pixels; a narrow one is a phone's."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        self.driver.get(page.as_uri())

    def ask(self, script: str, *arguments: Any) -> Any:
        """What a function body in JavaScript returns."""
        return self.driver.execute_script(script, *arguments)

    def command(self, name: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def console(self) -> list[str]:
        """What was logged to the console since it was last asked, of any level."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for since it was last asked."""
        lines = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = (line["params"] for line in lines if line["method"] == "Network.requestWillBeSent")
        return [said["request"]["url"] for said in sent]

    def images(self) -> list[str]:
        """What a screen reader says of each image."""
        self.command("Accessibility.enable")
        try:
            root = self.command("DOM.getDocument", depth=0)["root"]["nodeId"]
            found = self.command("Accessibility.queryAXTree", nodeId=root, role="image")["nodes"]
        finally:
            self.command("Accessibility.disable")
        return [node["name"]["value"] for node in found if not node["ignored"]]

    def screenshot(self) -> bytes:
        """What is in view, as PNG."""
        return base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"])

    def pdf(self) -> bytes:
        """The page printed on A4 as a person prints it: without backgrounds, with the browser's margins."""
        printed = self.command("Page.printToPDF", **A4, printBackground=False, generateTaggedPDF=True)
        return base64.b64decode(printed["data"])


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block, and its profile with it."""
    os.environ["SE_OFFLINE"] = "true"  # Selenium is to look for no driver of its own
    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with TemporaryDirectory() as profile:
        for switch in (*ALONE, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        driver = Chrome(options=options, service=ChromeService(str(shutil.which("chromedriver"))))
        try:
            browser = Browser(driver)
            driver.get("about:blank")  # leaves the tab that a browser opens with, and what that asked for
            browser.requests()
            yield browser
        finally:
            driver.quit()
