# Whether two texts differ in nothing but numbers that are near each other; prints by which share of its value
# the worst of them differs. Whole numbers and all other text must be the same.
# Usage: LC_ALL=C awk -v tolerance=SHARE -f tolerance.awk EXPECTED ACTUAL. Exit status: 0 near, 1 not.

BEGIN {
  number = "[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?"
  do {
    more = getline want <ARGV[1]
    if ((getline got <ARGV[2]) != more || more < 0 || (more && !near(want, got)))
      exit 1
  } while (more)
  printf "%.2g\n", worst
}

function near(a, b,  x, y) {
  while (a != b "") { # as text
    if (!match(a, number))
      return 0
    x = substr(a, RSTART, RLENGTH)
    before = substr(a, 1, RSTART - 1)
    a = substr(a, RSTART + RLENGTH)
    if (!match(b, number) || substr(b, 1, RSTART - 1) "" != before "")
      return 0
    y = substr(b, RSTART, RLENGTH)
    b = substr(b, RSTART + RLENGTH)
    if (x "" != y "" && !close_by(x, y))
      return 0
  }
  return 1
}

function close_by(x, y,  apart, large) {
  if (x y !~ /[.eE]/)
    return 0
  apart = size(x - y)
  large = size(x) > size(y) ? size(x) : size(y)
  if (large > 1e300) # may be infinite, and the difference no number
    return 0
  if (apart == 0)
    return 1
  if (apart / large > worst)
    worst = apart / large
  return apart <= tolerance * large
}

function size(x) { return x < 0 ? -x : x + 0 }
