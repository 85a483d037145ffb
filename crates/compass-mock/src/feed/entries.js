// What has arrived, and what of it the filters let through. Nothing here knows the document.

/** How many entries the page keeps while it follows the stream. The mock's own default is the same. */
const KEEP = 10_000;
/** So many more may gather before the oldest are dropped, so that not each new one moves all the others. */
const SLACK = 500;

const byId = (one, other) => one.id - other.id;

/** Whose entry it is: the component, or what stands in for one that the sender did not name. */
export function ownerOf(entry) {
  if (entry.componentId) {
    // ari:cloud:compass:<cloud>:component/<workspace>/<component>: the last part tells one from another.
    const short = `…/${entry.componentId.split("/").pop().slice(0, 13)}`;
    return { id: entry.componentId, name: entry.componentName ?? short, title: entry.componentId };
  }
  if (entry.eventSource) {
    const title = "The event names no component: those to which its event source is attached get it.";
    return { id: `source ${entry.eventSource}`, name: `via ${entry.eventSource}`, title };
  }
  return { id: "none", name: "no component", title: "The event names neither a component nor an event source." };
}

/** The entries, and by key the saved updates of one thing. The latest of them supersedes the others. */
export class Entries {
  #all = [];
  #known = new Set();
  #updates = new Map();
  #keep = KEEP;

  /** The highest ID. */
  get newest() {
    return this.#all.at(-1)?.id ?? 0;
  }

  /** Forgets everything and takes these. */
  replace(entries) {
    this.#all = [];
    this.#known.clear();
    this.#updates.clear();
    this.#keep = Math.max(KEEP, entries.length);
    this.add(entries);
  }

  /** Takes those that are not here yet, in any order, and says how many they were. */
  add(entries) {
    const fresh = [];
    for (const entry of entries) {
      if (this.#known.has(entry.id)) continue;
      this.#known.add(entry.id);
      fresh.push(entry);
    }
    if (fresh.length === 0) return 0;
    fresh.sort(byId);
    append(this.#all, fresh);
    for (const entry of fresh) {
      if (entry.key === null || entry.outcome === "ignored") continue;
      const updates = this.#updates.get(entry.key);
      if (updates) append(updates, [entry]);
      else this.#updates.set(entry.key, [entry]);
    }
    if (this.#all.length > this.#keep + SLACK) this.#drop(this.#all.length - this.#keep);
    return fresh.length;
  }

  /**
   * What to show: at most `limit` cards, newest first, each an entry and the updates that it supersedes; how many there
   * are in all; the counters; and how often each component and kind occurs.
   */
  view({ component, kind, withIgnored }, limit) {
    const view = { cards: [], matching: 0, saved: 0, superseded: 0, ignored: 0, owners: new Map(), kinds: new Map() };
    for (let at = this.#all.length - 1; at >= 0; at--) {
      const entry = this.#all[at];
      const ignored = entry.outcome === "ignored";
      const updates = ignored ? undefined : this.#updates.get(entry.key);
      if (updates && updates.at(-1) !== entry) {
        view.superseded++;
        continue;
      }
      view[ignored ? "ignored" : "saved"]++;
      const owner = ownerOf(entry);
      const known = view.owners.get(owner.id);
      if (known) known.count++;
      else view.owners.set(owner.id, { ...owner, count: 1 });
      view.kinds.set(entry.kind, (view.kinds.get(entry.kind) ?? 0) + 1);
      if ((component && component !== owner.id) || (kind && kind !== entry.kind) || (ignored && !withIgnored)) continue;
      if (view.matching++ < limit) view.cards.push({ entry, owner, updates: updates ?? [entry] });
    }
    return view;
  }

  #drop(count) {
    for (const entry of this.#all.splice(0, count)) {
      this.#known.delete(entry.id);
      const updates = this.#updates.get(entry.key);
      if (updates?.[0] !== entry) continue;
      updates.shift();
      if (updates.length === 0) this.#updates.delete(entry.key);
    }
  }
}

/** Appends what is sorted to what is sorted. Most often all of it is newer, and nothing has to move. */
function append(sorted, fresh) {
  const inOrder = sorted.length === 0 || sorted.at(-1).id < fresh[0].id;
  for (const entry of fresh) sorted.push(entry);
  if (!inOrder) sorted.sort(byId);
}
