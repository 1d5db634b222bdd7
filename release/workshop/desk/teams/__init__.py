"""What leaves a workshop of what its tables answered."""
