"""What several rules need: reading paths, charts and Dockerfiles, wording of messages, edits for fixes."""
