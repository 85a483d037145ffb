//! Bodies: media types and what they hold.

use serde_json::Value;

use super::{At, Both, Comparer, Exchange, member, refs};
use crate::change::{Direction, Level, Site};
use crate::rule::DocumentRule;

/// A media type as it is compared: in lower case, without parameters.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a range such as `text/*` covers the media type.
fn covers(range: &str, media_type: &str) -> bool {
    range == "*/*" || range.strip_suffix('*').is_some_and(|kind| kind.ends_with('/') && media_type.starts_with(kind))
}

impl<'d> Comparer<'d> {
    pub(super) fn request_body(&mut self, bodies: &Both<At<'d>>, exchange: &Exchange) {
        let mut site = exchange.site();
        site.direction = Some(exchange.caller);
        let is_request = exchange.caller == Direction::Request;
        match refs(bodies) {
            [None, None] => {}
            [None, Some(body)] => {
                let required = body.flag("required");
                let (rule, words) = if required {
                    (DocumentRule::RequiredRequestBodyAdded, "a request body is new, and required")
                } else {
                    (DocumentRule::RequestBodyAdded, "a request body is new")
                };
                let level = if required && is_request { Level::Breaking } else { Level::Info };
                self.tell(rule, level, words, [None, Some(body)], Some(&site));
            }
            [Some(body), None] => {
                let at = [Some(body), None];
                let message = "the request body is gone";
                self.tell(DocumentRule::RequestBodyRemoved, Level::Breaking, message, at, Some(&site));
            }
            [Some(old), Some(new)] => {
                self.requiredness(
                    [old.flag("required"), new.flag("required")],
                    [DocumentRule::RequestBodyBecameRequired, DocumentRule::RequestBodyBecameOptional],
                    exchange.caller,
                    (bodies, &site),
                );
                let rules = [DocumentRule::RequestMediaTypeAdded, DocumentRule::RequestMediaTypeRemoved];
                self.contents(&member(bodies, "content"), bodies, exchange.caller, rules, &site);
            }
        }
    }

    /// The media types of a body. The rules are those for: added, and removed.
    pub(super) fn contents(
        &mut self,
        contents: &Both<At<'d>>,
        owners: &Both<At<'d>>,
        direction: Direction,
        [added, removed]: [DocumentRule; 2],
        site: &Site,
    ) {
        let listed = |side: usize| -> Vec<(String, At<'d>)> {
            contents[side].iter().flat_map(At::members).map(|(name, at)| (essence(name), at)).collect()
        };
        let (mut gone, new) = (listed(0), listed(1));
        let mut come = Vec::new();
        for (name, at) in new {
            match gone.iter().position(|(old, _)| *old == name) {
                Some(number) => {
                    let (_, old) = gone.remove(number);
                    self.media_type(&name, &[Some(old), Some(at)], direction, site);
                }
                None => come.push((name, at)),
            }
        }
        for (name, at) in come {
            // What a range of the other side covers was spoken of already, and is compared with that.
            let covering = gone.iter().position(|(old, _)| covers(old, &name) || covers(&name, old));
            let Some(number) = covering else {
                let message = format!("the media type {name} is new");
                self.tell(added, Level::Info, message, [owners[0].as_ref(), Some(&at)], Some(site));
                continue;
            };
            let (old, before) = if gone[number].0.contains('*') { gone[number].clone() } else { gone.remove(number) };
            let narrower = covers(&old, &name);
            // Fewer media types hurt callers, more of them hurt readers.
            let hurts = narrower == (direction == Direction::Request);
            let (rule, level) = match (narrower, hurts) {
                (true, true) => (removed, Level::Breaking),
                (true, false) => (removed, Level::Info),
                (false, true) => (added, Level::Warning),
                (false, false) => (added, Level::Info),
            };
            let message = format!("the media type is {name}, it was {old}");
            self.tell(rule, level, message, [Some(&before), Some(&at)], Some(site));
            self.media_type(&name, &[Some(before), Some(at)], direction, site);
            gone.retain(|(other, _)| *other != old);
        }
        for (name, at) in gone {
            let message = format!("the media type {name} is gone");
            self.tell(removed, Level::Breaking, message, [Some(&at), None], Some(site));
        }
    }

    fn media_type(&mut self, name: &str, both: &Both<At<'d>>, direction: Direction, site: &Site) {
        let mut site = site.clone();
        site.media_type = Some(name.to_owned());
        self.schemas(direction, member(both, "schema"), &site);
        let encodings = member(both, "encoding");
        let [was, is] = [0, 1].map(|side| encodings[side].as_ref().map(|at| without_remarks(at.value)));
        if was.unwrap_or_default() != is.unwrap_or_default() {
            let level = if direction == Direction::Request { Level::Warning } else { Level::Info };
            let message = "how the parts of the body are encoded changed";
            self.tell(DocumentRule::EncodingChanged, level, message, refs(both), Some(&site));
        }
    }
}

/// The value without descriptions, examples and extensions, for objects that are compared as a whole.
pub(super) fn without_remarks(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let speaking = members.iter().filter(|(key, _)| {
                !key.starts_with("x-") && !matches!(key.as_str(), "description" | "summary" | "example" | "examples")
            });
            Value::Object(speaking.map(|(key, value)| (key.clone(), without_remarks(value))).collect())
        }
        Value::Array(elements) => elements.iter().map(without_remarks).collect(),
        other => other.clone(),
    }
}
