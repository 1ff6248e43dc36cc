"""Speed and memory of what a person waits for. ``python -m tests.bench`` prints one JSON line a figure."""
