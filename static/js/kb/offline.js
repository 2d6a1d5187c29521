// Asks for an article to be kept for reading without a connection: see worker.js.
// It begins when the page is complete. Of who asks not to be tracked nothing is kept, nor what was before.

const { offline: worker } = document.body.dataset;
const { doNotTrack, globalPrivacyControl, serviceWorker } = navigator;
const untracked = globalPrivacyControl || doNotTrack === "1";

if (untracked) forget().catch(() => {}); // where storage is blocked nothing is kept
else if (worker && serviceWorker) {
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}

async function begin() {
  try {
    await serviceWorker.register(worker);
    const { active } = await serviceWorker.ready;
    if (!document.querySelector(".article[data-reader]")) return;
    keep(active);
    document.addEventListener("visibilitychange", () => document.hidden && keep(active)); // pictures further down came later
  } catch {
    // A private window, or storage is blocked: nothing is kept.
  }
}

async function forget() {
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("kb:")) caches.delete(name);
}

// Not films and sounds, of which the browser has only parts: to keep one would be to load all of it.
function keep(active) {
  const loaded = performance.getEntriesByType("resource").filter(({ initiatorType }) => !/^(video|audio)$/.test(initiatorType));
  active.postMessage(loaded.map(({ name }) => name));
}
