//! The question that everything else stands on, for any two schemas.

use openapi_contract::{Document, Pointer};
use serde_json::Value;

use crate::change::Direction;
use crate::on_a_large_stack;
use crate::schema::{Documents, Engine, Side, Verdict};

/// Whether one schema accepts all that another does.
#[derive(Clone, Debug, PartialEq)]
pub enum Containment {
    /// It accepts all of it.
    Within,
    /// It refuses this instance, which the other accepts.
    Beyond(Value),
    /// It cannot be told.
    Unknown,
}

/// Whether the schema at `reader` accepts everything that may be sent according to the schema at `sender`; `None` when
/// there is no schema at one of the places.
///
/// Schemas are read as contracts mean them: formats assert; `readOnly` properties do not exist in requests, nor
/// `writeOnly` ones in responses; and where the sender's schema declares properties and says nothing of others, none
/// are sent.
///
/// ```
/// use openapi_contract::{Document, Pointer};
/// use openapi_drift::{Containment, Direction, containment};
///
/// let document = Document::parse(
///     r#"{"openapi": "3.1.0", "info": {"title": "Lamps", "version": "1"}, "components": {"schemas": {
///         "Short": {"type": "string", "maxLength": 5}, "Long": {"type": "string", "maxLength": 8}}}}"#,
/// )?;
/// let [short, long] = ["Short", "Long"].map(|name| Pointer::from_tokens(["components", "schemas", name]));
///
/// let ask = |sender, reader| containment((&document, sender), (&document, reader), Direction::Request);
/// assert_eq!(ask(&short, &long), Some(Containment::Within));
/// assert_eq!(ask(&long, &short), Some(Containment::Beyond("aaaaaa".into())));
/// # Ok::<(), openapi_contract::Error>(())
/// ```
#[must_use]
pub fn containment(
    sender: (&Document, &Pointer),
    reader: (&Document, &Pointer),
    direction: Direction,
) -> Option<Containment> {
    let documents = Documents::new(sender.0, reader.0);
    on_a_large_stack(|| {
        let mut engine = Engine::new(&documents, direction);
        let mut node = |side: Side, pointer: &Pointer| {
            let value = pointer.find(documents.of(side).root)?;
            let atom = engine.atom(side, value, pointer.clone());
            Some(engine.node([atom]))
        };
        let (sent, read) = (node(Side::Base, sender.1)?, node(Side::Revision, reader.1)?);
        engine.restock();
        engine.refuel();
        Some(match engine.subset(sent, read) {
            Verdict::Yes => Containment::Within,
            Verdict::No(proof) => Containment::Beyond((*proof).clone()),
            Verdict::Maybe => Containment::Unknown,
        })
    })
}
