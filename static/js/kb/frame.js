// What every page gains from JavaScript; each function does nothing where it finds nothing.

schemeChoice();
menus();
suggestions();
searchKey();
datesInWords();

function schemeChoice() {
  const root = document.documentElement;
  for (const radio of document.querySelectorAll("input[name=scheme]")) {
    radio.checked = radio.value === (root.dataset.scheme ?? "");
    radio.addEventListener("change", () => {
      if (radio.value) root.dataset.scheme = radio.value;
      else delete root.dataset.scheme;
      try {
        if (radio.value) localStorage.setItem("kb.scheme", radio.value);
        else localStorage.removeItem("kb.scheme");
      } catch {
        // Blocked storage: the choice lasts for this page.
      }
    });
  }
}

function menus() {
  document.querySelectorAll("details:is(.menu, .share)").forEach(menu);
}

function menu(details) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
  });
}

// Suggestions are fetched with the first focus of a search field, before anything is typed.
function suggestions() {
  const { suggest: module } = document.body.dataset;
  for (const form of document.querySelectorAll("form[role=search]")) {
    const load = async () => {
      const { suggest } = await import(module);
      suggest(form);
    };
    if (form.contains(document.activeElement)) load();
    else form.addEventListener("focusin", load, { once: true });
  }
}

function searchKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = [...document.querySelectorAll("input[name=q]")].find((input) => input.checkVisibility());
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  const home = document.querySelector("#home-search");
  if (home && matchMedia("(hover: hover) and (pointer: fine)").matches && !location.hash) {
    home.focus({ preventScroll: true });
  }
}

// "3 weeks ago", with the full date as the title. A day is as exact as dates in articles are.
function datesInWords() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  const today = Math.floor((Date.now() - new Date().getTimezoneOffset() * 60_000) / 86_400_000);
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const days = Math.round(Date.parse(time.dateTime) / 86_400_000) - today;
    if (Number.isNaN(days)) continue;
    time.title = time.textContent;
    time.textContent = words.format(...largestUnit(Math.min(days, 0)));
  }
}

function largestUnit(days) {
  const past = -days;
  if (past < 14) return [days, "day"];
  if (past < 60) return [Math.round(days / 7), "week"];
  if (past < 548) return [Math.round(days / 30.44), "month"];
  return [Math.round(days / 365.25), "year"];
}
