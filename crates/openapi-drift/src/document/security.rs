//! Who may call: security requirements and the schemes that they name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bodies::without_remarks;
use super::{At, Both, Comparer, keys, member, refs};
use crate::change::{Level, Site};
use crate::rule::DocumentRule;

/// One way in: the schemes that it takes together, each with its scopes.
type WayIn = BTreeMap<String, BTreeSet<String>>;

impl<'d> Comparer<'d> {
    /// The ways into an operation. Requirements are alternatives; the schemes and scopes of one are needed together.
    pub(super) fn security(&mut self, operations: &Both<At<'d>>, site: &Site) {
        let own = member(operations, "security");
        let stated = [0, 1].map(|side| own[side].clone().or_else(|| self.root(side).get("security")));
        let [was, is] = [0, 1].map(|side| self.ways_in(stated[side].as_ref(), side));
        let asks_no_more = |way: &WayIn, of: &WayIn| {
            way.iter().all(|(scheme, scopes)| of.get(scheme).is_some_and(|known| scopes.is_subset(known)))
        };
        let lost = was.iter().find(|old| !is.iter().any(|new| asks_no_more(new, old)));
        let won = is.iter().find(|new| !was.iter().any(|old| asks_no_more(old, new)));
        if let Some(lost) = lost {
            let message = format!("{} is no longer enough; now it takes {}", words(lost), all_words(&is));
            self.tell(DocumentRule::SecurityTightened, Level::Breaking, message, refs(&stated), Some(site));
        }
        if let Some(won) = won.filter(|_| lost.is_none()) {
            let message = format!("{} is enough now", words(won));
            self.tell(DocumentRule::SecurityLoosened, Level::Info, message, refs(&stated), Some(site));
        }
    }

    fn ways_in(&self, security: Option<&At<'d>>, side: usize) -> Vec<WayIn> {
        let requirements = security.and_then(|at| at.value.as_array());
        let ways: Vec<WayIn> = requirements
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(|requirement| {
                let scopes = |value: &Value| {
                    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
                };
                requirement.iter().map(|(name, value)| (self.scheme(name, side), scopes(value))).collect()
            })
            .collect();
        // No requirement at all: everyone may call.
        if ways.is_empty() { vec![WayIn::new()] } else { ways }
    }

    /// What a scheme is compared by: its name where both documents have it, otherwise what it says.
    fn scheme(&self, name: &str, side: usize) -> String {
        let definition = |side: usize| {
            let pointer = openapi_contract::Pointer::from_tokens(["components", "securitySchemes", name]);
            pointer.find(self.source(side).root)
        };
        match (definition(side), definition(1 - side)) {
            (Some(definition), None) => {
                let other =
                    self.source(1 - side).root.pointer("/components/securitySchemes").and_then(Value::as_object);
                let wanted = without_remarks(definition);
                let twin = other.into_iter().flatten().find(|(_, other)| without_remarks(other) == wanted);
                twin.map_or_else(|| name.to_owned(), |(twin, _)| if side == 0 { twin.clone() } else { name.to_owned() })
            }
            _ => name.to_owned(),
        }
    }

    pub(super) fn security_schemes(&mut self, components: &Both<At<'d>>) {
        let schemes = member(components, "securitySchemes");
        for name in keys(&schemes) {
            let both = self.resolve(member(&schemes, name), None);
            match refs(&both) {
                [None, Some(_)] => {
                    let message = format!("the security scheme {name} is new");
                    self.tell(DocumentRule::SecuritySchemeAdded, Level::Info, message, refs(&both), None);
                }
                [Some(_), None] => {
                    let message = format!("the security scheme {name} is gone");
                    self.tell(DocumentRule::SecuritySchemeRemoved, Level::Warning, message, refs(&both), None);
                }
                [Some(old), Some(new)] => {
                    if let Some((level, what)) = scheme_change(old.value, new.value) {
                        let message = format!("the security scheme {name} has changed: {what}");
                        self.tell(DocumentRule::SecuritySchemeChanged, level, message, refs(&both), None);
                    }
                }
                [None, None] => {}
            }
        }
    }
}

fn words(way: &WayIn) -> String {
    if way.is_empty() {
        return "no credential".to_owned();
    }
    let scheme = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() { name.clone() } else { format!("{name} with {}", scopes.join(", ")) }
    };
    way.iter().map(scheme).collect::<Vec<_>>().join(" and ")
}

fn all_words(ways: &[WayIn]) -> String {
    ways.iter().map(words).collect::<Vec<_>>().join(", or ")
}

/// What became of a scheme, and how much that hurts.
fn scheme_change(old: &Value, new: &Value) -> Option<(Level, String)> {
    let text = |value: &Value, key: &str| value.get(key).map(|it| it.to_string().to_lowercase());
    for key in ["type", "scheme", "in", "name", "openIdConnectUrl"] {
        let (was, is) = (text(old, key), text(new, key));
        if was != is {
            let or_nothing = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
            return Some((Level::Breaking, format!("{key}: {} → {}", or_nothing(was), or_nothing(is))));
        }
    }
    let (was, is) = (flows(old), flows(new));
    if let Some(gone) = was.scopes.difference(&is.scopes).next() {
        return Some((Level::Breaking, format!("the scope {gone} is gone")));
    }
    if was.urls != is.urls {
        return Some((Level::Warning, "its URLs are others".to_owned()));
    }
    is.scopes.difference(&was.scopes).next().map(|new| (Level::Info, format!("the scope {new} is new")))
}

struct Flows {
    /// `flow: scope`.
    scopes: BTreeSet<String>,
    /// Flow, kind of URL, URL.
    urls: BTreeSet<(String, String, String)>,
}

fn flows(scheme: &Value) -> Flows {
    let mut flows = Flows { scopes: BTreeSet::new(), urls: BTreeSet::new() };
    for (name, flow) in scheme.get("flows").and_then(Value::as_object).into_iter().flatten() {
        let scopes = flow.get("scopes").and_then(Value::as_object).into_iter().flatten();
        flows.scopes.extend(scopes.map(|(scope, _)| format!("{name}: {scope}")));
        let members = flow.as_object().into_iter().flatten().filter(|(key, _)| key.ends_with("Url"));
        flows.urls.extend(members.map(|(key, url)| (name.clone(), key.clone(), url.to_string())));
    }
    flows
}
