// The page: fetches what arrived, follows the stream, and brings the list up to date.

import { card, element, refreshTimes } from "./card.js";
import { Entries } from "./entries.js";
import { KIND_IDS, kindOf } from "./kinds.js";
import { follow } from "./live.js";
import { showSamples } from "./samples.js";

/** So many cards at first, and so many more with each press of the button. */
const STEP = 200;
/** How often the page is painted at most, however fast events come. */
const PAINT_EVERY = 100;
/** How often a screen reader hears of arrivals at most. */
const SAY_EVERY = 5_000;

const ORDER = new Intl.Collator("en", { numeric: true });

const $ = (id) => document.getElementById(id);
const entries = new Entries();
const shown = new Map();
let limit = STEP;
let loaded = false;
/** The last entry that was painted: those after it are new to the reader. */
let newest = Infinity;
let unsaid = 0;

const paintSoon = atMostEvery(PAINT_EVERY, paint);
const saySoon = atMostEvery(SAY_EVERY, () => {
  if (unsaid > 0) $("arrivals").textContent = unsaid === 1 ? "1 event arrived" : `${unsaid} events arrived`;
  unsaid = 0;
});

follow({
  loaded(all) {
    entries.replace(all);
    loaded = true;
    newest = Infinity;
    paintSoon();
  },
  received(fresh) {
    const count = entries.add(fresh);
    if (count === 0) return;
    unsaid += count;
    paintSoon();
    saySoon();
  },
  reset() {
    entries.replace([]);
    limit = STEP;
    newest = 0;
    paintSoon();
  },
  connection(state, text) {
    if ($("connection").dataset.state === state) return;
    $("connection").dataset.state = state;
    $("connection-text").textContent = text;
  },
  problem,
});

restoreFilters();
setInterval(() => document.hidden || refreshTimes($("feed")), 10_000);

$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("change", filtersChanged);
$("feed").addEventListener("click", ({ target }) => {
  const owner = target.closest?.("[data-owner]")?.dataset.owner;
  if (owner !== undefined) chooseComponent(owner);
});
$("more").addEventListener("click", () => {
  limit += STEP;
  paint();
});
$("show-all").addEventListener("click", () => {
  $("by-component").value = $("by-kind").value = "";
  $("with-ignored").checked = true;
  filtersChanged();
  $("by-component").focus();
});
$("reset").addEventListener("click", () => $("sure").showModal());
$("sure").addEventListener("close", async () => {
  if ($("sure").returnValue !== "forget") return;
  $("sure").returnValue = "";
  try {
    const response = await fetch("/__mock", { method: "DELETE" });
    problem(response.ok ? null : `The mock did not forget: it answered ${response.status} to DELETE /__mock.`);
  } catch (error) {
    problem(`The mock did not forget: ${error.message}.`);
  }
});

function filters() {
  return { component: $("by-component").value, kind: $("by-kind").value, withIgnored: $("with-ignored").checked };
}

function filtersChanged() {
  limit = STEP;
  const { component, kind, withIgnored } = filters();
  const chosen = new URLSearchParams();
  if (component) chosen.set("component", component);
  if (kind) chosen.set("kind", kind);
  if (!withIgnored) chosen.set("ignored", "hidden");
  // In the address, so that the choice survives a reload and can be passed on.
  history.replaceState(null, "", chosen.size > 0 ? `#${chosen}` : location.pathname);
  paint();
}

function restoreFilters() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  $("by-kind").append(...KIND_IDS.map((kind) => element("option", { value: kind }, kindOf(kind).name)));
  $("by-kind").value = KIND_IDS.includes(chosen.get("kind")) ? chosen.get("kind") : "";
  $("with-ignored").checked = chosen.get("ignored") !== "hidden";
  const component = chosen.get("component");
  if (component) chooseComponent(component);
}

function chooseComponent(id) {
  const select = $("by-component");
  if (![...select.options].some((option) => option.value === id)) select.append(element("option", { value: id }, id));
  select.value = id;
  filtersChanged();
}

