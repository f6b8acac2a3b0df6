# SPDX-License-Identifier: Apache-2.0
"""Repacks Debian's Python packages as wheels, so that pip has a real index without a network.

Usage: wheels.py OUTPUT PACKAGE.deb...

Each package gives one wheel (PEP 427): its modules, its metadata and its entry points. Debian strips
from the metadata the requirements that it has turned into Depends, so they are read back from there,
for those packages that are given here too. The same packages always give the same bytes.
"""

import base64
import hashlib
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

# Debian's packages that are no wheel of their own: what pip calls them.
ELSEWHERE = {"python3-pkg-resources": "setuptools", "python3-setuptools": "setuptools"}
CLAUSE = re.compile(r"(?P<package>[a-z0-9.+-]+)(:any)?\s*(\(\s*>=\s*(?P<least>[0-9.]+)\s*\))?")


class Distribution:
    """One Debian package, unpacked: modules beside one *.egg-info or *.dist-info."""

    def __init__(self, deb, folder):
        self.package, self.depends = (field(deb, name) for name in ("Package", "Depends"))
        subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
        self.root = pathlib.Path(folder, "usr/lib/python3/dist-packages")
        self.info = next(self.root.glob("*-info"), None)
        if self.info is None:  # python3-tz of Debian 13
            return
        sources = [self.info / name for name in ("METADATA", "PKG-INFO")]
        self.metadata = next(path for path in sources if path.exists()).read_text()
        self.name, self.version = (header(self.metadata, name) for name in ("Name", "Version"))

    def modules(self):
        """The files to install, by their path in the wheel."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and self.info not in path.parents and "__pycache__" not in path.parts:
                yield path.relative_to(self.root).as_posix(), path.read_bytes()

    def requirements(self, names):
        """What Depends says, in pip's words; names maps Debian's packages to pip's."""
        found = set()
        for clause in self.depends.split(","):
            match = CLAUSE.fullmatch(clause.strip())
            if match and match["package"] in names:
                least = f">={match['least']}" if match["least"] else ""
                found.add(names[match["package"]] + least)
        return sorted(found)


def field(deb, name):
    command = ["dpkg-deb", "-f", deb, name]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def header(metadata, name):
    return re.search(rf"^{name}: *(.+)$", metadata, re.MULTILINE)[1].strip()


def with_requirements(metadata, requirements):
    head, separator, body = metadata.partition("\n\n")
    kept = [line for line in head.splitlines() if not line.startswith("Requires-Dist:")]
    return "\n".join(kept + [f"Requires-Dist: {each}" for each in requirements]) + separator + body


def digest(content):
    raw = hashlib.sha256(content).digest()
    return "sha256=" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def tag_for(paths):
    if not any(path.endswith(".so") for path in paths):
        return "py3-none-any"
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}-{re.sub(r'[-.]', '_', sysconfig.get_platform())}"


def write_wheel(distribution, names, output):
    content = dict(distribution.modules())
    tag = tag_for(content)
    stem = f"{re.sub(r'[-_.]+', '_', distribution.name)}-{distribution.version}"
    info = f"{stem}.dist-info"
    pure = str(tag.endswith("-any")).lower()
    wheel = f"Wheel-Version: 1.0\nGenerator: reconcile\nRoot-Is-Purelib: {pure}\nTag: {tag}\n"
    metadata = with_requirements(distribution.metadata, distribution.requirements(names))
    content[f"{info}/METADATA"] = metadata.encode()
    content[f"{info}/WHEEL"] = wheel.encode()
    entry_points = distribution.info / "entry_points.txt"
    if entry_points.exists():
        content[f"{info}/entry_points.txt"] = entry_points.read_bytes()
    record = [f"{path},{digest(data)},{len(data)}" for path, data in content.items()]
    record.append(f"{info}/RECORD,,")
    content[f"{info}/RECORD"] = ("\n".join(record) + "\n").encode()
    target = output / f"{stem}-{tag}.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in content.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    print(target.name, *distribution.requirements(names))


def main(output, debs):
    with tempfile.TemporaryDirectory() as scratch:
        found = [Distribution(deb, f"{scratch}/{number}") for number, deb in enumerate(debs)]
        found = [each for each in found if each.info]
        names = ELSEWHERE | {each.package: each.name for each in found}
        for each in found:
            write_wheel(each, names, output)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
