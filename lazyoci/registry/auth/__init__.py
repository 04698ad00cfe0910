"""Who asks, and with which token: challenges, scopes, tokens (distribution's token authentication, OAuth2)."""
