# config/: see HACKING
