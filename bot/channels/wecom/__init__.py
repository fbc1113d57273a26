"""企业微信, an application of one's own: callbacks in, application messages out (see channel)."""
