//! Who calls: an account's email and an API token.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// An account's email and API token, as Compass takes them: HTTP Basic authentication (RFC 7617). `Debug` hides the token.
#[derive(Clone)]
pub(crate) struct Credentials {
    email: String,
    header: HeaderValue,
}

impl Credentials {
    /// # Errors
    /// If one of them is empty or has control characters, or the email has a colon, which would end it on the wire
    /// (RFC 7617, section 2).
    pub(crate) fn new(email: &str, token: &str) -> Result<Self, Error> {
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

    pub(crate) fn email(&self) -> &str {
        &self.email
    }

    /// Eight bytes of SHA-256, as hexadecimal: enough to tell a few apart, and nothing that an API token's randomness
    /// could be found from.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.header.as_bytes());
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[expect(clippy::missing_fields_in_debug, reason = "the header has the token")]
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("email", &self.email).field("token", &"…").finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_what_the_rfc_says_and_never_shown() {
        let credentials = Credentials::new(" Aladdin", "open sesame\n").unwrap();
        // The example of RFC 7617, section 2.
        assert_eq!(credentials.header().as_bytes(), b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(format!("{credentials:?}"), r#"Credentials { email: "Aladdin", token: "…" }"#);
        assert_eq!(format!("{:?}", credentials.header()), "Sensitive");
    }

    #[test]
    fn fingerprints_tell_email_and_token_apart() {
        let of = |email, token| Credentials::new(email, token).unwrap().fingerprint();
        let one = of("me@example.com", "one");
        assert_eq!(one.len(), 16);
        assert_eq!(of(" me@example.com", "one\n"), one);
        assert_ne!(of("me@example.com", "two"), one);
        assert_ne!(of("you@example.com", "one"), one);
    }

    #[test]
    fn what_the_wire_cannot_carry_is_refused_without_being_shown() {
        for (email, token) in [("", "secret"), ("me", " "), ("me:secret", "secret"), ("me", "sec\u{0}ret")] {
            let error = Credentials::new(email, token).unwrap_err();
            assert!(error.to_string().contains("COMPASS_API_TOKEN"), "{error}");
            assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
        }
    }
}
