"""What benchmark programs write, read by the formats' public descriptions and not by ci/formats.

A reader yields a name and its samples for each row; None instead of samples: the benchmark failed.
"""

import gzip
import json
import os
import re
import statistics


def text(path):
    data = open(path, "rb").read()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()


def documents(path):
    """The JSON objects of a file, one after the other, whatever stands between them."""
    all, decoder, at = text(path), json.JSONDecoder(), 0
    while (at := all.find("{", at)) >= 0:
        try:
            found, at = decoder.raw_decode(all, at)
        except ValueError:
            at += 1
        else:
            yield found


def json_of(path):
    return json.loads(text(path))


def criterion(path):
    """target/criterion; before 0.3 sample.json was a pair."""
    for folder, _, files in os.walk(path):
        if os.path.basename(folder) != "new" or "benchmark.json" not in files:
            continue
        sample = json_of(folder + "/sample.json")
        iterations, times = sample if isinstance(sample, list) else (sample["iters"], sample["times"])
        yield json_of(folder + "/benchmark.json")["full_id"], [t / n for t, n in zip(times, iterations)]


def cargo_criterion(path):
    for message in documents(path):
        if message.get("reason") == "benchmark-complete":
            yield message["id"], [t / n for t, n in zip(message["measured_values"], message["iteration_count"])]


def critcmp(path):
    for name, bench in json_of(path)["benchmarks"].items():
        yield name, [bench["criterion_estimates_v1"]["median"]["point_estimate"]]


def google_benchmark(path):
    """Repetitions of one run_name; of aggregates the median. Complexity is no benchmark."""
    rows = {}
    for bench in json.loads(text(path).replace("-NaN", "NaN"))["benchmarks"]:
        if "big_o" not in bench and "rms" not in bench:
            rows.setdefault(bench.get("run_name", bench["name"]), []).append(bench)
    for name, all in rows.items():
        runs = [b for b in all if b.get("run_type") == "iteration"]
        runs = runs or [b for b in all if b.get("aggregate_name") == "median"]
        failed = any(b.get("error_occurred") for b in all)
        yield name, None if failed else [b["real_time"] for b in runs]


def github_action_benchmark(path):
    """The last run of a store; the go tool puts a composite row before the rows of its metrics."""
    (runs,) = json_of(path)["entries"].values()
    rows = runs[-1]["benches"]
    composite = {row["name"] for row in rows if "\t" in row["unit"]}
    for row in rows:
        name, unit = row["name"], row["unit"]
        if "\t" in unit:
            metrics = re.split(r"\s+", unit)
            yield name, [float(row["value"])]
            for value, metric in zip(metrics[1::2], metrics[2::2]):
                yield f"{name} - {metric}", [float(value)]
        elif not any(name == f"{c} - {unit}" for c in composite):
            yield name, [float(row["value"])]


def pytest_benchmark(path):
    for bench in json_of(path)["benchmarks"]:
        yield bench["fullname"], bench["stats"].get("data") or [bench["stats"]["median"]]


def pyperf(path):
    """A sample is the median of a process; perf 0.x had other names. Calibrating runs have none."""
    suite = json_of(path)
    for bench in suite["benchmarks"]:
        known = {**suite.get("metadata", {}), **bench.get("metadata", {}), **bench.get("common_metadata", {})}
        values = [run.get("values", run.get("samples")) for run in bench["runs"]]
        yield known["name"], [statistics.median(v) for v in values if v]


def go_bench(path):
    """`BenchmarkName-8 100 12.5 ns/op 3 B/op`, below goos, goarch and pkg."""
    about, rows, failed = {}, {}, set()
    for line in text(path).splitlines():
        if known := re.match(r"(goos|goarch|pkg): (.*)", line):
            about[known[1]] = known[2]
        system = "/".join(about[k] for k in ("goos", "goarch") if k in about)
        within = (system and system + " ") + (about["pkg"] + "." if "pkg" in about else "")
        if fail := re.search(r"--- FAIL: (\S+)", line):
            failed.add(within + fail[1])
        fields = line.split()
        if len(fields) >= 4 and line.startswith("Benchmark") and fields[1].isdigit():
            for value, unit in zip(fields[2::2], fields[3::2]):
                name = within + fields[0] + ("" if unit == "ns/op" else " " + unit)
                rows.setdefault(name, []).append(float(value))
    plain = {re.sub(r"-\d+( \S+)?$", "", name) for name in rows}
    for name, samples in rows.items():
        yield name, None if {name, re.sub(r"-\d+( \S+)?$", "", name)} & failed else samples
    for name in failed - plain - set(rows):
        yield name, None


def libtest(path):
    for name, value in re.findall(r"^test (.+?) +\.\.\. bench: +([0-9,.]+) ", text(path), re.M):
        yield name, [float(value.replace(",", ""))]


def gungraun(path):
    """Instructions of the newer run. Until version 6 of the summary they stand elsewhere."""
    for bench in documents(path):
        callgrind = next(p for p in bench["profiles"] if p["tool"] == "Callgrind")
        if "data" in callgrind:
            value = callgrind["data"]["total"]["metrics"]["Ir"]["values"].get("new")
        else:
            metrics = callgrind["summaries"]["total"]["summary"]["Callgrind"]["Ir"]["metrics"]
            newer = metrics.get("Left") or metrics["Both"][0]
            value = next(iter(newer.values()))
        module, function = bench["module_path"], bench.get("function_name") or ""
        name = module if module.split("::")[-1] == function else f"{module}::{function}"
        yield name + (f" {bench['id']}" if bench.get("id") else ""), [value]


def callgrind(path):
    all = text(path)
    column = re.search(r"^events: +(.*)$", all, re.M)[1].split().index("Ir")
    sums = re.findall(r"^totals: +(.*)$", all, re.M) or re.findall(r"^summary: +(.*)$", all, re.M)
    yield re.search(r"^cmd: *(.*?) *$", all, re.M)[1], [sum(float(s.split()[column]) for s in sums)]


def rows_of(format, path):
    return list(globals()[format.replace("-", "_")](path))
