"""Photograph a page of the site for the README, in both languages: `make picture`.

The page answers a question about the examples. The pictures are docs/answer.en.png and docs/answer.zh.png; Chromium and
the environment of the tests must be installed.
"""

import io
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store
from tests.support import browsers
from tests.support.blackbox.process import serve

QUESTIONS = {"en": "Which projects cite 松委发〔2009〕97号?", "zh": "哪些项目引用了松委发〔2009〕97号？"}
WIDTH, HEIGHT = 1280, 800
COLOURS = 64  # of text on a plain ground; more make the file larger and not the picture better
ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", DEFAULT_BASE)
        ingest(files([ROOT / "examples"]), store)
        with serve(store.path) as served, browsers.chromium() as browser:
            for language, question in QUESTIONS.items():
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
                page.goto(f"{served.url}/ask?{urlencode({'q': question, 'lang': language})}")
                picture = Image.open(io.BytesIO(page.screenshot()))
                picture.convert("RGB").quantize(COLOURS).save(ROOT / "docs" / f"answer.{language}.png", optimize=True)


if __name__ == "__main__":
    main()
