//! The engine: whether one schema accepts all that another does.
//!
//! # How
//! A schema is a [`NodeId`]: the set of schema objects ([`AtomId`]) that an instance has to satisfy at once, such as a
//! property that two members of an `allOf` both declare. Its normal form (`normal`) is a list of [`Shape`]s, computed
//! when it is first asked for; the parts of a shape are nodes again, so that recursive schemas stay finite.
//! Containment (`subset`) goes through the shapes of the inner schema and looks for an outer one that accepts each,
//! taking for granted what it is already asked for further up (instances are finite, so that a circle through
//! properties or items proves itself). It answers *no* only with an instance (`example`) that the inner schema accepts
//! and the outer one refuses, according to an evaluator (`accept`); everything in between is *cannot tell*.
//!
//! # How contracts are read
//! - Formats assert.
//! - `readOnly` properties do not exist in requests, `writeOnly` ones do not exist in responses.
//! - A sender sends what is declared: where a schema declares properties and says nothing of others, the inner schema
//!   has no others, and the outer one lets them pass. Otherwise every new optional property would break requests.
//!
//! Sources: JSON Schema 2020-12 Core and Validation; OpenAPI 3.0.3 and 3.1.0, Schema Object.

mod accept;
mod choices;
mod document;
mod example;
pub(crate) mod format;
mod normal;
pub(crate) mod numbers;
mod pattern;
mod read;
mod same;
pub(crate) mod shape;
mod subset;
mod tri;
pub(crate) mod types;
mod unevaluated;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use openapi_contract::Pointer;
use serde_json::Value;

pub(crate) use self::document::{Documents, Resolved, Side, Source};
pub(crate) use self::format as formats;
use self::pattern::Pattern;
pub(crate) use self::same::Sameness;
pub(crate) use self::shape::Shape;
pub(crate) use self::subset::Verdict;
pub(crate) use self::tri::Tri;
use crate::change::Direction;

/// A schema object in one of the documents, or a value that stands for the schema of itself alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AtomId(u32);

/// Schema objects that an instance has to satisfy at once; none at all accept everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// The shapes of a schema, of which an instance satisfies at least one.
pub(crate) type Normal<'d> = Rc<[Rc<Shape<'d>>]>;

pub(crate) struct Atom<'d> {
    pub(crate) kind: AtomKind<'d>,
    pub(crate) pointer: Pointer,
}

#[derive(Clone, Copy)]
pub(crate) enum AtomKind<'d> {
    /// A schema in a document.
    Schema(Side, &'d Value),
    /// The schema that accepts this value alone.
    Constant(&'d Value),
    Anything,
}

/// Which end of the wire a schema is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// What may be sent: undeclared properties only where the schema speaks of them.
    Sender,
    /// What is accepted.
    Reader,
}

/// The schemas of two documents, read for one direction.
pub(crate) struct Engine<'d> {
    pub(crate) documents: &'d Documents<'d>,
    pub(crate) direction: Direction,
    pub(crate) sameness: Sameness,
    atoms: Vec<Atom<'d>>,
    atom_ids: HashMap<(AtomOrigin, usize), AtomId>,
    nodes: Vec<Rc<[AtomId]>>,
    node_ids: HashMap<Rc<[AtomId]>, NodeId>,
    /// Normal forms; `None` while one is being computed.
    atom_normals: HashMap<AtomId, Option<Normal<'d>>>,
    node_normals: HashMap<NodeId, Option<Normal<'d>>>,
    /// Answers, each with the depth of the outermost open question that it takes for granted.
    verdicts: HashMap<Question, (Verdict, usize)>,
    /// Answers among them that take an open question for granted.
    provisional: Vec<Question>,
    /// The questions that are being answered, each with its depth.
    open: HashMap<Question, usize>,
    /// The outermost open question that an answer has relied on since this was last reset.
    relied_on: usize,
    patterns: HashMap<&'d str, Option<Rc<Pattern>>>,
    /// Whether a schema has no instance, looked into as deep as a number says.
    empty: HashMap<(NodeId, usize), Tri>,
    /// A small instance of each schema that one was asked for; `None` where none was found.
    samples: HashMap<NodeId, Option<Value>>,
    /// Whether schemas are compared for what they say, and not for what is sent: then nothing is closed to senders.
    is_literal: bool,
    /// How many schemas an instance is being held against, one inside of the other.
    judging: usize,
    /// How many schemas are being read, one inside of the other, and whether one of them was met again.
    depth: usize,
    met_circle: bool,
    rereads: u32,
    /// Steps left for reading one schema with all that it takes to read it.
    steps_to_read: u32,
    /// Steps left for the question at hand; when they run out, what is open stays open.
    fuel: u32,
    /// Steps that the question at hand was granted, and those that are left for all questions about a pair of schemas.
    granted: u32,
    reserve: u32,
}

