//! The ID of a site.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{UUID_PATTERN, is_uuid};
use crate::validation::shortened;

/// A site's cloud ID, a UUID, its text as it was given.
///
/// `GET https://<site>.atlassian.net/_edge/tenant_info` answers it. Every ARI contains it, see
/// [`Ari::cloud_id`](super::Ari::cloud_id).
///
/// ```
/// use compass_sdk::ari::CloudId;
///
/// let site: CloudId = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30".parse()?;
/// assert_eq!(site.as_str(), "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30");
/// assert!("example.atlassian.net".parse::<CloudId>().is_err());
/// # Ok::<(), compass_sdk::ari::CloudIdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CloudId(String);

impl CloudId {
    /// The cloud ID in an ARI, which was checked with it.
    pub(super) fn of_checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CloudId {
    type Error = CloudIdError;

    fn try_from(text: String) -> Result<Self, CloudIdError> {
        if is_uuid(&text) { Ok(Self(text)) } else { Err(CloudIdError { text }) }
    }
}

impl TryFrom<&str> for CloudId {
    type Error = CloudIdError;

    fn try_from(text: &str) -> Result<Self, CloudIdError> {
        text.to_owned().try_into()
    }
}

impl FromStr for CloudId {
    type Err = CloudIdError;

    fn from_str(text: &str) -> Result<Self, CloudIdError> {
        text.to_owned().try_into()
    }
}

impl From<CloudId> for String {
    fn from(id: CloudId) -> Self {
        id.0
    }
}

impl fmt::Display for CloudId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for CloudId {
    fn schema_name() -> Cow<'static, str> {
        "CloudId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": format!("^{UUID_PATTERN}$") })
    }
}

/// A text that is no cloud ID.
///
/// ```
/// use compass_sdk::ari::CloudId;
///
/// let error = CloudId::try_from("example").unwrap_err();
/// assert_eq!(error.text(), "example");
/// assert!(error.to_string().contains("/_edge/tenant_info"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudIdError {
    text: String,
}

impl CloudIdError {
    /// The text that was refused, whole.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for CloudIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = shortened(&self.text, 80);
        write!(f, "{text:?} is no cloud ID, which is a UUID; https://<site>.atlassian.net/_edge/tenant_info has it")
    }
}

impl std::error::Error for CloudIdError {}
