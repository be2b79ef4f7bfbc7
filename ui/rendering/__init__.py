"""What is shown, as HTML or plain text: pure functions."""
