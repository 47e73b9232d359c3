"""Child processes of jixiao: the only modules that start them, confine them, talk to them and end them.

limits.py   what a process may use: memory, processor, files, network, priority, time; put into force here alone
channel.py  messages between a child and its parent, and the program of a child
child.py    the parent's side: start a function or a command in a confined child, receive, and kill

Readers, engines and painters handle what strangers sent, so each may crash, take all memory, never end, or be taken
over. It then costs one child. Only the standard library is imported, so that every package may start children here, and
a child imports only the parts of it that it needs, since children are started often.
"""
