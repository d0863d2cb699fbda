// Moves the "as known at" page while the slider moves; without this, its button does.
const QUIET = 120; // milliseconds

export function startSlider() {
  let pending = null;
  let last = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-slider]");
    if (!form || event.target.name !== "t") return;
    const moment = new Date(Number(event.target.value) * 1000).toISOString().slice(0, 16).replace("T", " ");
    event.target.setAttribute("aria-valuetext", `${moment} UTC`);
    clearTimeout(pending);
    pending = setTimeout(() => show(form, ++last), QUIET);
  });

  async function show(form, number) {
    const address = new URL(location.href);
    address.search = new URLSearchParams(new FormData(form)).toString();
    const answer = await fetch(address);
    if (!answer.ok || number !== last) return; // a later move is on its way
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["#moment", "h1"]) {
      document.querySelector(`main ${id}`).replaceChildren(...page.querySelector(`main ${id}`).childNodes);
    }
    history.replaceState(null, "", address);
  }
}
