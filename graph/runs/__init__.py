"""Many runs beyond one process: on a cluster, and kept in a file from call to call."""
