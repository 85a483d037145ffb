//! Random data as a list of choices: a shorter list, or smaller choices, make smaller data, so that proptest's
//! shrinking of the list shrinks whatever is made from it.

#[derive(Clone, Debug)]
pub struct Choices {
    list: Vec<u16>,
    next: usize,
}

impl Choices {
    pub fn new(list: Vec<u16>) -> Self {
        Self { list, next: 0 }
    }

    /// A number below `count`; 0 when the list is used up.
    pub fn below(&mut self, count: usize) -> usize {
        let choice = self.list.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        usize::from(choice) % count.max(1)
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub fn pick<'t, T>(&mut self, among: &'t [T]) -> &'t T {
        &among[self.below(among.len())]
    }

    pub fn word(&mut self, among: &[&'static str]) -> &'static str {
        among[self.below(among.len())]
    }
}
