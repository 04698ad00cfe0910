"""The development registry on localhost:5050: `python tools/registry.py up|down|status`.

Uses what is there: the `docker-registry` program, else Docker, else Podman. `down` stops only what `up` started.
Everything it writes lies in `.registry/` of the checkout.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".registry"
COMPOSE = Path(__file__).resolve().parent / "compose.yaml"
HOST, PORT = "localhost", 5050
CONTAINER = "lazyoci-development-registry"
HOW_TO_GET_ONE = """No registry can be started here. Any of these gives one:
  apt-get install docker-registry      the program itself (Debian, Ubuntu)
  Docker with `docker compose`         https://docs.docker.com/engine/install/
  Podman                               apt-get install podman
Then run: make registry-up"""

CONFIG = """version: 0.1
log: {{level: info, accesslog: {{disabled: false}}}}
storage:
  filesystem: {{rootdirectory: {data}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}", secret: development}}
"""


def answers(port: int = PORT) -> bool:
    """Whether something that speaks the distribution protocol listens there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/v2/")
        reply = connection.getresponse()
        reply.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return reply.status in (200, 401)


def wait_for_answer(process: subprocess.Popen[bytes] | None, seconds: float) -> bool:
    """Wait until the registry answers; False when it ends or does not answer in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answers():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def start_program(program: str) -> bool:
    """Start `docker-registry` in the background, its log in .registry/log."""
    (STATE / "data").mkdir(parents=True, exist_ok=True)
    config = STATE / "config.yml"
    config.write_text(CONFIG.format(data=json.dumps(str(STATE / "data")), port=PORT), encoding="utf-8")
    with (STATE / "log").open("ab") as log:
        process = subprocess.Popen(
            [program, "serve", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    if not wait_for_answer(process, 10):
        if process.poll() is None:
            process.terminate()
        return False
    (STATE / "started.json").write_text(json.dumps({"pid": process.pid}), encoding="utf-8")
    return True


def works(*command: str) -> bool:
    """Whether a command runs and succeeds: a Docker client alone is no Docker."""
    if shutil.which(command[0]) is None:
        return False
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def start_container() -> bool:
    """Start the registry's image with Docker or Podman."""
    STATE.mkdir(parents=True, exist_ok=True)
    if works("docker", "info") and works("docker", "compose", "version"):
        command, stop = ["docker", "compose", "-f", str(COMPOSE)], ["down"]
        if subprocess.run([*command, "up", "--detach"], stdin=subprocess.DEVNULL).returncode:
            return False
    elif works("podman", "info"):
        command, stop = ["podman"], ["rm", "--force", CONTAINER]
        publish = f"127.0.0.1:{PORT}:5000"
        run = ["run", "--detach", "--name", CONTAINER, "--publish", publish, "docker.io/library/registry:2"]
        if subprocess.run([*command, *run], stdin=subprocess.DEVNULL).returncode:
            return False
    else:
        return False
    (STATE / "started.json").write_text(json.dumps({"stop": [*command, *stop]}), encoding="utf-8")
    return wait_for_answer(None, 30)


def up() -> int:
    """Start the registry unless one answers already."""
    if answers():
        print(f"A registry already answers on {HOST}:{PORT}.")
        return 0
    program = shutil.which("docker-registry")
    if (program is not None and start_program(program)) or start_container():
        print(f"The development registry listens on {HOST}:{PORT}. Stop it with: make registry-down")
        return 0
    print(HOW_TO_GET_ONE, file=sys.stderr)
    return 1


def is_ours(pid: int) -> bool:
    """Whether the process is still the registry that `up` started, as far as the system can tell."""
    command_line = Path(f"/proc/{pid}/cmdline")
    if not command_line.exists():
        return not Path("/proc/self").exists()  # no /proc at all: trust the note
    return b"docker-registry" in command_line.read_bytes()


def down() -> int:
    """Stop what `up` started, and nothing else."""
    note = STATE / "started.json"
    if not note.exists():
        print("No registry was started by make registry-up." if not answers() else "Something else serves that port.")
        return 0
    started = json.loads(note.read_text(encoding="utf-8"))
    if "stop" in started:
        subprocess.run(started["stop"], stdin=subprocess.DEVNULL, check=False)
    elif is_ours(started["pid"]):
        os.kill(started["pid"], signal.SIGTERM)
        end = time.monotonic() + 5
        while answers() and time.monotonic() < end:
            time.sleep(0.05)
    note.unlink()
    print(f"The development registry on {HOST}:{PORT} is stopped; its data stays in .registry/data.")
    return 0


def main() -> int:
    """Run the word given."""
    words = {"up": up, "down": down, "status": lambda: 0 if answers() else 1}
    if len(sys.argv) != 2 or sys.argv[1] not in words:
        print("usage: registry.py up|down|status", file=sys.stderr)
        return 2
    return words[sys.argv[1]]()


if __name__ == "__main__":
    raise SystemExit(main())
