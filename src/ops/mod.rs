//! What a user can ask for, one file per verb; the command line and the terminal UI both call these.
