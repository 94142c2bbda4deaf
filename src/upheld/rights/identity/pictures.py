"""Pictures of documents, drawn anew: only pixels survive, no metadata, no second frame.

The size is read from the header before a pixel is unpacked, so a small file that unpacks to
a huge picture is turned away for what it says of itself, and a lying header fails to decode.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from upheld.rights.identity.refusals import ProofRefused

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MOST_PIXELS = 40_000_000
_TOO_LARGE = "This picture is too large. Please send one under 40 megapixels."
LONGEST_SIDE = 2400
"""Pixels of the rewritten picture: enough to read a passport."""


def redraw(data: bytes, media: str) -> bytes:
    """Return the picture as a plain JPEG. Raises `ProofRefused`."""
    try:
        with warnings.catch_warnings():
            # Our own limit is stricter than the one that Pillow warns of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(FORMATS[media],)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ProofRefused(
                        f"a picture of {picture.width} x {picture.height} pixels",
                        words=_TOO_LARGE,
                    )
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except ProofRefused:
        raise
    except Image.DecompressionBombError:  # from far beyond our limit on, before we can look
        raise ProofRefused("a picture bomb", words=_TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
        raise ProofRefused(
            f"no readable {media}", words="This picture is damaged. Please send it again."
        ) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    # A new picture from the pixels alone: no comment, profile or thumbnail comes along.
    plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    plain.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
