// Fetches the page behind a link when somebody is about to follow it: articles and categories only.
// The server does not count it: what was opened and read it is told by signals.js, once it is.

const PAUSE = 65; // ms: who only passes over a link is faster
const PAGE = /^(\/[a-z]{2,3}(-\w+)*)?\/(articles|categories)\/[^.]+$/;
const { saveData, effectiveType = "" } = navigator.connection ?? {};
const fetched = new Set([location.origin + location.pathname]);
let timer = 0;

if (element("link").relList.supports?.("prefetch") && !saveData && !effectiveType.endsWith("2g")) {
  for (const type of ["mouseover", "focusin", "touchstart"]) document.addEventListener(type, intended, { passive: true });
}

function intended({ type, target }) {
  clearTimeout(timer);
  const link = target.closest?.("a[href]");
  if (link?.origin !== location.origin || link.search || !PAGE.test(link.pathname)) return;
  timer = setTimeout(ahead, type === "touchstart" ? 0 : PAUSE, link.origin + link.pathname);
}

function ahead(href) {
  if (fetched.has(href)) return;
  fetched.add(href);
  document.head.append(element("link", { rel: "prefetch", href }));
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
