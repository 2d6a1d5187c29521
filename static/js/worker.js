// The service worker: an article that was read can be read again without a connection, or while the server is ill.
// It keeps what an article's page asks it to (see kb/offline.js), and answers with it only when the network does not.
// `site` stands before this script: the version, the addresses and the words of this site (kb.web.offline).

const MOST = 100; // articles
// ms, as in the list of what was read (kb/reader.js)
const LONGEST = 30 * 86_400_000;
const SHARED = `kb-${site.version}`; // sheet, scripts, and the page in place of those that are not kept
// and a path: each article has a store of its own; browsers list them from the oldest to the newest
const KEPT = "kb:";
const ARTICLE = /^(\/[a-z]{2,3}(-\w+)*)?\/articles\/[^/.]+$/;
const PART = /^\/(static|media|theme)\//;
const OTHERS = /^\/(staff|widget|api)(\/|$)/; // pages of members, and what stands in other sites

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("message", (event) => event.waitUntil(keep(new URL(event.source.url).pathname, event.data)));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && !OTHERS.test(pathname)) event.respondWith(page(event, pathname));
  else if (PART.test(pathname)) event.respondWith(part(event.request));
});

async function prepare() {
  await (await caches.open(SHARED)).addAll([site.page, ...site.files]);
  await skipWaiting();
}

async function begin() {
  for (const name of await caches.keys()) if (name.startsWith("kb-") && name !== SHARED) await caches.delete(name);
  await registration.navigationPreload?.enable(); // no page waits until this script has started
  await clients.claim();
}

// The bytes that the browser has just shown, with what it has loaded for them and SHARED has not.
async function keep(path, addresses) {
  if (!ARTICLE.test(path)) return;
  const again = (address) => fetch(address, { cache: "force-cache" });
  const shown = await again(path).catch(() => null);
  if (!shown?.ok || shown.redirected) return;
  await caches.delete(KEPT + path);
  const [store, shared] = [await caches.open(KEPT + path), await caches.open(SHARED)];
  const headers = new Headers(shown.headers);
  headers.set("Date", new Date().toUTCString());
  await store.put(path, new Response(shown.body, { headers }));
  for (const address of addresses) {
    const { origin, pathname } = new URL(address);
    if (origin !== location.origin || !PART.test(pathname) || (await shared.match(address))) continue;
    const found = await again(address).catch(() => null);
    if (found?.ok) await store.put(address, found);
  }
  await forgetOld();
}

async function forgetOld() {
  const names = await kept();
  for (const [at, name] of names.entries()) {
    const date = Date.parse((await stored(name.slice(KEPT.length)))?.headers.get("Date"));
    if (at < names.length - MOST || date < Date.now() - LONGEST) await caches.delete(name);
  }
}

async function page(event, path) {
  if (path === site.page) return list();
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    const gone = answer.status === 404 || answer.status === 410 || answer.type === "opaqueredirect";
    if (gone) await caches.delete(KEPT + path);
    return (answer.status > 499 && (await again(path))) || answer;
  } catch {
    return (await again(path)) ?? list();
  }
}

// An article as it was kept, with a line that says so, and without what asks for it to be kept.
async function again(path) {
  const answer = await stored(path);
  if (!answer) return null;
  const html = await answer.text();
  const own = /<html lang="(\w+)/.exec(html)?.[1];
  const lang = site.words[own] ? own : "en";
  const words = site.words[lang];
  const date = new Date(answer.headers.get("Date")).toLocaleDateString(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });
  const line = `<p class="preview" role="status">${words.replace("{date}", date)}</p>\n`;
  const page = html.replace(/ data-offline="[^"]*"/, "").replace("<main ", (start) => line + start);
  return new Response(page, answer);
}

// The page without a connection: which articles there are.
async function list() {
  const empty = await caches.match(site.page, { cacheName: SHARED, ignoreVary: true });
  const items = [];
  for (const name of (await kept()).reverse()) {
    const path = name.slice(KEPT.length);
    const html = (await (await stored(path))?.text()) ?? "";
    const [, around, own, title] = /<html([^>]*)>[^]*?<h1([^>]*)>([^]*?)<\/h1>/.exec(html) ?? [];
    // in its language
    if (title) items.push(`<li><a class="articles-title" href="${path}"${own || around}>${title}</a></li>`);
  }
  const html = await empty.text();
  const found = `<ul class="articles" role="list">${items.join("")}</ul>`;
  return new Response(items.length ? html.replace(/<p data-kept>[^]*?<\/p>/, () => found) : html, empty);
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreSearch: true, ignoreVary: true })) ?? Response.error();
  }
}

async function kept() {
  return (await caches.keys()).filter((name) => name.startsWith(KEPT));
}

function stored(path) {
  return caches.match(path, { cacheName: KEPT + path, ignoreVary: true });
}
