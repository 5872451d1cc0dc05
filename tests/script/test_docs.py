"""What README and docs show holds: examples load, commands and files exist, every --help has an example.

A YAML block that leaves nothing out ("...") is a whole file, and is run as one; a block that begins with the comment
`# model/model.yaml` is that file.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# folders that docs name in short: `treat/plan.c` is src/treat/plan.c
ROOTS = (ROOT, ROOT / "src")
faults = []


def run(*words, home=None):
    environment = {**os.environ, **({"B7_HOME": str(home)} if home else {})}
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, env=environment, cwd=ROOT)


def must_run(where, *words, home=None):
    done = run(*words, home=home)
    if done.returncode != 0:
        faults.append(f"{where}: bridge7 {' '.join(map(str, words))}: {done.stderr.strip()}")


def make_home(folder):
    """The product's own data, where examples may stand in for files of the same name."""
    home = pathlib.Path(folder) / "home"
    shutil.copytree(ROOT / "data", home / "data")
    for name in ("model", "criteria", "courses"):
        (home / name).symlink_to(ROOT / name)
    return home


def check_examples(page, folder, home):
    """Number of blocks that were run or compared."""
    checked, course = 0, ROOT / "courses" / "yao2026.yaml"
    for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.S | re.M)):
        where, path = f"{page.name}, example {number + 1}", pathlib.Path(folder) / f"{page.stem}_{number}.yaml"
        named = re.match(r"# (\S+/\S+)\n", text)
        if "..." in text:
            continue
        content = yaml.safe_load(text)
        checked += 1
        path.write_text(text)
        if named:
            if content != yaml.safe_load((ROOT / named.group(1)).read_text()):
                faults.append(f"{where}: {named.group(1)} says something else")
        elif "course" in content:
            course = path
            must_run(where, "assess", path)
        elif "policy" in content and "rules" in content:
            beside_others = home / "data" / "policies" / "example.yaml"
            beside_others.write_text(text)
            must_run(where, "replay", course, "--policy", beside_others, "--patients", "1", "--quiet")
        elif "population" in content and "parameters" in content:
            (home / "data" / "populations" / f"{content['population']}.yaml").write_text(text)
        elif "question" in content:
            must_run(where, "trial", path, "--patients", "2", "--quiet", home=home)
        elif "fit" in content:
            must_run(where, "calibrate", path, "--patients", "2", "--restarts", "1", "--max-evaluations", "1", "--quiet")
        elif "studies" in content:
            must_run(where, "validate", "--list", "--studies", path)
        elif "states" in content:
            must_run(where, "model", "check", path)
        else:
            faults.append(f"{where}: what kind of file is this?")
    return checked


def check_paths(page):
    """Number of files named that exist; patterns and placeholders (NAME, <x>, *) are left out."""
    found = 0
    for named in re.findall(r"`([\w.-]+(?:/[\w.<>*-]+)+/?)`", page.read_text()) + re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        head = named.split("/")[0]
        if re.search(r"[<>*]|NAME|FILE", named) or head == "build" or not any((root / head).is_dir() for root in ROOTS):
            continue
        # tests may be named without their suffix
        if any((root / named).exists() or list((root / named).parent.glob(pathlib.Path(named).name + ".*")) for root in ROOTS):
            found += 1
        else:
            faults.append(f"{page.name}: there is no {named}")
    return found


def check_commands():
    overview = run("--help")
    commands = re.findall(r"^  bridge7 (\w+)", overview.stdout, re.M)
    if overview.returncode != 0 or not commands:
        faults.append("bridge7 --help lists no commands")
    for command in commands:
        told = run(command, "--help")
        example = re.search(rf"^example\n\s*bridge7 {command} ", told.stdout, re.M)
        if told.returncode != 0 or not example:
            faults.append(f"bridge7 {command} --help shows no example")
    for page in PAGES:
        for command in set(re.findall(r"(?:^|`)bridge7 ([a-z]\w+)", page.read_text(), re.M)) - set(commands):
            faults.append(f"{page.name}: there is no command 'bridge7 {command}'")
    return len(commands)


with tempfile.TemporaryDirectory() as folder:
    home = make_home(folder)
    examples = sum(check_examples(page, folder, home) for page in PAGES)
files = sum(check_paths(page) for page in PAGES)
commands = check_commands()
print(f"{examples} examples, {files} files named, {commands} commands, {len(faults)} faults")
print("\n".join(faults))
assert examples >= 5 and files > 30 and not faults
