# tests/: see HACKING
