//! Who calls: an account's email and an API token.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use crate::error::Error;

/// An account's email and API token, as Compass takes them: HTTP Basic authentication (RFC 7617).
///
/// `Debug` hides the token.
///
/// ```
/// let credentials = compass_sdk::Credentials::new("me@example.com", "secret")?;
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { email: "me@example.com", token: "…" }"#);
/// # Ok::<(), compass_sdk::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    email: String,
    header: HeaderValue,
}

impl Credentials {
    /// # Errors
    /// If one of them is empty or has control characters, or the email has a colon, which would end it on the wire
    /// (RFC 7617, section 2).
    pub fn new(email: &str, token: &str) -> Result<Self, Error> {
        let (email, token) = (email.trim(), token.trim());
        let problem = if email.is_empty() {
            "the email is empty"
        } else if token.is_empty() {
            "the API token is empty"
        } else if email.contains(':') {
            "the email has a colon"
        } else if email.chars().chain(token.chars()).any(char::is_control) {
            "the email or the API token has control characters"
        } else {
            let encoded = STANDARD.encode(format!("{email}:{token}"));
            // Base64 is made of characters that headers take.
            if let Ok(mut header) = HeaderValue::from_str(&format!("Basic {encoded}")) {
                header.set_sensitive(true);
                return Ok(Self { email: email.to_owned(), header });
            }
            "the email or the API token does not fit into a header"
        };
        Err(Error::configuration(format!("credentials: {problem}: check COMPASS_EMAIL and COMPASS_API_TOKEN")))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

#[expect(clippy::missing_fields_in_debug, reason = "the header has the token")]
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("email", &self.email).field("token", &"…").finish()
    }
}
