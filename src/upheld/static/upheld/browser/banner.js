// The banner with its dialog for one choice at a time. The server's form, which works without
// this script, is the template for it, and the server alone keeps the answers: clicks are taken
// before the library sees them, so that it never stores anything of its own.
(() => {
  "use strict";
  const bar = document.querySelector("[data-upheld-banner]");
  const library = window.CookieConsent;
  if (!bar || !library) return;
  const form = bar.querySelector("form");
  const asked = [...bar.querySelectorAll("[data-purpose]")];
  const [yes, no] = form.querySelectorAll("button");
  const more = form.querySelector("a");

  const escaped = (text) => {
    const held = document.createElement("span");
    held.textContent = text;
    return held.innerHTML;
  };

  const categories = {};
  for (const each of asked) categories[each.dataset.purpose] = { enabled: "before" in each.dataset };
  const sections = asked.map((each) => ({
    title: escaped(each.dataset.title),
    description: escaped(each.textContent),
    linkedCategory: each.dataset.purpose,
  }));

  const answer = async (fields) => {
    const body = new FormData(form);
    for (const [name, value] of fields) body.set(name, value);
    try {
      const sent = await fetch(bar.dataset.address, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!sent.ok) throw new Error(String(sent.status));
    } catch {
      // What cannot be sent this way is sent the plain way; the answer must not get lost.
      for (const [name, value] of fields) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        form.append(field);
      }
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    if (fields.some(([, value]) => value === "yes") || document.querySelector(".upheld-embed")) {
      location.reload();
      return;
    }
    library.hidePreferences();
    library.hide();
    document.documentElement.classList.remove("show--consent");
  };

  const taken = (event) => {
    const button = event.target.closest("#cc-main [data-role]");
    const role = button && button.dataset.role;
    if (!["all", "necessary", "save"].includes(role)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (role === "save") {
      const boxes = document.querySelectorAll("#cc-main .pm input.section__toggle");
      answer([...boxes].map((box) => [box.value, box.checked ? "yes" : "no"]));
    } else {
      answer([["all", role === "all" ? "yes" : "no"]]);
    }
  };
  document.addEventListener("click", taken, true);

  const start = () => {
    library
      .run({
        hideFromBots: false,
        autoClearCookies: false,
        manageScriptTags: false,
        lazyHtmlGeneration: false,
        cookie: { name: "upheld-unused", expiresAfterDays: 0 },
        guiOptions: {
          consentModal: { layout: "bar inline", position: "bottom", equalWeightButtons: true, flipButtons: false },
          preferencesModal: { layout: "box", equalWeightButtons: true },
        },
        categories,
        language: {
          default: "page",
          translations: {
            page: {
              consentModal: {
                title: bar.querySelector("h2").textContent,
                description: bar.querySelector("p").innerHTML,
                acceptNecessaryBtn: no.textContent,
                acceptAllBtn: yes.textContent,
                showPreferencesBtn: more.textContent,
              },
              preferencesModal: {
                title: more.textContent,
                acceptNecessaryBtn: no.textContent,
                acceptAllBtn: yes.textContent,
                savePreferencesBtn: "Keep these",
                closeIconLabel: "Close",
                sections,
              },
            },
          },
        },
      })
      .then(() => {
        // It asks and does not stand in the way: the page behind it stays usable.
        const shown = document.querySelector("#cc-main .cm");
        if (!shown) return;
        shown.removeAttribute("aria-modal");
        bar.hidden = true;
      });
  };

  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = bar.dataset.style;
  sheet.addEventListener("load", start);
  document.head.prepend(sheet);
})();
