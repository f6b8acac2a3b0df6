# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of a test on the host, one after the other.

A command by "docker exec" costs a fifth of a second of CPU. This process is started by it once, and
runs each command as it would: the same environment, no input, a session of its own. A request is a
line with the words in Base64, each after a full stop. An answer is a line with the exit code, and in
Base64 what the command wrote to standard output and to standard error, each after a full stop.
"""
import base64
import os
import selectors
import subprocess
import sys

environment = {name: value for name, value in os.environ.items() if name != "LC_CTYPE"}


def run(words):
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    said = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream in said:
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ)
        exited = os.pidfd_open(process.pid)
        selector.register(exited, selectors.EVENT_READ)
        # children that go on may hold the streams open
        while process.poll() is None:
            drain(said, selector, None)
        while drain(said, selector, 0):
            pass
        os.close(exited)
    for stream in said:
        stream.close()
    code = process.returncode
    return 128 - code if code < 0 else code, said[process.stdout], said[process.stderr]


def drain(said, selector, patience):
    """Reads what there is; false if there was nothing."""
    some = False
    for key, _ in selector.select(patience):
        if key.fileobj not in said:
            continue
        block = key.fileobj.read(1 << 16)
        if block:
            said[key.fileobj] += block
            some = True
        else:
            selector.unregister(key.fileobj)
    return some


for line in sys.stdin.buffer:
    code, out, err = run([base64.b64decode(word[1:]) for word in line.split()])
    said = " .".join([str(code), base64.b64encode(out).decode(), base64.b64encode(err).decode()])
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
