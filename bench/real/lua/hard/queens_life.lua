-- Integers and arrays: the queens problem, the game of life, a merge sort.

local function queens(n)
  local rows, up, down, found = {}, {}, {}, 0
  local function place(col)
    if col > n then
      found = found + 1
      return
    end
    for r = 1, n do
      if not rows[r] and not up[r + col] and not down[r - col + n] then
        rows[r], up[r + col], down[r - col + n] = true, true, true
        place(col + 1)
        rows[r], up[r + col], down[r - col + n] = false, false, false
      end
    end
  end
  place(1)
  return found
end
print("queens", queens(9))

local w, h = 48, 32
local grid = {}
for i = 0, w * h - 1 do grid[i] = (i * i + i // 3) % 5 == 0 and 1 or 0 end
for _ = 1, 150 do
  local nextgrid = {}
  for y = 0, h - 1 do
    local above, here, below = (y - 1) % h * w, y * w, (y + 1) % h * w
    for x = 0, w - 1 do
      local l, r = (x - 1) % w, (x + 1) % w
      local n = grid[above + l] + grid[above + x] + grid[above + r] + grid[here + l]
        + grid[here + r] + grid[below + l] + grid[below + x] + grid[below + r]
      nextgrid[here + x] = (n == 3 or (n == 2 and grid[here + x] == 1)) and 1 or 0
    end
  end
  grid = nextgrid
end
local alive = 0
for i = 0, w * h - 1 do alive = alive + grid[i] end
print("life", alive)

local function merge_sort(a, lo, hi, buf)
  if hi - lo < 1 then return end
  local mid = (lo + hi) // 2
  merge_sort(a, lo, mid, buf)
  merge_sort(a, mid + 1, hi, buf)
  local i, j = lo, mid + 1
  for k = lo, hi do
    if j > hi or (i <= mid and a[i] <= a[j]) then
      buf[k], i = a[i], i + 1
    else
      buf[k], j = a[j], j + 1
    end
  end
  for k = lo, hi do a[k] = buf[k] end
end
local list = {}
for i = 1, 40000 do list[i] = i * 7919 % 10007 end
merge_sort(list, 1, #list, {})
local sum = 0
for i = 1, #list do sum = (sum * 7 + list[i]) % 1000003 end
print("sort", list[1], list[#list], sum)
