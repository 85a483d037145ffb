//! OpenAPI Overlay 1.0 and 1.1: corrections of a document, kept apart from it.
