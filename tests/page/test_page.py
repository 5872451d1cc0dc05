"""The report page in a browser: drawn without an error, all of its data there, nothing loaded from elsewhere, not blank.

Pages come from the built template and the data of docs/page_format.md, of web/fixtures, and (where the program is given in
B7_PROGRAM) of a replay of the shipped course. Without Chromium the browser's part is left out and says so.
"""

import datetime
import html
import html.parser
import importlib.util
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "web" / "dist" / "report.html"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("make_fixture", ROOT / "web" / "fixtures" / "make_fixture.py")
fixture = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixture)


class Dom(html.parser.HTMLParser):
    """What the tests count: elements by tag and class, the text of the error box, attributes that name an address."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.errors, self.text, self.stack = [], "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = {k: v or "" for k, v in attributes}
        self.elements.append((tag, attributes))
        if tag not in ("meta", "link", "input", "br", "path", "circle", "rect", "line", "img", "use"):
            self.stack.append((tag, attributes))

    def handle_endtag(self, tag):
        while self.stack and self.stack[-1][0] != tag:
            self.stack.pop()
        if self.stack:
            self.stack.pop()

    def handle_data(self, data):
        if any(a.get("id") == "page-errors" for _, a in self.stack):
            self.errors += data
        if not any(tag in ("script", "style", "template") for tag, _ in self.stack):
            self.text.append(data)

    def count(self, tag=None, cls=None, **wanted):
        return sum(
            1
            for t, a in self.elements
            if (tag is None or t == tag)
            and (cls is None or cls in a.get("class", "").split())
            and all(a.get(k.replace("_", "-")) == v for k, v in wanted.items())
        )

    def attribute(self, name, **wanted):
        return [
            a[name]
            for _, a in self.elements
            if name in a and all(a.get(k.replace("_", "-")) == v for k, v in wanted.items())
        ]


def chromium(*arguments, quiet=True):
    """What Chromium prints; with quiet, nothing may stand in the page's console."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                "--virtual-time-budget=4000",
                "--enable-logging=stderr",
                "--log-level=0",
                *arguments,
            ],
            capture_output=True,
            timeout=120,
        )
    messages = done.stderr.decode(errors="replace")
    assert done.returncode == 0, messages[-2000:]
    said = [line for line in messages.splitlines() if "CONSOLE" in line]
    assert not (quiet and said), f"{len(said)} messages in the console, the first: {said[0]}"
    return done.stdout.decode("utf-8", "replace")


def dom(page, fragment="", size="1400,3000", quiet=True):
    return Dom(chromium(f"--window-size={size}", "--dump-dom", page.as_uri() + fragment, quiet=quiet))


def dom_text(page):
    return chromium("--window-size=1400,3000", "--dump-dom", page.as_uri())


AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """<script>%s</script><script>addEventListener('load', () => setTimeout(async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  document.body.append(Object.assign(document.createElement('pre'), {id: 'axe', textContent: JSON.stringify(
    found.violations.map((v) => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)]).concat(
      document.documentElement.scrollWidth > innerWidth ? [['page', 'wider than the screen', document.documentElement.scrollWidth, '']] : []))}));
}, 800))</script></body>"""


def accessible(page, folder):
    """axe finds nothing, light and dark, wide and narrow, and no page is wider than its screen. Without web/node_modules this is left out."""
    if not AXE.exists():
        return
    tested = folder / "axe.html"
    text = page.read_text(encoding="utf-8")
    at = text.rindex("</body>")
    tested.write_text(text[:at] + RUN_AXE % AXE.read_text(encoding="utf-8") + text[at + len("</body>") :], encoding="utf-8")
    for fragment, size in (("#light", "1400,3000"), ("#dark", "390,3000")):
        shown = chromium(f"--window-size={size}", "--dump-dom", tested.as_uri() + fragment, "--virtual-time-budget=60000")
        found = re.search(r'<pre id="axe">(.*?)</pre>', shown, re.S)
        assert found, "axe did not come to an end"
        assert json.loads(html.unescape(found.group(1))) == [], html.unescape(found.group(1))


