// Search: queens on a board, by recursion over arrays.
local safe(rows, c) = std.foldl(function(ok, i) ok && rows[i] != c && std.abs(rows[i] - c) != std.length(rows) - i, std.range(0, std.length(rows) - 1), true);
local solve(n, rows) =
  if std.length(rows) == n then 1
  else std.foldl(function(sum, c) if safe(rows, c) then sum + solve(n, rows + [c]) else sum, std.range(0, n - 1), 0);
solve(5, [])
