//! Metrics: values of a component's metric source.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::ari::{CloudId, ComponentAri, MetricDefinitionAri, MetricSourceAri};
use crate::event::WebUrl;
use crate::validation::{Checks, Rule, Violations, quoted};

mod json;
#[cfg(test)]
mod tests;

/// Where a value goes.
///
/// ```
/// use compass_sdk::ari::MetricSourceAri;
/// use compass_sdk::metric::MetricTarget;
///
/// # let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
/// #     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
/// let source: MetricSourceAri = text.parse()?;
/// assert_eq!(MetricTarget::from(source.clone()), MetricTarget::Source(source));
/// # Ok::<(), compass_sdk::ari::AriError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricTarget {
    /// To this metric source.
    Source(MetricSourceAri),
    /// To the source that the component has for the definition.
    Definition {
        /// What is measured.
        definition: MetricDefinitionAri,
        /// The component that it is measured of.
        component: ComponentAri,
    },
}

impl MetricTarget {
    /// The site.
    #[must_use]
    pub fn cloud_id(&self) -> CloudId {
        match self {
            Self::Source(source) => source.cloud_id(),
            Self::Definition { component, .. } => component.cloud_id(),
        }
    }
}

impl From<MetricSourceAri> for MetricTarget {
    fn from(source: MetricSourceAri) -> Self {
        Self::Source(source)
    }
}

impl From<(MetricDefinitionAri, ComponentAri)> for MetricTarget {
    fn from((definition, component): (MetricDefinitionAri, ComponentAri)) -> Self {
        Self::Definition { definition, component }
    }
}

impl fmt::Display for MetricTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => source.fmt(f),
            Self::Definition { definition, component } => write!(f, "{definition} of {component}"),
        }
    }
}

/// One value, which breaks no [rule](crate::validation::Rule). Values cannot be deleted, only followed by others; one
/// that is sent twice is there twice. Its JSON is the body that the contract has for it.
///
/// ```
/// use compass_sdk::ari::MetricSourceAri;
/// use compass_sdk::metric::Metric;
///
/// # let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
/// #     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
/// let source: MetricSourceAri = text.parse()?;
/// let metric = Metric::builder()
///     .target(source)
///     .value(87.5)
///     .timestamp("2026-09-01T12:00:00Z".parse()?)
///     .annotation(serde_json::json!({ "version": 1, "type": "doc", "content": [] }))
///     .build()?;
/// assert_eq!(metric.value(), 87.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    target: MetricTarget,
    value: f64,
    timestamp: Option<DateTime<Utc>>,
    title: Option<String>,
    url: Option<WebUrl>,
    annotation: Option<Value>,
}

#[bon::bon]
impl Metric {
    /// Begins a metric; target and value have to be set before `build` can be called.
    ///
    /// # Errors
    /// All [rules](crate::validation::Rule) that are broken.
    #[builder(on(String, into))]
    pub fn new(
        /// Where the value goes: a metric source, or a metric definition and a component.
        #[builder(into)]
        target: MetricTarget,
        /// The value.
        value: f64,
        /// When it was measured.
        timestamp: Option<DateTime<Utc>>,
        /// Overwrites the metric source's own title.
        title: Option<String>,
        /// Overwrites the metric source's own URL.
        url: Option<WebUrl>,
        /// A note on the value, an Atlassian document.
        annotation: Option<Value>,
    ) -> Result<Self, Violations> {
        let mut checks = Checks::new("");
        Self::check(&mut checks, value, timestamp, annotation.as_ref());
        checks.finish(Self { target, value, timestamp, title, url, annotation })
    }

    fn check(checks: &mut Checks, value: f64, timestamp: Option<DateTime<Utc>>, annotation: Option<&Value>) {
        if !value.is_finite() {
            checks.violated("value", Rule::FiniteNumber, &value.to_string());
        }
        checks.time("timestamp", timestamp);
        if let Some(annotation) = annotation.filter(|annotation| !is_document(annotation)) {
            checks.violated("annotation", Rule::AtlassianDocument, &described(annotation));
        }
    }

    /// Where the value goes.
    #[must_use]
    pub fn target(&self) -> &MetricTarget {
        &self.target
    }

    /// The value, a finite number.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// When it was measured.
    #[must_use]
    pub fn timestamp(&self) -> Option<DateTime<Utc>> {
        self.timestamp
    }

    /// What overwrites the metric source's title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What overwrites the metric source's URL.
    #[must_use]
    pub fn url(&self) -> Option<&WebUrl> {
        self.url.as_ref()
    }

    /// The note on the value.
    #[must_use]
    pub fn annotation(&self) -> Option<&Value> {
        self.annotation.as_ref()
    }
}

/// Whether it is the root of an Atlassian document. What is in it is left to Compass: which nodes it takes there is
/// not published.
fn is_document(annotation: &Value) -> bool {
    annotation["type"] == "doc" && annotation["version"].is_u64() && annotation["content"].is_array()
}

fn described(annotation: &Value) -> String {
    match annotation {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}
