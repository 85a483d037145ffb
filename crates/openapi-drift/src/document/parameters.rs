//! Parameters of operations: of the path, the query, the headers and cookies.

use super::operations::Listed;
use super::{At, Both, Comparer, Exchange, member, refs};
use crate::change::{Direction, Level, Site};
use crate::rule::DocumentRule;
use crate::schema::types::Types;

/// A parameter of one side.
#[derive(Clone)]
struct Parameter<'d> {
    place: &'d str,
    name: &'d str,
    at: At<'d>,
}

/// Headers that OpenAPI says elsewhere (3.0.3, Parameter Object): as parameters they are to be ignored.
const SAID_ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Parameter<'d> {
    fn is(&self, other: &Self) -> bool {
        let same_name =
            if self.place == "header" { self.name.eq_ignore_ascii_case(other.name) } else { self.name == other.name };
        self.place == other.place && same_name
    }

    fn is_required(&self) -> bool {
        self.at.flag("required") || self.place == "path"
    }

    fn label(&self) -> String {
        format!("{} {}", self.place, self.name)
    }

    fn style(&self) -> &'d str {
        let default = if matches!(self.place, "query" | "cookie") { "form" } else { "simple" };
        self.at.text("style").unwrap_or(default)
    }

    fn explodes(&self) -> bool {
        self.at.value.get("explode").and_then(serde_json::Value::as_bool).unwrap_or(self.style() == "form")
    }
}

impl<'d> Comparer<'d> {
    pub(super) fn parameters(&mut self, old: &Listed<'d>, new: &Listed<'d>, exchange: &Exchange) {
        let was = self.parameters_of(old, 0);
        let is = self.parameters_of(new, 1);
        let renamed: Vec<(String, String)> = old
            .path_parameters()
            .into_iter()
            .zip(new.path_parameters())
            .filter(|(old, new)| old != new)
            .map(|(old, new)| (old.to_owned(), new.to_owned()))
            .collect();
        let mut gone = was;
        let mut come = Vec::new();
        for parameter in is {
            let partner = gone.iter().position(|other| {
                let renamed_to = renamed.iter().find(|(old, _)| old == other.name).map(|(_, new)| new.as_str());
                match renamed_to.filter(|_| other.place == "path" && parameter.place == "path") {
                    Some(name) => name == parameter.name,
                    None => other.is(&parameter),
                }
            });
            match partner {
                Some(partner) => self.parameter(&gone.remove(partner), &parameter, exchange),
                None => come.push(parameter),
            }
        }
        for parameter in come {
            let mut site = exchange.site();
            (site.direction, site.parameter) = (Some(exchange.caller), Some(parameter.label()));
            if let Some(number) = gone.iter().position(|other| other.name == parameter.name) {
                let before = gone.remove(number);
                let message = format!("it was {} before", before.label());
                let at = [Some(&before.at), Some(&parameter.at)];
                self.tell(DocumentRule::ParameterMoved, Level::Breaking, message, at, Some(&site));
                continue;
            }
            let breaks = parameter.is_required() && exchange.caller == Direction::Request;
            let (rule, words) = if parameter.is_required() {
                (DocumentRule::RequiredParameterAdded, "is new, and required")
            } else {
                (DocumentRule::ParameterAdded, "is new")
            };
            let level = if breaks { Level::Breaking } else { Level::Info };
            let at = [Some(&new.operation), Some(&parameter.at)];
            let message = format!("{} {words}", parameter.label());
            self.tell(rule, level, message, [None, at[1]], Some(&site));
        }
        for parameter in gone {
            let mut site = exchange.site();
            (site.direction, site.parameter) = (Some(exchange.caller), Some(parameter.label()));
            // A caller is not refused, but not heard either; a reader misses what was promised.
            let level = match (exchange.caller, parameter.is_required()) {
                (Direction::Request, _) => Level::Warning,
                (Direction::Response, true) => Level::Breaking,
                (Direction::Response, false) => Level::Info,
            };
            let message = format!("{} is gone", parameter.label());
            self.tell(DocumentRule::ParameterRemoved, level, message, [Some(&parameter.at), None], Some(&site));
        }
    }

