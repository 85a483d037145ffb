// The ten kinds of event: their names, their icons (drawn for this page, on a field of 16 by 16), and where each keeps
// what a reader wants to see first.

/** What a state means. It decides the colour; the word itself is always there as well. */
const TONES = {
  good: ["SUCCESSFUL", "RESOLVED", "REMEDIATED", "CLOSED", "MERGED", "CHECKPOINT"],
  bad: ["FAILED", "ERROR", "TIMED_OUT", "OPEN", "OPENED", "REJECTED"],
  warn: ["ROLLED_BACK", "ACKNOWLEDGED", "SNOOZED", "WARNING", "DEPRECATION", "END_OF_LIFE"],
  busy: ["IN_PROGRESS", "PENDING", "IN_REVIEW", "CREATED", "PRE_RELEASE", "INFO"],
};
const TONE_OF = new Map(Object.entries(TONES).flatMap(([tone, states]) => states.map((state) => [state, tone])));

const KINDS = {
  deployment: {
    name: "Deployment",
    family: "delivery",
    icon: "M8 10.5V2M4.5 5.5 8 2l3.5 3.5M2.5 10v3.5h11V10",
    read: ({ deploymentProperties: of = {} }) => ({
      state: of.state,
      facts: [environment(of.environment), pipeline(of.pipeline)],
    }),
  },
  build: {
    name: "Build",
    family: "delivery",
    icon: "M8 1.5 13.5 4.5v7L8 14.5l-5.5-3v-7zM2.5 4.5 8 7.5l5.5-3M8 7.5v7",
    read: ({ buildProperties: of = {} }) => ({ state: of.state, facts: [pipeline(of.pipeline)] }),
  },
  incident: {
    name: "Incident",
    family: "trouble",
    icon: "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1",
    read: ({ incidentProperties: of = {} }) => ({
      state: of.state,
      rank: rank(of.severity?.label, of.severity?.level && `severity ${of.severity.level}`),
    }),
  },
  flag: {
    name: "Flag",
    family: "product",
    icon: "M3.5 14.5v-13M3.5 2.5h9.5l-2.5 3 2.5 3H3.5",
    read: ({ flagProperties: of = {} }) => ({ state: of.status }),
  },
  alert: {
    name: "Alert",
    family: "trouble",
    icon: "M8 1v1.5M2.5 12h11L12 10V7a4 4 0 0 0-8 0v3zM6.5 14.5h3",
    read: ({ alertProperties: of = {} }) => ({ state: of.status, rank: of.priority }),
  },
  lifecycle: {
    name: "Lifecycle",
    family: "product",
    icon: "M13.5 8A5.5 5.5 0 1 1 11.6 3.8M12.2 1v3.2H9",
    read: ({ lifecycleProperties: of = {} }) => ({ state: of.stage }),
  },
  custom: {
    name: "Custom event",
    family: "other",
    icon: "M8 1.5 9.9 6.1 14.5 8 9.9 9.9 8 14.5 6.1 9.9 1.5 8 6.1 6.1z",
    read: ({ customEventProperties: of = {} }) => ({ state: of.icon }),
  },
  push: {
    name: "Push",
    family: "delivery",
    icon: "M8 1v4M8 11v4M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    read: ({ pushEventProperties: of = {} }) => ({
      facts: [fact("branch", of.branchName), fact("author", of.author?.name ?? of.author?.email)],
    }),
  },
  pullRequest: {
    name: "Pull request",
    family: "delivery",
    icon: "M4 5.5v5M4 1.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4 10.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12 10.5a2 2 0 1 0 0 4 "
      + "2 2 0 0 0 0-4zM12 10.5V5.5a2 2 0 0 0-2-2H8M9.8 1.5l-2 2 2 2",
    read: ({ pullRequestProperties: of = {} }) => ({
      state: of.status,
      title: text(of.id) && `Pull request ${of.id}`,
      url: of.pullRequestUrl,
      facts: [fact("repository", of.repoUrl, of.repoUrl)],
      note: "Compass takes pull requests from Forge apps only, and does not show them in its feed.",
    }),
  },
  vulnerability: {
    name: "Vulnerability",
    family: "trouble",
    icon: "M8 1.5 13.5 3.5V8c0 3.5-2.5 5.5-5.5 6.5C5 13.5 2.5 11.5 2.5 8V3.5zM8 5v3.5M8 10.8v.1",
    read: ({ vulnerabilityProperties: of = {} }) => ({
      state: of.state,
      rank: rank(of.severity?.label, of.severity?.level),
      facts: [fact("score", of.score), fact("target", of.vulnerableTarget), fact("found by", of.discoverySource)],
    }),
  },
};

const UNKNOWN = { family: "other", icon: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 8v.1", read: () => ({}) };

/** A kind's name, family and icon. */
export function kindOf(kind) {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : { ...UNKNOWN, name: String(kind) };
}

/** In the order in which the filter lists them. */
export const KIND_IDS = Object.keys(KINDS);

/** What an event says, in words for a reader. What it does not say is null. */
export function read({ kind, event }) {
  const said = event ?? {};
  const { state, rank: grade, title, url, facts = [], note } = kindOf(kind).read(said);
  const word = text(state);
  return {
    title: title ?? text(said.displayName) ?? "(no name)",
    url: url ?? said.url,
    description: text(said.description),
    lastUpdated: text(said.lastUpdated),
    state: word && { word: word.replaceAll("_", " "), tone: TONE_OF.get(word) ?? "plain" },
    rank: text(grade),
    facts: facts.filter((one) => one !== null),
    note: note ?? null,
  };
}

/** The value as text, if it is one that reads as such. */
export function text(value) {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function fact(label, value, url) {
  const word = text(value);
  return word && { label, value: word, url };
}

function rank(label, level) {
  return text(label) ?? text(level);
}

function pipeline(of) {
  return of ? fact("pipeline", text(of.displayName) ?? of.pipelineId, of.url) : null;
}

function environment(of) {
  const name = text(of?.displayName);
  const category = text(of?.category);
  const same = name?.toUpperCase() === category;
  return fact("environment", name && category && !same ? `${name} (${category.toLowerCase()})` : (name ?? category));
}
