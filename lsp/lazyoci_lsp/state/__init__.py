"""What the server keeps between requests: settings, checked documents, and the files around them."""
