#!/usr/bin/env python3
"""Runs a command that must not outlive whoever started it.

    python3 e2e/toolbox/leash.py [--remove FOLDER] COMMAND [ARGUMENT…]

Standard input is the leash: the command is ended when it closes, which the kernel does too, when its owner is
killed without a chance to clean up. To be started in a session of its own, so that a terminal's Ctrl-C is left to
the owner. FOLDER is removed after the command.

Exit code: the command's own (128 + n when signal n ended it).
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 10


def end_with_input(command: "subprocess.Popen[bytes]") -> None:
    # not by sys.stdin, whose lock a waiting thread would hold when Python ends
    while os.read(0, 4096):
        pass
    command.terminate()
    try:
        command.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()


def main(words: "list[str]") -> int:
    # the command is told by its end of input, and by nothing else
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    folder = words[1] if words[0] == "--remove" else None
    command = subprocess.Popen(words[2:] if folder else words, stdin=subprocess.DEVNULL)
    threading.Thread(target=end_with_input, args=(command,), daemon=True).start()
    code = command.wait()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