/// Whether the second schema accepts all that the first lets through; literally, or of what is sent.
type Question = (NodeId, NodeId, bool);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum AtomOrigin {
    Schema(Side),
    Constant,
    Anything,
}

impl<'d> Engine<'d> {
    pub(crate) fn new(documents: &'d Documents<'d>, direction: Direction) -> Self {
        Self {
            documents,
            direction,
            sameness: Sameness::default(),
            atoms: Vec::new(),
            atom_ids: HashMap::new(),
            nodes: Vec::new(),
            node_ids: HashMap::new(),
            atom_normals: HashMap::new(),
            node_normals: HashMap::new(),
            verdicts: HashMap::new(),
            provisional: Vec::new(),
            open: HashMap::new(),
            relied_on: subset::NOTHING,
            patterns: HashMap::new(),
            empty: HashMap::new(),
            samples: HashMap::new(),
            is_literal: false,
            judging: 0,
            depth: 0,
            met_circle: false,
            rereads: 0,
            steps_to_read: normal::STEPS_TO_READ,
            fuel: 0,
            granted: 0,
            reserve: 0,
        }
    }

    /// The schema at a place of a document. One that is nothing but a reference is what it refers to.
    pub(crate) fn atom(&mut self, side: Side, value: &'d Value, pointer: Pointer) -> AtomId {
        let document = self.documents.of(side);
        let (value, pointer) = document.behind_reference(value, pointer);
        self.intern(AtomOrigin::Schema(side), AtomKind::Schema(side, value), value, pointer)
    }

    fn constant(&mut self, value: &'d Value) -> AtomId {
        self.intern(AtomOrigin::Constant, AtomKind::Constant(value), value, Pointer::root())
    }

    /// The schema that accepts strings.
    fn text(&mut self) -> AtomId {
        static TEXT: LazyLock<Value> = LazyLock::new(|| serde_json::json!({"type": "string"}));
        self.atom(Side::Base, &TEXT, Pointer::root())
    }

    /// The schema that accepts nothing.
    fn never(&mut self) -> AtomId {
        static NEVER: Value = Value::Bool(false);
        self.atom(Side::Base, &NEVER, Pointer::root())
    }

    fn anything(&mut self) -> AtomId {
        self.intern(AtomOrigin::Anything, AtomKind::Anything, &Value::Null, Pointer::root())
    }

    fn intern(&mut self, origin: AtomOrigin, kind: AtomKind<'d>, value: &Value, pointer: Pointer) -> AtomId {
        let address = if origin == AtomOrigin::Anything { 0 } else { std::ptr::from_ref(value).addr() };
        let next = AtomId(number(self.atoms.len()));
        let id = *self.atom_ids.entry((origin, address)).or_insert(next);
        if id == next {
            self.atoms.push(Atom { kind, pointer });
        }
        id
    }

    /// The schema of instances that satisfy all of these.
    pub(crate) fn node(&mut self, atoms: impl IntoIterator<Item = AtomId>) -> NodeId {
        let mut atoms: Vec<AtomId> = atoms.into_iter().collect();
        atoms.retain(|atom| !matches!(self.atoms[atom.0 as usize].kind, AtomKind::Anything));
        atoms.sort_unstable();
        atoms.dedup();
        let atoms: Rc<[AtomId]> = atoms.into();
        let next = NodeId(number(self.nodes.len()));
        let id = *self.node_ids.entry(Rc::clone(&atoms)).or_insert(next);
        if id == next {
            self.nodes.push(atoms);
        }
        id
    }