def pixels(path):
    """Width, height and rows of RGB bytes of an 8-bit PNG."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    assert depth == 8 and colour in (2, 6)
    step = 3 if colour == 2 else 4
    raw, rows, before = zlib.decompress(packed), [], bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + width * step])
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            up, corner = before[i], before[i - step] if i >= step else 0
            if kind == 1:
                row[i] = (row[i] + left) & 255
            elif kind == 2:
                row[i] = (row[i] + up) & 255
            elif kind == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                row[i] = (row[i] + min((left, up, corner), key=lambda v: abs(guess - v))) & 255
        rows.append(bytes(row))
        before = row
    return width, height, step, rows


def no_address(text):
    """Nothing in the page that a browser would load by itself."""
    seen = Dom(text)
    for tag, attributes in seen.elements:
        for name in ("src", "srcset", "href", "poster", "action", "data", "xlink:href"):
            value = attributes.get(name, "")
            assert not value or value.startswith("#"), f"<{tag} {name}={value!r}>"
    style = "".join(re.findall(r"<style>(.*?)</style>", text, re.S))
    assert style and not re.search(r"url\(|@import", style), "the style loads something"
    assert not re.search(
        r"\bimport\s*\(|\bfetch\s*\(\s*[\"'`]|new\s+(WebSocket|EventSource|XMLHttpRequest)",
        re.sub(r'<script id="bridge7-data".*?</script>', "", text, flags=re.S),
    )


def check_replay(page, data, seen):
    assert seen.errors == "", seen.errors
    assert seen.attribute("data-state") == ["ready"], seen.attribute("data-state")
    panels = data["panels"]
    assert seen.count("figure", "panel") == len(panels)
    assert seen.count("canvas") == len(panels)
    for panel in panels:
        assert seen.attribute("data-series", data_panel=panel["id"]) == [str(len(panel["series"]))], panel["id"]
        assert seen.attribute("data-points", data_panel=panel["id"]) == [str(len(panel.get("recorded") or []))], panel[
            "id"
        ]
    assert seen.count("g", "point") == sum(len(p.get("recorded") or []) for p in panels)
    assert seen.attribute("data-bars") == [str(len(data["timeline"]["bars"]))]
    text = " ".join(" ".join(seen.text).split())
    for needed in (
        [data["meta"]["title"], data["meta"]["notice"]] + [p["title"] for p in panels] + [p["unit"] for p in panels]
    ):
        assert needed in text, needed
    assert seen.count("tr") >= len(data["comparison"]) + len(data.get("verdicts", [])) + len(data["assumptions"])


def test_example_of_the_document(folder):
    text = (ROOT / "docs" / "page_format.md").read_text(encoding="utf-8")
    data = json.loads(re.search(r"```json\n(.*?)```", text, re.S).group(1))
    page = folder / "example.html"
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data), encoding="utf-8")
    seen = dom(page)
    check_replay(page, data, seen)
    assert seen.count("g", "bound") == 1
    # every key that the document's table names is one that the page knows
    known = "".join((ROOT / "web" / "src" / name).read_text(encoding="utf-8") for name in ("data.ts", "program.ts"))
    for key in re.findall(r"^\| `([a-z0-9_]+)", text, re.M):
        assert re.search(rf"\b{key}\??:", known), key


def test_replay(folder):
    data = fixture.replay()
    page = folder / "replay.html"
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data), encoding="utf-8")
    seen = dom(page)
    check_replay(page, data, seen)
    courses = {bar["course"] for bar in data["timeline"]["bars"] if bar.get("course")}
    assert courses == set(range(1, 10))
    text = " ".join(seen.text)
    for course in courses:
        assert re.search(rf"\b{course} [A-Zr]", text), course
    lanes = {bar["lane"] for bar in data["timeline"]["bars"]}
    assert len(lanes) == 7 and all(lane in text for lane in lanes)
    # zoomed to the transplant, only what falls into those days is drawn, and day numbers count from it
    near = dom(page, "#zoom=hsct&dark")
    assert near.errors == ""
    anchor = next(a["day"] for a in data["anchors"] if a["id"] == "hsct")
    mrd = next(p for p in data["panels"] if p["id"] == "mrd")
    inside = [r for r in mrd["recorded"] if anchor - 10 <= r["t"] <= anchor + 150]
    assert 0 < len(inside) < len(mrd["recorded"])
    assert near.attribute("data-points", data_panel="mrd") == [str(len(inside))]
    assert near.attribute("data-theme") == ["dark"]
    assert "days from transplant day 0" in " ".join(near.text)


def test_pointer_moves_all_charts(folder):
    data = fixture.replay()
    page = folder / "pointer.html"
    move = """<script>addEventListener('load', () => setTimeout(() => {
      const over = document.querySelector('[data-panel=mrd] .u-over'), box = over.getBoundingClientRect();
      for (const kind of ['mouseenter', 'mousemove'])
        over.dispatchEvent(new MouseEvent(kind, {bubbles: true, view: window, clientX: box.left + box.width / 2, clientY: box.top + 40}));
      document.querySelector('.menu-box button').click();
    }, 500))</script></body>"""
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data).replace("</body>", move), encoding="utf-8")
    text = chromium("--window-size=1400,3000", "--dump-dom", page.as_uri())
    seen = Dom(text)
    assert seen.errors == "", seen.errors
    values = re.findall(r"<output>([^<]*)</output>", text)
    assert len(values) == sum(len(p["series"]) for p in data["panels"])
    assert all(re.search(r"\d", value) for value in values), values
    readout = re.search(r'<output class="readout"[^>]*>([^<]*)<', text).group(1)
    assert re.match(r"day 2[45]\d · \d+ Feb 2025", readout), readout
    assert 'aria-pressed="true" title="the same patient' in text


def test_trial(folder):
    data = fixture.trial()
    page = folder / "trial.html"
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data), encoding="utf-8")
    seen = dom(page)
    assert seen.errors == "", seen.errors
    charts = [c["id"] for key in ("km", "cif", "forest", "validation", "swimmer", "bars") for c in data[key]]
    assert sorted(seen.attribute("data-chart")) == sorted(charts + ["flow"])
    assert seen.count("div", "flow-node") == len(data["flow"]["nodes"])
    text = " ".join(" ".join(seen.text).split())
    for row in data["forest"][0]["rows"]:
        assert row["label"] in text and row["group"] in text
    assert "inside the published interval" in text
    patients = data["swimmer"][0]["patients"]
    assert all(p["id"] in text for p in patients) and len(patients) == 40


def test_not_blank(folder):
    data = fixture.replay()
    page = folder / "look.html"
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data), encoding="utf-8")
    shades = {}
    for theme in ("light", "dark"):
        picture = folder / f"{theme}.png"
        chromium("--window-size=900,1500", f"--screenshot={picture}", f"{page.as_uri()}#{theme}")
        width, height, step, rows = pixels(picture)
        assert width == 900 and height == 1500
        colours = {}
        for y in range(0, height, 3):
            for x in range(0, width * step, step * 3):
                rgb = rows[y][x : x + 3]
                colours[rgb] = colours.get(rgb, 0) + 1
        ground, share = max(colours.items(), key=lambda one: one[1])
        assert len(colours) > 60, f"{theme}: {len(colours)} colours"
        shades[theme] = sum(ground) / 3
    assert shades["light"] > 200 and shades["dark"] < 60, shades


def test_bad_data_is_said(folder):
    template = TEMPLATE.read_text(encoding="utf-8")
    for text, words in (
        ("", "empty report page"),
        ('{"format": "bridge7-page/9"}', "bridge7-page/9"),
        ('{"format": ', "cannot be read"),
    ):
        page = folder / "bad.html"
        page.write_text(template.replace("@BRIDGE7_DATA@", text), encoding="utf-8")
        seen = dom(page)
        assert words in " ".join(seen.text), (text, seen.text[-3:])
        assert seen.count("canvas") == 0
    # an error in drawing is shown, not swallowed
    broken = fixture.replay()
    broken["panels"][0]["series"][0]["typical"] = None
    broken["panels"][0]["series"] = None
    page.write_text(fixture.fill(template, broken), encoding="utf-8")
    seen = dom(page, quiet=False)
    assert seen.errors and seen.attribute("data-state") == ["failed"]


def test_markup_in_data_stays_text(folder):
    data = fixture.replay()
    data["meta"]["title"] = "</script><script>document.title='bad'</script><b>bold</b>"
    page = folder / "markup.html"
    page.write_text(fixture.fill(TEMPLATE.read_text(encoding="utf-8"), data), encoding="utf-8")
    seen = dom(page)
    assert seen.errors == ""
    assert seen.count("b") == 0
    assert data["meta"]["title"] in "".join(seen.text)


TRIAL = """question: what does a small trial look like?
population: {from: rr_t_all_adult, patients: 60, seed: 7}
horizon: 200 d
policy: standard_care
arms:
  - {name: no transplant, product: donor_derived, donor: haploidentical, dose: 1e6 cells/kg, lymphodepletion: flu_cy}
  - {name: transplant day 60, like: no transplant,
     transplant: {donor: haploidentical, day: 60, when: mrd_negative, conditioning: bu_cy_flu, prophylaxis: atg_csa_mmf_mtx}}
