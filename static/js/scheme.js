// Sets the chosen scheme before the first paint; kb.js offers the choice in the menu.
(() => {
  const root = document.documentElement;
  root.dataset.js = navigator.clipboard ? "copy" : ""; // code has its bar before kb.js puts the button there
  try {
    // the widget's frame is named after the scheme of a page that has only one
    const around = parent !== window && /^kb-(light|dark)$/.exec(name)?.[1];
    const scheme = around || localStorage.getItem("kb.scheme");
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
  } catch {
    // Storage may be blocked; then the system's scheme it is.
  }
})();
