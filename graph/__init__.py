"""The pure core of magnetrace: the chain as a network, and what can be computed on it."""
