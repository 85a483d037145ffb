// How to send the first event: commands that work as they stand, as long as nothing has arrived.

const COMPONENT = "11111111-2222-4333-8444-555555555555";
let copying = null;

/** Fills in the samples of a section, and makes their buttons copy; with null, stops that. */
export async function showSamples(section) {
  copying?.abort();
  if (section === null) return;
  copying = new AbortController();
  for (const button of section.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", () => copy(button), { signal: copying.signal });
  }
  fill(await cloudId());
}

function fill(cloud) {
  const base = `${location.origin}/gateway/api`;
  const now = new Date();
  const body = {
    cloudId: cloud,
    componentId: `ari:cloud:compass:${cloud}:component/${COMPONENT}/${COMPONENT}`,
    event: {
      deployment: {
        displayName: "shop 1.0.0",
        description: "The first deployment",
        url: "https://ci.example.com/shop/1",
        externalEventSourceId: "github:acme/shop",
        lastUpdated: now.toISOString(),
        updateSequenceNumber: Math.floor(now / 1000),
        deploymentProperties: {
          sequenceNumber: 1,
          state: "SUCCESSFUL",
          pipeline: { pipelineId: "shop-1", displayName: "Deploy shop", url: "https://ci.example.com/shop" },
          environment: { environmentId: "production", displayName: "Production", category: "PRODUCTION" },
        },
      },
    },
  };
  const set = (id, ...lines) => (document.getElementById(id).textContent = lines.join("\n"));
  set("sample-base", base);
  set(
    "sample-program",
    `export COMPASS_BASE_URL=${base}`,
    "export COMPASS_EMAIL=me@example.com COMPASS_API_TOKEN=any",
    "compass event deployment --help",
    "compass event deployment ...",
  );
  set(
    "sample-curl",
    "export COMPASS_EMAIL=me@example.com COMPASS_API_TOKEN=any",
    `printf 'user = "%s:%s"' "$COMPASS_EMAIL" "$COMPASS_API_TOKEN" |`,
    `  curl --config - --fail-with-body --json '${JSON.stringify(body, null, 2)}' \\`,
    `  ${base}/compass/v1/events`,
  );
}

/** The cloud ID that the mock answers to, or a believable one where it does not say. */
async function cloudId() {
  try {
    const response = await fetch("/_edge/tenant_info");
    return (await response.json()).cloudId;
  } catch {
    return "00000000-0000-4000-8000-000000000000";
  }
}

async function copy(button) {
  const sample = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(sample.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2_000);
  } catch {
    // The browser lets only some pages copy; then the text is selected for the reader to do it.
    getSelection().selectAllChildren(sample);
  }
}
