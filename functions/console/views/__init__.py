"""What the console answers, by subject. A view takes the desk and the person who asks."""
