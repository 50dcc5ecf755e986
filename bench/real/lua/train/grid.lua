-- Arrays and integers: edit distance, flood fill, knapsack.

local function distance(a, b)
  local prev = {}
  for j = 0, #b do prev[j] = j end
  for i = 1, #a do
    local row, ca = { [0] = i }, a:byte(i)
    for j = 1, #b do
      local best = prev[j - 1] + (ca == b:byte(j) and 0 or 1)
      if prev[j] + 1 < best then best = prev[j] + 1 end
      if row[j - 1] + 1 < best then best = row[j - 1] + 1 end
      row[j] = best
    end
    prev = row
  end
  return prev[#b]
end
local left = ("kitten sitting on a mitten "):rep(14)
local right = ("sitting kitten in the mittens "):rep(13)
print("distance", distance(left, right))

local w, h = 160, 120
local map = {}
for i = 0, w * h - 1 do map[i] = (i * 7 + i // w * 13) % 10 < 6 end
local function fill(start)
  local stack, size = { start }, 0
  map[start] = false
  while #stack > 0 do
    local cell = table.remove(stack)
    size = size + 1
    local x, y = cell % w, cell // w
    if x > 0 and map[cell - 1] then map[cell - 1] = false stack[#stack + 1] = cell - 1 end
    if x < w - 1 and map[cell + 1] then map[cell + 1] = false stack[#stack + 1] = cell + 1 end
    if y > 0 and map[cell - w] then map[cell - w] = false stack[#stack + 1] = cell - w end
    if y < h - 1 and map[cell + w] then map[cell + w] = false stack[#stack + 1] = cell + w end
  end
  return size
end
local areas, biggest = 0, 0
for i = 0, w * h - 1 do
  if map[i] then
    areas = areas + 1
    biggest = math.max(biggest, fill(i))
  end
end
print("areas", areas, biggest)

local best = {}
for c = 0, 8000 do best[c] = 0 end
for item = 1, 60 do
  local weight, gain = 20 + item * 37 % 101, 10 + item * 53 % 97
  for c = 8000, weight, -1 do
    local with = best[c - weight] + gain
    if with > best[c] then best[c] = with end
  end
end
print("knapsack", best[8000])
