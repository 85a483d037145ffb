//! Servers: where the API is.

use serde_json::Value;

use super::bodies::without_remarks;
use super::{At, Both, Comparer, member};
use crate::change::{Level, Site};
use crate::rule::DocumentRule;

impl<'d> Comparer<'d> {
    /// The servers of an operation: its own, those of its path, or those of the document. What the document says for
    /// all operations is told once, for the document.
    pub(super) fn servers_of_operation(&mut self, items: [&At<'d>; 2], operations: &Both<At<'d>>, site: &Site) {
        let own = member(operations, "servers");
        let stated = [0, 1].map(|side| own[side].clone().or_else(|| items[side].get("servers")));
        if stated.iter().any(Option::is_some) {
            let both = [0, 1].map(|side| stated[side].clone().or_else(|| self.root(side).get("servers")));
            self.servers(&both, Some(site));
        } else {
            self.inherits_servers = true;
        }
    }

    pub(super) fn root(&self, side: usize) -> At<'d> {
        At { value: self.source(side).root, pointer: openapi_contract::Pointer::root() }
    }

    pub(super) fn servers(&mut self, both: &Both<At<'d>>, site: Option<&Site>) {
        let [was, is] = [0, 1].map(|side| listed(both[side].as_ref()));
        let roots = [self.root(0), self.root(1)];
        let place = |side: usize| both[side].as_ref().or(Some(&roots[side]));
        for (url, server) in &is {
            match was.iter().find(|(old, _)| old == url) {
                None => {
                    let message = format!("the server {url} is new");
                    self.tell(DocumentRule::ServerAdded, Level::Info, message, [place(0), place(1)], site);
                }
                Some((_, old)) => {
                    let variables = |server: &Option<At<'d>>| {
                        let variables = server.as_ref().and_then(|at| at.value.get("variables"));
                        variables.map(without_remarks).unwrap_or_default()
                    };
                    if variables(old) != variables(server) {
                        let message = format!("the variables of the server {url} changed");
                        let at = [old.as_ref(), server.as_ref()];
                        self.tell(DocumentRule::ServerVariableChanged, Level::Warning, message, at, site);
                    }
                }
            }
        }
        for (url, _) in was.iter().filter(|(url, _)| !is.iter().any(|(new, _)| new == url)) {
            let message = format!("the server {url} is gone");
            self.tell(DocumentRule::ServerRemoved, Level::Warning, message, [place(0), place(1)], site);
        }
    }
}

/// The servers by their URLs; without any, the API is where the document is (3.0.3, OpenAPI Object).
fn listed<'d>(servers: Option<&At<'d>>) -> Vec<(String, Option<At<'d>>)> {
    let named = servers.into_iter().flat_map(At::elements).filter_map(|server| {
        let url = server.value.get("url").and_then(Value::as_str)?;
        let plain = url.trim_end_matches('/');
        Some((if plain.is_empty() { "/".to_owned() } else { plain.to_owned() }, Some(server.clone())))
    });
    let servers: Vec<_> = named.collect();
    if servers.is_empty() { vec![("/".to_owned(), None)] } else { servers }
}
