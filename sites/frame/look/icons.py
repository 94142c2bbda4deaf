"""The shop's line icons: 24 by 24, drawn in the text's colour."""

from __future__ import annotations

from typing import Final

ICONS: Final[dict[str, str]] = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.4 4-6.5 8-6.5s7.2 2.1 8 6.5"/>',
    "basket": '<path d="M3 9.5h18l-2 10.5H5zM8 9.5 11 3m5 6.5L13 3M9.5 13v3.5m5-3.5v3.5"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.1"/>',
    "desk": '<path d="M4 4h16v11H4zM2 19.5h20M9 15v4.5m6-4.5v4.5"/>',
    "truck": '<path d="M2 6h12v11H2zM14 10h4.5l3.5 3.5V17h-8"/>'
    '<circle cx="6.5" cy="18" r="2"/><circle cx="17.5" cy="18" r="2"/>',
    "return": '<path d="M8 5 3.5 9.5 8 14"/><path d="M3.5 9.5H15a5 5 0 0 1 0 10H9"/>',
    "wrench": '<path d="M14.5 6.5a4.5 4.5 0 0 1 6-2l-3 3 .5 2 2 .5 3-3a4.5 4.5 0 0 1-6 5.5'
    'L9 20.5a2.1 2.1 0 0 1-3-3l8-8a4.5 4.5 0 0 1 .5-3z" transform="translate(-1.5 0)"/>',
    "lock": '<path d="M5 11h14v9.5H5zM8 11V7.5a4 4 0 0 1 8 0V11"/>',
    "mail": '<path d="M3 5.5h18v13H3zM3.5 6l8.5 7 8.5-7"/>',
    "arrow": '<path d="M4 12h15m-6-6.5 6.5 6.5-6.5 6.5"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "filter": '<path d="M3 6h18M6.5 12h11M10 18h4"/>',
    "chevron": '<path d="m9 5 7 7-7 7"/>',
}
