"""What happens in a chat comes in, what is to be said goes out; nothing here knows about shopping."""
