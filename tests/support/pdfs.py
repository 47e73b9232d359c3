"""Small PDFs, written from content streams, whose glyphs and rules stand where a test puts them."""

import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 600, 800


def stream(content: str, entries: str = "") -> str:
    """A stream object with its entries."""
    return f"<< {entries} /Length {len(content)} >>\nstream\n{content}\nendstream"


def document(
    *contents: str,
    extra: str = "",
    trailer: str = "",
    resources: str = "",
    catalog: str = "",
    objects: tuple[str, ...] = (),
) -> bytes:
    """A PDF with a page for each content stream, and a font that takes UTF-16BE; `extra` goes into each page.

    The numbers of further `objects` begin behind those of the pages: at 7 for one page.
    """
    pages_at = [5 + 2 * number for number in range(len(contents))]
    written = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{' '.join(f'{at} 0 R' for at in pages_at)}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
        "/FontDescriptor << /Type /FontDescriptor /FontName /STSong /Ascent 880 /Descent -120 /Flags 4 >> >>",
    ]
    for at, content in zip(pages_at, contents, strict=True):
        written.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {at + 1} 0 R "
            f"/Resources << /Font << /F 3 0 R /S << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> >> {resources} >> "
            f"{extra} >>"
        )
        written.append(stream(content))
    written += objects
    return assembled(written, trailer)


def assembled(objects: Sequence[str | bytes], trailer: str = "") -> bytes:
    """A PDF of objects numbered from 1, of which the first is the catalogue."""
    body, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each if isinstance(each, bytes) else each.encode("latin-1"))
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + (head + tail).encode("latin-1")


def carrying(
    *files: tuple[str, bytes], collection: str = "/Collection << >>", cover: str | None = None, extra: str = ""
) -> bytes:
    """A PDF of one page, 封面 or `cover`, with attached files by name: a portfolio, if there is a `collection`.

    The first file is object 7; `extra` goes into the page.
    """
    names = " ".join(f"({name}) {7 + 2 * at} 0 R" for at, (name, _) in enumerate(files))
    objects: list[str] = []
    for name, content in files:
        packed = zlib.compress(content).decode("latin-1")
        objects += [
            f"<< /Type /Filespec /F ({name}) /EF << /F {8 + len(objects)} 0 R >> >>",
            stream(packed, "/Type /EmbeddedFile /Filter /FlateDecode"),
        ]
    catalog = f"/Names << /EmbeddedFiles << /Names [{names}] >> >> {collection}"
    return document(
        at(50, 50, "封面") if cover is None else cover, catalog=catalog, objects=tuple(objects), extra=extra
    )


def at(x: float, top: float, words: str, size: int = 10, matrix: str = "1 0 0 1") -> str:
    """Words whose first glyph begins at a point from the top left; each glyph is as wide as it is high."""
    return f"BT /F {size} Tf {matrix} {x} {HEIGHT - top - 0.88 * size} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"


def table(xs: list[float], ys: list[float], but: tuple[str, ...] = ()) -> str:
    """The rules of a table, cell by cell; `but` names those left out: `v{column}.{row}`, `h{row}.{column}`."""
    upright = {f"v{c}.{r}": (x, ys[r], x, ys[r + 1]) for c, x in enumerate(xs) for r in range(len(ys) - 1)}
    flat = {f"h{r}.{c}": (xs[c], y, xs[c + 1], y) for r, y in enumerate(ys) for c in range(len(xs) - 1)}
    drawn = [place for name, place in (upright | flat).items() if name not in but]
    return "".join(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S\n" for x0, y0, x1, y1 in drawn)
