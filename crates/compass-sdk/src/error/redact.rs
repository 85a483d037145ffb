//! Secrets in what servers say: a page for "not found" likes to repeat the path.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// What stands in the secret's place.
const REDACTED: &[u8] = "…".as_bytes();

/// A secret that was a part of a request's path.
pub(crate) struct Secret {
    /// As it is, and as paths spell it.
    spellings: Vec<Vec<u8>>,
}

impl Secret {
    pub(crate) fn new(secret: &str) -> Self {
        let encoded: Cow<'_, str> = percent_encode(secret.as_bytes(), NON_ALPHANUMERIC).into();
        // What is left of a path when the client encodes less than it could.
        let sent = encoded.replace("%2D", "-").replace("%2E", ".").replace("%5F", "_").replace("%7E", "~");
        let mut spellings =
            vec![secret.as_bytes().to_vec(), sent.clone().into_bytes(), sent.to_lowercase().into_bytes()];
        spellings.retain(|spelling| !spelling.is_empty());
        Self { spellings }
    }

    /// The text without the secret, in any spelling. A beginning of it at the very end goes, too: bodies are cut off.
    pub(crate) fn redacted(&self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for spelling in &self.spellings {
            let mut redacted = Vec::with_capacity(text.len());
            let mut rest = &text[..];
            while let Some((first, after)) = rest.split_first() {
                if let Some(after) = rest.strip_prefix(&spelling[..]) {
                    redacted.extend_from_slice(REDACTED);
                    rest = after;
                } else {
                    redacted.push(*first);
                    rest = after;
                }
            }
            let cut = (1..spelling.len()).rev().find(|length| redacted.ends_with(&spelling[..*length]));
            redacted.truncate(redacted.len() - cut.unwrap_or_default());
            text = redacted;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_gone_in_every_spelling_and_when_it_is_cut_off() {
        let redacted =
            |secret: &str, text: &str| String::from_utf8(Secret::new(secret).redacted(text.as_bytes())).unwrap();
        assert_eq!(redacted("a-hook", "no /a-hook/ and a-hook"), "no /…/ and …");
        assert_eq!(redacted("my/hook", "/my%2Fhook, /my%2fhook, my/hook"), "/…, /…, …");
        assert_eq!(redacted("secret", "path /sec"), "path /");
        assert_eq!(redacted("", "nothing"), "nothing");
    }
}
