//! The container engine. The only folder that names the engine's client library.
