# man/: see HACKING
