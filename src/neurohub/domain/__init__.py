"""Domain: the plant's pure rules. No I/O, no clock, no await: values in, values out."""
