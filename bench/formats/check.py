"""check.py ROOT WORK SEED: compares the filters with readers.py, and bench-compare with verdicts.py."""

import copy
import json
import math
import random
import subprocess
import sys
import traceback

from readers import rows_of
from verdicts import verdict

FACTORS = (0.5, 0.8, 0.95, 1.0, 1.02, 1.05, 1.15, 1.3, 2.0, 0.0)


def compare(root, *arguments):
    command = [root + "/build/bin/bench-compare", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def same_number(a, b):
    return a == b or (a is not None and b is not None and abs(a - b) <= 1e-12 * abs(a))


def same_samples(mine, row):
    if mine is None:
        return "invalid" in row
    theirs = row["samples"]
    return len(mine) == len(theirs) and all(map(same_number, mine, theirs))


def check_rows(path, format, table):
    """How many rows there are on either side, and the names of those that differ."""
    mine, theirs = dict(rows_of(format, path)), {row["name"]: row for row in table["benches"]}
    names = mine.keys() | theirs.keys()
    return len(names), [
        n for n in names if n not in mine or n not in theirs or not same_samples(mine[n], theirs[n])
    ]


def changed(table, factor, noise):
    """The same table, as another run of a program that is so much slower. Counts have no noise."""
    other = copy.deepcopy(table) | {"source": "changed"}
    for row in other["benches"]:
        exact = row.get("count") and not row.get("aggregate")
        row["samples"] = [
            None if v is None else round(v * factor) if exact else v * factor * (1 + noise.uniform(-0.03, 0.03))
            for v in row["samples"]
        ]
    return other


def same_verdict(got, wanted, change):
    if got["verdict"] != wanted:
        return False
    if change is None or math.isinf(change):
        return True
    pct = 100 * math.expm1(change)
    return abs(got["change_pct"] - pct) <= 1e-6 * max(1, abs(pct))


def check_verdicts(root, work, table, noise):
    """How many verdicts there are, and a line for each that differs."""
    made, wrong = 0, []
    for factor in FACTORS:
        other = changed(table, factor, noise)
        for name, document in (("base", table), ("cand", other)):
            with open(f"{work}/{name}.json", "w", encoding="utf8") as file:
                json.dump(document, file)
        judged = json.loads(compare(root, "--match", "*", "--json", f"{work}/base.json", f"{work}/cand.json"))
        alpha = 0.01 / max(judged["gated"], 1)
        for row, cand, got in zip(table["benches"], other["benches"], judged["benches"], strict=True):
            wanted, change = verdict(row, row["samples"], cand["samples"], alpha)
            made += 1
            if not same_verdict(got, wanted, change):
                wrong.append(f"{row['name']} times {factor}: {got['verdict']}, by scipy {wanted}")
    return made, wrong


def main(root, work, seed):
    noise, total, all_wrong = random.Random(int(seed)), [0] * 5, []
    print("| format | written by | files | rows | rows that agree | verdicts | verdicts that agree |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    lines = {}
    with open(root + "/bench/formats/files.tsv", encoding="utf8") as files:
        listed = [line.rstrip("\n").split("\t") for line in files if not line.startswith("#")]
    for format, file, program in listed:
        path = f"{root}/fixtures/formats/{file}"
        table = json.loads(compare(root, "--format", format, "-o", "-", path, path))["inputs"][0]
        rows, wrong_rows = check_rows(path, format, table)
        made, wrong_verdicts = check_verdicts(root, work, table, noise)
        sums = lines.setdefault((format, program), [0] * 5)
        for i, n in enumerate((1, rows, rows - len(wrong_rows), made, made - len(wrong_verdicts))):
            sums[i] += n
            total[i] += n
        all_wrong += [f"{file}: row {n} is not as it was written" for n in wrong_rows]
        all_wrong += [f"{file}: {line}" for line in wrong_verdicts]
    for (format, program), sums in lines.items():
        print(f"| `{format}` | {program} |", " | ".join(f"{n:,}" for n in sums), "|")
    print("| all | |", " | ".join(f"{n:,}" for n in total), "|")
    for line in all_wrong[:10]:
        print(line, file=sys.stderr)
    if len(all_wrong) > 10:
        print(f"and {len(all_wrong) - 10} more", file=sys.stderr)
    return bool(all_wrong)


try:
    sys.exit(main(*sys.argv[1:]))
except Exception:  # a reader that fails is no disagreement
    traceback.print_exc()
    sys.exit(2)
