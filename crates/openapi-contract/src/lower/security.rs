//! Security: mutual TLS and roles, which 3.0 has no words for.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// References between security schemes that are followed before they are taken for a circle.
const HOPS: usize = 8;

/// What kind of security each scheme of a document is, by its name in the components.
pub(super) struct Schemes<'d>(HashMap<&'d str, &'d str>);

impl<'d> Schemes<'d> {
    pub(super) fn of(root: &'d Value) -> Self {
        let schemes = root.pointer("/components/securitySchemes").and_then(Value::as_object);
        let kind = |mut scheme: &'d Value| {
            for _ in 0..HOPS {
                let Some(reference) = scheme.get("$ref").and_then(Value::as_str) else { break };
                scheme = crate::Pointer::from_reference(reference)?.find(root)?;
            }
            scheme.get("type")?.as_str()
        };
        let kinds = schemes.into_iter().flatten().filter_map(|(name, scheme)| Some((name.as_str(), kind(scheme)?)));
        Self(kinds.collect())
    }

    pub(super) fn is_mutual_tls(&self, name: &str) -> bool {
        self.0.get(name) == Some(&"mutualTLS")
    }

    /// Whether 3.0 allows to name scopes, or roles, with the scheme.
    fn has_scopes(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(|kind| matches!(*kind, "oauth2" | "openIdConnect"))
    }

    /// A requirement as 3.0 says it, with the names of the schemes that went and of those that lost their roles.
    ///
    /// Where nothing is left, `{}` says that a request needs no credentials: with mutual TLS, none travel in it. To
    /// drop the whole alternative instead would demand the others of clients that do not need them.
    pub(super) fn requirement<'r>(
        &self,
        requirement: &'r Map<String, Value>,
    ) -> (Map<String, Value>, Vec<&'r str>, Vec<&'r str>) {
        let (mut kept, mut gone, mut without_roles) = (Map::new(), Vec::new(), Vec::new());
        for (name, scopes) in requirement {
            if self.is_mutual_tls(name) {
                gone.push(name.as_str());
            } else if scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) && !self.has_scopes(name) {
                without_roles.push(name.as_str());
                kept.insert(name.clone(), Value::Array(Vec::new()));
            } else {
                kept.insert(name.clone(), scopes.clone());
            }
        }
        (kept, gone, without_roles)
    }
}
