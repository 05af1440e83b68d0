# judge/: see HACKING
