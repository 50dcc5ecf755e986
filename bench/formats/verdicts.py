"""The verdict on two files by the rules of tools/README.md, with scipy instead of our own statistics."""

import math

import numpy
from scipy.stats import mannwhitneyu

MIN_EFFECT, MARGIN, FLOOR = math.log1p(0.005), math.log1p(0.01), math.log1p(0.1)
SECONDS = {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def unfit(row, base, cand):
    """Failed, or with values that no clock and no counter gives."""
    numbers = base + cand
    if "invalid" in row or any(x is None for x in numbers):
        return True
    if row["unit"] in SECONDS:
        return any(not 1e-12 <= x * SECONDS[row["unit"]] <= 1e9 for x in numbers)
    if row["unit"] == "instructions":
        return 0 in numbers
    return not row.get("count") and any(x <= 0 for x in numbers) and len(set(numbers)) > 1


def directed(row, verdict):
    return "changed" if row.get("better") is None and verdict in ("regressed", "improved") else verdict


def exactly(row, base, cand):
    """Counts that do not differ among themselves."""
    if base == cand:
        return "identical", None
    change = -math.inf if cand == 0 else math.inf if base == 0 else math.log(cand / base)
    if abs(change) >= MIN_EFFECT:
        return directed(row, "regressed" if change > 0 else "improved"), change
    return "unchanged" if change < MARGIN else "inconclusive", change


def verdict(row, base, cand, alpha):
    """The verdict and the change, as a logarithm, or None."""
    single = row.get("aggregate") or (len(base) == 1 and len(cand) == 1)
    if unfit(row, base, cand):
        return "invalid", None
    if row["unit"] not in SECONDS and row.get("better") != "higher" and len(set(base + cand)) == 1:
        return "identical", None
    if row.get("count") and not row.get("aggregate") and len(set(base)) == len(set(cand)) == 1:
        return exactly(row, base[0], cand[0])
    if row.get("count") and 0 in (base[0], cand[0]):
        return ("identical" if base == cand else "differs"), None
    x, y = (numpy.log([1 / v if row.get("better") == "higher" else v for v in side]) for side in (base, cand))
    if single:
        change = float(numpy.median(y) - numpy.median(x))
        return ("differs" if abs(change) >= FLOOR else "inconclusive"), change
    change = float(numpy.median(numpy.subtract.outer(y, x)))
    method = "exact" if len(set(x) | set(y)) == len(x) + len(y) else "asymptotic"
    slower, faster = (mannwhitneyu(y, x, alternative=a, method=method).pvalue for a in ("greater", "less"))
    if slower <= alpha and change >= FLOOR:
        return directed(row, "regressed"), change
    if faster <= alpha and change <= -FLOOR:
        return directed(row, "improved"), change
    return "inconclusive", change
