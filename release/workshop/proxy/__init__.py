"""What stands before a workshop: the address that participants open, and the proxies that hand it on."""
