//! What concerns the document as a whole, and names that changed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{At, Both, Comparer, member, refs};
use crate::change::{Level, Site};
use crate::rule::DocumentRule;

impl<'d> Comparer<'d> {
    pub(super) fn general(&mut self, roots: &Both<At<'d>>) {
        let info = member(roots, "info");
        let version = |side: usize| info[side].as_ref().and_then(|info| info.text("version"));
        if let (Some(was), Some(is)) = (version(0), version(1))
            && was != is
        {
            let message = format!("version: {was} → {is}");
            self.tell(DocumentRule::VersionChanged, Level::Info, message, refs(&info), None);
        }
        if self.inherits_servers {
            self.servers(&member(roots, "servers"), None);
        }
        self.tags(&member(roots, "tags"));
        let components = member(roots, "components");
        self.security_schemes(&components);
        self.renamed_schemas(&member(&components, "schemas"));
    }

    fn tags(&mut self, tags: &Both<At<'d>>) {
        let names = |side: usize| -> Vec<(&'d str, At<'d>)> {
            tags[side].iter().flat_map(At::elements).filter_map(|tag| Some((tag.text("name")?, tag))).collect()
        };
        let (was, is) = (names(0), names(1));
        for (name, at) in is.iter().filter(|(name, _)| !was.iter().any(|(old, _)| old == name)) {
            self.tell(DocumentRule::TagAdded, Level::Info, format!("the tag {name} is new"), [None, Some(at)], None);
        }
        for (name, at) in was.iter().filter(|(name, _)| !is.iter().any(|(new, _)| new == name)) {
            self.tell(DocumentRule::TagRemoved, Level::Info, format!("the tag {name} is gone"), [Some(at), None], None);
        }
    }

    pub(super) fn tags_of_operation(&mut self, operations: &Both<At<'d>>, site: &Site) {
        let tags = member(operations, "tags");
        let names = |side: usize| -> BTreeSet<&'d str> {
            let tags = tags[side].as_ref().and_then(|at| at.value.as_array());
            tags.into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (was, is) = (names(0), names(1));
        if was != is {
            let words = |tags: BTreeSet<&str>| {
                if tags.is_empty() { "none".to_owned() } else { tags.into_iter().collect::<Vec<_>>().join(", ") }
            };
            let message = format!("tags: {} → {}", words(was), words(is));
            self.tell(DocumentRule::OperationTagsChanged, Level::Info, message, refs(operations), Some(site));
        }
    }

    /// Components that have another name and say the same.
    fn renamed_schemas(&mut self, schemas: &Both<At<'d>>) {
        let only_in = |side: usize| -> Vec<(&'d str, At<'d>)> {
            let other = schemas[1 - side].as_ref();
            let all = schemas[side].iter().flat_map(At::members);
            all.filter(|(name, _)| other.is_none_or(|other| other.value.get(name).is_none())).collect()
        };
        let (gone, come) = (only_in(0), only_in(1));
        let documents = self.documents;
        let exchanged: BTreeSet<_> = self.requests.exchanged().union(&self.responses.exchanged()).cloned().collect();
        for (name, new) in &come {
            let sameness = &mut self.requests.engine.sameness;
            let twins: Vec<_> = gone
                .iter()
                .filter(|(_, old)| {
                    exchanged.contains(&(old.pointer.clone(), new.pointer.clone()))
                        || sameness.schemas(documents, old.value, new.value)
                })
                .collect();
            let others = come.iter().filter(|(_, other)| other.value == new.value).count();
            // Several that say the same could each be the one.
            if let ([(before, old)], 1) = (twins.as_slice(), others) {
                let message = format!("the schema {before} is called {name} now");
                self.tell(DocumentRule::SchemaRenamed, Level::Info, message, [Some(old), Some(new)], None);
            }
        }
    }
}
