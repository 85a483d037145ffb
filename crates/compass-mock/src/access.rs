//! Who sends a request, and whether it may: Basic auth of account email and API token (RFC 7617).

use std::collections::{HashMap, HashSet};
use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, header};

/// An API token. It never shows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Who is known, and who is known and may do nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    /// If there are none, any are taken.
    tokens: HashMap<String, Token>,
    forbidden: HashSet<String>,
}

impl Access {
    pub(crate) fn know(&mut self, user: String, token: Token) {
        self.tokens.insert(user, token);
    }

    pub(crate) fn forbid(&mut self, user: String) {
        self.forbidden.insert(user);
    }

    /// The user that a request comes from, or what is wrong with its credentials.
    pub(crate) fn user(&self, headers: &HeaderMap) -> Result<String, &'static str> {
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let value =
            sent.next().ok_or("The credentials are missing: send Basic auth of account email and API token.")?;
        if sent.next().is_some() {
            return Err("The header authorization is there more than once.");
        }
        let (user, token) = parse(value.as_bytes())
            .ok_or("The header authorization is no Basic auth of account email and API token.")?;
        if self.tokens.is_empty() || self.tokens.get(&user) == Some(&token) {
            Ok(user)
        } else {
            Err("There is no such user, or the API token is another.")
        }
    }

    pub(crate) fn is_forbidden(&self, user: &str) -> bool {
        self.forbidden.contains(user)
    }
}

/// User and token; `None` if the value is not what RFC 7617 says, or one of the two is empty.
fn parse(value: &[u8]) -> Option<(String, Token)> {
    let (scheme, encoded) = str::from_utf8(value).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64_STANDARD.decode(encoded.trim_matches(' ')).ok()?;
    let (user, token) = str::from_utf8(&decoded).ok()?.split_once(':')?;
    let is_whole = !user.is_empty() && !token.is_empty();
    is_whole.then(|| (user.to_owned(), Token::new(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    fn user(access: &Access, values: &[&str]) -> Result<String, &'static str> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        access.user(&headers)
    }

    #[test]
    fn any_well_formed_credentials_are_taken_by_default() {
        let access = Access::default();
        assert_eq!(user(&access, &[&basic("ada@example.com:t:o")]), Ok("ada@example.com".to_owned()));
        assert_eq!(user(&access, &[&basic("ada:t").replace("Basic ", "bASIC  ")]), Ok("ada".to_owned()));
        for wrong in [
            "",
            "Basic",
            "Basic ",
            "Basic !",
            "Bearer YTpi",
            &basic("ada"),
            &basic(":t"),
            &basic("ada:"),
            "Basic /zph",
            "Basic YTpi YTpi",
        ] {
            assert!(user(&access, &[wrong]).is_err(), "{wrong:?}");
        }
        assert!(user(&access, &[]).is_err());
        assert!(user(&access, &[&basic("ada:t"), &basic("ada:t")]).is_err());
    }

    #[test]
    fn known_users_have_their_own_token() {
        let mut access = Access::default();
        access.know("ada".to_owned(), Token::new("a"));
        access.know("bob".to_owned(), Token::new("b"));
        access.forbid("bob".to_owned());
        assert_eq!(user(&access, &[&basic("ada:a")]), Ok("ada".to_owned()));
        assert_eq!(user(&access, &[&basic("bob:b")]), Ok("bob".to_owned()));
        assert!(user(&access, &[&basic("ada:b")]).is_err());
        assert!(user(&access, &[&basic("eve:a")]).is_err());
        assert!(access.is_forbidden("bob") && !access.is_forbidden("ada"));
    }

    #[test]
    fn tokens_never_show() {
        let mut access = Access::default();
        access.know("ada".to_owned(), Token::new("s3cret"));
        assert!(!format!("{access:?}").contains("s3cret"));
    }
}