    /// The operation's own parameters, and those of its path item that it does not override.
    fn parameters_of(&mut self, listed: &Listed<'d>, side: usize) -> Vec<Parameter<'d>> {
        let mut parameters: Vec<Parameter<'d>> = Vec::new();
        for owner in [&listed.operation, &listed.item] {
            for at in owner.get("parameters").iter().flat_map(At::elements).collect::<Vec<_>>() {
                let mut both: Both<At<'d>> = [None, None];
                both[side] = Some(at);
                let [base, revision] = self.resolve(both, None);
                let Some(at) = base.or(revision) else { continue };
                let (Some(place), Some(name)) = (at.text("in"), at.text("name")) else { continue };
                let parameter = Parameter { place, name, at };
                let elsewhere = place == "header" && SAID_ELSEWHERE.contains(&name.to_ascii_lowercase().as_str());
                if !elsewhere && !parameters.iter().any(|known| known.is(&parameter)) {
                    parameters.push(parameter);
                }
            }
        }
        parameters
    }

    fn parameter(&mut self, old: &Parameter<'d>, new: &Parameter<'d>, exchange: &Exchange) {
        let mut site = exchange.site();
        (site.direction, site.parameter) = (Some(exchange.caller), Some(new.label()));
        let both = [Some(old.at.clone()), Some(new.at.clone())];
        if old.place == "path" && old.name != new.name {
            let message = format!("{} → {}", old.label(), new.label());
            self.tell(DocumentRule::PathParameterRenamed, Level::Info, message, refs(&both), Some(&site));
        }
        self.requiredness(
            [old.is_required(), new.is_required()],
            [DocumentRule::ParameterBecameRequired, DocumentRule::ParameterBecameOptional],
            exchange.caller,
            (&both, &site),
        );
        self.deprecation(&both, [DocumentRule::ParameterDeprecated, DocumentRule::ParameterUndeprecated], &site);
        self.style([old, new], exchange, &site);
        self.parameter_content(&both, exchange.caller, &site);
        self.texts(exchange.caller, member(&both, "schema"), &site);
    }

    /// What has to be there, or need not any more. The rules are those for: required, and optional.
    pub(super) fn requiredness(
        &mut self,
        [was, is]: [bool; 2],
        rules: [DocumentRule; 2],
        sender: Direction,
        (both, site): (&Both<At<'d>>, &Site),
    ) {
        let level = |breaks| if breaks { Level::Breaking } else { Level::Info };
        match (was, is) {
            (false, true) => {
                let level = level(sender == Direction::Request);
                self.tell(rules[0], level, "is required now", refs(both), Some(site));
            }
            (true, false) => {
                let level = level(sender == Direction::Response);
                self.tell(rules[1], level, "is no longer required", refs(both), Some(site));
            }
            _ => {}
        }
    }

    /// How the value is written in the URL or header.
    fn style(&mut self, [old, new]: [&Parameter<'d>; 2], exchange: &Exchange, site: &Site) {
        let both = [Some(old.at.clone()), Some(new.at.clone())];
        let structured = self.may_be_structured(&member(&both, "schema"), exchange.caller);
        let reserved = |parameter: &Parameter<'d>| parameter.place == "query" && parameter.at.flag("allowReserved");
        // Only arrays and objects can be exploded or delimited.
        let form = |parameter: &Parameter<'d>| match (structured, parameter.place) {
            (false, "query" | "cookie") => String::new(),
            (false, _) => format!("style: {}", parameter.style()),
            (true, _) => format!("style: {}, explode: {}", parameter.style(), parameter.explodes()),
        };
        let spelled = |parameter: &Parameter<'d>| match (form(parameter), reserved(parameter)) {
            (form, false) => form,
            (form, true) => format!("{form} allowReserved").trim_start().to_owned(),
        };
        let (was, is) = (spelled(old), spelled(new));
        if was != is {
            let or_plain = |text: String| if text.is_empty() { "plain".to_owned() } else { text };
            let message = format!("{} → {}", or_plain(was), or_plain(is));
            // Reserved characters that are encoded all the same mean what they did.
            let only_allows = form(old) == form(new) && reserved(new) && exchange.caller == Direction::Request;
            let level = if only_allows { Level::Info } else { Level::Breaking };
            self.tell(DocumentRule::ParameterStyleChanged, level, message, refs(&both), Some(site));
        }
    }

    fn may_be_structured(&mut self, schemas: &Both<At<'d>>, direction: Direction) -> bool {
        let structured = Types::ARRAY.or(Types::OBJECT);
        let sides = [crate::schema::Side::Base, crate::schema::Side::Revision];
        schemas.iter().zip(sides).any(|(schema, side)| {
            let Some(at) = schema else { return false };
            let shapes = self.shapes(direction, side, at);
            shapes.is_none_or(|shapes| shapes.iter().any(|shape| shape.types.meets(structured)))
        })
    }

    /// Parameters that are serialised by a media type.
    fn parameter_content(&mut self, both: &Both<At<'d>>, direction: Direction, site: &Site) {
        let contents = member(both, "content");
        let media = |side: usize| contents[side].as_ref().and_then(|at| at.members().next());
        let names =
            [media(0), media(1)].map(|media| media.map(|(name, _)| super::media_type::MediaType::parse(name).essence));
        if names[0] != names[1] {
            let name = |side: usize| names[side].clone().unwrap_or_else(|| "schema and style".to_owned());
            let message = format!("serialised by {} → {}", name(0), name(1));
            self.tell(DocumentRule::ParameterMediaTypeChanged, Level::Breaking, message, refs(both), Some(site));
            return;
        }
        let schemas = [media(0), media(1)].map(|media| media.and_then(|(_, at)| at.get("schema")));
        self.schemas(direction, schemas, site);
    }
}
