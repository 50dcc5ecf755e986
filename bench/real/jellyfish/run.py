"""Compares or encodes the words of files: run.py distance|sound TIMES FILE...

The extension is the file PGOKIT_BINARY, whatever Python would find by that name.
"""
import importlib.util
import os
import re
import sys

sys.path.insert(0, "python")
name = "jellyfish._rustyfish"
spec = importlib.util.spec_from_file_location(name, os.environ["PGOKIT_BINARY"])
sys.modules[name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
import jellyfish as j  # noqa: E402

kind, times, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
words = [w for f in files for w in re.findall(r"[A-Za-z]{3,}", open(f, encoding="utf-8").read())][:4000]
total = 0.0
for i in range(1, times + 1):
    if kind == "distance":
        for a, b in zip(words, words[i:]):
            total += j.levenshtein_distance(a, b) + j.damerau_levenshtein_distance(a, b)
            total += j.jaro_similarity(a, b) + j.jaro_winkler_similarity(a, b) + j.hamming_distance(a, b)
    else:
        for w in words:
            total += len(j.soundex(w)) + len(j.metaphone(w)) + len(j.nysiis(w)) + len(j.match_rating_codex(w))
print(round(total, 6))
