//! URLs that people follow.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::validation::quoted;

/// An absolute `http` or `https` URL, its text as it was given.
///
/// The contract takes any text for a URL, and publishes no rule. A link that leads nowhere is of no use, though, and
/// one of another scheme (`javascript:`) may be worse.
///
/// ```
/// use compass_sdk::event::WebUrl;
///
/// let url = WebUrl::parse("https://ci.example.com/job/7")?;
/// assert_eq!(url.as_str(), "https://ci.example.com/job/7");
/// assert!(WebUrl::parse("/job/7").is_err());
/// # Ok::<(), compass_sdk::event::WebUrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(String);

impl WebUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// When the text is no absolute URL, or of another scheme, or has blanks or control characters, which browsers
    /// would skip.
    pub fn parse(text: impl Into<String>) -> Result<Self, WebUrlError> {
        let text = text.into();
        match Self::problem(&text) {
            None => Ok(Self(text)),
            Some(problem) => Err(WebUrlError { text, problem }),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What keeps `text` from being such a URL.
    pub(crate) fn problem(text: &str) -> Option<String> {
        if text.contains(|c: char| c.is_ascii_control() || c == ' ') {
            return Some("blanks and control characters have to be encoded".to_owned());
        }
        match Url::parse(text) {
            Err(error) => Some(error.to_string()),
            Ok(url) if matches!(url.scheme(), "http" | "https") => None,
            Ok(url) => Some(format!("the scheme is `{}`", url.scheme())),
        }
    }
}

impl TryFrom<&str> for WebUrl {
    type Error = WebUrlError;

    fn try_from(text: &str) -> Result<Self, WebUrlError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for WebUrl {
    type Error = WebUrlError;

    fn try_from(text: String) -> Result<Self, WebUrlError> {
        Self::parse(text)
    }
}

impl TryFrom<Url> for WebUrl {
    type Error = WebUrlError;

    fn try_from(url: Url) -> Result<Self, WebUrlError> {
        Self::parse(url)
    }
}

impl FromStr for WebUrl {
    type Err = WebUrlError;

    fn from_str(text: &str) -> Result<Self, WebUrlError> {
        Self::parse(text)
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> Self {
        url.0
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no URL for people to follow.
///
/// ```
/// use compass_sdk::event::WebUrl;
///
/// let error = WebUrl::parse("ftp://example.com/").unwrap_err();
/// assert_eq!(error.text(), "ftp://example.com/");
/// assert!(error.to_string().contains("the scheme is `ftp`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebUrlError {
    text: String,
    problem: String,
}

impl WebUrlError {
    /// The text that was refused, whole.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for WebUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no absolute http or https URL: {}", quoted(&self.text), self.problem)
    }
}

impl std::error::Error for WebUrlError {}

#[cfg(test)]
mod tests {
    use super::WebUrl;

    #[test]
    fn the_text_is_kept() {
        let text = "HTTPS://Example.com/a/../b?q=ü#f";
        assert_eq!(WebUrl::parse(text).unwrap().as_str(), text);
    }

    #[test]
    fn what_is_no_web_url_is_refused() {
        let texts = [
            "",
            "/job",
            "example.com",
            "https://",
            "mailto:a@example.com",
            " https://a.example",
            "https://a.example\n",
        ];
        for text in texts {
            assert!(WebUrl::parse(text).is_err(), "{text:?}");
        }
    }
}
