"""`make evaluate`: how well the rules judge labelled messages. The format of the data is in README.md here."""
