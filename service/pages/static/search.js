// Answers while somebody types: the same form, sent to the same place, with the list alone as answer.
// Nothing of it stands in an address; without this file the form's button does the same.
"use strict";

(() => {
  const form = document.getElementById("pencarian");
  const found = document.getElementById("temuan");
  const news = document.getElementById("kabar");
  const PAUSE = 350; // ms after the last key: fewer requests than the service's pace allows
  let timer = 0;
  let asked = null; // the question under way; a later one takes its place
  let changed = false; // the page shows another search than its address answered

  const stop = () => {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
  };
  const later = (wait) => {
    stop();
    timer = setTimeout(ask, wait);
  };

  async function ask(button) {
    stop();
    const mine = (asked = new AbortController());
    const fields = new FormData(form);
    if (button) fields.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "Selaras-Part": "found" },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: mine.signal,
      });
      if (answer.status === 429) {
        say(news.dataset.wait, true);
        timer = setTimeout(ask, 1000 * (Number(answer.headers.get("Retry-After")) || 1));
        return;
      }
      if (answer.status === 401) return form.submit(); // signed out meanwhile: the page says so
      if (!answer.ok) throw new Error(String(answer.status));
      const list = await answer.text();
      if (mine === asked) show(list);
    } catch (error) {
      if (mine === asked) say(news.dataset.fault, true);
    }
  }

  function show(list) {
    const held = found.contains(document.activeElement) ? document.activeElement : null;
    found.innerHTML = list;
    if (held) (document.getElementById(held.id) || found).focus();
    document.getElementById("kosongkan").hidden = !found.querySelector("[data-said]");
    const said = found.querySelector("[data-said]");
    say(said ? said.textContent.trim() : "", false);
    changed = true;
  }

  function say(words, seen) {
    news.textContent = words;
    news.className = seen ? "reason" : "hide";
  }

  form.addEventListener("input", (event) => later(event.target.matches("input") ? PAUSE : 0));
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target !== form || !button || !found.contains(button)) return stop();
    event.preventDefault(); // a heading or a page of the list: the list alone is new
    ask(button);
  });
  addEventListener("pagehide", stop);

  // Another language or look keeps the search: sent again, never written into the address.
  document.querySelectorAll(".switch a[href^='?'], .switch button").forEach((one) =>
    one.addEventListener("click", (event) => {
      if (!changed) return;
      event.preventDefault();
      form.action = one.href || one.formAction;
      form.submit();
    }),
  );
})();
