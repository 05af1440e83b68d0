# milter/: see HACKING
