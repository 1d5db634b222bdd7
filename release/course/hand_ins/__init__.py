"""What is handed in without a hub, and the feedback on its way back."""
