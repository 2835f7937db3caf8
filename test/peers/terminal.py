#!/usr/bin/env python3
"""Runs a program on a terminal of its own, and types at it.

The first argument is JSON: {"argv": [...], "env": {...}, "columns": 80, "steps": [[WAIT, WHAT], ...]}.
WAIT is a regular expression that must appear in the output after the previous step ("" waits for nothing). WHAT is text to type,
or {"signal": "TSTP"}, or {"echo": true} to record whether the terminal shows what is typed, or {"sleep": 0.2}, or {"hangup": true} as the
last step, which closes the terminal.
Prints JSON: {"output": TEXT, "exit": CODE, "signal": NUMBER or null, "echoes": [...]}.
"""
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time

task = json.loads(sys.argv[1])
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, task.get("columns", 80), 0, 0))
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(slave, number)
    os.close(master)
    os.execvpe(task["argv"][0], task["argv"], task["env"])

output, seen, echoes = b"", 0, []


def read(seconds):
    global output
    if select.select([master], [], [], seconds)[0]:
        try:
            output += os.read(master, 65536)
        except OSError:
            return False
    return True


for wait, what in task["steps"]:
    deadline = time.time() + 20
    while wait:
        found = re.search(wait.encode(), output[seen:])
        if found:
            seen += found.end()
            break
        if time.time() > deadline or not read(0.1):
            break
    if isinstance(what, str):
        os.write(master, what.encode())
    elif "signal" in what:
        os.kill(child, getattr(signal, "SIG" + what["signal"]))
    elif "echo" in what:
        echoes.append(bool(termios.tcgetattr(slave)[3] & termios.ECHO))
    elif "sleep" in what:
        until = time.time() + what["sleep"]
        while time.time() < until:
            read(0.05)
    elif "hangup" in what:
        os.close(slave)
        os.close(master)
        master = slave = None

deadline = time.time() + 30
status = None
while time.time() < deadline:
    if master is None:
        time.sleep(0.05)
    else:
        read(0.05)
    pid, code = os.waitpid(child, os.WNOHANG)
    if pid:
        status = code
        break
if slave is not None:
    echoes.append(bool(termios.tcgetattr(slave)[3] & termios.ECHO))
if status is None:
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
while master is not None and select.select([master], [], [], 0.1)[0] and read(0):
    pass
print(json.dumps({
    "output": output.decode(errors="replace").replace("\r\n", "\n"),
    "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
    "echoes": echoes,
}))
