from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from tests.rights.identity.conftest import paper, picture
from upheld.rights.identity.papers import rebuild
from upheld.rights.identity.pictures import redraw
from upheld.rights.identity.refusals import ProofRefused

DAMAGED = "This PDF is damaged or locked. Please send it again without a password."


def test_scripts_attachments_and_metadata_stay_behind() -> None:
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=b"app.alert(1)")
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"))
        pdf.attachments["evil.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ-payload")
        pdf.docinfo["/Author"] = "Ann Oakes of Mill Lane"
        page = pdf.pages[0].obj
        page["/AA"] = pikepdf.Dictionary(O=pikepdf.Dictionary(JS=b"app.alert(2)"))
        page["/Annots"] = pikepdf.Array([
            pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(URI=b"http://x.example"))
        ])  # fmt: skip
        page["/Metadata"] = pdf.make_stream(b"<secret/>")
        out = io.BytesIO()
        pdf.save(out, compress_streams=False)
    clean, masked = rebuild(out.getvalue())
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in pdf.trailer
        assert set(pdf.pages[0].obj.keys()) <= {
            "/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"
        }  # fmt: skip
        loose = io.BytesIO()
        pdf.save(
            loose,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    for trace in (b"alert", b"MZ-payload", b"Mill Lane", b"x.example", b"secret", b"xdp"):
        assert trace not in loose.getvalue()
    assert b"Ann Oakes" in loose.getvalue()
    assert masked == 0


def test_card_numbers_in_the_text_are_blacked_out() -> None:
    clean, masked = rebuild(paper("Card 4111 1111 1111 1111 of Ann"), ("card.number",))
    assert masked == 1
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        drawn = pdf.pages[0].Contents.read_bytes()
    assert b"4111" not in drawn
    assert b"Card xxxx xxxx xxxx xxxx of Ann" in drawn


def test_a_number_cut_in_pieces_is_found_too() -> None:
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(
            b"BT /F1 12 Tf [(4111 11) -20 (11 1111)] TJ ( 1111 end) Tj ET"
        )
        out = io.BytesIO()
        pdf.save(out)
    clean, masked = rebuild(out.getvalue(), ("card.number",))
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert b"1111" not in pdf.pages[0].Contents.read_bytes()
    assert masked == 1


def test_a_bomb_is_not_unpacked() -> None:
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        bomb = zlib.compress(bytes(150 * 1024 * 1024), 9)
        image = pikepdf.Stream(pdf, bomb)
        image["/Filter"] = pikepdf.Name.FlateDecode
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(Im=image)
        out = io.BytesIO()
        pdf.save(out)
    assert len(out.getvalue()) < 1024 * 1024
    with pytest.raises(ProofRefused) as caught:
        rebuild(out.getvalue())
    assert caught.value.words == (
        "This PDF is too large inside. Please send a photo of the document."
    )


def test_what_is_locked_or_broken_or_long() -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="x", owner="y"))
    for data in (locked.getvalue(), b"%PDF-1.7 nothing", paper()[:200]):
        with pytest.raises(ProofRefused) as caught:
            rebuild(data)
        assert caught.value.words == DAMAGED
    long = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(21):
            pdf.add_blank_page()
        pdf.save(long)
    with pytest.raises(ProofRefused) as caught:
        rebuild(long.getvalue())
    assert caught.value.words == ("Please send only the pages that show who you are, at most 20.")


def test_a_picture_keeps_its_pixels_alone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at Mill Lane"
    data = picture(exif=exif, comment=b"a hidden word")
    assert b"Mill Lane" in data
    clean = redraw(data, "image/jpeg")
    assert b"Mill Lane" not in clean
    assert b"hidden" not in clean
    with Image.open(io.BytesIO(clean)) as drawn:
        assert (drawn.format, drawn.size, drawn.info.get("exif")) == ("JPEG", (64, 40), None)


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(redraw(picture((4000, 1000), "PNG"), "image/png"))) as drawn:
        assert drawn.size == (2400, 600)


def test_a_picture_bomb_is_turned_away_by_its_header() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1024 * 1024
    with pytest.raises(ProofRefused) as caught:
        redraw(out.getvalue(), "image/png")
    assert caught.value.words == ("This picture is too large. Please send one under 40 megapixels.")


@pytest.mark.parametrize("data", [picture()[:100], b"\xff\xd8\xff\xe0" + bytes(50)])
def test_a_damaged_picture(data: bytes) -> None:
    with pytest.raises(ProofRefused) as caught:
        redraw(data, "image/jpeg")
    assert caught.value.words == "This picture is damaged. Please send it again."
