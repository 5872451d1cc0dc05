"""Hostile input: refused while reading, with one message that names the file, and nothing that a terminal would obey."""

import os
import pathlib
import re
import resource
import subprocess
import tempfile

PROGRAM = os.environ["B7_PROGRAM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
DEEP = 100_000
# sanitizers reserve address space, so memory is bounded by what is resident
RESIDENT_KB_MOST = 400_000

SBML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n{head}<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3"'
    ' version="1"><model id="m" name="{name}" timeUnits="second"><listOfParameters><parameter id="k" value="1"'
    ' constant="false"/></listOfParameters><listOfRules><rateRule variable="k"><math'
    ' xmlns="http://www.w3.org/1998/Math/MathML">{math}</math></rateRule></listOfRules></model></sbml>\n'
)
ENTITIES = "<!DOCTYPE sbml [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 11)
) + "]>"
COURSE = "course: c\ntitle: {title}\nday0: 2025-01-01\n"
BELL, ESCAPE, CSI_8BIT, REVERSE = "\a", "\x1b[31m", "\u009b31m", "\u202e"


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([PROGRAM, *words], capture_output=True, timeout=300)
    seen = done.stdout + done.stderr
    # progress needs a terminal, so no control character has a right to be here
    bad = re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]", seen)
    assert not bad, (words, seen[max(0, bad.start() - 60) : bad.start() + 20])
    assert done.returncode >= 0, (words, done.returncode, seen[-2000:])
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def refused(wanted: str, *words: str) -> None:
    code, out, err = run(*words)
    assert code in (1, 2) and out == "", (words, code, out[:300], err[:600])
    assert wanted in err and len(err.strip().splitlines()) == 1, (wanted, err[:1000])


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)

    def write(file: str, content: str | bytes) -> str:
        path = folder / file
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    # nested: refused at the depth
    for text in ("[" * DEEP, "{a: " * DEEP, "- " * DEEP, "x: " + "[" * DEEP + "]" * DEEP, "? " * DEEP):
        file = write("deep.yaml", text)
        for command in (["trial"], ["replay"], ["model", "check"], ["assess"], ["calibrate"]):
            refused("nested too deeply", *command, file)

    # large: refused before it is read (a sparse file), and before it is built
    large = folder / "large.yaml"
    with open(large, "wb") as file:
        file.truncate(100 << 20)
    for command in (["trial"], ["replay"], ["model", "check"]):
        refused("holds 100 MiB, and at most 16 are read here", *command, str(large))
    refused("more than 1000000 values in one file", "replay", write("many.yaml", "a: [" + "1," * 7_000_000 + "]"))
    refused("unknown key", "replay", write("keys.yaml", "".join(f"k{i}: 1\n" for i in range(300_000))))
    refused("", "replay", write("long.yaml", "course: " + "x" * (15 << 20) + "\nday0: never\n"))
    resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert resident < (10 if "sanitize" in os.environ["B7_BUILD"] else 1) * RESIDENT_KB_MOST, resident

    # characters: never sent on
    for bad in ("\\e[31m", "\\a", "\\x7f", "\\u009b31m", "\\u202e"):
        file = write("title.yaml", COURSE.format(title=f'"red {bad} title"'))
        for command in ("replay", "assess"):
            refused(":2:8: a text holds a control character", command, file)
        refused("a text holds a control character", "trial", write("key.yaml", f'trial: t\n"{bad}": 1\n'))
    for bad in (ESCAPE, BELL, CSI_8BIT, "\x00"):
        refused("control characters are not allowed", "replay", write("raw.yaml", COURSE.format(title=bad)))
    refused("a text holds a control character", "replay", write("raw.yaml", COURSE.format(title=REVERSE)))
    refused("a text holds a zero byte", "replay", write("zero.yaml", COURSE.format(title='"a\\0b"')))
    refused("invalid", "replay", write("latin.yaml", b"course: m\xfcller\nday0: 2025-01-01\n"))
    refused("control character", "survival", write("t.csv", f"time,status,arm\n1,1,a{ESCAPE}\n2,0,b\n"),
            "--time", "time", "--status", "status", "--group", "arm")  # fmt: skip
    for words in (["replay", f"{ESCAPE}.yaml"], [f"re{ESCAPE}play"], ["trial", f"--pat{BELL}ients"]):
        refused("holds a control character", *words)
    refused("holds a control character", "hla", "--recipient", f"A*{ESCAPE}", "--donor", "A*01:01")

    # YAML that stands for more than it is
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20))
    refused("aliases (*name) are not used here", "replay", write("bomb.yaml", bomb))
    refused("duplicate key 'day0'", "replay", write("twice.yaml", COURSE.format(title="t") + "day0: 2025-01-02\n"))

    # numbers beyond what a computer holds
    for number in ("1e400", "-1e400", "1e-400", "9" * 400, "0." + "0" * 400 + "1"):
        row = "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"
        row += f"observations:\n  - {{at: 2025-01-02, what: anc, value: {number} 1e9/L}}\n"
        refused(":7:", "replay", write("huge.yaml", COURSE.format(title="t") + row))
    refused(":", "trial", write("huge_trial.yaml", "trial: t\npatients: 1e400\n"))

    # XML
    nested = "<apply><minus/>" * DEEP + "<cn>1</cn>" + "</apply>" * DEEP
    refused("deep.xml:", "model", "check", write("deep.xml", SBML.format(head="", name="n", math=nested)))
    fair = "<apply><minus/>" * 900 + "<cn>1</cn>" + "</apply>" * 900
    code, out, err = run("model", "check", write("fair.xml", SBML.format(head="", name="n", math=fair)))
    assert code in (0, 1) and "1000 deep" not in err, (code, err)
    brackets = "<a>" * DEEP
    refused("open.xml:", "model", "check", write("open.xml", brackets))
    text = SBML.format(head=ENTITIES, name="&a10;", math="<cn>1</cn>")
    refused("entities.xml:", "model", "check", write("entities.xml", text))
    for bad in ("&#27;[31m", "&#155;31m", "\x1b[31m", "&#x202e;"):
        code, out, err = run("model", "describe", write("name.xml", SBML.format(head="", name=bad, math="<cn>1</cn>")))
        assert code == 1, (bad, code, out, err)

print("hostile input is refused")
