// What is offered below a search field while somebody types: searches, articles, sections.
// The field becomes a combobox; a form that this never reached works the same without it.

const KEPT = 60; // answers kept in memory
const PAUSE = 40; // ms: as long as a key that is held down needs to repeat
const LOOKED = 2; // seconds in view from which a list was looked at, and not only passed
const ANSWERS = new Map();
// Scripts without spaces between words: one letter is enough, and a word may begin anywhere.
const CJK =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/u;

export function suggest(form) {
  const field = form.querySelector("input[name=q]");
  const panel = element("div", { className: "suggestions", id: `${field.id}:list`, hidden: true });
  const status = element("p", { className: "visually-hidden" });
  let options = [];
  let shown = null; // the list in view: its text, since when, and whether one of it was picked
  let active = -1;
  let chosenFor = ""; // what was in the field then
  let asked = null; // the AbortController of the newest question
  let timer = 0;

  panel.setAttribute("role", "listbox");
  panel.setAttribute("aria-label", say("Suggestions"));
  status.setAttribute("role", "status");
  form.append(panel, status);
  attributes(field, {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": panel.id,
    "aria-expanded": "false",
  });

  field.addEventListener("input", (event) => event.isComposing || soon());
  field.addEventListener("compositionend", soon);
  field.addEventListener("keydown", (event) => {
    // While an input method composes, Enter and the arrows are its own (Safari says so by 229).
    if (!event.isComposing && event.keyCode !== 229) pressed(event);
  });
  form.addEventListener("submit", () => {
    shown = null; // the page of results is that search
    close();
  });
  addEventListener("pagehide", left);
  panel.addEventListener("click", picked);
  panel.addEventListener("auxclick", picked);
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || close());
  panel.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  if (field.value !== field.defaultValue) soon(); // typed before this module came

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(update, ANSWERS.has(typed(field)) ? 0 : PAUSE);
  }

  // The list that is shown stays until the new one is here; an answer to an older question is dropped.
  async function update() {
    const text = typed(field);
    asked?.abort();
    if (text.length < (CJK.test(text) ? 1 : 2)) return close();
    const question = (asked = new AbortController());
    const answer = await answerTo(text, question.signal);
    if (question === asked) show(answer, text);
  }

  function show(answer, text) {
    const groups = groupsOf(answer);
    if (!groups.length) return close();
    const bold = emphasis(text);
    if (shown?.text !== text) {
      left();
      shown = { text, at: performance.now() };
    }
    const chosen = chosenFor === text ? options[active]?.href : ""; // an answer that is late takes no choice away
    options = [];
    panel.replaceChildren(...groups.map(([title, entries], number) => group(title, entries, number, bold)));
    panel.hidden = false;
    panel.scrollTop = 0;
    choose(options.findIndex((option) => option.href === chosen));
    field.setAttribute("aria-expanded", "true");
    status.textContent = options.length === 1 ? say("1 suggestion") : say("{count} suggestions").replace("{count}", options.length);
  }

  function group(title, entries, number, bold) {
    const label = element("div", { className: "suggestions-title", id: `${panel.id}:${number}`, textContent: title });
    const box = element("div", { className: "suggestions-group" });
    attributes(box, { role: "group", "aria-labelledby": label.id });
    box.append(label, ...entries.map((entry) => option(entry, bold)));
    return box;
  }

  function option({ text, where, url, slug, lang, whereLang }, bold) {
    const link = element("a", { className: "suggestion", href: url, id: `${panel.id}:option-${options.length}`, tabIndex: -1 });
    const title = inLanguage(lang, element("span", { className: "suggestion-title" }));
    attributes(link, { role: "option", "aria-selected": "false" });
    if (slug) link.dataset.article = slug;
    title.append(...bold(text));
    link.append(title);
    if (where) link.append(" ", inLanguage(whereLang, element("span", { className: "suggestion-where", textContent: where })));
    options.push(link);
    return link;
  }

  // For signals.js, which tells the site.
  function left() {
    if (shown && !shown.picked && since() >= LOOKED) signal("search");
    shown = null;
  }

  function picked({ target, button }) {
    const link = target.closest("a[data-article]");
    if (!shown || !link || button > 1) return;
    shown.picked = true;
    signal("click", { article: link.dataset.article, rank: listed().indexOf(link) + 1 });
  }

  function signal(kind, values) {
    const detail = { kind, q: shown.text, source: "suggestion", total: listed().length, seconds: since(), ...values };
    if (detail.total) document.dispatchEvent(new CustomEvent("kb:signal", { detail }));
  }

  function listed() {
    return options.filter((option) => option.dataset.article);
  }

  function since() {
    return Math.round((performance.now() - shown.at) / 1000);
  }

  function close() {
    left();
    clearTimeout(timer);
    asked?.abort();
    asked = null;
    panel.hidden = true;
    status.textContent = "";
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function pressed(event) {
    const { key } = event;
    if (panel.hidden) {
      if (key === "ArrowDown" && !event.altKey) update();
      return;
    }
    if (key === "ArrowDown") choose(active + 1 < options.length ? active + 1 : -1);
    else if (key === "ArrowUp") choose(active < 0 ? options.length - 1 : active - 1);
    else if (key === "Home" && active >= 0) choose(0);
    else if (key === "End" && active >= 0) choose(options.length - 1);
    else if (key === "Enter" && active >= 0) options[active].click();
    else if (key === "Escape") close();
    else {
      if (key === "Tab") close();
      return; // typing, moving in the text, and Enter with nothing chosen, which submits
    }
    event.preventDefault();
  }

  // -1 is the field itself: from the last suggestion the arrow leads back to what was typed.
  function choose(number) {
    options[active]?.setAttribute("aria-selected", "false");
    active = number;
    chosenFor = typed(field);
    const chosen = options[active];
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
}

function typed(field) {
  return field.value.trim().replace(/\s+/g, " ");
}

// Without a connection there is no list, and nothing to say about it.
async function answerTo(text, signal) {
  const kept = ANSWERS.get(text);
  if (kept) return kept;
  const query = new URLSearchParams({ q: text, lang: document.documentElement.lang });
  try {
    const response = await fetch(`${document.body.dataset.suggestions}?${query}`, { signal });
    if (!response.ok) return null;
    const answer = await response.json();
    if (ANSWERS.size >= KEPT) ANSWERS.delete(ANSWERS.keys().next().value);
    ANSWERS.set(text, answer);
    return answer;
  } catch {
    return null;
  }
}

// [title, entries] of each kind that has any. A section stands with its article's title.
function groupsOf(answer) {
  const { completions = [], results = [] } = answer ?? {};
  const search = new URL(document.querySelector("form[role=search]").action).pathname;
  const { frame = "" } = document.body.dataset; // in the widget articles stay inside it
  const searches = completions.map((text) => ({ text, url: `${search}?${new URLSearchParams({ q: text })}` }));
  const articles = results.filter((r) => !r.section).map((r) => ({ text: r.title, lang: r.lang, where: r.category, url: frame + r.url, slug: r.slug }));
  const sections = results.filter((r) => r.section).map((r) => ({ text: r.section.title, lang: r.lang, where: r.title, whereLang: r.lang, url: frame + r.url, slug: r.slug }));
  const groups = [[say("Searches"), searches], [say("Articles"), articles], [say("Sections"), sections]];
  return groups.filter(([, entries]) => entries.length);
}

// A function that cuts a text into nodes, with what begins like a typed word in bold.
function emphasis(typedText) {
  const words = plain(typedText).match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!words.length) return (text) => [text];
  const starts = words.map((word) => (CJK.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}`));
  const pattern = new RegExp(starts.sort((a, b) => b.length - a.length).join("|"), "giu");
  return (text) => {
    const nodes = [];
    let end = 0;
    for (const found of plain(text).matchAll(pattern)) {
      nodes.push(text.slice(end, found.index));
      end = found.index + found[0].length;
      nodes.push(element("b", { textContent: text.slice(found.index, end) }));
    }
    return [...nodes, text.slice(end)];
  };
}

// Latin letters without their accents, each still in its place.
function plain(text) {
  return text.replace(/[\u00c0-\u024f]/g, (letter) => letter.normalize("NFD")[0]);
}

// Said only where it is not the page's own; then the text may run the other way, too.
function inLanguage(lang, node) {
  if (lang && lang !== document.documentElement.lang) attributes(node, { lang, dir: "auto" });
  return node;
}

function attributes(node, values) {
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, value);
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
