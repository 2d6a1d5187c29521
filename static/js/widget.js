// The help center in a panel on this page: see "Put help on your site" in its handbook.
// Before it is opened it asks for nothing. It stores nothing. What it shows is a frame, so that
// neither page can reach into the other.
(function widget(site) {
  const script = document.currentScript;
  if (!script || !site || window.kb?.open) return;
  const home = new URL(script.src).origin;
  const { label = say("Help"), position, query, scheme, open: openers } = script.dataset;
  if (location.origin !== home && !site.origins.includes(location.origin)) {
    console.warn(`${home} is not shown here: its setting widget_origins does not name ${location.origin}.`);
    return;
  }

  const place = make("div", { role: "complementary", "aria-label": site.title, lang: site.lang });
  const root = place.attachShadow({ mode: "open" });
  const button = make("button", { type: "button", class: "open", "aria-haspopup": "dialog", "aria-expanded": "false" }, label);
  const panel = make("dialog", { "aria-label": site.title, tabindex: "-1" });
  const title = make("a", { href: home, target: "_blank", rel: "noopener", "aria-label": say("{title}, opens in a new tab").replace("{title}", () => site.title) }, site.title);
  const out = make("button", { type: "button", class: "close", "aria-label": say("Close") }, drawing("M18 6 6 18M6 6l12 12"));
  const phone = matchMedia("(max-width: 519.98px)");
  let frame = null;
  let shown = ""; // the address that the frame was sent to
  let ready = false; // it is there
  let opener = button;

  const sheet = new CSSStyleSheet(); // a policy without inline styles allows it
  sheet.replaceSync(styles());
  root.adoptedStyleSheets = [sheet];
  button.prepend(drawing("M9.1 9a3 3 0 0 1 5.8 1c0 2-3 3-3 3M12 17h.01M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0"));
  panel.append(make("div", { class: "bar" }, title, out));
  root.append(panel);
  if (!openers) root.append(button);

  button.addEventListener("click", () => (panel.open ? close() : open()));
  out.addEventListener("click", close);
  panel.addEventListener("close", closed);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.addEventListener("click", (event) => {
    const own = openers && event.target.closest?.(openers);
    if (!own || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (panel.open) return close();
    opener = own;
    open();
  });
  addEventListener("message", ({ data, origin, source }) => {
    if (origin === home && frame && source === frame.contentWindow && data?.kb === "close") close();
  });

  window.kb = Object.freeze({ open, close });
  if (document.body) document.body.append(place);
  else addEventListener("DOMContentLoaded", () => document.body.append(place));

  // With a text its results, otherwise what fits this page.
  function open(text) {
    if (!place.isConnected) document.body.append(place);
    if (!panel.open) show();
    const address = text ? `/widget/search?${new URLSearchParams({ q: text })}` : first();
    if (address === shown) return greet();
    shown = address;
    ready = false;
    if (frame) frame.src = home + address;
    else panel.append((frame = makeFrame(home + address)));
  }

  function show() {
    // A dialog gives the focus back to what had it; in some browsers a button that was clicked has not.
    if (document.activeElement === document.body) opener.focus();
    if (phone.matches) panel.showModal();
    else panel.show();
    panel.focus();
    opener.setAttribute("aria-expanded", "true");
  }

  function close() {
    if (panel.open) panel.close();
  }

  function closed() {
    opener.setAttribute("aria-expanded", "false");
    opener = button;
  }

  function makeFrame(src) {
    const made = make("iframe", {
      src,
      title: site.title,
      name: scheme ? `kb-${scheme}` : "",
      allow: "clipboard-write",
      referrerpolicy: "no-referrer",
      sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads",
    });
    made.addEventListener("load", () => {
      ready = true;
      greet();
    });
    return made;
  }

  // Tells the frame who is around it, and to take the focus unless that has gone elsewhere.
  function greet() {
    if (!ready) return;
    const focus = root.activeElement === panel;
    if (focus) frame.focus();
    frame.contentWindow.postMessage({ kb: "shown", focus }, home);
  }

  // What the first suggestions are about: heading, title and path of this page, or data-query.
  // Words with a digit or an @ stay here: they may name a person or an order.
  function first() {
    const page = [document.querySelector("h1")?.textContent, document.title, location.pathname].map(harmless);
    const about = query ?? [...new Set(page)].filter(Boolean).join(". ").slice(0, 200);
    return `/widget/${about ? `?${new URLSearchParams({ about })}` : ""}`;
  }

  function harmless(text = "") {
    const words = text.split(/[\s/]+/).filter((word) => !/[\d@%]/.test(word));
    return words.join(" ").replace(/[^\p{L}]+/gu, " ").trim();
  }

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function drawing(d) {
    const [svg, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  }

  function styles() {
    const side = position === "left" ? "left" : "right";
    const colours = scheme === "light" || scheme === "dark" ? scheme : "light dark";
    return `
      :host { all: initial !important; color-scheme: ${colours} !important; }
      * { box-sizing: border-box; font: 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
      button, a { color: inherit; cursor: pointer; }
      :focus-visible { outline: 3px solid ${site.accent}; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
      svg { width: 20px; height: 20px; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
      .open, dialog { position: fixed; z-index: 2147483647; ${side}: max(20px, env(safe-area-inset-${side})); margin: 0; }
      .open {
        bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 8px; min-height: 48px; max-width: calc(100vw - 40px);
        padding: 0 20px 0 16px; border: 1px solid rgb(255 255 255 / 0.4); border-radius: 24px; background: ${site.accent}; color: ${site.text};
        font-weight: 600; box-shadow: 0 2px 12px rgb(0 0 0 / 0.2);
      }
      dialog {
        inset: auto; ${side}: 20px; bottom: 84px; width: min(400px, 100vw - 40px); height: min(640px, 100vh - 104px); padding: 0; overflow: hidden;
        border: 1px solid light-dark(#dedad3, #3a3631); border-radius: 10px; background: light-dark(#fdfcfa, #151311); color: light-dark(#1f1b17, #ece9e4);
        box-shadow: 0 12px 40px rgb(0 0 0 / 0.25);
      }
      dialog[open] { display: flex; flex-direction: column; }
      dialog:focus { outline: none; }
      .bar { display: flex; align-items: center; justify-content: space-between; min-height: 48px; padding-left: 20px; border-bottom: 1px solid light-dark(#e6e2dc, #2f2b27); }
      .bar a { overflow: hidden; font-weight: 600; text-decoration: none; text-overflow: ellipsis; white-space: nowrap; }
      .bar a:hover { text-decoration: underline; }
      .close { display: grid; place-items: center; width: 48px; height: 48px; padding: 0; border: 0; background: none; }
      .bar :focus-visible { outline-offset: -3px; box-shadow: none; }
      iframe { flex: 1; width: 100%; min-height: 0; border: 0; }
      @media (max-width: 519.98px) {
        dialog { inset: 0; width: 100%; max-width: none; height: 100%; max-height: none; border: 0; border-radius: 0; padding-top: env(safe-area-inset-top); }
      }
      @media (prefers-reduced-motion: no-preference) {
        dialog { transition: opacity 0.15s ease-out, translate 0.15s ease-out; }
        @starting-style { dialog[open] { opacity: 0; translate: 0 8px; } }
      }
      @media print { .open, dialog { display: none !important; } }
    `;
  }
});
