// The picker: finds while somebody types or pastes, arrow keys choose, Enter copies.
// Its forms also work without this; here their answers replace a part of the page.

const PAUSE = 60; // ms between two keystrokes of one search
const KEPT = "kb.copy"; // the form that was copied last

for (const root of document.querySelectorAll("[data-picker]")) picker(root);

// Ctrl+K: into the picker of the page, or into one that comes as a dialog.
export async function open(address) {
  const here = document.querySelector("[data-picker] textarea");
  if (here) return here.focus();
  const answer = await fetch(address);
  if (answer.redirected || !answer.ok) return location.assign(answer.url); // signed out
  const dialog = element("dialog", { className: "picker-dialog", innerHTML: await answer.text() });
  const close = element("button", { type: "button", className: "button-plain picker-close", textContent: say("Close") });
  dialog.setAttribute("aria-label", say("Find an answer"));
  close.addEventListener("click", () => dialog.close());
  dialog.append(close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  picker(dialog.querySelector("[data-picker]"));
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}

function picker(root) {
  const find = (selector) => root.querySelector(selector);
  const ask = find(".picker-ask");
  const field = find("textarea");
  const form = find("[data-form]");
  const reference = find("[data-reference]");
  const button = find("[data-copy]");
  const warning = find("[data-warning]");
  const status = find("[data-status]");
  let options = [];
  let active = -1;
  let answered = ""; // the text that the list answers
  let armed = null; // what customers cannot open, after Enter and before Ctrl+Enter
  let asked = null; // the AbortController of the newest question
  let timer = 0;

  form.value = recall() ?? form.value;
  if (form.selectedIndex < 0) form.selectedIndex = 0;
  form.addEventListener("change", () => remember(form.value));
  root.addEventListener("submit", submitted);
  root.addEventListener("click", clicked);
  root.addEventListener("keydown", pressed);
  field.addEventListener("input", (event) => {
    disarm();
    status.textContent = "";
    show("done", "");
    clearTimeout(timer);
    if (!field.value.trim()) reference.value = "";
    timer = setTimeout(search, event.inputType?.startsWith("insertFromPaste") ? 0 : PAUSE);
  });
  button.addEventListener("click", () => copy());
  find("[data-anyway]").addEventListener("click", () => armed && send(armed));
  if (root.closest(".panel")) given();
  if (field.value) search();

  // What a bookmark brought, behind the # of the address: it goes no further than this.
  function given() {
    const told = new URLSearchParams(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    field.value = told.get("text") ?? field.value;
    reference.value = told.get("reference") ?? "";
    field.focus();
  }

  async function search() {
    const text = field.value;
    asked?.abort();
    const question = (asked = new AbortController());
    const answer = await post(ask.action, new URLSearchParams({ q: text, part: 1 }), question.signal);
    if (question !== asked || answer === null) return;
    answered = text;
    show("results", answer);
    options = [...root.querySelectorAll("[role=option]")];
    if (options.length) field.setAttribute("aria-controls", "picks");
    else field.removeAttribute("aria-controls");
    choose(options.length ? 0 : -1);
  }

  function show(region, html) {
    find(`[data-region=${region}]`).innerHTML = html;
  }

  // Forms whose answers are a part of the picker.
  async function submitted(event) {
    const { target, submitter } = event;
    const region = target.dataset.part;
    if (!region) return;
    event.preventDefault();
    if (target === ask) return search();
    const body = new URLSearchParams(new FormData(target, submitter));
    if ("missing" in target.dataset) body.set("q", field.value);
    body.set("part", 1);
    const answer = await post(target.action, body);
    if (answer === null) return;
    const left = "missing" in target.dataset && target.contains(document.activeElement);
    show(region, answer);
    if (left) find("[data-region=done] input")?.focus(); // what was pressed is hidden now
    disarm();
    status.textContent = "";
    if (target.closest(".picker-flag")) target.closest("details").open = false;
  }

  function clicked({ target }) {
    const option = target.closest("[role=option]");
    if (!option) return;
    choose(options.indexOf(option));
    field.focus();
  }

  function pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.code === "KeyN" && event.altKey && !event.ctrlKey) {
      event.preventDefault();
      find("[data-missing]")?.requestSubmit();
      return;
    }
    if (event.target !== field || event.altKey || event.shiftKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      if (!event.ctrlKey && !event.metaKey) copy();
      else if (armed) send(armed);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((active + step + options.length) % options.length);
    } else if (event.key !== "Control" && event.key !== "Meta") disarm();
  }

  function choose(number) {
    disarm();
    options[active]?.setAttribute("aria-selected", "false");
    active = number;
    const chosen = options[active];
    button.disabled = !chosen;
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", chosen.id);
    const flagged = find("[data-chosen]");
    if (flagged) flagged.value = chosen.dataset.article;
  }

  // A list that does not answer what stands in the field now is asked for anew instead.
  function copy() {
    const chosen = options[active];
    if (field.value !== answered) return search();
    if (!chosen) return;
    if (!chosen.dataset.hidden) return send(chosen);
    armed = chosen;
    warning.querySelector("p").textContent =
      say("“{title}” is not for customers ({why}). Press Ctrl+Enter to copy it for your team.")
        .replace("{why}", chosen.dataset.hidden).replace("{title}", () => chosen.dataset.title);
    warning.hidden = false;
  }

  function disarm() {
    armed = null;
    warning.hidden = true;
  }

  // The promise is given to the clipboard at once: Safari takes nothing after the key is up.
  async function send(chosen) {
    disarm();
    const { article, section, title } = chosen.dataset;
    const body = new URLSearchParams({ article, section, form: form.value, reference: reference.value });
    const copied = post(root.dataset.copies, body).then((answer) => answer ?? Promise.reject(new Error("refused")));
    try {
      await toClipboard(copied, form.value !== "markdown" && (form.value !== "address" || "reply" in chosen.dataset));
      status.textContent = say("Copied “{title}”: {form}.").replace("{form}", form.selectedOptions[0].text).replace("{title}", () => title);
      remember(form.value);
    } catch {
      const answer = await copied.catch(() => null); // without a clipboard it is copied by hand
      if (answer) byHand(answer.text);
    }
  }

  function byHand(text) {
    const label = element("label", { className: "picker-done", textContent: say("The browser has no clipboard for this page. Copy it here:") });
    const copy = element("textarea", { readOnly: true, rows: 3, value: text });
    label.append(copy);
    find("[data-region=done]").replaceChildren(label);
    copy.select();
  }

  // The answer, JSON or a part of the page; null with the reason shown.
  async function post(address, body, signal) {
    try {
      const headers = { Accept: address === root.dataset.copies ? "application/json" : "text/html, application/json;q=0.9" };
      const response = await fetch(address, { method: "POST", body, signal, headers });
      if (response.url.includes("/staff/login")) throw new Error(say("You are signed out. Sign in on another tab, then go on here."));
      const json = response.headers.get("Content-Type").includes("json");
      const answer = json ? await response.json() : await response.text();
      if (response.ok) return answer;
      throw new Error(json ? [answer.error.message, answer.error.hint].filter(Boolean).join(" ") : say("That did not work. Try again in a moment."));
    } catch (error) {
      if (error.name === "AbortError") return null;
      status.textContent = error instanceof TypeError ? say("There is no connection. Nothing is lost: try again.") : error.message;
      return null;
    }
  }
}

// Both types at once where both belong together, so that the help desk takes the one it knows.
function toClipboard(copied, both) {
  const part = (type, name) => copied.then((answer) => new Blob([answer[name]], { type }));
  const item = { "text/plain": part("text/plain", "text") };
  if (both) item["text/html"] = part("text/html", "html");
  return navigator.clipboard.write([new ClipboardItem(item)]);
}

function remember(form) {
  try {
    localStorage.setItem(KEPT, form);
  } catch {
    // Blocked storage: the first form is offered again next time.
  }
}

function recall() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
