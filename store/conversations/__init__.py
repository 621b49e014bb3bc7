"""What is kept of conversations: sessions, the register, paintings."""
