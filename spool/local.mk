# spool/: see HACKING
