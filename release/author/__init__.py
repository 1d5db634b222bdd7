"""Is this case sound? What an author starts, watches, draws and proves."""
