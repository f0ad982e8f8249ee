"""More than a thousand shapes of conversations, played through the real way in, with what belongs together known."""
