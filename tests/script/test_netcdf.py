"""The NetCDF files open elsewhere: ncdump reads them, xarray decodes their dates, UDUNITS knows their units, and they say how they were made."""

import ctypes
import ctypes.util
import os
import pathlib
import re
import subprocess
import tempfile

import numpy
import xarray

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
HASH = re.compile(r"[0-9a-f]{16}")


class Units:
    """UDUNITS as its C library."""

    def __init__(self):
        self.library = ctypes.CDLL(ctypes.util.find_library("udunits2"))
        for name in ("ut_read_xml", "ut_parse"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.ut_parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self.library.ut_are_convertible.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        # a handler that prints would only repeat what the test says
        self.library.ut_set_error_message_handler(self.library.ut_ignore)
        self.system = self.library.ut_read_xml(None)
        assert self.system, "the UDUNITS database cannot be read"

    def parse(self, text):
        return self.library.ut_parse(self.system, text.encode(), 0)

    def convertible(self, a, b):
        return self.library.ut_are_convertible(self.parse(a), self.parse(b)) != 0


def write(folder, name, *words):
    path = pathlib.Path(folder) / name
    subprocess.run([PROGRAM, *words, "--out", path, "--quiet"], cwd=ROOT, check=True)
    header = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True, check=True).stdout
    assert header.startswith("netcdf ") and "global attributes:" in header
    return path


def check_variables(data, units):
    """Every variable has a label; every number a unit that UDUNITS knows, or flags with values and meanings."""
    for name, variable in data.variables.items():
        assert variable.attrs.get("long_name"), f"{name} has no long_name"
        unit = variable.attrs.get("units")
        if unit is not None:
            assert units.parse(unit), f"{name}: UDUNITS does not know '{unit}'"
        if "flag_meanings" in variable.attrs:
            meanings, values = variable.attrs["flag_meanings"].split(), numpy.atleast_1d(variable.attrs["flag_values"])
            assert len(meanings) == len(values) and set(numpy.unique(variable.values)) <= set(values), f"{name}: {meanings}, {values}"


def check_made(data, *wanted):
    """Global attributes: conventions, version, hashes, seed, work of the solver."""
    attributes = data.attrs
    for name in ("Conventions", "title", "source", "bridge7_version", "notice", "seed", "solver", "solver_steps",
                 "solver_rejected_steps", "failed_patients", *wanted):
        assert str(attributes.get(name, "")) != "", f"the file does not tell its {name}"
    assert attributes["Conventions"].startswith("CF-1.") and "Research use only" in attributes["notice"]
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout
    assert attributes["bridge7_version"] in version
    for name in [name for name in attributes if name.endswith("_hash")]:
        assert HASH.fullmatch(attributes[name]), f"{name} is '{attributes[name]}'"
    assert attributes["solver_steps"] > 100 and attributes["failed_patients"] == 0 and float(attributes["seed"]) >= 0


units = Units()
assert not units.parse("no_such_unit") and units.convertible("days since 2024-06-18", "hours since 1970-01-01")
with tempfile.TemporaryDirectory() as folder:
    path = write(folder, "case.nc", "replay", "courses/yao2026.yaml", "--patients", "4")
    data = xarray.load_dataset(path)
    check_variables(xarray.load_dataset(path, decode_times=False), units)
    check_made(data, "model_hash", "course_hash", "result_hash", "relative_tolerance", "references", "patient_file")
    dates = data["time"].values
    assert numpy.issubdtype(dates.dtype, numpy.datetime64) and (numpy.diff(dates) > numpy.timedelta64(0)).all()
    assert str(dates[0])[:10] == "2024-06-18", f"the course begins on 2024-06-18, the axis on {dates[0]}"
    # day 293 of the course is the day of the infusion
    infused = data["cart_per_ul"].sel(time="2025-04-20", method="nearest")
    before = data["cart_per_ul"].sel(time="2025-04-06", method="nearest")
    assert float(before) == 0 < float(infused), (float(before), float(infused))
    assert units.convertible(data["cart_per_ul"].attrs["units"], "1/L") and data["cart_per_ul"].attrs["counted_units"] == "cell/uL"
    band = data["marrow_mrd_band"]
    assert band.dims == ("quantile", "time") and (numpy.diff(band.values, axis=0) >= 0).all(), "quantiles ascend"
    print(f"replay: {len(data.variables)} variables, {len(data.attrs)} attributes, {dates[0]} to {dates[-1]}")

    path = write(folder, "trial.nc", "trial", "tests/data/trials/two_arms.yaml", "--patients", "6")
    data = xarray.load_dataset(path, decode_times=False)
    check_variables(data, units)
    check_made(data, "trial", "question", "population", "patients", "model_hash")
    assert data.attrs["patients"] == 6

    # the summaries are those of the patients
    path = write(folder, "patients.nc", "trial", "tests/data/trials/two_arms.yaml", "--patients", "60", "--block", "7")
    one = xarray.load_dataset(path, decode_times=False)
    assert one.sizes["patient"] == 60 and (one["status"] == 1).all()
    assert (one["death_day"].notnull().sum("patient") == one["dead"]).all()
    assert (one["first_infusion_day"].notnull().sum("patient") == one["infused"]).all()
    assert (one["first_transplant_day"].notnull().sum("patient") == one["transplanted"]).all()
    assert ((one["product_made"] == 0).sum("patient") == one["product_not_made"] + one["no_donor_for_product"]).all()
    for code in range(3):
        assert ((one["mrd_day28_code"] == code).sum("patient") == one["mrd_day28"].isel(code=code)).all()
    free = ((one["os_code"] == 0) | (one["os_day"] > 365)).mean("patient")
    assert numpy.allclose(free, one["os_free"].isel(bound=1).sel(day=365)), "survival is the share of patients"
    assert numpy.allclose(one["cost"].mean("patient"), one["cost_per_enrolled"].isel(bound=1), rtol=1e-6)
    assert one["age"].dims == ("patient",) and 18 <= one["age"].min() and one["age"].max() <= 70
    assert numpy.allclose(one["body_surface_area"], numpy.sqrt(one["height"] * one["body_weight"] / 3600), rtol=1e-5)
    difference = free.isel(arm=1) - free.isel(arm=0)
    assert numpy.isclose(difference, one["estimand_value"].isel(estimand=0, bound=1)), "the difference is the patients' own"
    # those without a relapse by the end count as free of it, though their last visit lies before it
    relapsed = one["cir_incidence"].isel(bound=1, day=-1)
    names = list(one["estimand"].values)
    place = names.index("cumulative incidence of relapse, day 730: difference")
    found = float(one["estimand_value"].isel(estimand=place, bound=1))
    assert abs(found - float(relapsed.isel(arm=1) - relapsed.isel(arm=0))) < 0.02, found
    without = pathlib.Path(folder) / "without.nc"
    subprocess.run([PROGRAM, "trial", "tests/data/trials/two_arms.yaml", "--patients", "60", "--no-patients", "--out", without, "--quiet"],
                   cwd=ROOT, check=True)
    assert "patient" not in xarray.load_dataset(without, decode_times=False).sizes
    print(f"trial: {len(data.variables)} variables, {len(data.attrs)} attributes")
