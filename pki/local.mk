# pki/: see HACKING
