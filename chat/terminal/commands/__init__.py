"""The commands, one a file: `add_options` says what it takes, `run` does it. Nothing heavy is imported before `run`."""
