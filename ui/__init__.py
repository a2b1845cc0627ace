"""The explorer and the command line: they show, ask and start; nothing imports them."""
