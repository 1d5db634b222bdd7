"""The facilitator's second page: what she does with a course, by buttons."""
