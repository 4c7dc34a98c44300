"""A Matter server of the hub's own: installed, started, watched, started again and stopped.

options     what it is to be like
installing  its virtual environment, apart from the hub's
own_root    the program that gives it the folders that it insists on
errors      what can go wrong
running     the child process
"""
