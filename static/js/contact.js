// Articles that may answer what is being written, shown beside the form while somebody still types.
// The server makes the list, the same that the step before sending shows; without a script that step is all.

const PAUSE = 450; // ms without a key
const LEAST = 4; // characters: fewer say nothing yet

const form = document.querySelector("[data-contact-form]");
const section = document.querySelector("[data-may-answer]");
const status = document.querySelector("[data-contact-status]");
const { subject, text, article, q } = form.elements;
let timer = 0;
let asked = null; // the AbortController of the newest question

fromSearch();
document.addEventListener("toggle", opened, true); // it does not bubble
if (section) {
  for (const field of [subject, text]) field.addEventListener("input", (event) => event.isComposing || soon());
  if (subject.value) soon();
}
addEventListener("pageshow", () => form.querySelectorAll("button").forEach((button) => (button.disabled = false)));
form.addEventListener("submit", () => {
  // after the values were taken: a second click must not send it twice
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

async function ask() {
  asked?.abort();
  if ((subject.value + text.value).trim().length < LEAST) return show(null);
  const question = (asked = new AbortController());
  const body = new URLSearchParams({ subject: subject.value, text: text.value, q: q.value });
  try {
    const response = await fetch(section.dataset.mayAnswer, { method: "POST", body, signal: question.signal });
    if (response.ok) show(await response.text());
  } catch {
    // Without a connection nothing is suggested, and nothing is lost.
  }
}

// What is being read stays where it is, open, as long as it is among the answers.
function show(html) {
  const place = section.querySelector("[data-offers]");
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  const list = template.content.querySelector(".offers");
  const found = list ? [...list.children] : [];
  const before = new Map([...place.querySelectorAll(".offer")].map((offer) => [offer.dataset.article, offer]));
  const same = found.length === before.size && found.every((offer) => before.has(offer.dataset.article));
  for (const offer of found) {
    shown(offer.dataset.article);
    const old = before.get(offer.dataset.article);
    if (old && (old.contains(document.activeElement) || old.querySelector("details").open)) offer.replaceWith(old);
  }
  if (found.length) place.replaceChildren(list);
  else place.replaceChildren();
  section.hidden = !found.length;
  if (!same) status.textContent = told(found.length);
}

function told(count) {
  if (count < 2) return count ? say("1 article may answer it") : "";
  return say("{count} articles may answer it").replace("{count}", count);
}

function opened({ target }) {
  const offer = target.open && target.closest(".offer");
  if (offer) keep("opened", offer.dataset.article);
}

function shown(id) {
  keep("shown", id);
}

// Each once, in a field of the form: what is sent says which articles were seen before.
function keep(name, value) {
  const kept = [...form.querySelectorAll(`input[name=${name}]`)].map((field) => field.value);
  if (!kept.includes(value)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

// The search that led to the article, as this tab remembers it: see signals.js.
function fromSearch() {
  if (q.value || !article.value) return;
  try {
    q.value = sessionStorage.getItem(`kb.search.${article.value}`) ?? "";
  } catch {
    // Blocked storage remembers nothing.
  }
}
