//! Atlassian resource identifiers (ARIs), each with its resource in its type.
//!
//! ```text
//! ari:cloud:compass:<cloudId>:<resource>/<uuid>/<uuid>
//! ```
//!
//! A component's ARI where a metric source belongs is a mistake that people make. Here it does not compile:
//!
//! ```compile_fail
//! use compass_sdk::ari::{ComponentAri, MetricSourceAri};
//!
//! fn send_to(_: &MetricSourceAri) {}
//! let component: ComponentAri = "ari:cloud:compass:…".parse().unwrap();
//! send_to(&component);
//! ```
//!
//! and text of the other kind is refused with an error that says so, see [`AriError`].

mod cloud_id;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

pub use cloud_id::{CloudId, CloudIdError};

use crate::validation::shortened;

/// What all ARIs of Compass begin with.
const PREFIX: &str = "ari:cloud:compass:";

/// The regular expression of a UUID, in the dialect of JSON Schema.
const UUID_PATTERN: &str = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

/// A component's ARI.
///
/// ```
/// use compass_sdk::ari::ComponentAri;
///
/// let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
///             0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
/// let component: ComponentAri = text.parse()?;
/// assert_eq!(component.cloud_id().as_str(), "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30");
/// assert_eq!(component.uuid(), "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69");
/// # Ok::<(), compass_sdk::ari::AriError>(())
/// ```
pub type ComponentAri = Ari<Component>;

/// A metric source's ARI: `…:metric-source/<uuid>/<uuid>`.
///
/// ```
/// use compass_sdk::ari::MetricSourceAri;
///
/// let bare = "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69".parse::<MetricSourceAri>();
/// assert!(bare.unwrap_err().to_string().contains("write the whole ARI"));
/// ```
pub type MetricSourceAri = Ari<MetricSource>;

/// A metric definition's ARI: `…:metric-definition/<uuid>/<uuid>`.
///
/// ```
/// use compass_sdk::ari::MetricDefinitionAri;
///
/// let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-definition/\
///             0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
/// assert_eq!(text.parse::<MetricDefinitionAri>()?.to_string(), text);
/// # Ok::<(), compass_sdk::ari::AriError>(())
/// ```
pub type MetricDefinitionAri = Ari<MetricDefinition>;

/// An ARI of the resource `R`, its text as it was given.
///
/// Two ARIs are equal if their texts are: whether the letters' case matters to Compass is not published.
///
/// ```
/// use compass_sdk::ari::{Ari, Component, Resource};
///
/// fn describe<R: Resource>(ari: &Ari<R>) -> String {
///     format!("the {} {}", R::NAME, ari.uuid())
/// }
/// # let _ = describe::<Component>;
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ari<R> {
    text: String,
    resource: PhantomData<R>,
}

