//! The sentences. "Documented" and "seen" are meant as in `openapi/NOTES.md`.

use super::{OfField, OfOperation, Tag};

pub(super) const TAGS: &[Tag] = &[
    Tag {
        id: "Events",
        title: "Events",
        about: "An event says what happened to a component: it was built, deployed, broken, mended. Compass shows events in \
                the component's activity feed and computes its own metrics from them, such as the time to restore.",
    },
    Tag {
        id: "Metrics",
        title: "Metrics",
        about: "A metric is a series of numbers that belongs to a component, such as its test coverage. Each request adds one \
                value.",
    },
    Tag {
        id: "Package Dependencies",
        title: "Package dependencies",
        about: "Compass reads which packages a component depends on from its lock files.",
    },
    Tag {
        id: "attachment-rest-controller",
        title: "Attachments and API specifications",
        about: "Files that belong to a component: the specification of its API, and what a Forge app attaches to it.",
    },
    Tag {
        id: "incoming-webhooks-rest-controller",
        title: "Incoming webhooks",
        about: "An incoming webhook takes what another tool posts, and makes events of it.",
    },
    Tag {
        id: "entitlement-rest-controller",
        title: "Entitlements",
        about: "An entitlement is something that a site's plan includes.",
    },
];

const RATE: &str = "100 requests per user and minute (documented). Whether events and metrics share them is not published. SDK \
                    and program wait for their turn; another process of the same user is not counted.";
const FORGE: &str =
    "The account must be allowed to use the site, and the vendor must have enabled attachments for the Forge app.";
const MODIFY: &str = "The account must be allowed to modify the component.";
const IDEMPOTENT: &str = "Whenever that may help: what is sent twice is there once.";
const GONE: &str = "Whenever that may help. If an earlier attempt may have deleted it, \"not found\" counts as done.";
const NO_COMPONENT: &str = "Check the component's ID: Compass has none like this, or the account may not see it.";
const WRONG_FILE: &str =
    "Check the file: its name, its type, and whether it can be parsed. SDK and program look at that first.";

