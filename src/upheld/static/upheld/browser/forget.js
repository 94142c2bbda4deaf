// Takes out of the browser's storage what its person does not allow, by the names that the
// policy declares: cookies are ended by the server, these a server cannot reach.
(() => {
  "use strict";
  const names = JSON.parse(document.currentScript.dataset.forget);
  const meant = (rule) => (name) =>
    rule.endsWith("*") ? name.startsWith(rule.slice(0, -1)) : name === rule;
  const clear = (store, is) => {
    for (const key of Object.keys(store)) if (is(key)) store.removeItem(key);
  };
  const forget = {
    local: (is) => clear(localStorage, is),
    session: (is) => clear(sessionStorage, is),
    indexeddb: async (is) => {
      for (const { name } of await indexedDB.databases()) if (is(name)) indexedDB.deleteDatabase(name);
    },
    cache: async (is) => {
      for (const name of await caches.keys()) if (is(name)) await caches.delete(name);
    },
    worker: async (is) => {
      for (const each of await navigator.serviceWorker.getRegistrations()) {
        if (is(new URL(each.scope).pathname)) await each.unregister();
      }
    },
  };
  for (const [kind, name] of names) {
    // A browser that forbids storage, or lacks a kind, has nothing to forget.
    try {
      Promise.resolve(forget[kind](meant(name))).catch(() => {});
    } catch {
      continue;
    }
  }
})();
