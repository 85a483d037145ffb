//! Requests, and a mock to send them to.

use std::sync::LazyLock;

use compass_mock::{Builder, Mock};
use serde_json::{Value, json};

pub(crate) const CLOUD_ID: &str = "c0ffee00-5ca1-4ab1-8e0f-0123456789ab";
pub(crate) const COMPONENT_ID: &str = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
pub(crate) const OTHER_ID: &str = "11111111-9dad-41d1-80b4-00c04fd430c8";

/// The contract, as the mock has it.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/generated/compass-v1.json")).unwrap());

/// An ARI of the site with a fixed workspace.
pub(crate) fn ari(resource: &str, id: &str) -> String {
    format!("ari:cloud:compass:{CLOUD_ID}:{resource}/3f2504e0-4f89-41d3-9a0c-0305e82c3301/{id}")
}

pub(crate) fn component() -> String {
    ari("component", COMPONENT_ID)
}

/// A components file with one of each.
pub(crate) const COMPONENTS: &str = "
cloudId: c0ffee00-5ca1-4ab1-8e0f-0123456789ab
components:
  - id: ari:cloud:compass:c0ffee00-5ca1-4ab1-8e0f-0123456789ab:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8
    name: shop
    eventSources: [{ id: listed, kind: deployment }]
    metricSources: [ari:cloud:compass:c0ffee00-5ca1-4ab1-8e0f-0123456789ab:metric-source/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8]
metricDefinitions: [ari:cloud:compass:c0ffee00-5ca1-4ab1-8e0f-0123456789ab:metric-definition/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8]
webhooks: [hook]
attachments: [app]
entitlements: { asked: { '@class': Told, value: 7 } }
forbiddenUsers: [eve]
";

/// A deployment event for a component.
pub(crate) fn deployment(source: &str, pipeline: &str, sequence_number: i64) -> Value {
    json!({
        "cloudId": CLOUD_ID,
        "componentId": component(),
        "event": { "deployment": {
            "displayName": "shop 1.4.2", "description": "", "url": "https://example.com/42",
            "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": sequence_number,
            "externalEventSourceId": source,
            "deploymentProperties": {
                "sequenceNumber": 1, "state": "SUCCESSFUL",
                "pipeline": { "pipelineId": pipeline, "displayName": "Deploy", "url": "https://example.com/p" },
                "environment": { "category": "PRODUCTION", "displayName": "prod", "environmentId": "prod" },
            },
        } },
    })
}

/// A value for a metric source.
pub(crate) fn metric() -> Value {
    json!({ "metricSourceId": ari("metric-source", COMPONENT_ID), "value": 7.5 })
}

/// A request below the base URL, with credentials unless told otherwise.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) user: Option<&'static str>,
    pub(crate) body: Option<(String, Vec<u8>)>,
}

pub(crate) fn call(method: &'static str, path: impl Into<String>) -> Call {
    Call { method, path: path.into(), user: Some("ada"), body: None }
}

pub(crate) fn events(event: &Value) -> Call {
    call("POST", "/compass/v1/events").json(event)
}

pub(crate) fn metrics(value: &Value) -> Call {
    call("POST", "/compass/v1/metrics").json(value)
}

impl Call {
    pub(crate) fn json(self, body: &Value) -> Self {
        Self { body: Some(("application/json".to_owned(), body.to_string().into_bytes())), ..self }
    }

    /// A form with one file.
    pub(crate) fn file(self, name: &str, media_type: &str, content: &str) -> Self {
        let body = format!(
            "--B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: {media_type}\r\n\r\n{content}\r\n--B--\r\n"
        );
        Self { body: Some(("multipart/form-data; boundary=B".to_owned(), body.into_bytes())), ..self }
    }

    pub(crate) fn by(self, user: &'static str) -> Self {
        Self { user: Some(user), ..self }
    }

    pub(crate) fn by_nobody(self) -> Self {
        Self { user: None, ..self }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The type of the first error.
    pub(crate) fn error(&self) -> String {
        self.json()["errors"][0]["type"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

/// A mock with a client.
pub(crate) struct Site {
    pub(crate) mock: Mock,
    pub(crate) client: reqwest::Client,
}

impl Site {
    pub(crate) async fn start(builder: Builder) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { mock: builder.start().await.unwrap(), client }
    }

    /// With nothing set.
    pub(crate) async fn plain() -> Self {
        Self::start(Mock::builder()).await
    }

    /// With [`COMPONENTS`].
    pub(crate) async fn listed() -> Self {
        Self::start(Mock::builder().components(COMPONENTS.parse().unwrap())).await
    }

    pub(crate) async fn send(&self, call: Call) -> Answer {
        self.try_send(call).await.unwrap()
    }

    pub(crate) async fn try_send(&self, call: Call) -> reqwest::Result<Answer> {
        self.request(format!("{}{}", self.mock.base_url(), call.path), call).await
    }

    /// One of the mock's own routes.
    pub(crate) async fn own(&self, method: &'static str, path: &str, body: &str) -> Answer {
        let body = (!body.is_empty()).then(|| ("application/json".to_owned(), body.as_bytes().to_vec()));
        let call = Call { body, ..call(method, path).by_nobody() };
        self.request(format!("{}{path}", self.mock.origin()), call).await.unwrap()
    }

    async fn request(&self, url: String, call: Call) -> reqwest::Result<Answer> {
        let mut request = self.client.request(call.method.parse().unwrap(), url);
        if let Some(user) = call.user {
            request = request.basic_auth(user, Some("s3cret"));
        }
        if let Some((media_type, body)) = call.body {
            request = request.header("content-type", media_type).body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }
}
