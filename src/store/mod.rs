//! Files: environments, script copies, bake logs and task records. Nothing here decides.
