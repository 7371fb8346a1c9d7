//! The command line: arguments as typed, then resolved, then run; one module prints.
