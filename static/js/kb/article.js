// What an article gains from JavaScript; each function does nothing where it finds nothing.

// what measures comes before what changes the page, so that it is laid out once
scrollableByKeyboard();
shelfShowsCurrent();
contentsFollow();
largeImages();
headingLinks();
copyButtons();
questions();
voteWhenNear();

function headingLinks() {
  for (const heading of document.querySelectorAll(".article > .prose :is(h2, h3, h4)[id]")) {
    const link = element("a", { className: "heading-link", href: `#${heading.id}`, textContent: "#" });
    link.setAttribute("aria-label", say("Link to “{title}”").replace("{title}", () => heading.textContent.trim()));
    heading.append(link);
  }
}

function copyButtons() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(".highlight")) {
    const button = element("button", { type: "button", className: "copy", textContent: say("Copy") });
    button.addEventListener("click", async () => {
      const copied = navigator.clipboard.writeText(block.querySelector("pre").textContent.replace(/\n$/, ""));
      button.textContent = await copied.then(() => say("Copied"), () => say("Not allowed"));
      button.dataset.copied = "";
      setTimeout(() => {
        button.textContent = say("Copy");
        delete button.dataset.copied;
      }, 2000);
    });
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
  button.setAttribute("aria-label", image.alt ? say("Enlarge image: {text}").replace("{text}", () => image.alt) : say("Enlarge image"));
  image.replaceWith(button);
  button.append(image);
  button.addEventListener("click", () => showLarge(image));
}

function showLarge(image) {
  const dialog = element("dialog", { className: "lightbox" });
  const close = element("button", { type: "button", className: "button button-quiet", textContent: say("Close") });
  const large = element("img", { src: image.currentSrc || image.src, alt: image.alt });
  dialog.setAttribute("aria-label", image.alt || say("Image"));
  const frame = element("div", { className: "lightbox-picture", tabIndex: 0 }); // on a phone it scrolls
  frame.append(large);
  dialog.append(close, frame, element("p", { textContent: image.alt }));
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
    const heading = target(link.hash);
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
    const question = target(location.hash)?.closest("details.question");
    if (!question) return;
    question.open = true;
    question.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", open);
  open();
  const row = document.querySelector(".questions-all");
  if (!row) return;
  const button = element("button", { type: "button", className: "button-plain" });
  const label = () => (button.textContent = all.every((q) => q.open) ? say("Close all") : say("Open all"));
  button.addEventListener("click", () => {
    const opened = !all.every((q) => q.open);
    all.forEach((q) => (q.open = opened));
  });
  all.forEach((q) => q.addEventListener("toggle", label));
  label();
  row.append(button);
}

// What a hash leads to. Anybody may link here with a % in it that stands for nothing.
function target(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

// Few readers reach the vote; its module is fetched when they come near, or at once when they voted before.
// An answer that is faster than the module waits for it; without the module the form sends it by itself.
function voteWhenNear() {
  const card = document.querySelector("[data-vote]");
  if (!card) return;
  let coming;
  const watch = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && bring(),
    { rootMargin: "600px" },
  );
  watch.observe(card);
  card.addEventListener("submit", wait, true);

  function bring() {
    watch.disconnect();
    return (coming ??= attach());
  }

  async function attach() {
    try {
      const { vote } = await import(card.dataset.vote);
      vote(card);
    } catch {
      // Out of reach: the form works as it does without JavaScript.
    } finally {
      card.removeEventListener("submit", wait, true);
    }
  }

  async function wait(event) {
    event.preventDefault();
    if (card.ariaBusy) return;
    card.ariaBusy = "true";
    await bring();
    card.ariaBusy = null;
    event.target.requestSubmit(event.submitter);
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
