"""The facilitator's machine: the start page, and what its buttons do."""
