"""Go through the steps of the container file without a container engine, and ask the result.

    sudo python3 tests/contract/prove_container.py

Every stage is this machine's file system with a layer of its own over it, in which the steps are
done as written; then the image's command runs in the last stage, with its user and environment,
until ``/healthz`` answers. Needs Linux, root, and overlayfs; what this machine has beside Debian
and Python is in the stages as well, so this shows that the steps work, not that they suffice.
Nothing outside a temporary folder is changed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FILE = CHECKOUT / "service" / "container" / "Containerfile"
PUBLIC = "https://selaras.example.go.id"
SECONDS = 60.0


@dataclass
class Stage:
    """One stage: where its file system is mounted, and what its steps set."""

    root: Path
    folder: str = "/"
    user: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    command: str = ""


def steps(text: str) -> list[tuple[str, str]]:
    """Return (instruction, rest) of each step; lines that go on with a backslash are joined."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    found = (line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))
    return [(word.upper(), rest) for word, rest in found]


def main() -> None:
    """Prove the container file."""
    if os.geteuid() != 0:
        sys.exit("Needs root: it mounts a layer over the file system, in a namespace of its own.")
    if "SELARAS_PROVING" not in os.environ:
        # In a mount namespace of its own everything is unmounted when it ends, however it ends.
        again = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__]
        sys.exit(subprocess.run(again, env={**os.environ, "SELARAS_PROVING": "1"}).returncode)
    with tempfile.TemporaryDirectory(prefix="selaras-image-") as folder:
        top = Path(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
        try:
            last = _built(top)
            _ask(last)
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", folder], check=False)
    print("Every step of the container file works, and the image answers.")


def _built(top: Path) -> Stage:
    """Do the steps; return the last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(top)
    for word, rest in steps(FILE.read_text("utf-8")):
        print(f"{word} {rest}", flush=True)
        if word == "FROM":
            name = rest.split()[-1] if " AS " in rest.upper() else f"stage-{len(stages)}"
            stage = stages[name] = Stage(_layer(top, name))
        elif word == "RUN":
            _run(stage, rest, check=True)
        elif word == "COPY":
            _copy(stages, stage, rest)
        elif word == "WORKDIR":
            stage.folder = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            name, value = rest.split("=", 1)
            stage.environment[name] = value
        elif word == "USER":
            stage.user = rest
        elif word == "CMD":
            stage.command = rest
        elif word not in ("ARG", "VOLUME", "EXPOSE", "HEALTHCHECK"):
            sys.exit(f"This script does not know the step {word}.")
    return stage


def _layer(top: Path, name: str) -> Path:
    """Mount a layer over this machine's file system."""
    upper, work, root = (top / name / part for part in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir(parents=True)
    options = f"lowerdir=/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "-o", options, "overlay", str(root)], check=True)
    for kind in ("proc", "dev"):
        subprocess.run(["mount", "--rbind", f"/{kind}", str(root / kind)], check=True)
    return root


def _command(stage: Stage, script: str) -> list[str]:
    values = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
    given = [f"{name}={value}" for name, value in {**values, **stage.environment}.items()]
    who = ["--userspec", f"{stage.user}:{stage.user}"] if stage.user else []
    inside = f"cd {shlex.quote(stage.folder)} && exec sh -ec {shlex.quote(script)}"
    return ["chroot", *who, str(stage.root), "env", "-i", *given, "sh", "-c", inside]


def _run(stage: Stage, script: str, *, check: bool) -> int:
    return subprocess.run(_command(stage, script), check=check).returncode


def _copy(stages: dict[str, Stage], stage: Stage, rest: str) -> None:
    """Copy from the checkout (what is committed there) or from another stage."""
    words = rest.split()
    source = words.pop(0) if words[0].startswith("--from=") else None
    start, end = words
    target = stage.root / end.lstrip("/")
    if source is None:
        listed = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--", start]
        names = subprocess.run(listed, check=True, capture_output=True).stdout.split(b"\0")
        for name in (os.fsdecode(one) for one in names if one):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, target / name)
    else:
        held = stages[source.removeprefix("--from=")].root / start.lstrip("/")
        shutil.copytree(held, target, symlinks=True, dirs_exist_ok=True)


def _ask(stage: Stage) -> None:
    """Run the image's command until it answers, as the proxy would ask it."""
    port = 8000 + os.getpid() % 1000
    stage.environment |= {"SELARAS_PORT": str(port), "SELARAS_PUBLIC_ADDRESS": PUBLIC}
    _run(stage, "selaras doctor || true", check=True)
    process = subprocess.Popen(_command(stage, f"exec {stage.command}"), start_new_session=True)
    try:
        for path, expected in (("/healthz", 200), ("/masuk", 200), ("/readyz", 503)):
            found = _status(f"http://127.0.0.1:{port}{path}", process)
            print(f"GET {path}: {found}", flush=True)
            if found != expected:
                sys.exit(f"{path} was to answer {expected}.")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _status(address: str, process: subprocess.Popen[bytes]) -> int:
    asked = urllib.request.Request(address, headers={"Host": PUBLIC.removeprefix("https://")})
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                sys.exit("The image's command did not begin to answer.")
            time.sleep(0.3)


if __name__ == "__main__":
    main()
