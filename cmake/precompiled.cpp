// Something to compile for the target that carries the precompiled headers.
