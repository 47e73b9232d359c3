"""Questions in Chinese or plain English, read as a view with its parameters."""
