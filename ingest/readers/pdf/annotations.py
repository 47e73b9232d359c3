"""Paint what annotations show on a page: fields of a form as its text, remarks as what lies on it (ISO 32000-1, 12.5).

The text of a field belongs to the page. A remark, stamp or signature is counted, and the text below it is doubtful.
"""

from collections.abc import Iterator
from typing import Any, cast

from pdfminer.casting import safe_rect_list
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import MATRIX_IDENTITY, Matrix, Rect, apply_matrix_rect, decode_text, mult_matrix

from jixiao.ingest.formats.rendering import box_to_tick, printed_width
from jixiao.ingest.readers.pdf.objects import entries, file_of, items, name, numbers
from jixiao.ingest.readers.pdf.operators import Interpreter
from jixiao.ingest.readers.pdf.painting import Device, bounds

_NOT_SHOWN = 0x2 | 0x20  # flags of annotations: hidden, not for the screen
# Flags of fields: a push button, a list that opens, a password.
_BUTTON, _COMBO, _SECRET = 1 << 16, 1 << 17, 1 << 13
# Annotations whose appearance is not painted, since it hides no text.
_MARKS = frozenset({"Link", "Popup", "Highlight", "Underline", "Squiggly", "StrikeOut", "Text", "Caret", "Widget"})
_TEXTS = frozenset({"FreeText", "Stamp"})  # remarks that always tell something
_SILENT = frozenset({"Link", "Popup", "Widget"})  # annotations that are no remarks, whatever they contain
_DEEPEST = 16  # fields above a field
_LARGEST = 12.0  # points: the size of the text of a field that has room for it


def paint(page: PDFPage, device: Device, interpreter: Interpreter, form: dict[str, Any]) -> None:
    """Add the paint of a page's annotations to its `device`; `form` is the dictionary of the form's fields.

    Attached files and struck-out texts are noted there as well. Annotations that are hidden, or on a layer that is off,
    are passed over.
    """
    interpreter.init_resources({})
    interpreter.init_state(device.upright)
    for item in items(page.annots):
        annotation = entries(item)
        rect = safe_rect_list(numbers(annotation.get("Rect")))
        if rect is None or _flags(annotation, "F") & _NOT_SHOWN or device.layers.hides(annotation.get("OC")):
            continue
        kind = name(annotation.get("Subtype"))
        field = _inherited(annotation) if kind == "Widget" else {}
        if kind == "Widget" and field["FT"] != "Sig":
            _field(field, rect, device, interpreter, form)
            continue
        if kind == "FileAttachment":
            device.attached.append(file_of(annotation.get("FS")))
        elif kind == "StrikeOut":
            device.strikes += _quads(annotation, device)
        signed = kind == "Widget" and field.get("V") is not None
        has_text = signed or kind in _TEXTS or (kind not in _SILENT and bool(_text(annotation.get("Contents")).strip()))
        with device.remark(has_text=has_text):
            if kind not in _MARKS and (stream := _appearance(annotation)):
                _appear(stream, rect, device, interpreter, {})


def _field(field: dict[str, Any], rect: Rect, device: Device, interpreter: Interpreter, form: dict[str, Any]) -> None:
    """Paint a field of a form: a box for a tick box, else the field's appearance, else the field's value.

    The value is used for a list, whose appearance shows all choices, and if the viewer must make new appearances.
    """
    flags, stream = _flags(field, "Ff"), _appearance(field)
    box = apply_matrix_rect(device.upright, rect)
    listed = field["FT"] == "Ch" and not flags & _COMBO
    if field["FT"] == "Btn" and not flags & _BUTTON:
        size = min(box[2] - box[0], box[3] - box[1])
        device.write(box_to_tick(_is_ticked(field)), (box[0], box[1], box[0] + size, box[1] + size))
    elif stream and not listed and not resolve1(form.get("NeedAppearances")):
        _appear(stream, rect, device, interpreter, entries(form.get("DR")))
    elif field["FT"] in {"Tx", "Ch"} and not flags & _SECRET:
        _write(_value(field), box, device)


