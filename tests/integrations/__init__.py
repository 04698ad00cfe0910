"""What CI systems run: action.yml by a small runner of its own, and the GitLab template."""
