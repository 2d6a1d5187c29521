// What every page gains from JavaScript; each function does nothing where it finds nothing.

schemeChoice();
menus();
suggestions();
signals();
searchKey();
datesInWords();
headingLinks();
copyButtons();
scrollableByKeyboard();
largeImages();
shelfShowsCurrent();
contentsFollow();
questions();
voteWhenNear();
readers();

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

// What is done here is told to the site, without cookies; a preview of drafts has no such module.
async function signals() {
  const { signals: module } = document.body.dataset;
  if (module) (await import(module)).watch();
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

function headingLinks() {
  for (const heading of document.querySelectorAll(".article > .prose :is(h2, h3, h4)[id]")) {
    const link = element("a", { className: "heading-link", href: `#${heading.id}`, textContent: "#" });
    link.setAttribute("aria-label", `Link to “${heading.textContent.trim()}”`);
    heading.append(link);
  }
}

function copyButtons() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(".highlight")) {
    const button = element("button", { type: "button", className: "copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      const copied = navigator.clipboard.writeText(block.querySelector("pre").textContent.replace(/\n$/, ""));
      button.textContent = await copied.then(() => "Copied", () => "Not allowed");
      button.dataset.copied = "";
      setTimeout(() => {
        button.textContent = "Copy";
        delete button.dataset.copied;
      }, 2000);
    });
    block.classList.add("with-copy");
    block.append(button);
  }
}

function scrollableByKeyboard() {
  for (const pre of document.querySelectorAll(".prose pre")) {
    if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
    else pre.removeAttribute("tabindex");
  }
}

// An image that is shown smaller than it is opens large.
function largeImages() {
  for (const image of document.querySelectorAll(".prose img")) {
    if (image.closest("a")) continue;
    if (image.complete) offerLarge(image);
    else image.addEventListener("load", () => offerLarge(image), { once: true });
  }
}

function offerLarge(image) {
  if (image.naturalWidth < image.clientWidth * 1.15) return;
  const button = element("button", { type: "button", className: "zoom" });
  button.setAttribute("aria-label", `Enlarge image${image.alt ? `: ${image.alt}` : ""}`);
  image.replaceWith(button);
  button.append(image);
  button.addEventListener("click", () => showLarge(image));
}

function showLarge(image) {
  const dialog = element("dialog", { className: "lightbox" });
  const close = element("button", { type: "button", className: "button button-quiet", textContent: "Close" });
  const large = element("img", { src: image.currentSrc || image.src, alt: image.alt });
  dialog.setAttribute("aria-label", image.alt || "Image");
  dialog.append(close, large, element("p", { textContent: image.alt }));
  dialog.addEventListener("click", (event) => event.target.closest("p") || dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// A long shelf scrolls inside itself: the current article is brought into view there.
function shelfShowsCurrent() {
  const current = document.querySelector(".shelf [aria-current]");
  const shelf = current?.closest("nav");
  if (!shelf) return;
  const below = current.getBoundingClientRect().bottom - shelf.getBoundingClientRect().top;
  if (below > shelf.clientHeight) shelf.scrollTop = below - shelf.clientHeight / 2;
}

// The contents list marks the last heading that has passed the top third of the window.
function contentsFollow() {
  const links = new Map();
  for (const link of document.querySelectorAll(".contents a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  const headings = [...links.keys()];
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const current = atEnd ? headings.at(-1) : passed.at(-1) ?? headings[0];
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px", threshold: [0, 1] });
  headings.forEach((heading) => watch.observe(heading));
  addEventListener("scrollend", mark, { passive: true });
  mark();
}

function questions() {
  const all = [...document.querySelectorAll("details.question")];
  if (!all.length) return;
  const open = () => {
    const answer = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const question = answer && answer.closest("details.question");
    if (!question) return;
    question.open = true;
    question.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", open);
  open();
  if (all.length < 3) return;
  const button = element("button", { type: "button", className: "button-plain" });
  const row = element("p", { className: "questions-all" });
  const label = () => (button.textContent = all.every((q) => q.open) ? "Close all" : "Open all");
  button.addEventListener("click", () => {
    const opened = !all.every((q) => q.open);
    all.forEach((q) => (q.open = opened));
  });
  all.forEach((q) => q.addEventListener("toggle", label));
  label();
  row.append(button);
  all[0].parentElement.before(row);
}

// Few readers reach the vote; its module is fetched when they come near, or at once when they voted before.
function voteWhenNear() {
  const card = document.querySelector("[data-vote]");
  if (!card) return;
  const watch = new IntersectionObserver(
    async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      const { vote } = await import(card.dataset.vote);
      vote(card);
    },
    { rootMargin: "600px" },
  );
  watch.observe(card);
}

// What comes back to a reader: the place in an article, ticked steps, articles read before.
async function readers() {
  const article = document.querySelector(".article[data-reader]");
  const recent = document.querySelector("[data-recent]");
  if (article) (await import(article.dataset.reader)).readArticle(article);
  if (recent) (await import(recent.dataset.recent)).showRecent(recent);
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
