# cli/: see HACKING
