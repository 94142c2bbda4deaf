"""Reading out of an open page what it keeps and whom it would call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from upheld.browser.crawl.seen import Seen

KEPT = """async () => {
  const all = async (ask) => { try { return await ask(); } catch { return []; } };
  return {
    local: await all(() => Object.keys(localStorage)),
    session: await all(() => Object.keys(sessionStorage)),
    indexeddb: await all(async () => (await indexedDB.databases()).map((each) => each.name)),
    cache: await all(() => caches.keys()),
    worker: await all(async () => (await navigator.serviceWorker.getRegistrations())
      .map((each) => new URL(each.scope).pathname)),
  };
}"""
HINTS = """() => [...document.querySelectorAll("link[rel]")]
  .filter((link) => /\\b(preconnect|dns-prefetch|prefetch|prerender|preload|modulepreload)\\b/i
    .test(link.rel)).map((link) => link.href)"""
LINKS = """() => [...document.querySelectorAll("a[href]")]
  .filter((link) => !link.hasAttribute("download")).map((link) => link.href)"""
WATCH = """(() => {
  const set = [];
  const real = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true, enumerable: true, get: real.get,
    set(text) { set.push(String(text).split("=")[0].trim()); real.set.call(this, text); },
  });
  Object.defineProperty(window, "upheldCookiesSet", { value: set });
})();"""
"""Notes the cookies that scripts set: a server that ends them at once leaves no other trace."""
SET = "() => [...(window.upheldCookiesSet || [])]"
_DAY = 86400


def kept(page: Any, path: str) -> Iterator[Seen]:
    """Yield what stands in storage, and the hints of the page. `page` is Playwright's."""
    for kind, names in page.evaluate(KEPT).items():
        for name in names:
            yield Seen(kind, name, path)
    for name in page.evaluate(SET):
        yield Seen("cookie", name, path, host=urlsplit(page.url).hostname or "")
    for address in page.evaluate(HINTS):
        origin = outside(address, page.url)
        if origin:
            yield Seen("hint", origin, path)


def cookies(context: Any, path: str) -> Iterator[Seen]:
    """Yield every cookie of the browser, whoever's it is."""
    now = time.time()
    for cookie in context.cookies():
        days = 0.0 if cookie["expires"] < 0 else (cookie["expires"] - now) / _DAY
        yield Seen("cookie", cookie["name"], path, host=cookie["domain"], days=days)


def outside(address: str, site: str) -> str:
    """Return the origin of `address` when it is not that of `site`, else an empty text."""
    parts, own = urlsplit(address), urlsplit(site)
    if parts.scheme not in ("http", "https", "ws", "wss"):
        return ""
    if parts.netloc == own.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
