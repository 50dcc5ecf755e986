# Two passes over one file: the second joined with the first, output formatted.
FNR == NR { first[$3] = first[$3] ? first[$3] : FNR; next }
{ key = $3; if (first[key] < FNR && $4 > 50000) out = out sprintf("%s:%05d;", key, FNR - first[key]); if (length(out) > 4000) { print substr(out, 1, 72); out = "" } }
END { print length(out) }
