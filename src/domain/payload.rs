//! Payloads: the input of a run as JSON text, and what makes one acceptable.
