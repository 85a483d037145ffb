//! Responses by status, their headers and bodies.

use super::bodies::without_remarks;
use super::{At, Both, Comparer, Exchange, keys, member, refs, specified_keys};
use crate::change::{Direction, Level, Site};
use crate::rule::DocumentRule;

impl<'d> Comparer<'d> {
    pub(super) fn all_responses(&mut self, responses: &Both<At<'d>>, exchange: &Exchange) {
        for status in specified_keys(responses) {
            let mut site = exchange.site();
            (site.direction, site.status) = (Some(exchange.answerer()), Some(status.to_owned()));
            let mut both = member(responses, status);
            let is_new = both[0].is_none();
            let is_gone = both[1].is_none();
            // A status that a range or the default of the other side speaks of is compared with that.
            for (side, at) in both.iter_mut().enumerate() {
                *at = at.take().or_else(|| covering(responses[side].as_ref(), status));
            }
            let both = self.resolve(both, Some(&site));
            match refs(&both) {
                [Some(_), Some(_)] => self.response(&both, exchange, &site),
                [None, Some(_)] if is_new => self.status(status, DocumentRule::ResponseAdded, &both, exchange, &site),
                [Some(_), None] if is_gone => {
                    self.status(status, DocumentRule::ResponseRemoved, &both, exchange, &site);
                }
                // A reference that leads nowhere, which was told, or nothing at all.
                _ => {}
            }
        }
    }

    fn status(&mut self, status: &str, rule: DocumentRule, both: &Both<At<'d>>, exchange: &Exchange, site: &Site) {
        let is_added = rule == DocumentRule::ResponseAdded;
        let succeeds = status.starts_with('2');
        let level = match (exchange.answerer(), is_added, succeeds) {
            // Those who are called by the API may go on to answer as they did, but not with what is gone.
            (Direction::Request, true, _) | (Direction::Response, _, false) => Level::Info,
            (Direction::Response, true, true) => Level::Warning,
            (Direction::Request, false, _) | (Direction::Response, false, true) => Level::Breaking,
        };
        let words = if is_added { "is new" } else { "is gone" };
        self.tell(rule, level, format!("the response {status} {words}"), refs(both), Some(site));
    }

    fn response(&mut self, both: &Both<At<'d>>, exchange: &Exchange, site: &Site) {
        let rules = [DocumentRule::ResponseMediaTypeAdded, DocumentRule::ResponseMediaTypeRemoved];
        let contents = member(both, "content");
        self.contents(&contents, both, exchange.answerer(), rules, site);
        self.headers(&member(both, "headers"), exchange, site);
        let [was, is] = [0, 1].map(|side| {
            let links = both[side].as_ref().and_then(|at| at.value.get("links"));
            links.map(without_remarks).unwrap_or_default()
        });
        if was != is {
            self.tell(DocumentRule::LinksChanged, Level::Info, "its links changed", refs(both), Some(site));
        }
    }

    fn headers(&mut self, headers: &Both<At<'d>>, exchange: &Exchange, site: &Site) {
        let mut names: Vec<&'d str> = Vec::new();
        for name in keys(headers) {
            // OpenAPI 3.0.3, Response Object: `Content-Type` is to be ignored; names are of any case (RFC 9110, 5.1).
            let known = names.iter().any(|known| known.eq_ignore_ascii_case(name));
            if !known && !name.eq_ignore_ascii_case("content-type") {
                names.push(name);
            }
        }
        for name in names {
            let of_any_case = |side: usize| {
                let mut all = headers[side].iter().flat_map(At::members);
                all.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, at)| at)
            };
            let mut site = site.clone();
            site.parameter = Some(format!("header {name}"));
            let both = self.resolve([of_any_case(0), of_any_case(1)], Some(&site));
            self.header(name, &both, exchange.answerer(), &site);
        }
    }

    fn header(&mut self, name: &str, both: &Both<At<'d>>, sender: Direction, site: &Site) {
        let is_response = sender == Direction::Response;
        let level = |breaks| if breaks { Level::Breaking } else { Level::Info };
        match refs(both) {
            [None, None] => {}
            [None, Some(header)] => {
                let level = level(header.flag("required") && !is_response);
                let message = format!("the header {name} is new");
                self.tell(DocumentRule::ResponseHeaderAdded, level, message, refs(both), Some(site));
            }
            [Some(header), None] => {
                let level = level(header.flag("required") && is_response);
                let message = format!("the header {name} is gone");
                self.tell(DocumentRule::ResponseHeaderRemoved, level, message, refs(both), Some(site));
            }
            [Some(old), Some(new)] => {
                self.requiredness(
                    [old.flag("required"), new.flag("required")],
                    [DocumentRule::ResponseHeaderBecameRequired, DocumentRule::ResponseHeaderBecameOptional],
                    sender,
                    (both, site),
                );
                self.texts(sender, member(both, "schema"), site);
            }
        }
    }
}

/// What a side says of a status without naming it: by its range, or by default.
fn covering<'d>(responses: Option<&At<'d>>, status: &str) -> Option<At<'d>> {
    let responses = responses?;
    let class = status.chars().next().filter(char::is_ascii_digit)?;
    let range = format!("{class}XX");
    let by_range = if status.eq_ignore_ascii_case(&range) { None } else { responses.get(&range) };
    by_range.or_else(|| responses.get("default"))
}
