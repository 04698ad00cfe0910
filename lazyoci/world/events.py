"""The kinds of events, of which every run has exactly one."""

TAG, PULL_REQUEST, BRANCH = "tag", "pull-request", "branch"
