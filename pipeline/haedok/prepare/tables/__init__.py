"""What ``prepare`` has learnt, and the scripts that learnt it."""
