//! Which request meets which fault.

use std::collections::VecDeque;

use fastrand::Rng;

use super::Fault;
use crate::contract::OperationId;

/// The faults that are to come.
pub(crate) struct Plan {
    rules: Vec<Rule>,
    rng: Rng,
}

pub(super) struct Rule {
    /// If there is none, all operations, and what is none.
    pub(super) only: Option<OperationId>,
    pub(super) when: When,
}

pub(super) enum When {
    Next {
        left: usize,
        fault: Fault,
    },
    /// Never empty.
    Script(VecDeque<Fault>),
    Rate {
        share: f64,
        fault: Fault,
    },
}

impl Rule {
    fn is_for(&self, operation: Option<OperationId>) -> bool {
        self.only.is_none() || self.only == operation
    }
}

impl Plan {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), rng: Rng::with_seed(seed) }
    }

    pub(crate) fn next(&mut self, only: Option<OperationId>, count: usize, fault: Fault) {
        if count > 0 {
            self.rules.push(Rule { only, when: When::Next { left: count, fault } });
        }
    }

    pub(crate) fn rate(&mut self, only: Option<OperationId>, share: f64, fault: Fault) {
        self.rules.push(Rule { only, when: When::Rate { share, fault } });
    }

    pub(crate) fn script(&mut self, only: Option<OperationId>, faults: VecDeque<Fault>) {
        self.rules.retain(|rule| rule.only != only || !matches!(rule.when, When::Script(_)));
        if !faults.is_empty() {
            self.rules.push(Rule { only, when: When::Script(faults) });
        }
    }

    pub(crate) fn clear(&mut self, only: Option<OperationId>) {
        self.rules.retain(|rule| only.is_some() && rule.only != only);
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The fault that a request meets: of an operation of the contract, or of something else.
    pub(crate) fn draw(&mut self, operation: Option<OperationId>) -> Option<Fault> {
        if self.rules.is_empty() {
            return None;
        }
        self.draw_next(operation).or_else(|| self.draw_scripted(operation)).or_else(|| self.draw_rated(operation))
    }

    fn draw_next(&mut self, operation: Option<OperationId>) -> Option<Fault> {
        let (index, left, fault) = self.rules.iter_mut().enumerate().find_map(|(index, rule)| {
            let is_for = rule.is_for(operation);
            match &mut rule.when {
                When::Next { left, fault } if is_for => Some((index, left, fault)),
                When::Next { .. } | When::Script(_) | When::Rate { .. } => None,
            }
        })?;
        *left -= 1;
        let (is_last, fault) = (*left == 0, fault.clone());
        if is_last {
            self.rules.remove(index);
        }
        Some(fault)
    }

    fn draw_scripted(&mut self, operation: Option<OperationId>) -> Option<Fault> {
        self.rules.iter_mut().find_map(|rule| {
            let is_for = rule.is_for(operation);
            match &mut rule.when {
                When::Script(faults) if is_for && faults.len() > 1 => faults.pop_front(),
                When::Script(faults) if is_for => faults.front().cloned(),
                When::Script(_) | When::Next { .. } | When::Rate { .. } => None,
            }
        })
    }

    fn draw_rated(&mut self, operation: Option<OperationId>) -> Option<Fault> {
        let Self { rules, rng } = self;
        rules.iter().filter(|rule| rule.is_for(operation)).find_map(|rule| match &rule.when {
            When::Rate { share, fault } => (rng.f64() < *share).then(|| fault.clone()),
            When::Next { .. } | When::Script(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: Option<OperationId> = Some(OperationId::CreateCompassEvent);
    const METRICS: Option<OperationId> = Some(OperationId::InsertMetricValue);

    fn draw(plan: &mut Plan, operation: Option<OperationId>) -> u16 {
        plan.draw(operation).and_then(|fault| fault.answer).map_or(0, |answer| answer.status.as_u16())
    }

    #[test]
    fn next_before_script_before_rate() {
        let mut plan = Plan::new(1);
        plan.rate(None, 1.0, Fault::status(500));
        plan.script(EVENTS, [Fault::status(501), Fault::status(502)].into());
        plan.next(None, 2, Fault::status(503));
        plan.next(METRICS, 1, Fault::status(504));
        let events: Vec<_> = (0..5).map(|_| draw(&mut plan, EVENTS)).collect();
        assert_eq!(events, [503, 503, 501, 502, 502]);
        assert_eq!([draw(&mut plan, METRICS), draw(&mut plan, METRICS), draw(&mut plan, None)], [504, 500, 500]);
    }

    #[test]
    fn a_script_takes_the_place_of_the_earlier() {
        let mut plan = Plan::new(1);
        plan.script(None, [Fault::status(501)].into());
        plan.script(EVENTS, [Fault::status(502)].into());
        plan.script(None, [Fault::status(503)].into());
        plan.script(None, VecDeque::new());
        assert_eq!((draw(&mut plan, EVENTS), draw(&mut plan, METRICS)), (502, 0));
    }

    #[test]
    fn cleared_by_operation_or_altogether() {
        let mut plan = Plan::new(1);
        for only in [None, EVENTS, METRICS] {
            plan.next(only, 1, Fault::status(503));
        }
        plan.next(None, 0, Fault::status(503));
        assert_eq!(plan.rules().len(), 3);
        plan.clear(EVENTS);
        assert_eq!(plan.rules().len(), 2);
        plan.clear(None);
        assert!(plan.rules().is_empty() && plan.draw(None).is_none());
    }

    #[test]
    fn rates_are_drawn_by_the_seed() {
        let drawn = |seed| {
            let mut plan = Plan::new(seed);
            plan.rate(None, 0.1, Fault::status(503));
            (0..1000).map(|_| draw(&mut plan, EVENTS)).collect::<Vec<_>>()
        };
        let met = drawn(1).into_iter().filter(|status| *status == 503).count();
        assert!((70..130).contains(&met), "{met}");
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }
}
