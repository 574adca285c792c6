"""The commands, one file a group. What is heavy is imported inside them: each loads only its own."""
