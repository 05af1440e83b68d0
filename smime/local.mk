# smime/: see HACKING
