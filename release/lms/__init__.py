"""What LTI 1.3 says; servers, databases and networks stand elsewhere, and hand in claims and clocks."""
