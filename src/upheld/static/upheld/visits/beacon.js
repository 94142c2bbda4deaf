/* Tells how long this page was looked at, how it loaded and whether a script failed. Sends no
   address, no text and nothing that was typed; stores nothing in the browser. */
(function () {
  "use strict";
  var own = document.currentScript;
  if (!own || !own.dataset.visit || !navigator.sendBeacon) return;
  var since = document.hidden ? null : performance.now();
  var looked = 0, told = false, errors = [], events = [];

  function send(said) {
    said.page = own.dataset.visit;
    navigator.sendBeacon(own.dataset.to, new Blob([JSON.stringify(said)], { type: "application/json" }));
  }

  function fault(kind) {
    if (errors.length < 10) errors.push(kind);
  }

  window.addEventListener("error", function (event) {
    var known = /^(Eval|Range|Reference|Security|Syntax|Type|URI)Error$/;
    if (event.target !== window) fault("resource");
    else fault(event.error && known.test(event.error.name) ? event.error.name : "Error");
  }, true);
  window.addEventListener("unhandledrejection", function () { fault("promise"); });

  function leave() {
    var said = {};
    if (since !== null) looked += performance.now() - since;
    since = null;
    if (!told) {
      var entry = performance.getEntriesByType("navigation")[0];
      said.seconds = Math.min(86400, Math.round(looked / 1000));
      if (entry && entry.loadEventEnd > 0) said.loaded = Math.min(86400000, Math.round(entry.loadEventEnd));
    }
    if (errors.length) said.errors = errors;
    if (events.length) said.events = events;
    if (!told || errors.length || events.length) send(said);
    told = true;
    errors = [];
    events = [];
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) leave();
    else since = performance.now();
  });
  window.addEventListener("pagehide", leave);
  window.upheldEvent = function (name) { if (events.length < 10) events.push(String(name)); };
})();
