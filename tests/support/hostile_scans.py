"""Pictures and PDFs made to do harm: torn, of huge declared sizes, bombs, and pages that would take for ever."""

import random
import struct
import zlib
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from tests.support import packing
from tests.support.pdfs import assembled

Make = Callable[[], bytes]


def saved(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    """An image as a file of a format."""
    return packing.saved(image, kind, **how)


def marks(width: int = 300, height: int = 300) -> Image.Image:
    """A small picture with something on it."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((20, 20, width - 20, 60), outline="black", width=2)
    return image


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG with a packed text or profile of so much content."""
    data = b"a\0\0" + zlib.compress(content, 9)
    whole = saved(marks())
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole[:33] + chunk + whole[33:]


def png(width: int, height: int, depth: int = 1, colours: int = 0, data: bytes = b"") -> bytes:
    """A PNG whose head declares a size; by default without any of its pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def blank_png(width: int, height: int, depth: int, colours: int) -> bytes:
    """A PNG that unpacks to so many black pixels, from a few kilobytes."""
    row = 1 + (width * depth * {0: 1, 2: 3, 6: 4}[colours] + 7) // 8
    return png(width, height, depth, colours, bytes(row * height))


def tiff(tags: Sequence[tuple[int, int, int]], following: int = 0, more: bytes = b"") -> bytes:
    """A TIFF of one directory, of tags of one number each (tag, type, value); `following` is the next one's place."""
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in sorted(tags))
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + struct.pack("<I", following) + more


def grey_tiff(width: int, height: int, compression: int = 1, following: int = 0, *, tiled: bool = False) -> bytes:
    """A TIFF of grey pixels that declares a size, and has some bytes in their place."""
    at, length = 300, 200
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1), (277, 3, 1)]
    tags += [(322, 4, 256), (323, 4, 256), (324, 4, at), (325, 4, length)] if tiled else []
    tags += [] if tiled else [(273, 4, at), (278, 4, height), (279, 4, length)]
    head = tiff(tags, following)
    return head + bytes(at - len(head)) + bytes(range(length))


def stream(content: bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """A stream of a PDF."""
    content = zlib.compress(content, 9) if packed else content
    entries += " /Filter /FlateDecode" if packed else ""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries.encode(), content)


def picture(width: int = 8, height: int = 8, content: bytes | None = None, entries: str = "") -> bytes:
    """An image of a PDF: grey pixels, or what `entries` say."""
    head = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceGray"
    if content is None:
        return stream(bytes(width * height), head, packed=True)
    return stream(content, f"{head} {entries}")


def one_page(contents: bytes, objects: Sequence[bytes], named: str, box: str = "0 0 600 800", more: str = "") -> bytes:
    """A PDF of one page, whose resources name `objects`, which are numbered from 5."""
    return assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {more} "
            f"/Resources << /XObject << {named} >> >> >>",
            stream(contents, packed=True),
            *objects,
        ]
    )


def forms(depth: int) -> bytes:
    """A PDF whose forms each draw the next one twice, down to a picture."""
    kids = [
        stream(
            b"/N Do /N Do",
            f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /N {6 + n} 0 R >> >>",
        )
        for n in range(depth)
    ]
    return one_page(b"/N Do", [*kids, picture()], "/N 5 0 R")


def noise(width: int, height: int) -> Image.Image:
    """Black and white pixels at random."""
    return Image.frombytes("L", (width, height), random.Random(1).randbytes(width * height)).point(
        lambda v: v // 128 * 255
    )


