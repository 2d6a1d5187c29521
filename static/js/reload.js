// For writers: `kb serve` says which generation is live, and the page reloads when it changes.

const NORMAL = 500;
const AWAY = 5000;
const place = `kb.scroll.${location.pathname}`;

let known = null;
let pause = NORMAL;
let timer;

restoreScroll();
document.addEventListener("visibilitychange", look);
addEventListener("online", look);
look();

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  const generation = await current();
  if (generation === null) {
    pause = Math.min(pause * 2, AWAY);
  } else {
    pause = NORMAL;
    if (known !== null && generation !== known) return reload();
    known = generation;
  }
  clearTimeout(timer);
  timer = setTimeout(look, pause);
}

async function current() {
  try {
    const response = await fetch("/-/generation", { cache: "no-store", signal: AbortSignal.timeout(AWAY) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function reload() {
  sessionStorage.setItem(place, String(scrollY));
  location.reload();
}

function restoreScroll() {
  const y = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (y !== null) requestAnimationFrame(() => scrollTo({ top: Number(y), behavior: "instant" }));
}
