//! Bodies: media types and what they hold.

use serde_json::Value;

use super::media_type::{MediaType, Parameters};
use super::{At, Both, Comparer, Exchange, member, refs};
use crate::change::{Direction, Level, Site};
use crate::rule::DocumentRule;

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
        let listed = |side: usize| -> Vec<(MediaType, At<'d>)> {
            contents[side].iter().flat_map(At::members).map(|(name, at)| (MediaType::parse(name), at)).collect()
        };
        let (mut gone, mut come) = (listed(0), listed(1));
        // Those that are spelled alike first, so that one with other parameters does not take their place.
        let likenesses: [fn(&MediaType, &MediaType) -> bool; 2] =
            [|old, new| old == new, |old, new| old.essence == new.essence];
        let mut pairs = Vec::new();
        for is_alike in likenesses {
            let mut unmatched = Vec::new();
            for (number, (name, at)) in come.into_iter().enumerate() {
                match gone.iter().position(|(old, _)| is_alike(old, &name)) {
                    Some(found) => pairs.push((number, gone.remove(found), (name, at))),
                    None => unmatched.push((name, at)),
                }
            }
            come = unmatched;
        }
        pairs.sort_by_key(|(number, ..)| *number);
        for (_, (old, before), (new, at)) in pairs {
            let both = [Some(before), Some(at)];
            self.media_type_parameters([&old, &new], &both, direction, site);
            self.media_type(&new.essence, &both, direction, site);
        }
        for (name, at) in come {
            // What a range of the other side covers was spoken of already, and is compared with that.
            let covering = gone.iter().position(|(old, _)| old.covers(&name) || name.covers(old));
            let Some(number) = covering else {
                let message = format!("the media type {name} is new");
                self.tell(added, Level::Info, message, [owners[0].as_ref(), Some(&at)], Some(site));
                continue;
            };
            let (old, before) = if gone[number].0.is_range() { gone[number].clone() } else { gone.remove(number) };
            let narrower = old.covers(&name);
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
            self.media_type(&name.essence, &[Some(before), Some(at)], direction, site);
            gone.retain(|(other, _)| *other != old);
        }
        for (name, at) in gone {
            let message = format!("the media type {name} is gone");
            self.tell(removed, Level::Breaking, message, [Some(&at), None], Some(site));
        }
    }

    /// Parameters tell versions and character sets apart: whoever named one no longer finds it, or is answered otherwise.
    fn media_type_parameters(
        &mut self,
        [old, new]: [&MediaType; 2],
        both: &Both<At<'d>>,
        direction: Direction,
        site: &Site,
    ) {
        let level = match (old.parameters_became(new), direction) {
            (Parameters::Same, _) => return,
            (Parameters::Changed, _) | (Parameters::Removed, Direction::Response) => Level::Breaking,
            (Parameters::Added, Direction::Request) => Level::Warning,
            (Parameters::Removed, Direction::Request) | (Parameters::Added, Direction::Response) => Level::Info,
        };
        let message = format!("the media type is {new}, it was {old}");
        self.tell(DocumentRule::MediaTypeParametersChanged, level, message, refs(both), Some(site));
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
