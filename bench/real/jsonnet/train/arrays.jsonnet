// Arrays and functions: sorted, folded, filtered.
local next(x) = (x * 1103 + 12345) % 65536;
local random(n, x) = if n == 0 then [] else [x] + random(n - 1, next(x));
local xs = random(150, 7);
{
  sorted: std.sort(xs),
  sum: std.foldl(function(a, b) a + b, xs, 0),
  set: std.set([x % 40 for x in xs]),
  even: std.filter(function(x) x % 2 == 0, xs),
  fib: (local f(n) = if n < 2 then n else f(n - 1) + f(n - 2); f(13)),
}
