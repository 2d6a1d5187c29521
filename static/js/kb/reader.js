// What an article and the home page gain for somebody who comes back, and how an article is passed on.
// What it keeps stays in this browser and is sent nowhere. Who asks not to be tracked leaves no trail of
// what was read, only the steps they ticked off.

const DAY = 86_400_000;
const KEPT = {
  "kb.recent": { days: 30, most: 5, trail: true },
  "kb.places": { days: 1, most: 20, trail: true },
  "kb.steps": { days: 30, most: 20, trail: false },
};
const BRIEF = 4000; // ms
const EDGE = 24; // px between the top of the window and what is read
const { globalPrivacyControl, doNotTrack } = navigator;
const untracked = globalPrivacyControl || doNotTrack === "1";
const here = location.pathname;

const read = document.querySelector(".article[data-reader]");
const recent = document.querySelector("[data-recent]");
const told = (read || recent) && noteAtFoot();
let fading = 0;

if (read) readArticle(read);
if (recent) showRecent(recent);

function readArticle(article) {
  const prose = article.querySelector(":scope > .prose");
  const { revision = "" } = article.querySelector("[data-vote]")?.dataset ?? {};
  forgetOld();
  const title = article.querySelector("h1");
  put("kb.recent", { title: title.textContent.trim(), lang: title.closest("[lang]").lang });
  copyAddresses(article);
  share(article.querySelector(".share"));
  if (!prose) return;
  steps(prose, revision);
  markSection(article, prose);
  // the answers of a list of questions are closed: no place in it is where somebody stopped
  if (!article.querySelector(":scope > .questions")) place(article, prose, revision);
}

function showRecent(section) {
  const list = section.querySelector("ul");
  const foot = section.querySelector(".recent-note");
  const gone = element("p", { className: "meta", tabIndex: -1, textContent: say("The list is cleared.") });
  const show = () => {
    forgetOld();
    const read = all("kb.recent").filter(({ title }) => typeof title === "string");
    list.replaceChildren(...read.map(linked));
    gone.replaceWith(foot);
    section.hidden = !read.length;
  };
  show();
  addEventListener("pageshow", ({ persisted }) => persisted && show()); // the way back finds the page as it was left
  section.querySelector("button").addEventListener("click", () => {
    save("kb.recent", []);
    forgetKept();
    list.replaceChildren();
    foot.replaceWith(gone);
    gone.focus();
  });
}

// Who clears the list wants no trail of it: what worker.js has kept goes with it.
async function forgetKept() {
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("kb:")) caches.delete(name);
}

function linked({ url, title, lang = "" }) {
  const item = element("li");
  const other = typeof lang === "string" && lang && lang !== document.documentElement.lang;
  item.append(element("a", { href: url, textContent: title, ...(other && { lang, dir: "auto" }) }));
  return item;
}

/* Addresses to pass on */

function copyAddresses(article) {
  article.addEventListener("click", ({ target }) => {
    const link = target.closest(".heading-link, .question-link a");
    if (link && navigator.clipboard) copy(link.href);
  });
}

function share(menu) {
  if (!menu) return;
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.origin + here;
  const { title } = menu.dataset;
  const [copying, mail, sheet] = ["copy", "mail", "sheet"].map((name) => menu.querySelector(`[data-share=${name}]`));
  copying.hidden = !navigator.clipboard;
  sheet.hidden = !navigator.canShare?.({ title, url });
  mail.href = `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(url)}`;
  copying.addEventListener("click", () => copy(url));
  sheet.addEventListener("click", () => navigator.share({ title, url }).catch(() => {})); // closing it is an answer, too
  menu.addEventListener("click", (event) => {
    if (!event.target.closest("[data-share]")) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    note(say("The address is copied."));
  } catch {
    note(say("The browser did not allow copying. The address is in its address bar."));
  }
}

/* Steps that can be ticked off: the number of a step becomes its box, in the same place */

function steps(prose, revision) {
  const before = all("kb.steps").find(({ url }) => url === here);
  const done = new Set(before?.revision === revision && Array.isArray(before.done) ? before.done : []);
  const keep = () => put("kb.steps", done.size ? { revision, done: [...done] } : null);
  const lists = [...prose.querySelectorAll(":scope > ol, :scope > div:is(.steps, :not([class])) > ol")].filter((list) => list.children.length > 2);
  lists.forEach((list, at) => {
    const boxes = [...list.children].map((step, number) => box(step, list.start + number, `${at}.${number}`, done));
    const untick = () => {
      boxes.forEach((each) => tick(each, false, done));
      keep();
      boxes[0].focus();
    };
    const finished = () => boxes.every(ticked) && note(say("All steps are ticked."), say("Untick all"), untick);
    list.addEventListener("click", ({ target }) => {
      if (!boxes.includes(target)) return;
      tick(target, !ticked(target), done);
      keep();
      finished() || hush();
    });
    finished();
  });
}

function box(step, number, name, done) {
  const made = element("button", { type: "button", className: "tick" });
  made.setAttribute("role", "checkbox");
  made.setAttribute("aria-label", say("Step {number} is done").replace("{number}", number));
  made.dataset.step = name;
  tick(made, done.has(name), done);
  step.prepend(made);
  return made;
}

function tick(made, value, done) {
  made.setAttribute("aria-checked", value);
  done[value ? "add" : "delete"](made.dataset.step);
}

function ticked(made) {
  return made.ariaChecked === "true";
}

/* The section that an address leads to: an edge beside all of it */

function markSection(article, prose) {
  const edge = element("div", { className: "section-edge" });
  const show = () => {
    const [first, last] = section(prose);
    edge.hidden = !first;
    if (!first) return;
    const { top } = first.getBoundingClientRect();
    edge.style.top = `${top - article.getBoundingClientRect().top}px`;
    edge.style.height = `${last.getBoundingClientRect().bottom - top}px`;
  };
  article.append(edge);
  new ResizeObserver(show).observe(article);
  addEventListener("hashchange", show);
}

// Its heading and the last block before the next heading of the same level or above.
function section(prose) {
  const first = prose.querySelector(":scope > :is(h2, h3, h4, h5, h6):target");
  if (!first) return [];
  let last = first;
  for (let next = first.nextElementSibling; next; next = next.nextElementSibling) {
    if (/^H[2-6]$/.test(next.tagName) && next.tagName <= first.tagName) break;
    if (next.offsetHeight) last = next;
  }
  return [first, last];
}

/* Where somebody stopped reading */

function place(article, prose, revision) {
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  // a reload, the way back and an address with a section know better where to be
  if (type === "navigate" && !location.hash && !scrollY) goBack(prose, revision);
  const look = () => document.hidden && put("kb.places", stopped(article, prose, revision));
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => put("kb.places", stopped(article, prose, revision)));
}

