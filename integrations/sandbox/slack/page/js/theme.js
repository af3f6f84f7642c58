// Runs before the first paint: the saved colour scheme, or else the system's.
(() => {
  const remembered = localStorage.getItem("sergas-theme");
  if (remembered === "light" || remembered === "dark") document.documentElement.dataset.theme = remembered;
})();
