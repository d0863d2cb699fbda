// The theme: the system's, unless switched here; kept in this browser.
const KEY = "tocsin-theme";

export function startTheme() {
  const button = document.querySelector("[data-theme-switch]");
  set(localStorage.getItem(KEY));
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = getComputedStyle(document.documentElement).colorScheme === "dark"
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    set(isDark ? "light" : "dark");
  });
}

function set(theme) {
  if (theme !== "light" && theme !== "dark") return;
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(KEY, theme);
}
