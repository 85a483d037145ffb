//! Values that travel as text: those of parameters and headers.

use std::rc::Rc;

use super::{At, Both, Comparer};
use crate::change::{Change, Direction, Level, Site};
use crate::rule::{Rule, SchemaRule};
use crate::schema::shape::Count;
use crate::schema::types::Types;
use crate::schema::{Shape, Side};

impl<'d> Comparer<'d> {
    /// Compares the schemas of a value that is written as text, with which a number is a string of digits, too.
    pub(super) fn texts(&mut self, direction: Direction, schemas: Both<At<'d>>, site: &Site) {
        let [Some(base), Some(revision)] = &schemas else { return self.schemas(direction, schemas, site) };
        let (Some(old), Some(new)) =
            (self.shapes(direction, Side::Base, base), self.shapes(direction, Side::Revision, revision))
        else {
            return self.schemas(direction, schemas, site);
        };
        let (sent, read) = if direction == Direction::Request { (&old, &new) } else { (&new, &old) };
        if !(is_scalar_but_no_text(sent) && read.iter().any(|shape| reads_any_text(shape))) {
            return self.schemas(direction, schemas, site);
        }
        let types = |shapes: &[Rc<Shape<'d>>]| shapes.iter().fold(Types::NONE, |types, shape| types.or(shape.types));
        let change = Change {
            level: Level::Info,
            rule: Rule::of_schema(direction, SchemaRule::TypeChanged),
            message: format!("type: {} → {}, which is written alike", types(&old), types(&new)),
            base: Some(base.pointer.clone()),
            revision: Some(revision.pointer.clone()),
            sites: Vec::new(),
            example: None,
        };
        self.found.add(change, Some(site));
    }
}

fn is_scalar_but_no_text(shapes: &[Rc<Shape<'_>>]) -> bool {
    let scalars = Types::NUMBER.or(Types::BOOLEAN);
    !shapes.is_empty() && shapes.iter().all(|shape| shape.types.without(scalars).is_empty())
}

fn reads_any_text(shape: &Shape<'_>) -> bool {
    let restricted = shape.length != Count::default() || !shape.patterns.is_empty() || !shape.formats.is_empty();
    shape.types.has(Types::STRING) && shape.is_plain() && !restricted
}
