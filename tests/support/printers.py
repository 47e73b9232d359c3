"""Word documents and pages of HTML -> PDF, by LibreOffice and by Chromium: each lays out tables in its own way."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.writers import FONT

LIBREOFFICE, CHROMIUM = shutil.which("soffice"), shutil.which("chromium")
STYLE = f"""<style>@page {{ size: A4; margin: 18mm }} body {{ font: 10.5pt '{FONT}' }} p {{ margin: 0 }}
table {{ border-collapse: collapse; width: 100% }} td {{ border: 1px solid; padding: 2pt 4pt }}
body > p {{ text-indent: 2em }}
</style></head>"""


def printed_by_libreoffice(documents: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Each Word document as a PDF, by its name; the work is done in `folder`."""
    return saved_by_libreoffice(documents, folder, "docx", "pdf")


def saved_by_libreoffice(documents: Mapping[str, bytes], folder: Path, ending: str, to: str) -> dict[str, bytes]:
    """Each document of the format `ending` in the format `to`, by its name; the work is done in `folder`."""
    for name, content in documents.items():
        (folder / f"{name}.{ending}").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", to]
    files = [str(folder / f"{name}.{ending}") for name in documents]
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=600)
    return {name: (folder / f"{name}.{to}").read_bytes() for name in documents}


def printed_by_chromium(pages: Mapping[str, str], style: str = STYLE) -> dict[str, bytes]:
    """Each page of HTML as a PDF, by its name. What a browser breaks with <br> is a paragraph of its own here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        printed = {}
        for name, text in pages.items():
            page.set_content(text.replace("<br>", "</p><p>").replace("</head>", style))
            printed[name] = page.pdf(prefer_css_page_size=True)
        browser.close()
    return printed
