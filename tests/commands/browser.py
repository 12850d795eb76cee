"""A real browser for tests: chromium without a window, spoken to as WebDriver says (W3C).

A missing browser is a failure. Used by ``test_verify_browser``.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Chromium:
    """One window."""

    def __init__(self, port: int, folder: Path, dark: bool) -> None:
        self._root = f"http://127.0.0.1:{port}/session"
        words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=900,1300",
                 "--disable-dev-shm-usage", f"--user-data-dir={folder}"]  # fmt: skip
        if dark:
            words.append("--force-dark-mode")
        off = {"profile.managed_default_content_settings.javascript": 2}
        options = {"args": words, "prefs": off}
        asked = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self._session = self._call("POST", "", asked)["sessionId"]

    def _call(self, method: str, path: str, body: object | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._root}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)["value"]

    def _do(self, method: str, path: str, body: object | None = None) -> Any:
        return self._call(method, f"/{self._session}{path}", body)

    def go(self, address: str) -> None:
        self._do("POST", "/url", {"url": address})

    def find(self, css: str) -> str:
        found = self._do("POST", "/element", {"using": "css selector", "value": css})
        return str(found[_ELEMENT])

    def type(self, css: str, text: str) -> None:
        self._do("POST", f"/element/{self.find(css)}/value", {"text": text})

    def follow(self, css: str, keys: str = "") -> None:
        """Click what leads to another page, or type it there, and wait for that page."""
        before, last = self._page(), time.monotonic() + 40
        if keys:
            self.type(css, keys)
        else:
            self._do("POST", f"/element/{self.find(css)}/click", {})
        while self._page() in (before, ""):
            assert time.monotonic() < last, "no other page came"
            time.sleep(0.02)

    def _page(self) -> str:
        """The page that stands there; empty for the moment between two pages."""
        try:
            return self.find("html")
        except urllib.error.HTTPError as gone:
            if gone.code != HTTPStatus.NOT_FOUND:
                raise
            return ""

    def text(self, css: str) -> str:
        return str(self._do("GET", f"/element/{self.find(css)}/text"))

    def label_of(self, css: str) -> str:
        """The name that a screen reader says for it."""
        return str(self._do("GET", f"/element/{self.find(css)}/computedlabel"))

    def style(self, css: str, name: str) -> str:
        return str(self._do("GET", f"/element/{self.find(css)}/css/{name}"))

    def size(self, css: str) -> tuple[float, float]:
        box = self._do("GET", f"/element/{self.find(css)}/rect")
        return box["width"], box["height"]

    def press(self, keys: str) -> None:
        """Keys as a person types them, on whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._do("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})  # fmt: skip

    def focused(self) -> str:
        """The HTML id of what has the focus."""
        found = self._do("GET", "/element/active")[_ELEMENT]
        return str(self._do("GET", f"/element/{found}/attribute/id"))

    def picture(self, place: Path) -> Path:
        place.write_bytes(base64.b64decode(self._do("GET", "/screenshot")))
        return place

    def close(self) -> None:
        self._do("DELETE", "")


@contextmanager
def chromium(folder: Path, *, dark: bool = False) -> Iterator[Chromium]:
    """A browser with its driver, both gone at the end. JavaScript is switched off."""
    driver = subprocess.Popen(
        ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with driver:
        try:
            assert driver.stdout is not None
            said = ""
            for line in driver.stdout:
                said += line
                if found := re.search(r"started successfully on port (\d+)", line):
                    break
            else:
                raise AssertionError(f"chromedriver did not start: {said}")
            window = Chromium(int(found[1]), folder, dark)
            try:
                yield window
            finally:
                window.close()
        finally:
            driver.terminate()
            driver.wait(20)
