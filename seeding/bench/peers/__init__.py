"""One adapter per rival, and one for our own methods: arrays in, seeds out."""
