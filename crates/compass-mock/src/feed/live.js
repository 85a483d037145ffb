// Follows the mock: everything there is, then what arrives, without a gap between the two.

/** How long to wait before the next attempt, where the browser does not try again by itself. */
const RETRY = 1_000;
/** How often everything is fetched at most, should events come faster than the page takes them. */
const RELOAD_EVERY = 1_000;

/**
 * Tells `page` what happens, from now on.
 *
 * The stream is open before everything is fetched. What it tells in the meantime waits until that has come, so that
 * nothing is missed; what both tell, the page knows by its ID.
 */
export function follow(page) {
  /** What the stream tells while everything is being fetched; null when nothing is. */
  let waiting = null;
  /** Whether everything has to be fetched once more. */
  let again = false;
  /** Whether what is being fetched may be of a time that is over: before a reset, or before the mock was restarted. */
  let outdated = false;
  let connected = false;

  async function load() {
    again = true;
    if (waiting !== null) return;
    while (again) {
      waiting = [];
      again = outdated = false;
      try {
        const all = await fetchAll();
        if (!outdated) tell(all, waiting);
      } catch (error) {
        again = connected;
        page.problem(`Cannot read /__mock/events: ${error.message}.${connected ? " Trying again." : ""}`);
      }
      if (again) await new Promise((resolve) => setTimeout(resolve, outdated ? 0 : RELOAD_EVERY));
    }
    waiting = null;
  }

  function tell(all, since) {
    page.loaded(all);
    page.received(since);
    page.problem(null);
    if (connected) page.connection("live", "Live");
  }

  function connect() {
    const stream = new EventSource("/__mock/stream");
    stream.addEventListener("open", () => {
      connected = outdated = true;
      load();
    });
    stream.addEventListener("received", ({ data }) => {
      const entry = JSON.parse(data);
      if (waiting === null) page.received([entry]);
      else waiting.push(entry);
    });
    stream.addEventListener("reset", () => {
      page.reset();
      if (waiting === null) return;
      outdated = true;
      load();
    });
    stream.addEventListener("reload", load);
    stream.addEventListener("error", () => {
      connected = false;
      page.connection("reconnecting", "Reconnecting");
      if (stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      setTimeout(connect, RETRY);
    });
  }

  connect();
}

async function fetchAll() {
  const response = await fetch("/__mock/events", { cache: "no-store" });
  if (!response.ok) throw new Error(`the mock answered ${response.status}`);
  const { saved, superseded, ignored } = await response.json();
  return [...saved, ...superseded, ...ignored];
}
