"""The long ways through the room: mail in, mail out, and the runners that drive them."""