function paint() {
  if (!loaded) return;
  const view = entries.view(filters(), limit);
  const nothing = view.saved + view.ignored === 0;
  for (const outcome of ["saved", "superseded", "ignored"]) {
    $(`count-${outcome}`).textContent = view[outcome].toLocaleString("en");
  }
  $("ignored-tile").classList.toggle("some", view.ignored > 0);
  offer(view);
  arrange(view.cards);
  newest = entries.newest;
  if ($("empty").hidden === nothing) showSamples(nothing ? $("empty") : null);
  $("empty").hidden = !nothing;
  $("no-match").hidden = nothing || view.matching > 0;
  $("more-line").hidden = view.matching <= view.cards.length;
  $("more-text").textContent = `${view.cards.length} of ${view.matching.toLocaleString("en")}`;
}

/** The choices of the filters, with how often each occurs. What is chosen stays, even if nothing is left of it. */
function offer({ owners, kinds }) {
  for (const option of $("by-kind").options) {
    const count = kinds.get(option.value);
    if (option.value) label(option, count ? `${kindOf(option.value).name} (${count})` : kindOf(option.value).name);
  }
  const select = $("by-component");
  const known = new Map([...select.options].slice(1).map((option) => [option.value, option]));
  for (const [id, option] of known) {
    if (owners.has(id)) label(option, called(owners.get(id)));
    else if (id !== select.value) option.remove();
  }
  // Those already in the list do not move, so that a list that somebody has open stays as it is under the pointer.
  const added = [...owners.values()].filter(({ id }) => !known.has(id));
  added.sort((one, other) => ORDER.compare(one.name, other.name));
  select.append(...added.map((owner) => element("option", { value: owner.id }, called(owner))));
}

function called({ name, count }) {
  return `${name} (${count})`;
}

function label(option, text) {
  if (option.textContent !== text) option.textContent = text;
}

/** Brings the list to these cards. One that says the same as before stays as it is, with its folds and its focus. */
function arrange(cards) {
  const feed = $("feed");
  const wanted = new Set();
  let place = feed.firstElementChild;
  for (const one of cards) {
    const { entry, updates } = one;
    const id = entry.outcome === "ignored" || entry.key === null ? `entry ${entry.id}` : `key ${entry.key}`;
    wanted.add(id);
    const before = shown.get(id);
    const item = before?.item ?? element("li");
    const focused = item.contains(document.activeElement) ? document.activeElement.dataset.part : undefined;
    // By identity: after a restart of the mock, the same ID stands for something else.
    if (before?.entry !== entry || before.count !== updates.length) {
      refill(item, card(one), entry.id > newest);
      shown.set(id, { item, entry, count: updates.length });
    }
    if (item === place) place = place.nextElementSibling;
    else feed.insertBefore(item, place);
    if (focused && !item.contains(document.activeElement)) {
      item.querySelector(`[data-part="${focused}"]`)?.focus({ preventScroll: true });
    }
  }
  for (const [id, { item }] of shown) {
    if (wanted.has(id)) continue;
    item.remove();
    shown.delete(id);
  }
  refreshTimes(feed);
}

/** Another card in the same place: what was open is open again. */
function refill(item, fresh, isNew) {
  for (const open of item.querySelectorAll("details[open]")) {
    const again = fresh.querySelector(`details.${open.className}`);
    if (again) again.open = true;
  }
  if (isNew) fresh.classList.add("new");
  item.replaceChildren(fresh);
}

function problem(text) {
  $("problem").hidden = text === null;
  $("problem").textContent = text ?? "";
}

/** Runs it at once, and then at most so often; what comes in between is done together at the end. */
function atMostEvery(milliseconds, run) {
  let waiting = false;
  let last = -Infinity;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      last = performance.now();
      run();
    }, Math.max(0, last + milliseconds - performance.now()));
  };
}
