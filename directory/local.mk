# directory/: see HACKING