def squares(width: int, height: int, side: int) -> Image.Image:
    """A page full of small ruled squares, with a mark in each."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for x in range(10, width - 10, side):
        draw.line((x, 10, x, height - 10), 0, 2)
    for y in range(10, height - 10, side):
        draw.line((10, y, width - 10, y), 0, 2)
        for x in range(10, width - side - 10, side):
            draw.rectangle((x + side // 3, y + side // 3, x + side // 2, y + side // 2), 0)
    return image


PICTURES: dict[str, Make] = {
    "png-cut": lambda: saved(marks())[:200],
    "png-no-pixels": lambda: png(200, 300),
    "png-declares-3.6-gigapixels": lambda: png(60_000, 60_000, 8, 2),
    "png-101-megapixels": lambda: blank_png(10_100, 10_000, 1, 0),
    "png-text-bomb": lambda: with_chunk(b"zTXt", bytes(80_000_000)),
    "png-profile-bomb": lambda: with_chunk(b"iCCP", bytes(80_000_000)),
    "jpeg-cut": lambda: saved(marks(), "JPEG")[:700],
    "jpeg-garbled": lambda: bytes(b ^ (n % 7 == 0 and n > 300) for n, b in enumerate(saved(marks(), "JPEG"))),
    "tiff-declares-4-gigapixels": lambda: grey_tiff(65_500, 65_500),
    "tiff-tiled-declares": lambda: grey_tiff(40_000, 40_000, tiled=True),
    "tiff-lzw-cut": lambda: grey_tiff(3_000, 3_000, 5),
    "tiff-deflate-cut": lambda: grey_tiff(3_000, 3_000, 8),
    "tiff-directories-in-a-ring": lambda: grey_tiff(100, 100, following=8),
    "tiff-101-frames": lambda: saved(
        Image.new("1", (8, 8)), "TIFF", save_all=True, append_images=[Image.new("1", (8, 8))] * 100
    ),
    "pdf-jbig2-garbled": lambda: one_page(
        b"600 0 0 800 0 0 cm /I Do", [picture(2000, 3000, b"\0" * 60, "/Filter /JBIG2Decode")], "/I 5 0 R"
    ),
    "pdf-jpx-garbled": lambda: one_page(
        b"600 0 0 800 0 0 cm /I Do",
        [picture(2000, 3000, b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99), "/Filter /JPXDecode")],
        "/I 5 0 R",
    ),
    "pdf-declares-10-gigapixels": lambda: one_page(
        b"600 0 0 800 0 0 cm /I Do", [picture(100_000, 100_000, b"\0" * 9)], "/I 5 0 R"
    ),
    "pdf-page-of-nothing": lambda: one_page(b"/I Do", [picture()], "/I 5 0 R", "0 0 0 0"),
    "pdf-page-of-a-hair": lambda: one_page(b"/I Do", [picture()], "/I 5 0 R", "0 0 1000000000 1"),
    "pdf-page-of-a-gigapoint": lambda: one_page(b"/I Do", [picture()], "/I 5 0 R", "0 0 1000000000 1000000000"),
    "pdf-large-unit": lambda: one_page(b"/I Do", [picture()], "/I 5 0 R", more="/UserUnit 75000"),
    "pdf-3000-pictures": lambda: one_page(
        b" ".join(b"/I%d Do" % n for n in range(3000)),
        [picture()] * 3000,
        " ".join(f"/I{n} {n + 5} 0 R" for n in range(3000)),
    ),
    "pdf-picture-10000-times": lambda: one_page(
        b"600 0 0 800 0 0 cm " + b"/I Do " * 10_000, [picture(3_000, 3_000)], "/I 5 0 R"
    ),
    "pdf-inline-pictures": lambda: one_page(
        b"600 0 0 800 0 0 cm " + b"BI /W 4 /H 4 /BPC 8 /CS /G ID 0123456789abcdef EI " * 3_000, [], ""
    ),
    "pdf-forms-20-deep": lambda: forms(20),
    "pdf-forms-40-deep": lambda: forms(40),
}
"""Files that end in a refusal, by name."""

LARGE: dict[str, Make] = {
    "jpeg-exif-garbled": lambda: saved(
        marks(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(range(250)) * 200
    ),
    "png-99-megapixels-rgb": lambda: blank_png(9_900, 10_000, 8, 2),
    "png-99-megapixels-rgba": lambda: blank_png(9_900, 10_000, 8, 6),
    "png-99-megapixels-16-bit": lambda: blank_png(9_900, 10_000, 16, 0),
    "png-99-megapixels-rgb-16-bit": lambda: blank_png(9_900, 10_000, 16, 2),
    "tiff-70-megapixels-lzw": lambda: saved(Image.new("RGB", (7_016, 9_921), "white"), "TIFF", compression="tiff_lzw"),
    "jpeg-99-megapixels": lambda: saved(Image.new("RGB", (9_900, 10_000), "white"), "JPEG"),
    "jpeg-cmyk-99-megapixels": lambda: saved(Image.new("CMYK", (9_900, 10_000)), "JPEG"),
    "page-of-noise": lambda: saved(noise(1654, 2339)),
    "page-of-squares": lambda: saved(squares(1654, 2339, 22), dpi=(200, 200)),
    "page-of-larger-squares": lambda: saved(squares(1654, 2339, 40), dpi=(200, 200)),
}
"""Files that may be read, though they take long or much memory, or are odd."""
