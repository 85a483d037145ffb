//! `exclusiveMinimum` and `exclusiveMaximum`: bounds of their own in 3.1, flags on the other bounds in 3.0.

use std::cmp::Ordering;

use serde_json::Value;

use super::context::Lowering;
use super::scope::Scope;
use crate::Effect;
use crate::instance::compare;

impl<'d> Lowering<'d, '_> {
    /// Lowers a bound, `minimum` or `maximum`, and its exclusive twin together. Called for each; either may come
    /// first, and both say the same.
    pub(super) fn bound(&mut self, scope: &mut Scope<'d>, keyword: &str) {
        let (inclusive, exclusive, tighter) = if keyword.ends_with("inimum") {
            ("minimum", "exclusiveMinimum", Ordering::Less)
        } else {
            ("maximum", "exclusiveMaximum", Ordering::Greater)
        };
        let Some(Value::Number(open)) = scope.schema.get(exclusive) else {
            // No bound, or 3.0's flag already.
            scope.say(keyword, scope.schema[keyword].clone());
            return;
        };
        let closed = scope.schema.get(inclusive);
        if let Some(Value::Number(closed)) = closed
            && compare(open, closed) == tighter
        {
            // The inclusive bound is the tighter one, so that the exclusive bound has nothing to add.
            scope.say(inclusive, closed.clone().into());
        } else {
            scope.say(inclusive, open.clone().into());
            scope.say(exclusive, true.into());
        }
        if keyword == exclusive {
            let reason = format!("3.0 has {exclusive} as a flag of {inclusive}");
            self.report("exclusive-bound", keyword, Effect::Equivalent, reason);
        }
    }
}
