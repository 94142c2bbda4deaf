"""A real clamd on loopback, and the practice with its rights."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.test import override_settings
from PIL import Image

from sites import scanner
from tests.rights.requests.conftest import governance

__all__ = ["governance"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real scanner listens."""
    port = free_port()
    process = scanner.start(tmp_path_factory.mktemp("clamd"), port)
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def scanned(clamd: str, governance: object) -> Iterator[None]:
    """The site asks the scanner."""
    with override_settings(UPHELD=settings.UPHELD | {"CLAMD": clamd}):
        from tests.rights.requests.conftest import richer
        from upheld.datamap.active import active, override

        # A change of settings reads the folder again; the richer policy stands above it.
        with override(policy=richer(active().policy)):
            yield


def picture(size: tuple[int, int] = (64, 40), form: str = "JPEG", **given: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 180, 90)).save(out, form, **given)  # type: ignore[arg-type]
    return out.getvalue()


def paper(text: str = "Ann Oakes", **extra: object) -> bytes:
    """A one-page PDF that draws `text`."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        page = pdf.add_blank_page(page_size=(300, 200))
        page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj["/Contents"] = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        for key, value in extra.items():
            pdf.Root[f"/{key}"] = value
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
