// Keys for the inbox, only while one of its entries has the focus (WCAG 2.1.4).
const MOVES = { j: 1, k: -1 };

export function startInbox() {
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector("[data-inbox]");
    const entry = document.activeElement?.closest?.("[data-inbox] > li");
    if (!list || !entry || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    if (event.key in MOVES) {
      const entries = [...list.children];
      entries[entries.indexOf(entry) + MOVES[event.key]]?.focus();
    } else if (event.key === "o") {
      entry.querySelector("h2 a").click();
    } else {
      const button = entry.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      button.click();
    }
    event.preventDefault();
  });
}