pub(super) const OPERATIONS: &[OfOperation] = &[
    OfOperation {
        operation: "createCompassEvent",
        limits: &[
            RATE,
            "A component takes at most 20 event sources (seen): an `externalEventSourceId` must stay the same from run to run.",
            "202 means accepted, not shown: an event whose `updateSequenceNumber` is not greater than that of the last update \
             is ignored (documented), and nothing says so.",
            "An event is kept for one year on the Standard plan, for two on Premium. It cannot be deleted.",
        ],
        permissions: "None is published. The account must be allowed to use Compass on the site.",
        repeats: "Whenever that may help: the sequence number makes Compass ignore what it has already. A pull request has no \
                  such number, so that an older state may win.",
        answers: &[
            (
                404,
                "Without `componentId` the event source must exist and be attached: name the component, and Compass makes the \
                 source. With it, check its ID.",
            ),
            (409, "Seen where the component has its 20 event sources: use one that stays the same from run to run."),
        ],
    },
    OfOperation {
        operation: "insertMetricValue",
        limits: &[
            RATE,
            "Values cannot be deleted: a wrong one can only be followed by another, and one that is sent twice is there twice.",
        ],
        permissions: "The account must be allowed to insert metric values.",
        repeats: "Only where Compass has certainly not stored it, such as after a 429; otherwise if it is allowed \
                  (`--allow-repeat`, `allow_repeats()`).",
        answers: &[(
            404,
            "Check the ARIs, and that each is of its kind: a component's does not stand where a metric source's belongs.",
        )],
    },
    OfOperation {
        operation: "uploadLockFile",
        limits: &["Only npm's `package-lock.json`, smaller than 2 MB."],
        permissions: MODIFY,
        repeats: IDEMPOTENT,
        answers: &[(404, NO_COMPONENT), (422, WRONG_FILE)],
    },
    OfOperation {
        operation: "deleteLockFile",
        limits: &[],
        permissions: MODIFY,
        repeats: GONE,
        answers: &[(404, NO_COMPONENT)],
    },
    OfOperation {
        operation: "uploadAPISpec",
        limits: &["JSON or YAML. It takes the place of the one before."],
        permissions: "The account must be allowed to upload API specifications.",
        repeats: IDEMPOTENT,
        answers: &[(400, WRONG_FILE), (422, WRONG_FILE)],
    },
    OfOperation {
        operation: "deleteAPISpec",
        limits: &[],
        permissions: "The account must be allowed to delete API specifications.",
        repeats: GONE,
        answers: &[(404, NO_COMPONENT)],
    },
    OfOperation {
        operation: "uploadAttachment",
        limits: &["JSON, YAML or XML. It takes the place of the one with the same key."],
        permissions: FORGE,
        repeats: IDEMPOTENT,
        answers: &[
            (403, "Ask the vendor to enable attachments for the Forge app."),
            (404, NO_COMPONENT),
            (422, WRONG_FILE),
        ],
    },
    OfOperation {
        operation: "getAttachment",
        limits: &[],
        permissions: FORGE,
        repeats: "Whenever that may help: it changes nothing.",
        answers: &[(403, "Ask the vendor to enable attachments for the Forge app.")],
    },
    OfOperation {
        operation: "deleteAttachment",
        limits: &[],
        permissions: FORGE,
        repeats: GONE,
        answers: &[(403, "Ask the vendor to enable attachments for the Forge app.")],
    },
    OfOperation {
        operation: "handleWebhookInvocation",
        limits: &["Which payloads make which events depends on the tool that the webhook was made for."],
        permissions: "None: whoever knows the URL may post. The URL is a secret, and no credentials are sent.",
        repeats: "Only where Compass has certainly not taken it, such as after a 429; otherwise if it is allowed \
                  (`--allow-repeat`, `allow_repeats()`).",
        answers: &[
            (401, "Check the webhook's URL; it may have been made anew."),
            (404, "Check the webhook's URL; it may have been deleted."),
            (405, "Send it with POST."),
        ],
    },
    OfOperation {
        operation: "evaluateEntitlements",
        limits: &["The names of the entitlements are not published."],
        permissions: "Any account of the site.",
        repeats: "Whenever that may help: it changes nothing.",
        answers: &[],
    },
];

const fn field(operation: &'static str, path: &'static str, meaning: &'static str) -> OfField {
    OfField { operation, path, meaning }
}

const BARE: &str = "The component's bare UUID, which is the end of its ARI. Program and SDK take the ARI.";
const APP: &str = "The Forge app's ID.";
const KEY: &str = "The attachment's key, which tells the attachments of an app and component apart.";
const WEB_URL: &str = "Program and SDK take an absolute http or https URL; the API's own rule is not published.";

