// Live updates: hears of changes (EventSource resumes by itself with Last-Event-ID) and loads the page's main part anew.
import { setBy, tick } from "./clock.js";

const QUIET = 400; // milliseconds without a further change before the page is loaded anew
let pending = null;
let isLoading = false;

export function startLive() {
  const link = document.querySelector("[data-link]");
  const source = new EventSource("/events");
  source.addEventListener("hello", () => say(link, "Live."));
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    if (change.kind === "alert") announce(change.text);
    plan();
  });
  source.addEventListener("reset", () => plan());
  source.addEventListener("error", () => say(link, "Not connected: what you see may be old."));
}

function say(link, text) {
  if (link) link.textContent = text;
}

function announce(text) {
  document.getElementById("said").textContent = `New: ${text}`;
  setTimeout(() => { document.getElementById("said").textContent = ""; }, 15000);
}

function plan() {
  clearTimeout(pending);
  pending = setTimeout(refresh, QUIET);
}

// Whoever is typing is not disturbed: the page is loaded anew once they leave the field.
function isTyping() {
  const active = document.activeElement;
  return active && active.matches("main input:not([type=range]), main select") ;
}

async function refresh() {
  if (isTyping() || isLoading) return plan();
  isLoading = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) replace(await answer.text());
  } catch {
    // the connection is gone; EventSource says so, and comes back with the next change
  } finally {
    isLoading = false;
  }
}

function replace(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const [old, fresh] = [document.getElementById("main"), page.getElementById("main")];
  if (!fresh) return;
  const kept = old.contains(document.activeElement) ? place(document.activeElement) : null;
  const open = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  old.replaceChildren(...fresh.childNodes);
  for (const summary of old.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
  document.querySelector(".top nav").replaceChildren(...page.querySelector(".top nav").childNodes);
  setBy(page);
  tick();
  if (kept) document.querySelector(kept)?.focus({ preventScroll: true });
}

// How to find the element that had the focus again.
function place(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const labelled = element.getAttribute("aria-labelledby");
  if (labelled) return `[aria-labelledby="${CSS.escape(labelled)}"]`;
  const href = element.getAttribute("href");
  return href ? `main a[href="${CSS.escape(href)}"]` : null;
}
