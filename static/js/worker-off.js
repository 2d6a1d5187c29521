// Served in place of worker.js where offline reading is off: takes back what that one has kept, and itself.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) if (/^kb[-:]/.test(name)) await caches.delete(name);
  await registration.unregister();
}
