"""What the two hosts serve."""

from __future__ import annotations

import json

from sites.outside.server import Content

_WIDGET = """(() => {
  "use strict";
  const me = document.currentScript;
  const place = document.getElementById("upheld-embed-" + me.dataset.upheldEmbed);
  // As such widgets do, it keeps things under the name of the site that shows it.
  document.cookie = "words_lang=cy; path=/; max-age=86400; samesite=lax";
  localStorage.setItem("words.pairs", "en-cy");
  fetch(new URL("/phrases.json", me.src)).then((answer) => answer.json()).then((phrases) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = phrases.button;
    button.addEventListener("click", () => {
      for (const [from, to] of Object.entries(phrases.words)) {
        for (const each of document.querySelectorAll("h1, h2, nav a")) {
          if (each.textContent.trim() === from) each.textContent = to;
        }
      }
      document.documentElement.lang = "cy";
    });
    place.append(button);
    place.dataset.ready = "yes";
  });
})();
"""
_PHRASES = {
    "button": "Cymraeg",
    "words": {"Services": "Gwasanaethau", "Contact": "Cysylltu", "Practice": "Practis"},
}
_TAG = """(() => {
  "use strict";
  document.cookie = "tag_id=" + Math.random().toString(36).slice(2) + "; path=/; max-age=31536000";
  localStorage.setItem("tag.seen", location.href);
  const spot = new Image();
  spot.src = new URL("/pixel.gif?at=" + encodeURIComponent(location.pathname),
    document.currentScript.src);
})();
"""
_PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
_FRAME = '<!doctype html><html lang="en"><title>Outside</title><p>Content from outside.'

WIDGET: Content = {
    "/widget.js": ("text/javascript", _WIDGET.encode()),
    "/phrases.json": ("application/json", json.dumps(_PHRASES).encode()),
    "/frame/": ("text/html", _FRAME.encode()),
}
TAG: Content = {
    "/tag.js": ("text/javascript", _TAG.encode()),
    "/pixel.gif": ("image/gif", _PIXEL),
    "/frame/": ("text/html", _FRAME.encode()),
}
HOSTS = {"widget": WIDGET, "tag": TAG}