function goBack(prose, revision) {
  const was = all("kb.places").find(({ url }) => url === here);
  const block = was?.revision === revision && prose.children[was.block];
  if (!block) return;
  const { top, height } = block.getBoundingClientRect();
  scrollTo({ top: top + height * (Number(was.part) || 0) - EDGE, behavior: "instant" });
  if (!scrollY) return;
  keyboardFrom(block);
  note(say("You stopped here."), say("To the top"), () => {
    scrollTo({ top: 0, behavior: "instant" });
    const title = document.querySelector("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  });
  const restored = scrollY;
  addEventListener("scroll", function left() {
    if (Math.abs(scrollY - restored) < innerHeight) return;
    removeEventListener("scroll", left);
    hush();
  }, { passive: true });
}

// Tab goes on from a block that had the focus once, not from the top of the page.
function keyboardFrom(block) {
  if (block.matches("a, button, details, [tabindex]")) return;
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  block.blur();
  block.removeAttribute("tabindex");
}

// Nothing near the beginning, and nothing once the question at the end was in view.
function stopped(article, prose, revision) {
  const ended = article.querySelector("[data-vote]")?.getBoundingClientRect().top < innerHeight;
  if (scrollY < innerHeight / 2 || ended) return null;
  const block = [...prose.children].findIndex((each) => each.getBoundingClientRect().bottom > EDGE);
  if (block < 0) return null;
  const { top, height } = prose.children[block].getBoundingClientRect();
  return { revision, block, part: Math.max(0, (EDGE - top) / height) };
}

/* A quiet line at the foot of the window, for what needs no answer */

function note(text, offer = "", accepted = null) {
  hush();
  told.firstElementChild.textContent = text;
  if (!offer) {
    fading = setTimeout(hush, BRIEF);
    return true;
  }
  const yes = element("button", { type: "button", className: "button-plain", textContent: offer });
  const no = element("button", { type: "button", className: "button-plain", textContent: say("Close") });
  yes.addEventListener("click", () => (hush(), accepted()));
  no.addEventListener("click", () => (hush(), document.querySelector("main").focus({ preventScroll: true })));
  told.append(yes, no);
  return true;
}

function hush() {
  clearTimeout(fading);
  told.firstElementChild.textContent = "";
  told.querySelectorAll("button").forEach((button) => button.remove());
}

// The status must be on the page before something is said in it.
function noteAtFoot() {
  const made = element("div", { className: "reader-note" });
  const status = element("p");
  status.setAttribute("role", "status");
  made.append(status);
  document.body.append(made);
  return made;
}

/* What the browser keeps: lists of articles, newest first */

function all(name) {
  const { days, trail } = KEPT[name];
  if (trail && untracked) return [];
  try {
    const list = JSON.parse(localStorage.getItem(name));
    return list.filter(({ url, at }) => /^\/articles\/[^/]/.test(url) && at <= Date.now() && at > Date.now() - days * DAY);
  } catch {
    return []; // nothing yet, not ours, or storage is blocked
  }
}

// What is kept about this article; null forgets it.
function put(name, values) {
  const others = all(name).filter(({ url }) => url !== here);
  save(name, values ? [{ url: here, at: Date.now(), ...values }, ...others] : others);
}

function save(name, list) {
  const { most, trail } = KEPT[name];
  try {
    if (list.length && !(trail && untracked)) localStorage.setItem(name, JSON.stringify(list.slice(0, most)));
    else localStorage.removeItem(name);
  } catch {
    // Blocked or full storage remembers nothing.
  }
}

function forgetOld() {
  for (const name of Object.keys(KEPT)) save(name, all(name));
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
