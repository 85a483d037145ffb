//! Paths, webhooks and callbacks: which operation is which.

use std::collections::HashMap;
use std::sync::Arc;

use openapi_contract::METHODS;

use super::{At, Both, Comparer, Exchange, keys, member, refs, specified_keys};
use crate::change::{Direction, Level, Operation, Site};
use crate::rule::DocumentRule;
use crate::schema::Side;

/// An operation of one document.
#[derive(Clone)]
pub(super) struct Listed<'d> {
    method: &'d str,
    path: String,
    pub(super) item: At<'d>,
    pub(super) operation: At<'d>,
}

impl<'d> Listed<'d> {
    fn id(&self) -> Option<&'d str> {
        self.operation.text("operationId")
    }

    fn named(&self) -> Arc<Operation> {
        let (id, path) = (self.id().map(str::to_owned), self.path.clone());
        Arc::new(Operation { id, method: self.method.to_uppercase(), path })
    }

    #[allow(clippy::unnecessary_wraps, reason = "one of three ways, of which the last may fail")]
    fn by_path(&self) -> Option<String> {
        Some(format!("{} {}", self.method, self.path))
    }

    #[allow(clippy::unnecessary_wraps, reason = "one of three ways, of which the last may fail")]
    fn by_form(&self) -> Option<String> {
        Some(format!("{} {}", self.method, self.template()))
    }

    fn by_id(&self) -> Option<String> {
        self.id().map(str::to_owned)
    }

    /// The path without the names of its parameters: `/lamps/{}`.
    fn template(&self) -> String {
        let mut template = String::new();
        let mut rest = self.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            template.push_str(before);
            template.push_str("{}");
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        template + rest
    }

    /// The names of the path's parameters, in their order.
    pub(super) fn path_parameters(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }
}

impl<'d> Comparer<'d> {
    /// All operations of the documents, and the messages of their webhooks.
    pub(super) fn operations(&mut self, roots: &Both<At<'d>>) {
        let paths = self.listed(&member(roots, "paths"), "");
        self.match_operations(paths, Direction::Request);
        let webhooks = self.listed(&member(roots, "webhooks"), "webhook: ");
        self.match_operations(webhooks, Direction::Response);
    }

    fn listed(&mut self, paths: &Both<At<'d>>, prefix: &str) -> [Vec<Listed<'d>>; 2] {
        let mut listed = [Vec::new(), Vec::new()];
        for path in specified_keys(paths) {
            let items = self.resolve(member(paths, path), None);
            for (side, item) in items.into_iter().enumerate() {
                let Some(item) = item else { continue };
                for (method, operation) in item.members().filter(|(key, _)| METHODS.contains(key)) {
                    let (item, path) = (item.clone(), format!("{prefix}{path}"));
                    listed[side].push(Listed { method, path, item, operation });
                }
            }
        }
        listed
    }

    fn match_operations(&mut self, [base, revision]: [Vec<Listed<'d>>; 2], caller: Direction) {
        let mut partners: Vec<Option<usize>> = vec![None; revision.len()];
        let mut taken = vec![false; base.len()];
        // By path, then by the form of the path, then by ID: what is found by an earlier way is not looked for again.
        for way in [Listed::by_path, Listed::by_form, Listed::by_id] {
            let left = base.iter().enumerate().filter(|(number, _)| !taken[*number]);
            let known: HashMap<String, usize> =
                left.filter_map(|(number, listed)| Some((way(listed)?, number))).collect();
            for (listed, partner) in revision.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
                *partner = way(listed).and_then(|key| known.get(&key).copied()).filter(|number| !taken[*number]);
                if let Some(number) = *partner {
                    taken[number] = true;
                }
            }
        }
        for (new, partner) in revision.iter().zip(&partners) {
            let exchange = Exchange { operation: new.named(), caller };
            if let Some(old) = partner {
                self.operation(&base[*old], new, &exchange);
            } else {
                let (site, at) = (exchange.site(), [None, Some(&new.operation)]);
                self.tell(DocumentRule::OperationAdded, Level::Info, "the operation is new", at, Some(&site));
            }
        }
        for old in base.iter().zip(taken).filter(|(_, taken)| !taken).map(|(old, _)| old) {
            let site = Site::of(&old.named());
            let deprecated = if old.operation.flag("deprecated") { ", as its deprecation had announced" } else { "" };
            let message = format!("the operation is gone{deprecated}");
            let at = [Some(&old.operation), None];
            self.tell(DocumentRule::OperationRemoved, Level::Breaking, message, at, Some(&site));
        }
    }

    fn operation(&mut self, old: &Listed<'d>, new: &Listed<'d>, exchange: &Exchange) {
        let site = exchange.site();
        let both = [Some(old.operation.clone()), Some(new.operation.clone())];
        if old.method != new.method || old.template() != new.template() {
            let message = format!("the operation was {} {} before", old.method.to_uppercase(), old.path);
            self.tell(DocumentRule::OperationMoved, Level::Breaking, message, refs(&both), Some(&site));
        }
        self.operation_id([old.id(), new.id()], &both, &site);
        self.deprecation(&both, [DocumentRule::OperationDeprecated, DocumentRule::OperationUndeprecated], &site);
        self.tags_of_operation(&both, &site);
        self.parameters(old, new, exchange);
        let bodies = self.resolve(member(&both, "requestBody"), Some(&site));
        self.request_body(&bodies, exchange);
        self.all_responses(&member(&both, "responses"), exchange);
        self.security(&both, &site);
        self.servers_of_operation([&old.item, &new.item], &both, &site);
        self.callbacks(&member(&both, "callbacks"), exchange);
    }

    fn operation_id(&mut self, ids: Both<&str>, both: &Both<At<'d>>, site: &Site) {
        let (rule, message) = match ids {
            [None, Some(is)] => (DocumentRule::OperationIdAdded, format!("operationId: {is} is new")),
            [Some(was), None] => (DocumentRule::OperationIdRemoved, format!("operationId: {was} is gone")),
            [Some(was), Some(is)] if was != is => {
                (DocumentRule::OperationIdChanged, format!("operationId: {was} → {is}"))
            }
            _ => return,
        };
        self.tell(rule, Level::Info, message, refs(both), Some(site));
    }

    /// The rules are those for: deprecated, and no longer deprecated.
    pub(super) fn deprecation(&mut self, both: &Both<At<'d>>, rules: [DocumentRule; 2], site: &Site) {
        let [was, is] = refs(both).map(|at| at.is_some_and(|at| at.flag("deprecated")));
        match (was, is) {
            (false, true) => self.tell(rules[0], Level::Info, "is deprecated now", refs(both), Some(site)),
            (true, false) => self.tell(rules[1], Level::Info, "is no longer deprecated", refs(both), Some(site)),
            _ => {}
        }
    }

    /// Callbacks: the roles are exchanged.
    fn callbacks(&mut self, callbacks: &Both<At<'d>>, exchange: &Exchange) {
        for name in keys(callbacks) {
            let expressions = self.resolve(member(callbacks, name), Some(&exchange.site()));
            let prefix = format!("{} {name} ", exchange.operation.path);
            let listed = self.listed(&expressions, &prefix);
            self.match_operations(listed, exchange.answerer());
        }
    }

    pub(super) fn source(&self, side: usize) -> &'d crate::schema::Source<'d> {
        self.documents.of(if side == 0 { Side::Base } else { Side::Revision })
    }
}
