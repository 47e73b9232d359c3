"""Photograph a page of the site for the README, in both languages: `make picture`.

The page answers a question about the examples. The pictures are docs/answer.en.png and docs/answer.zh.png; Chromium and
the environment of the tests must be installed.
"""

import io
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import sync_playwright

QUESTIONS = {"en": "Which projects cite 松委发〔2009〕97号?", "zh": "哪些项目引用了松委发〔2009〕97号？"}
WIDTH, HEIGHT = 1280, 800
COLOURS = 64  # of text on a plain ground; more make the file larger and not the picture better
JIXIAO = [sys.executable, "-m", "jixiao"]
ROOT = Path(__file__).parents[2]


@contextmanager
def serving() -> Iterator[str]:
    """Serve the examples for a block, and give the site's address."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        store, port = f"{folder}/store", free.getsockname()[1]
        subprocess.run([*JIXIAO, "ingest", ROOT / "examples", "--store", store], check=True, capture_output=True)
        free.close()
        server = subprocess.Popen([*JIXIAO, "serve", "--store", store, "--port", str(port)], stderr=subprocess.DEVNULL)
        try:
            yield address(port)
        finally:
            server.terminate()
            server.wait()


def address(port: int) -> str:
    """Return the address of the site once it answers. Raises OSError if it does not within a minute."""
    site = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{site}/health").close()
        except OSError:
            sleep(0.2)
        else:
            return site
    raise TimeoutError(site)


def main() -> None:
    """Write the pictures."""
    with serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language, question in QUESTIONS.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            page.goto(f"{site}/ask?{urlencode({'q': question, 'lang': language})}")
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(COLOURS).save(ROOT / "docs" / f"answer.{language}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
