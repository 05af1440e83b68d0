# store/: see HACKING
