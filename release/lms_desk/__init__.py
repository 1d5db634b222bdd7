"""The page of the start page from which learning management systems are let in."""
