"""Runs the contenders of a family in turn on the same inputs, checks them against each other, prints ratios.

Started by `run.py`, which has made everything that this needs.
"""

import argparse
import importlib
import json
import statistics
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

import machine
from contender import Contender, Failure

FAMILIES = ["soft_dtw", "permutahedron", "perturbed", "momentum"]
OURS = "supple"
ROUNDS = 25
QUICK_ROUNDS = 3
LONGEST = 20  # seconds for the rounds of a task, after which there are no more than QUICK_ROUNDS


def main():
    parser = argparse.ArgumentParser(prog="run.py", description="Compares supple with other packages, side by side.")
    parser.add_argument("target", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"all of: {', '.join(FAMILIES)}")
    parser.add_argument("--case", action="append", metavar="TEXT", help="only cases whose titles contain it, or another")
    parser.add_argument("--quick", action="store_true", help="a few rounds only, to see that all works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every timing there too")
    options = parser.parse_intermixed_args()  # options may stand before families
    unknown = set(options.families) - set(FAMILIES)
    if unknown:
        parser.error(f"no such family: {', '.join(unknown)}")
    report = {"machine": machine.describe(), "load before": machine.load(), "families": {}}
    print(f"machine: {report['machine']}; load before: {report['load before']}")
    try:
        for name in options.families or FAMILIES:
            rounds = QUICK_ROUNDS if options.quick else ROUNDS
            report["families"][name] = compare(importlib.import_module(name), options.target, rounds, options.case)
    except Failure as failure:
        sys.exit(f"error: {failure}")
    report["load after"] = machine.load()
    print(f"\nload after: {report['load after']}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


def compare(family, target, rounds, wanted):
    rust = {name: partial(Contender.rust, name, family.__name__, target) for name in [OURS, *family.RUST_PEERS]}
    makers = rust | {name: partial(Contender.python, name, family.__name__) for name in family.PEERS}
    contenders = [make() for make in makers.values()]
    report = {"contenders": {}, "results": []}
    for contender in contenders:
        report["contenders"][contender.name] = contender.ask("about")
        print(f"{contender.name}: {report['contenders'][contender.name]}")
    for case, shape in family.CASES.items():
        if wanted and not any(text in case for text in wanted):
            continue
        folder = target / "data" / family.__name__ / case.replace(" ", "_")
        inputs = family.inputs(**shape)
        save(folder, inputs)
        expected = family.expected(inputs)
        for contender in contenders:
            contender.ask(f"load {folder}")
        for task, title in family.TASKS.items():
            rows = run(family, contenders, task, folder, expected, rounds)
            if family.MEMORY:
                measure_memory({name: make for name, make in makers.items() if "lacks" not in rows[name]}, task, folder, rows)
            result = {"case": case, "task": task, "units": family.units(inputs), "rows": rows}
            report["results"].append(result)
            show(f"{title}, {case}", family.UNIT, result, family.GOALS.get((case, task)))
    for contender in contenders:
        contender.close()
    return report


def run(family, contenders, task, folder, expected, rounds):
    """Checks every contender's results, then times them in turn, so that a disturbance meets all alike."""
    rows = {}
    for contender in contenders:
        output = folder / task / contender.name
        lacks = contender.save(task, output)
        rows[contender.name] = {"lacks": lacks} if lacks else check(family, contender.name, output, expected)
    active = [contender for contender in contenders if "lacks" not in rows[contender.name]]
    for contender in active:
        rows[contender.name]["seconds"] = []
    start = time.monotonic()
    for done in range(rounds):
        if done >= QUICK_ROUNDS and time.monotonic() - start > LONGEST:
            break
        for contender in active:
            rows[contender.name]["seconds"].append(float(contender.ask(f"run {task}")))
    ours = rows[OURS]["seconds"]
    for contender in active:
        row = rows[contender.name]
        row["median"] = statistics.median(row["seconds"])
        # Of each round's own ratio, so that a slow spell of the machine weighs on both sides of it.
        row["ratio"] = statistics.median(their / our for their, our in zip(row["seconds"], ours))
    return rows


def measure_memory(makers, task, folder, rows):
    """Each in a process of its own, which holds nothing of other tasks."""
    for name, make in makers.items():
        contender = make()
        contender.ask("about")
        contender.ask(f"load {folder}")
        rows[name]["peak"] = int(contender.ask(f"peak {task}"))
        contender.close()


def check(family, name, output, expected):
    """How far each of a contender's arrays is from the reference, which must be within the family's tolerance."""
    differences = {}
    for path in sorted(output.glob("*.npy")):
        if path.stem not in expected:
            raise Failure(f"{name}: {family.__name__}.expected has no {path.stem!r} to check it against; add it there")
        found, wanted = np.load(path), expected[path.stem]
        if found.shape != wanted.shape:
            raise Failure(f"{name}: {path.stem} has the shape {found.shape}, not {wanted.shape}; see {path}")
        tolerance = family.TOLERANCES[path.stem]
        difference = tolerance.of(found, wanted)
        if not difference <= tolerance.bound:  # true for NaN too
            raise Failure(
                f"{name} disagrees with the reference: {path.stem} differs by {difference:.1e} of {tolerance.unit}, "
                f"{tolerance.bound:.0e} is allowed; compare {path} with what {family.__name__}.expected gives"
            )
        differences[path.stem] = difference
    if not differences:
        raise Failure(f"{name} returned no arrays, so nothing could be checked; see {family.__name__}/{name}.py")
    return {"differences": differences}


def show(title, unit, result, goal):
    rows = result["rows"]
    print(f"\n{title}: medians of {len(rows[OURS]['seconds'])} rounds, run in turn")
    print(f"  {'':<14} {'median':>11} {unit:>12} {'ratio':>8}   difference from the reference")
    for name, row in rows.items():
        if "lacks" in row:
            print(f"  {name:<14} {'-':>11} {'-':>12} {'-':>8}   not offered: {row['lacks']}")
            continue
        differences = ", ".join(f"{array} {difference:.0e}" for array, difference in row["differences"].items())
        each = row["median"] / result["units"] * 1e9
        print(f"  {name:<14} {row['median'] * 1e3:>8.2f} ms {each:>9.2f} ns {row['ratio']:>8.2f}   {differences}")
    peaks = {name: row["peak"] for name, row in rows.items() if "peak" in row}
    if peaks:
        shown = ", ".join(f"{name} {peak / 2**20:.1f} MiB ({peak / max(peaks[OURS], 1):.2f})" for name, peak in peaks.items())
        print(f"  peak memory: {shown}")
    ratios = {name: row["ratio"] for name, row in rows.items() if name != OURS and "ratio" in row}
    fastest = min(ratios, key=ratios.get)
    line = f"  {OURS} is {ratios[fastest]:.2g} times as fast as the fastest, {fastest}"
    if goal:
        line += f"; the goal of {goal} is {'met' if ratios[fastest] >= goal else 'missed'}"
    print(line, flush=True)


def save(folder, arrays):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


if __name__ == "__main__":
    main()
