// Sets the chosen scheme before the first paint; kb.js offers the choice in the menu.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const scheme = localStorage.getItem("kb.scheme");
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
  } catch {
    // Storage may be blocked; then the system's scheme it is.
  }
})();