def _is_ticked(field: dict[str, Any]) -> bool:
    states = entries(entries(field.get("AP")).get("N"))
    state = name(field.get("AS")) or name(field.get("V"))
    return state not in {None, "Off"} and (state in states or not states)


def _inherited(annotation: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a field with those inherited from the fields above it; FT, its type, becomes a string."""
    found: dict[str, Any] = {}
    above: object = annotation
    for _ in range(_DEEPEST):
        own = entries(above)
        found = own | found
        above = own.get("Parent")
    return found | {"FT": name(found.get("FT"))}


def _appearance(annotation: dict[str, Any]) -> PDFStream | None:
    """Return the stream that paints an annotation in its present state; None if there is none."""
    shown = resolve1(entries(annotation.get("AP")).get("N"))
    if isinstance(shown, dict):
        shown = resolve1(shown.get(name(annotation.get("AS"))))
    return shown if isinstance(shown, PDFStream) and shown.objid is not None else None


def _appear(stream: PDFStream, rect: Rect, device: Device, interpreter: Interpreter, shared: dict[str, Any]) -> None:
    """Paint an appearance into the rectangle of its annotation (algorithm 8.1), with the `shared` resources."""
    bounds = safe_rect_list(numbers(stream.get("BBox"))) or (0.0, 0.0, rect[2] - rect[0], rect[3] - rect[1])
    given = numbers(stream.get("Matrix"))
    own = cast(Matrix, tuple(given)) if len(given) == len(MATRIX_IDENTITY) else MATRIX_IDENTITY
    x0, y0, x1, y1 = apply_matrix_rect(own, bounds)
    if x1 > x0 and y1 > y0:
        wide, high = (abs(rect[2] - rect[0]) / (x1 - x0), abs(rect[3] - rect[1]) / (y1 - y0))
        fitted = (wide, 0.0, 0.0, high, min(rect[0], rect[2]) - wide * x0, min(rect[1], rect[3]) - high * y0)
        painter = interpreter.subinterp()
        device.begin_figure("", bounds, own)
        matrix = mult_matrix(mult_matrix(own, fitted), device.upright)
        own_resources = entries(stream.get("Resources"))
        fonts = entries(shared.get("Font")) | entries(own_resources.get("Font"))
        painter.render_contents(cast(dict[object, object], own_resources | {"Font": fonts}), [stream], matrix)


def _value(field: dict[str, Any]) -> str:
    """Return the value of a text field or choice field as the form shows it; several choices are one per line."""
    shown = {
        _text(choice[0]): _text(choice[1]) for option in items(field.get("Opt")) if len(choice := items(option)) > 1
    }
    given = resolve1(field.get("V"))
    values = [_text(each) for each in (given if isinstance(given, list) else [given])]
    return "\n".join(shown.get(value, value) for value in values)


def _write(text: str, box: Rect, device: Device) -> None:
    """Add a field's value to the page, a glyph for each line, small enough to fit into the field's box."""
    x0, y0, x1, y1 = box
    lines = text.splitlines()
    high = min(_LARGEST, (y1 - y0) / max(len(lines), 1))
    for at, line in enumerate(lines):
        middle = (y0 + y1 + high * (len(lines) - 1)) / 2 - high * at
        right = min(x1, x0 + high / 2 * printed_width(line))
        device.write(line, (x0, middle - high / 2, right, middle + high / 2))


def _quads(annotation: dict[str, Any], device: Device) -> Iterator[Rect]:
    """Yield the boxes of the texts that an annotation marks."""
    points = numbers(annotation.get("QuadPoints"))
    for at in range(0, len(points) - 7, 8):
        xs, ys = points[at : at + 8 : 2], points[at + 1 : at + 8 : 2]
        yield apply_matrix_rect(device.upright, bounds([*zip(xs, ys, strict=True)]))


def _text(value: object) -> str:
    found = resolve1(value)
    return decode_text(found) if isinstance(found, bytes) else name(found) or ""


def _flags(annotation: dict[str, Any], key: str) -> int:
    found = resolve1(annotation.get(key))
    return found if isinstance(found, int) else 0
