"""What several rules need: looking at paths, charts and Dockerfiles, wording, edits that fixes are made of."""