/// What an ARI names. The three resources that requests of the contract take are all there is.
///
/// ```
/// use compass_sdk::ari::{MetricSource, Resource};
///
/// assert_eq!(MetricSource::NAME, "metric-source");
/// ```
pub trait Resource: sealed::Sealed {
    /// The resource as ARIs write it.
    const NAME: &'static str;
    /// The name of the ARI's JSON Schema.
    const SCHEMA: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! resource {
    ($(#[$doc:meta])* $marker:ident, $name:literal, $schema:literal) => {
        $(#[$doc])*
        ///
        /// Only a marker in the type [`Ari`]; no value of it exists.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $marker {}

        impl sealed::Sealed for $marker {}

        impl Resource for $marker {
            const NAME: &'static str = $name;
            const SCHEMA: &'static str = $schema;
        }
    };
}

resource!(
    /// A component: `component/<uuid>/<uuid>`.
    Component, "component", "ComponentAri"
);
resource!(
    /// A metric source, which holds the values of one metric for one component: `metric-source/<uuid>/<uuid>`.
    MetricSource, "metric-source", "MetricSourceAri"
);
resource!(
    /// A metric definition: `metric-definition/<uuid>/<uuid>`.
    MetricDefinition, "metric-definition", "MetricDefinitionAri"
);

impl<R> Ari<R> {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The site that the resource belongs to.
    #[must_use]
    pub fn cloud_id(&self) -> CloudId {
        CloudId::of_checked(self.text.split(':').nth(3).unwrap_or_default())
    }

    /// The last of the two UUIDs, which is the resource's own. The file endpoints take it for a component's ID, where
    /// events and metrics take the whole ARI.
    #[must_use]
    pub fn uuid(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }
}

impl<R: Resource> FromStr for Ari<R> {
    type Err = AriError;

    fn from_str(text: &str) -> Result<Self, AriError> {
        text.to_owned().try_into()
    }
}

impl<R: Resource> TryFrom<&str> for Ari<R> {
    type Error = AriError;

    fn try_from(text: &str) -> Result<Self, AriError> {
        text.to_owned().try_into()
    }
}

impl<R: Resource> TryFrom<String> for Ari<R> {
    type Error = AriError;

    fn try_from(text: String) -> Result<Self, AriError> {
        match problem(&text, R::NAME) {
            None => Ok(Self { text, resource: PhantomData }),
            Some(problem) => Err(AriError { text, expected: R::NAME, problem }),
        }
    }
}

/// What keeps `text` from being an ARI of the resource `expected`.
fn problem(text: &str, expected: &str) -> Option<Problem> {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return Some(if is_uuid(text) { Problem::BareUuid } else { Problem::Prefix });
    };
    let Some((cloud_id, resource)) = rest.split_once(':') else { return Some(Problem::NoResource) };
    if !is_uuid(cloud_id) {
        return Some(Problem::CloudId(cloud_id.to_owned()));
    }
    let (name, ids) = resource.split_once('/').unwrap_or((resource, ""));
    if name != expected {
        return Some(Problem::Resource(name.to_owned()));
    }
    let two_uuids = ids.split_once('/').is_some_and(|(first, second)| is_uuid(first) && is_uuid(second));
    (!two_uuids).then(|| Problem::Ids(ids.to_owned()))
}

/// A UUID as Compass writes it. The parser also takes forms without hyphens or in braces, all of other lengths.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

impl<R> From<Ari<R>> for String {
    fn from(ari: Ari<R>) -> Self {
        ari.text
    }
}

impl<R> AsRef<str> for Ari<R> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<R> fmt::Display for Ari<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<R> fmt::Debug for Ari<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ari").field(&self.text).finish()
    }
}

impl<R> Serialize for Ari<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, R: Resource> Deserialize<'de> for Ari<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl<R: Resource> JsonSchema for Ari<R> {
    fn schema_name() -> Cow<'static, str> {
        R::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = format!("^{PREFIX}{UUID_PATTERN}:{}/{UUID_PATTERN}/{UUID_PATTERN}$", R::NAME);
        json_schema!({ "type": "string", "pattern": pattern })
    }
}

/// Why a text is no ARI of the resource that was wanted: what the text is, what was expected, what to do.
///
/// ```
/// use compass_sdk::ari::MetricSourceAri;
///
/// let component = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
///                  0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
/// let error = MetricSourceAri::try_from(component).unwrap_err();
/// assert_eq!(error.text(), component);
/// assert!(error.to_string().contains("is the ARI of a component, not of a metric-source"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AriError {
    text: String,
    expected: &'static str,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Prefix,
    BareUuid,
    NoResource,
    CloudId(String),
    Resource(String),
    Ids(String),
}

impl AriError {
    /// The text that was refused, whole.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The resource that was expected, as ARIs write it.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for AriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, expected, problem } = self;
        // Longer than any ARI, so that all of one is shown.
        write!(f, "{:?} ", shortened(text, 160))?;
        match problem {
            Problem::Prefix => write!(f, "does not begin with `{PREFIX}`"),
            Problem::BareUuid => f.write_str("is a bare UUID; write the whole ARI"),
            Problem::NoResource => f.write_str("ends before the resource"),
            Problem::CloudId(id) => write!(f, "has {:?} where the site's cloud ID, a UUID, belongs", shortened(id, 60)),
            Problem::Resource(name) => write!(f, "is the ARI of a {}, not of a {expected}", shortened(name, 60)),
            Problem::Ids(ids) => write!(f, "has {:?} where two UUIDs with a `/` between belong", shortened(ids, 120)),
        }?;
        write!(f, "; expected is {PREFIX}<cloudId>:{expected}/<uuid>/<uuid>")
    }
}

impl std::error::Error for AriError {}
