//! What runs in our pods: seeds, verifies and poisons a volume.
