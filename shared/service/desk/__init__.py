"""The desk: what staff see and do. Plain functions over the store; who and when are arguments."""
