"""Makes the weights of the second reader (`shared/rules/reader.json`) from labelled sentences."""
