# conf/: see HACKING
