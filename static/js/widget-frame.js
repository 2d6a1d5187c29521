// The frame's side of the widget: takes the focus when it is shown, and asks to be closed by Escape.
// It knows the page around it only when that one has spoken, from an origin of the settings.

const origins = [location.origin, ...document.body.dataset.origins.split(" ")];
let around = "";

addEventListener("message", ({ data, origin, source }) => {
  if (source !== parent || parent === window || !origins.includes(origin) || data?.kb !== "shown") return;
  around = origin;
  if (data.focus) takeFocus();
});

document.addEventListener("keydown", (event) => {
  // a list of suggestions or a large image is closed first
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (around) parent.postMessage({ kb: "close" }, around);
});

wayBack();

// Where there is no real keyboard the field would bring up one that covers half of what is suggested.
function takeFocus() {
  const field = matchMedia("(hover: hover) and (pointer: fine)").matches && document.querySelector("#widget-search");
  (field || document.querySelector("main")).focus();
}

// From a result back to the results.
function wayBack() {
  const link = document.querySelector("[data-back]");
  if (!link || !document.referrer.startsWith(`${location.origin}/widget/search?`)) return;
  link.href = document.referrer;
  link.querySelector("span").textContent = say("All results");
}
