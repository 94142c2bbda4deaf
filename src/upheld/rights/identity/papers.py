"""PDF documents, put together anew from what their pages show.

Only pages, with their contents and what those draw with, are taken over. Scripts, forms,
links, attached files, metadata and everything else of the document stay behind.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

from upheld.policy.detectors import DETECTORS
from upheld.rights.identity.refusals import ProofRefused

MOST_PAGES = 20
MOST_OBJECTS = 20_000
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all streams together, unpacked."""
_STEP = 1024 * 1024
_KEPT = ("/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents")
_CARRIED = ("/Metadata", "/PieceInfo", "/AA", "/JS", "/AF", "/EF", "/OPI")
_SHOWS = ("Tj", "TJ", "'", '"')
"""Operators that draw text."""
_UNREADABLE = "This PDF is damaged or locked. Please send it again without a password."


def rebuild(data: bytes, detectors: Sequence[str] = ()) -> tuple[bytes, int]:
    """Return the PDF made anew, and how many refused numbers in its text were blacked out.

    Raises `ProofRefused`.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as clean:
            _check(source)
            masked = 0
            for page in source.pages:
                for key in set(page.obj.as_dict()) - {*_KEPT, "/Parent"}:
                    del page.obj[key]
                if detectors:
                    masked += _mask(source, page, detectors)
                clean.pages.append(page)
            _strip(clean)
            out = io.BytesIO()
            clean.save(out, compress_streams=True, deterministic_id=True)
            return out.getvalue(), masked
    except (
        pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, KeyError, TypeError,
        RecursionError,
    ):  # fmt: skip
        raise ProofRefused("no readable PDF", words=_UNREADABLE) from None


def _strip(clean: pikepdf.Pdf) -> None:
    """Take off what a drawing may carry along without showing it."""
    for held in clean.objects:
        if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
            for key in _CARRIED:
                if key in held:
                    del held[key]


def _check(source: pikepdf.Pdf) -> None:
    if source.is_encrypted:
        raise ProofRefused("a PDF with a password", words=_UNREADABLE)
    if not 1 <= len(source.pages) <= MOST_PAGES:
        raise ProofRefused(
            f"a PDF of {len(source.pages)} pages",
            words=f"Please send only the pages that show who you are, at most {MOST_PAGES}.",
        )
    if len(source.objects) > MOST_OBJECTS or _unpacked(source) > MOST_UNPACKED:
        raise ProofRefused(
            "a PDF that unpacks to more than it should",
            words="This PDF is too large inside. Please send a photo of the document.",
        )


def _unpacked(source: pikepdf.Pdf) -> int:
    """Bytes of all streams, unpacked no further than the limit."""
    total = 0
    for held in source.objects:
        if not isinstance(held, pikepdf.Stream):
            continue
        total += _length(held, MOST_UNPACKED - total)
        if total > MOST_UNPACKED:
            break
    return total


def _length(stream: pikepdf.Stream, most: int) -> int:
    raw = stream.read_raw_bytes()
    named = stream.get("/Filter")
    filters = [str(each) for each in named] if isinstance(named, pikepdf.Array) else [str(named)]
    if len(filters) > 2:
        return MOST_UNPACKED + 1  # a bomb wrapped in a bomb; no scanner writes this
    for name in filters:
        if name in ("/FlateDecode", "/Fl"):
            if len(filters) > 1 and filters.count(name) > 1:
                return MOST_UNPACKED + 1
            return _inflated(raw, most) if filters[0] == name else len(raw) * 32
        if name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"):
            return len(raw) * 128
    return len(raw)


def _inflated(raw: bytes, most: int) -> int:
    unpacker = zlib.decompressobj()
    total, rest = 0, raw
    while rest and total <= most and not unpacker.eof:
        try:
            total += len(unpacker.decompress(rest, _STEP))
        except zlib.error:
            break
        rest = unpacker.unconsumed_tail
    return total


def _mask(source: pikepdf.Pdf, page: pikepdf.Page, detectors: Sequence[str]) -> int:
    """Overwrite refused numbers in the text that the page draws.

    Works where the text is stored as plain characters, as office programmes write it; a
    scanned picture holds no text to find.
    """
    if "/Contents" not in page.obj:
        return 0
    drawn: list[Any] = [
        (list(each.operands), each.operator) for each in pikepdf.parse_content_stream(page)
    ]
    places = list(_strings(drawn))
    text = "".join(part for _, _, part in places)
    hits = sorted({span for name in detectors for span in DETECTORS[name](text)})
    if not hits:
        return 0
    hidden = list(text)
    for start, end in hits:
        hidden[start:end] = ["x" if sign.isalnum() else sign for sign in hidden[start:end]]
    at = 0
    for operands, index, part in places:
        operands[index] = pikepdf.String("".join(hidden[at : at + len(part)]).encode("latin-1"))
        at += len(part)
    page.obj["/Contents"] = source.make_stream(pikepdf.unparse_content_stream(drawn))
    return len(hits)


def _strings(drawn: list[Any]) -> Iterator[tuple[Any, int, str]]:
    for operands, operator in drawn:
        if str(operator) not in _SHOWS:
            continue
        for number, operand in enumerate(operands):
            if isinstance(operand, pikepdf.String):
                yield operands, number, bytes(operand).decode("latin-1")
            elif isinstance(operand, pikepdf.Array):
                operands[number] = inner = list(operand)
                for index, part in enumerate(inner):
                    if isinstance(part, pikepdf.String):
                        yield inner, index, bytes(part).decode("latin-1")
