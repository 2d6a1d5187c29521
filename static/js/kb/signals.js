// What visitors did, told to the site: results that were opened, articles read, the way to support.
// A page that may not tell, such as a preview of drafts, names no address for it.
// No cookie and no name. Of who asks not to be tracked the server keeps no words.
// At the end of a visit, after a Yes to what was searched for or on the way back from support, ask.js asks.

const MOST = 1800; // seconds in view; a page left open is not read
const MORE = 5; // seconds after which a read is told again: the server keeps the most
const { signal: address, contact } = document.body.dataset;
const { globalPrivacyControl, doNotTrack } = navigator;
const untracked = globalPrivacyControl || doNotTrack === "1";

if (address) watch();

function watch() {
  const field = document.querySelector(".search-page input[name=q]");
  const card = document.querySelector("[data-vote]");
  const article = card ? slugOf(location) : "";
  const query = field ? field.defaultValue : searchBefore(article);
  const place = untracked ? null : document.querySelector("[data-ask]");
  let contacted = false;

  for (const type of ["click", "auxclick"]) document.addEventListener(type, opened, true);
  // Suggestions: a search that was only typed, or one of its articles picked.
  document.addEventListener("kb:signal", ({ detail }) => {
    if (detail.kind === "click") keep(`kb.search.${detail.article}`, detail.q);
    send(detail);
  });
  document.addEventListener("kb:voted", ({ detail }) => detail.helpful && query && ask());
  addEventListener("pageshow", back);
  document.addEventListener("visibilitychange", back);
  back();
  if (!card) return;
  document.addEventListener("formdata", ({ target, formData }) => {
    if (query && target.matches(".vote-question")) formData.set("query", query);
  });
  reading(card, (read) => send({ kind: "read", article, revision: card.dataset.revision, q: query, ...read }));

  function opened({ target, button }) {
    const link = target.closest("a[href]");
    if (!link || button > 1) return;
    if (link.getAttribute("href") === contact) {
      if (!contacted) send({ kind: "contact", article, q: query });
      contacted = true;
      if (!untracked) keep("kb.contact", "1");
      if (!/^http/.test(link.protocol)) setTimeout(back, 1000); // a mail program opens, the page stays
    } else if (field && query) {
      result(link, slugOf(link));
    }
  }

  async function ask() {
    if (place) (await import(place.dataset.ask)).ask(place, { article, q: query });
  }

  function back() {
    if (!place || document.hidden || !kept("kb.contact")) return;
    keep("kb.contact", "");
    ask();
  }

  function result(link, slug) {
    if (!slug) return;
    keep(`kb.search.${slug}`, query);
    const item = link.closest("[data-total] > .result");
    // the text of an answer may link to other articles, which have no rank
    if (!item || slugOf(item.querySelector(".result-title a")) !== slug) return;
    const { first, total } = item.parentElement.dataset;
    const rank = Number(first) + [...item.parentElement.children].indexOf(item);
    send({ kind: "click", q: query, article: slug, rank, total });
  }
}

function send(values) {
  const body = new URLSearchParams({ ...values, lang: document.documentElement.lang });
  if (untracked) body.set("private", "1");
  navigator.sendBeacon?.(address, body);
}

// Seconds in view and how far down the text, whenever the page is left; it may be for good.
function reading(card, tell) {
  let seconds = 0;
  let told = -MORE;
  let since = 0;
  let lowest = 0;
  const deeper = () => (lowest = Math.max(lowest, scrollY + innerHeight));
  const look = (visible) => {
    if (since) seconds += (performance.now() - since) / 1000;
    since = visible ? performance.now() : 0;
    if (visible) return deeper();
    const whole = Math.round(Math.min(seconds, MOST));
    if (!seconds || whole < told + MORE) return;
    told = whole;
    const top = scrollY + card.parentElement.getBoundingClientRect().top;
    const height = scrollY + card.getBoundingClientRect().top - top;
    tell({ seconds: whole, depth: Math.round(100 * Math.min(1, Math.max(0, (lowest - top) / height))) });
  };
  addEventListener("scroll", deeper, { passive: true });
  addEventListener("pagehide", () => look(false));
  addEventListener("pageshow", () => look(!document.hidden));
  document.addEventListener("visibilitychange", () => look(!document.hidden));
  look(!document.hidden);
}

// The search that led to an article: remembered by this tab, else in the address it was opened from.
function searchBefore(slug) {
  if (!slug) return "";
  const found = kept(`kb.search.${slug}`);
  if (found) return found;
  const page = document.querySelector("form[role=search]")?.action ?? document.querySelector(".widget-search")?.href;
  return page && document.referrer.startsWith(`${page}?`) ? (new URL(document.referrer).searchParams.get("q") ?? "") : "";
}

// What this tab remembers until it is closed. With blocked storage it remembers nothing.
function keep(name, value) {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch {}
}

function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function slugOf({ origin, pathname }) {
  const found = origin === location.origin && pathname.match(/^(?:\/widget)?\/articles\/([^/]+)$/);
  try {
    return found ? decodeURIComponent(found[1]) : "";
  } catch {
    return "";
  }
}
