# publisher/: see HACKING
