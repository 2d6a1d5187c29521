// Lists of the staff pages by keyboard: j and k go from row to row, Enter opens, ? tells.
// Ctrl+K opens the picker of links. And a page whose figures are being computed asks until they are there.

const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
const button = document.querySelector("[data-keys]");

const { links, part } = document.querySelector("[data-links]").dataset; // the staff pages' navigation

if (document.querySelector("[data-picker]")) import(links);
document.addEventListener("keydown", async (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  const { open } = await import(links);
  open(part);
});

if (rows.length) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "?") tell();
    else return;
    event.preventDefault();
  });
  if (button) button.addEventListener("click", tell);
}

// The focus is on the row's link, so that Enter opens it and screen readers follow.
function go(step) {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

function tell() {
  if (!button) return;
  const keys = document.getElementById(button.getAttribute("aria-controls"));
  keys.hidden = !keys.hidden;
  button.setAttribute("aria-expanded", String(!keys.hidden));
  const looked = keys.hidden ? document.activeElement : keys; // back to the row
  looked.scrollIntoView({ block: "nearest" });
}

if (document.querySelector("[data-waiting]")) setInterval(ask, 3000);

async function ask() {
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status !== 202) location.reload();
}
