-- Coroutines as generators in a chain: permutations, filtered, numbered, grouped.

local function permutations(list, n)
  n = n or #list
  if n <= 1 then
    coroutine.yield(list)
  else
    for i = 1, n do
      list[n], list[i] = list[i], list[n]
      permutations(list, n - 1)
      list[n], list[i] = list[i], list[n]
    end
  end
end

local function filter(source, keep)
  return coroutine.wrap(function()
    for v in source do
      if keep(v) then coroutine.yield(v) end
    end
  end)
end

local function number(source)
  return coroutine.wrap(function()
    local i = 0
    for v in source do
      i = i + 1
      coroutine.yield(i, v)
    end
  end)
end

local all = coroutine.wrap(function() permutations({ 1, 2, 3, 4, 5, 6, 7, 8, 9 }) end)
local some = filter(all, function(p) return p[1] < p[2] or p[3] > p[4] end)
local groups, hash = {}, 0
for i, p in number(some) do
  local key = p[1] * 10 + p[9]
  groups[key] = (groups[key] or 0) + 1
  hash = (hash * 131 + i + p[4]) % 2147483647
end
local keys = {}
for k in pairs(groups) do keys[#keys + 1] = k end
table.sort(keys)
print(hash, #keys, keys[1], groups[keys[1]], groups[keys[#keys]])
