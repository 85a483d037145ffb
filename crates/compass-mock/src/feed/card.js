// An entry as a card. Whatever an event says becomes text nodes and nothing else: no part of the page parses markup.

import { kindOf, read } from "./kinds.js";

/** So many superseded updates are listed; whoever needs the others has the JSON. */
const UPDATES = 100;

/** Facts that nobody needs the name of, to read them. */
const PLAIN = new Set(["environment"]);

/** An element with its attributes and children; strings become text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(attribute, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An entry, the component it belongs to, and the updates up to it, oldest first. */
export function card({ entry, owner, updates }) {
  const said = read(entry);
  const ignored = entry.outcome === "ignored";
  return element(
    "article",
    { class: ignored ? "card ignored" : "card" },
    icon(entry.kind),
    element(
      "header",
      {},
      element("span", { class: "kind", "aria-hidden": "true" }, kindOf(entry.kind).name),
      said.state && pill(said.state),
      said.rank && element("span", { class: "pill outline" }, said.rank),
      ignored ? element("span", { class: "pill outline dropped" }, "IGNORED") : null,
      time(entry, said),
    ),
    element("h2", {}, link(said.title, said.url)),
    said.description === said.title ? null : said.description && element("p", { class: "description" }, said.description),
    ignored ? element("p", { class: "reason" }, reason(entry)) : null,
    facts(entry, owner, said),
    said.note && element("p", { class: "reason quiet" }, said.note),
    element("div", { class: "folds" }, earlier(updates), asSent(entry)),
  );
}

/** How long ago, in the fewest letters that say it. */
export function ago(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Brings the relative times below an element up to date. */
export function refreshTimes(below) {
  const now = Date.now();
  for (const one of below.querySelectorAll("time")) {
    const text = ago(now - Date.parse(one.dateTime));
    if (one.textContent !== text) one.textContent = text;
  }
}

function icon(kind) {
  const { name, family, icon: path } = kindOf(kind);
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  };
  const drawing = svg("svg", { viewBox: "0 0 16 16", role: "img", "aria-label": name });
  const title = svg("title", {});
  title.textContent = name;
  drawing.append(title, svg("path", { d: path }));
  return element("span", { class: `icon ${family}` }, drawing);
}

function pill({ word, tone }) {
  return element("span", { class: `pill ${tone}` }, word);
}

function time(entry, said) {
  const received = `Received ${entry.receivedAt}`;
  const title = said.lastUpdated ? `${received}\nLast updated, as the event says, ${said.lastUpdated}` : received;
  return element("time", { datetime: entry.receivedAt, title }, ago(Date.now() - Date.parse(entry.receivedAt)));
}

/** A link where the address is one of the web; otherwise the text alone, which then says no address. */
function link(label, address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return label;
  return element("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, label);
}

function reason(entry) {
  const why = entry.reason ?? "the sequence number did not grow";
  return `Compass answers 202 and drops it: ${why}`;
}

function facts(entry, owner, said) {
  const component = element("button", { type: "button", class: "owner", title: owner.title }, owner.name);
  component.dataset.owner = owner.id;
  component.dataset.part = "owner";
  const rows = [
    { label: "component", value: component },
    ...said.facts.map(({ label, value, url }) => ({ label, value: link(value, url), said: !PLAIN.has(label) })),
    entry.sequenceNumber === null ? null : { label: "sequence number", value: `#${entry.sequenceNumber}` },
    entry.componentId && entry.eventSource ? { label: "event source", value: entry.eventSource } : null,
    entry.user ? { label: "user", value: entry.user } : null,
  ];
  const list = element("dl", { class: "facts" });
  for (const { label, value, said } of rows.filter((row) => row !== null)) {
    const term = element("dt", { class: said ? null : "unseen" }, label);
    list.append(element("div", { title: said ? null : label }, term, said ? " " : null, element("dd", {}, value)));
  }
  return list;
}

function earlier(updates) {
  const count = updates.length - 1;
  if (count < 1) return null;
  return fold("earlier", count === 1 ? "1 earlier update" : `${count} earlier updates`, () => {
    const list = element("ol", {});
    for (const entry of updates.slice(0, -1).reverse().slice(0, UPDATES)) {
      const said = read(entry);
      const number = entry.sequenceNumber === null ? null : element("span", { class: "number" }, `#${entry.sequenceNumber}`);
      const title = element("span", { class: "title" }, link(said.title, said.url));
      list.append(element("li", {}, said.state && pill(said.state), number, title, time(entry, said)));
    }
    if (count > UPDATES) list.append(element("li", { class: "quiet" }, `and ${count - UPDATES} before those`));
    return list;
  });
}

function asSent(entry) {
  return fold("sent", "As sent", () => {
    const { cloudId, componentId, event } = entry;
    return element("pre", { tabindex: "0" }, JSON.stringify({ cloudId, componentId, event: { [entry.kind]: event } }, null, 2));
  });
}

/** A part that is made when it is opened first: most never are, and ten thousand of them would be slow. */
function fold(part, label, content) {
  const summary = element("summary", {}, label);
  summary.dataset.part = part;
  const details = element("details", { class: part }, summary);
  details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(content()));
  return details;
}