pub(super) const FIELDS: &[OfField] = &[
    field(
        "createCompassEvent",
        "cloudId",
        "The site's cloud ID, a UUID. `compass site` prints it. Program and SDK take it from the component's ARI.",
    ),
    field(
        "createCompassEvent",
        "componentId",
        "The component's ARI, `ari:cloud:compass:<cloudId>:component/<uuid>/<uuid>`. With it, no event source has to exist \
         beforehand. Without it, the event goes to all components that the event source is attached to.",
    ),
    field(
        "createCompassEvent",
        "event.*.updateSequenceNumber",
        "The clock's milliseconds serve well; program and SDK use them.",
    ),
    field(
        "createCompassEvent",
        "event.*.externalEventSourceId",
        "It must stay the same from run to run: tool and repository serve well.",
    ),
    field("createCompassEvent", "event.*.url", WEB_URL),
    field("createCompassEvent", "event.*.description", "It may be empty."),
    field(
        "createCompassEvent",
        "event.deployment.deploymentProperties.sequenceNumber",
        "The run's own number; it does not order updates.",
    ),
    field("createCompassEvent", "event.alert.alertProperties.closedAt", "Program and SDK demand it of a closed alert."),
    field(
        "createCompassEvent",
        "event.incident.incidentProperties.endTime",
        "Program and SDK demand it of a resolved incident.",
    ),
    field(
        "createCompassEvent",
        "event.vulnerability.vulnerabilityProperties.remediationTime",
        "Program and SDK demand it of a remediated vulnerability.",
    ),
    field("createCompassEvent", "event.pullRequest.cloudId", "The program sends that of the site."),
    field("insertMetricValue", "metricSourceId", "An ARI: `ari:cloud:compass:<cloudId>:metric-source/<uuid>/<uuid>`."),
    field(
        "insertMetricValue",
        "metricDefinitionId",
        "An ARI: `ari:cloud:compass:<cloudId>:metric-definition/<uuid>/<uuid>`.",
    ),
    field("insertMetricValue", "componentId", "An ARI: `ari:cloud:compass:<cloudId>:component/<uuid>/<uuid>`."),
    field("insertMetricValue", "value", "A number, not a text."),
    field("insertMetricValue", "timestamp", "The time of arrival if it is absent."),
    field("insertMetricValue", "annotation", "It is a JSON document in a text; program and SDK make the text."),
    field("insertMetricValue", "url", WEB_URL),
    field("uploadLockFile", "sourceId", "Tells the component's lock files apart: the file's path, with `_` for `/`."),
    field(
        "uploadLockFile",
        "baseSourceUrl",
        "Where the file can be seen, best with the host's line anchor at its end (`#L` on GitHub, `#lines-` on Bitbucket).",
    ),
    field("uploadLockFile", "componentId", BARE),
    field("uploadLockFile", "file", "The lock file, named `package-lock.json`."),
    field("deleteLockFile", "componentId", BARE),
    field(
        "deleteLockFile",
        "sourceId",
        "What the file was uploaded with, in Base64 with the alphabet for URLs. Program and SDK encode it.",
    ),
    field("uploadAPISpec", "componentId", BARE),
    field("uploadAPISpec", "file", "The specification, named `.json`, `.yaml` or `.yml`."),
    field("deleteAPISpec", "componentId", BARE),
    field("uploadAttachment", "componentId", BARE),
    field("uploadAttachment", "forgeAppId", APP),
    field("uploadAttachment", "key", KEY),
    field("uploadAttachment", "file", "The file, named `.json`, `.yaml`, `.yml` or `.xml`."),
    field("getAttachment", "componentId", BARE),
    field("getAttachment", "forgeAppId", APP),
    field("getAttachment", "key", KEY),
    field("deleteAttachment", "componentId", BARE),
    field("deleteAttachment", "forgeAppId", APP),
    field("deleteAttachment", "key", KEY),
    field(
        "handleWebhookInvocation",
        "webhookId",
        "The end of the webhook's URL, and a secret: the samples read it from `COMPASS_WEBHOOK_ID`. Program and SDK never \
         print it.",
    ),
];

pub(super) const ERRORS: &[(&str, &str)] = &[
    ("ARGUMENT_INVALID", "Correct the argument that the message names."),
    (
        "ATTACHED_EVENT_SOURCE_LIMIT_REACHED",
        "Use one event source for each tool and repository, not one for each run (seen).",
    ),
    ("CLOUD_ID_INVALID", "Check that the IDs belong to this site."),
    ("COMPASS_NOT_AVAILABLE", "Check the site: it has no Compass."),
    ("COMPONENT_ARI_INVALID", "Check that the ID is that of a component, and of this site."),
    ("COMPONENT_NOT_FOUND", NO_COMPONENT),
    ("CONSTRAINT_VIOLATION", "Correct the field that the message names."),
    ("CREATE_EVENT_SOURCE_NOT_FOUND", "Name the component, or make and attach the event source beforehand (seen)."),
    ("FIELD_CANNOT_BE_NULL", "Send a value, or leave the field out."),
    ("FIELD_MISSING", "Send the field that the message names."),
    ("FORMAT_INVALID", "Correct the field that the message names: its type or its form."),
    ("INTERNAL_SERVER_ERROR", "Send it again later."),
    ("MISSING_CLOUD_ID", "Check the site: the request did not reach one with a cloud ID."),
    ("ONE_OF_DIRECTIVE_VALIDATION_ERROR", "Send exactly one kind of event."),
    ("PERMISSION_DENIED", "Give the account access to the component, or to Compass."),
    ("STORE_CONFLICT_EXCEPTION", "Send it again later: somebody else changed the same thing at the same time."),
];
