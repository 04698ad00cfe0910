"""The protocol: messages in and out, and what may be in them."""
