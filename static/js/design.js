// Measures the contrast of each colour of the design page as this browser paints it, and draws the
// components as under the pointer or with the focus; its forms send nothing.

const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
const paint = canvas.getContext("2d", { willReadFrequently: true });

for (const figure of document.querySelectorAll("[data-ratio]")) {
  const [ground, colour] = figure.previousElementSibling.children;
  const ratio = contrast(luminance(ground), luminance(colour));
  const least = Number(figure.closest("[data-colour]").dataset.least ?? 0);
  figure.textContent = ratio.toFixed(2);
  if (ratio < least) figure.dataset.low = "";
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest(".design-part")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// The sheets' own rules for the pointer and the focus take in what stands in a [data-drawn] as well, of the same weight.
const DRAWN = {
  hover: '[data-drawn="hover"] *',
  focus: '[data-drawn="focus"] :where(a[href], button, summary, input, textarea, [tabindex="0"])',
};
for (const sheet of document.styleSheets) widen(sheet.cssRules);

function widen(rules) {
  for (const rule of rules) {
    const given = rule.selectorText ?? "";
    const wide = given.replace(/:(hover|focus)(-visible)?(?![-\w])/g, (state, name) => `:is(${state}, ${DRAWN[name]})`);
    if (wide !== given) rule.selectorText = wide;
    widen(rule.cssRules ?? []);
  }
}

const choice = document.querySelector(".design-drawn");
choice.hidden = false;
choice.addEventListener("change", ({ target }) => {
  for (const part of document.querySelectorAll(".design-part")) part.dataset.drawn = target.value;
});

// As in WCAG 2.2: relative luminance, and the ratio of two of them.
function luminance(shape) {
  paint.fillStyle = getComputedStyle(shape).fill;
  paint.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...paint.getImageData(0, 0, 1, 1).data].map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(value) {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
