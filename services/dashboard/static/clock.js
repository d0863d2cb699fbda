// Keeps countdowns and ages running. The words are those of templating.span.
const STEPS = [[86400, "d"], [3600, "h"], [60, "min"]];
const SOON = 6 * 3600; // seconds

export function span(seconds) {
  let left = Math.max(Math.floor(seconds), 0);
  const parts = [];
  for (const [length, unit] of STEPS) {
    if (left >= length || parts.length) {
      parts.push(`${Math.floor(left / length)} ${unit}`);
      left %= length;
    }
  }
  return parts.slice(0, 2).join(" ") || `${left} s`;
}

// How far the server's clock is from this browser's: a clock that is wrong here must not make a deadline wrong.
let ahead = 0;

export function setBy(page) {
  const told = Date.parse(page.documentElement.dataset.now ?? "");
  if (Number.isFinite(told)) ahead = Math.abs(told - Date.now()) > 2000 ? told - Date.now() : 0;
}

export function tick(root = document) {
  const now = Date.now() + ahead;
  for (const time of root.querySelectorAll("[data-countdown]")) {
    const left = (Date.parse(time.dateTime) - now) / 1000;
    time.textContent = left > 0 ? `in ${span(left)}` : `passed ${span(-left)} ago`;
    time.parentElement.classList.toggle("soon", left > 0 && left < SOON);
  }
  for (const time of root.querySelectorAll("[data-ago]")) {
    time.textContent = `${span((now - Date.parse(time.dateTime)) / 1000)} ago`;
  }
}

export function startClock() {
  setBy(document);
  tick();
  setInterval(() => tick(), 1000);
}
