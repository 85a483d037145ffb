//! What a worker does after which answer.