    pub(crate) fn atoms_of(&self, node: NodeId) -> Rc<[AtomId]> {
        Rc::clone(&self.nodes[node.0 as usize])
    }

    pub(crate) fn atom_data(&self, atom: AtomId) -> &Atom<'d> {
        &self.atoms[atom.0 as usize]
    }

    /// Where the schema stands, for a schema that stands somewhere.
    pub(crate) fn pointer(&self, node: NodeId) -> Option<Pointer> {
        let first = *self.nodes[node.0 as usize].first()?;
        Some(self.atom_data(first).pointer.clone())
    }

    /// The text of a reference that the schema is, and that leads nowhere.
    pub(crate) fn dangling(&self, node: NodeId) -> Option<&'d str> {
        self.nodes[node.0 as usize].iter().find_map(|atom| {
            let AtomKind::Schema(side, Value::Object(schema)) = self.atom_data(*atom).kind else { return None };
            let document = self.documents.of(side);
            let reference = document.bare_reference(schema)?;
            if document.schema_behind(reference).is_none() { reference.as_str() } else { None }
        })
    }

    /// Whether the schema object has a flag, itself or through a reference or an `allOf`.
    pub(crate) fn atom_has_flag(&self, atom: AtomId, flag: &str) -> bool {
        match self.atom_data(atom).kind {
            AtomKind::Schema(side, value) => self.flag(side, value, flag),
            AtomKind::Constant(_) | AtomKind::Anything => false,
        }
    }

    fn pattern(&mut self, text: &'d str) -> Option<Rc<Pattern>> {
        let compiled = self.patterns.entry(text).or_insert_with(|| Pattern::new(text).map(Rc::new));
        compiled.clone()
    }

    /// The schema of the property `name`; `None` where a sender never sends it.
    pub(crate) fn property(&mut self, shape: &Shape<'d>, name: &str, role: Role) -> Option<NodeId> {
        let hidden = shape.hidden.contains(name);
        let absent = shape.absent.contains(name);
        if role == Role::Sender && (hidden || absent) {
            return None;
        }
        if absent {
            let never = self.never();
            return Some(self.node([never]));
        }
        let mut atoms = Vec::new();
        let mut declared = false;
        for group in &shape.groups {
            let own = group.declared.get(name).copied().filter(|_| !hidden);
            let mut spoken_for = own.is_some();
            atoms.extend(own);
            for (pattern, schema) in &group.patterns {
                // `read` lets only patterns through that can be matched.
                if self.pattern(pattern).is_some_and(|pattern| pattern.matches(name)) {
                    spoken_for = true;
                    atoms.push(*schema);
                }
            }
            declared |= spoken_for;
            if !spoken_for {
                atoms.extend(group.rest);
            }
        }
        let required = shape.required.contains(name);
        if role == Role::Sender && !declared && !required && self.is_closed(shape) {
            return None;
        }
        Some(self.node(atoms))
    }

    /// The schema of properties that no declaration and no pattern names; `None` where a sender never sends any.
    pub(crate) fn other_properties(&mut self, shape: &Shape<'d>, role: Role) -> Option<NodeId> {
        if role == Role::Sender && self.is_closed(shape) {
            return None;
        }
        Some(self.node(shape.groups.iter().filter_map(|group| group.rest).collect::<Vec<_>>()))
    }

    /// Whether only declared properties are sent.
    fn is_closed(&self, shape: &Shape<'d>) -> bool {
        !self.is_literal && shape.is_closed_to_senders()
    }

    pub(crate) fn item(&mut self, shape: &Shape<'d>, position: usize) -> NodeId {
        self.node(shape.item_atoms(position))
    }
}

/// Documents have fewer schemas than 2³²: each takes more than one byte.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