endpoints: [crs, mrd_day28, os, cir, nrm, neutrophils]
estimands:
  - {difference: os, at: 200 d}
  - {restricted_mean: os, to: 200 d}
  - {hazard_ratio: os}
subgroups:
  - {by: age, cuts: [30], names: [younger, older]}
  - {by: prior_transplant}
"""


def from_program(folder, command, *arguments):
    """The page that a command writes, its data, and what the browser made of it; a reason when there is no program."""
    program = os.environ.get("B7_PROGRAM")
    if not program or not os.access(program, os.X_OK):
        return "the program is not built"
    page = folder / f"{command}.html"
    done = subprocess.run(
        [program, command, *arguments, "--report", str(page)], capture_output=True, text=True, cwd=folder, timeout=300
    )
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    no_address(text)
    head, tail = TEMPLATE.read_text(encoding="utf-8").split("@BRIDGE7_DATA@")
    assert text.startswith(head) and text.endswith(tail), "the program holds another template: build it again"
    data = json.loads(
        re.search(r'<script id="bridge7-data" type="application/json">(.*?)</script>', text, re.S).group(1)
    )
    seen = dom(page)
    assert seen.errors == "", seen.errors
    assert seen.attribute("data-state") == ["ready"], seen.attribute("data-state")
    sections = {a["id"] for tag, a in seen.elements if tag == "section"}
    for key in ("assumptions", "references", "provenance"):
        assert data[key] and key in sections, (key, sections)
    # every link inside the page has its target
    places = {a["id"] for _, a in seen.elements if "id" in a}
    cited = {a["href"][5:] for tag, a in seen.elements if tag == "a" and a.get("href", "").startswith("#ref-")}
    known = {r["key"] for r in data["references"]}
    assert {key for key in cited if key in known} <= {place[4:] for place in places if place.startswith("ref-")}
    assert colours_of(page, folder) > 60
    accessible(page, folder)
    return page, data, seen, sections


def check_days(data, seen_text):
    """Day and date agree wherever they stand together: in cells, verdicts, and tables."""
    zero = datetime.date.fromisoformat(data["day0"])
    cells = re.findall(r'<td[^>]*data-label="day"[^>]*><div>([^<]*)</div></td><td[^>]*data-label="date"[^>]*><div>([^<]*)</div>', seen_text)
    said = re.findall(r"day (−?\d+), (\d{4}-\d\d-\d\d)", seen_text)
    assert len(cells) >= len(data["comparison"]) + len(data["events"]) and said, (len(cells), len(said))
    for day, date in cells + said:
        assert zero + datetime.timedelta(int(day.replace("−", "-"))) == datetime.date.fromisoformat(date), (day, date)


def check_percentages(text):
    """Shares of cells are printed one way: decimals down to one cell in a million, never a power of ten."""
    for wrong in re.findall(r"\d×10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+ %|\de-\d+ %", text):
        raise AssertionError(wrong)


def colours_of(page, folder):
    """How many colours a picture of the page has: a blank one has a handful."""
    picture = folder / "look.png"
    chromium("--window-size=900,1500", f"--screenshot={picture}", page.as_uri())
    width, height, step, rows = pixels(picture)
    return len({rows[y][x : x + 3] for y in range(0, height, 3) for x in range(0, width * step, step * 3)})


def test_program_replay(folder):
    got = from_program(folder, "replay", str(ROOT / "courses" / "yao2026.yaml"), "--quiet")
    if isinstance(got, str):
        return got
    page, data, seen, sections = got
    check_replay(page, data, seen)
    text = dom_text(page)
    check_days(data, text)
    check_percentages(" ".join(" ".join(seen.text).split()))
    # recorded events stand beside the days of the virtual patients; who died is said where bands are drawn
    kinds = {row["what"] for row in data["comparison"] if row["kind"] == "event"}
    assert kinds == {"relapse", "last_follow_up", "mrd_negative"}, kinds
    died, patients = data["band"]["died"], data["band"]["patients"]
    assert f"survivors only: {died} of {patients} have died" in text and "% alive then" in text
    assert len(data["band"]["alive"]) == len(data["t"]) and data["band"]["alive"][0] == patients
    # where the patient starts
    assert "start" in sections and all(row["label"] in text for row in data["start"]["values"])
    assert {p["id"] for p in data["panels"]} >= {
        "mrd", "nodes", "deauville", "cart", "cart_share", "lymphocytes", "white", "hb", "platelets",
        "il6", "crp", "ferritin", "crs", "chimerism",
    }
    assert {"treatment", "charts", "comparison", "verdicts", "events", "arms", "parameters"} <= sections
    mrd = next(p for p in data["panels"] if p["id"] == "mrd")
    assert mrd["detection_limit"] == 0.01 and len(mrd["recorded"]) >= 16
    # other readings list what changes, and no more than a few rows each
    assert any(arm["rows"] for arm in data["arms"])
    for arm in data["arms"]:
        assert len(arm["rows"]) <= 8
        assert all((row["value"], row.get("value_never")) != (row["base"], row.get("base_never")) for row in arm["rows"]), arm["label"]
    assert not any("not applicable" in v["grade"] for v in data["verdicts"])
    return None


def test_program_assess(folder):
    got = from_program(folder, "assess", str(ROOT / "courses" / "yao2026.yaml"))
    if isinstance(got, str):
        return got
    page, data, seen, sections = got
    assert data["kind"] == "assess"
    assert {"treatment", "charts", "verdicts", "table-visits", "table-hla", "table-measurements"} <= sections
    lanes = {bar["lane"] for bar in data["timeline"]["bars"]}
    assert {"chemotherapy", "CAR-T", "response", "toxicity", "graft"} <= lanes
    for panel in data["panels"]:
        assert panel["recorded"] and not any("typical" in s or "median" in s for s in panel["series"])
        assert seen.attribute("data-points", data_panel=panel["id"]) == [str(len(panel["recorded"]))], panel["id"]
    crs = next(v for v in data["verdicts"] if v["endpoint"].startswith("cytokine"))
    assert crs["grade"] == "3" and crs["reason"] and crs["citation"]
    text = " ".join(" ".join(seen.text).split())
    assert "the simulated patient" not in text and "Circles: recorded values" in text
    measured = next(t for t in data["tables"] if t["id"] == "measurements")
    assert ["marrow MRD", 308, "2025-04-22", "< 0.01 %"] in [row[:4] for row in measured["rows"]]
    return None


def check_curves(data):
    arms = [arm["arm"] for arm in data["arms"]]
    assert arms == ["no transplant", "transplant day 60"]
    days = data["curve_days"]
    assert days[0] == 0 and days[-1] == 200 and len(days) <= 401
    for row in data["endpoints"]:
        for arm in data["arms"]:
            curve = next(e for e in arm["endpoints"] if e["endpoint"] == row["endpoint"]).get("curve")
            assert (curve is not None) == row["timed"], row["endpoint"]
            if not curve:
                continue
            assert set(curve) == ({"event", "competing", "at_risk"} if row["competes"] else {"free", "at_risk"})
            assert len(curve["at_risk"]) == len(days) and curve["at_risk"][0] == 60
            for name in set(curve) - {"at_risk"}:
                for values in curve[name].values():
                    assert len(values) == len(days) and all(v is None or 0 <= v <= 1 for v in values)


def check_flow(data):
    """Who is lost and who goes on add up."""
    for arm in data["arms"]:
        flow = arm["flow"]
        assert flow["enrolled"] == 60 == sum(leaf["patients"] for leaf in flow["leaves"])
        assert flow["dead"] == sum(death["patients"] for death in arm["deaths"])
        alive = next(e for e in arm["endpoints"] if e["endpoint"] == "os")["curve"]["free"]["value"][-1]
        assert 60 - flow["dead"] == round(60 * alive)
    assert [arm["transplant"] for arm in data["arms"]] == [False, True]
    assert data["arms"][0]["flow"]["transplanted"] == 0 < data["arms"][1]["flow"]["transplanted"]


def check_answers(data):
    for name in {row["subgroup"] for row in data["subgroups"]}:
        for what in {row["what"] for row in data["subgroups"]}:
            rows = [r for r in data["subgroups"] if r["subgroup"] == name and r["what"] == what]
            assert sum(r["patients"] for r in rows) == 60, (name, what)
    for arm in data["arms"]:
        cost = arm["cost"]
        enrolled = next(per["value"] for per in cost["per"] if per["per"] == "enrolled")
        assert abs(enrolled - sum(item["value"] for item in cost["items_per_patient_followed"])) < 1e-3 * enrolled
        assert [p["patient"] for p in arm["sampled"]] == list(range(1, 41))
        for endpoint in arm["endpoints"]:
            if endpoint.get("codes") and endpoint["evaluable"]:
                assert abs(sum(code["value"] for code in endpoint["codes"]) - 1) < 1e-6
        for fan in arm["fans"]:
            assert len(fan["alive"]) == len(data["fan_days"]) and fan["alive"][0] == 60
            for alive, low, middle, high in zip(fan["alive"], fan["p10"], fan["median"], fan["p90"]):
                assert (low is None) == (alive < 10) and (low is None or low <= middle <= high)


def test_program_trial(folder):
    trial = folder / "small.yaml"
    trial.write_text(TRIAL, encoding="utf-8")
    got = from_program(folder, "trial", str(trial), "--quiet")
    if isinstance(got, str):
        return got
    page, data, seen, sections = got
    assert data["format"] == "bridge7-trial/1"
    check_curves(data)
    check_flow(data)
    check_answers(data)
    # one text for programs and for the page
    done = subprocess.run(
        [os.environ["B7_PROGRAM"], "trial", str(trial), "--quiet", "--json"], capture_output=True, text=True, cwd=folder, check=True
    )
    assert json.loads(done.stdout) == data
    # the first words are the primary contrast with its interval
    first = next(a for a in data["estimands"])
    assert re.search(r'class="answer-line first"><strong>Transplant day 60 against no transplant</strong>: overall survival', dom_text(page))
    assert data["arms"][0]["arm"] == first["against"]
    # the page begins with the answer, and draws everything that there is
    order = [a["id"] for tag, a in seen.elements if tag == "section"]
    assert order[0] == "answer", order
    assert {"flow", "survival", "incidence", "differences", "subgroups", "costs", "swimmer", "rates", "charts", "table-shares",
            "table-peaks", "table-costs", "table-subgroups"} <= sections
    charts = {"flow", "deaths", "cost_per", "cost_items", "swimmer_arm1", "swimmer_arm2", "subgroups1", "subgroups2", "subgroups3"}
    charts |= {row["endpoint"] for row in data["endpoints"]}
    charts |= {estimand["kind"] for estimand in data["estimands"]}
    assert set(seen.attribute("data-chart")) == charts
    assert set(seen.attribute("data-panel")) == {"fan_" + fan["what"] for fan in data["arms"][0]["fans"]}
    assert seen.count("div", "flow-node") == 1 + 3 + 4
    text = " ".join(" ".join(seen.text).split())
    assert "all 60 patients" in text and "Survivors only" in text
    ratio = next(e for e in data["estimands"] if e["kind"] == "hazard_ratio")
    assert f"{ratio['value']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})" in text
    share = next(e for e in data["arms"][1]["endpoints"] if e["endpoint"] == "os")["curve"]["free"]["value"][-1]
    assert f"{100 * share:.0f} % (" in text
    assert any(a["where"].startswith("population") for a in data["assumptions"])
    assert f"{data['model_parameters']['assumed']} of the model" in text
    return None


def test_build_gives_the_same_bytes(folder):
    """The template in the repository is what its sources make."""
    node, modules = shutil.which("node"), ROOT / "web" / "node_modules" / "vite" / "bin" / "vite.js"
    if not node or not modules.exists():
        return "no Node, or web/node_modules is empty (npm ci)"
    done = subprocess.run(
        [node, str(modules), "build"],
        cwd=ROOT / "web",
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "BRIDGE7_PAGE_OUT": str(folder / "built")},
    )
    assert done.returncode == 0, done.stderr
    assert (
        folder / "built" / "report.html"
    ).read_bytes() == TEMPLATE.read_bytes(), "web/dist/report.html is older than its sources: npm run build"
    return None


def test_template(folder):
    text = TEMPLATE.read_text(encoding="utf-8")
    assert text.count("@BRIDGE7_DATA@") == 1
    no_address(text)
    for owner in ("uplot", "@observablehq/plot", "d3-scale"):
        assert f"{owner} " in re.search(r'<template id="licences">(.*?)</template>', text, re.S).group(1), owner
    assert len(text) < 1_000_000
    lock = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock, "package-lock.json names a registry"


def main():
    passed, skipped = 0, []
    needs_browser = {
        "test_example_of_the_document",
        "test_replay",
        "test_pointer_moves_all_charts",
        "test_trial",
        "test_not_blank",
        "test_bad_data_is_said",
        "test_markup_in_data_stays_text",
        "test_program_replay",
        "test_program_assess",
        "test_program_trial",
    }
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        if name in needs_browser and not CHROMIUM:
            skipped.append(f"{name}: no Chromium")
            continue
        with tempfile.TemporaryDirectory() as folder:
            reason = test(pathlib.Path(folder))
        if reason:
            skipped.append(f"{name}: {reason}")
        else:
            passed += 1
            print(f"ok {name}")
    for line in skipped:
        print(f"left out {line}")
    print(f"{passed} passed, {len(skipped)} left out")


if __name__ == "__main__":
    main()
