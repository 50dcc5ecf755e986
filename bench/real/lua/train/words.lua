-- Text: build a corpus, split it with patterns, count, sort, format.

local seed = 12345
local function rnd(n)
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return (seed >> 8) % n + 1
end

local syllables = { "ka", "lo", "mi", "ren", "sta", "tor", "u", "ve", "xi", "zan" }
local function word()
  local w = ""
  for _ = 1, rnd(3) do
    w = w .. syllables[rnd(#syllables)]
  end
  return w
end

local lines = {}
for i = 1, 16000 do
  local parts = {}
  for j = 1, 5 + rnd(8) do
    parts[j] = word()
  end
  lines[i] = table.concat(parts, rnd(4) == 1 and ", " or " ") .. "."
end
local text = table.concat(lines, "\n")

local count, order = {}, {}
for w in text:gmatch("%a+") do
  local c = count[w]
  if not c then
    order[#order + 1] = w
    c = 0
  end
  count[w] = c + 1
end
table.sort(order, function(p, q)
  if count[p] ~= count[q] then
    return count[p] > count[q]
  end
  return p < q
end)
for i = 1, 12 do
  print(string.format("%-12s %5d %6.2f%%", order[i], count[order[i]], 100 * count[order[i]] / #order))
end

local titled = text:gsub("(%a)(%a*)", function(first, rest)
  return first:upper() .. rest
end)
local squeezed, commas = titled:gsub(",%s+", ";")
local swapped = squeezed:gsub("(%w+);(%w+)", "%2/%1")
print(#text, #squeezed, commas, #swapped, select(2, swapped:gsub("\n", "\n")))

local sum, reversed = 0, {}
for line in swapped:gmatch("[^\n]+") do
  local head, tail = line:match("^(%S+)%s(.-)%.?$")
  if head then
    sum = sum + #head * 3 + #tail
    if tail:find("Zan", 1, true) then
      reversed[#reversed + 1] = tail:sub(1, 8):reverse()
    end
  end
  for i = 1, #line, 3 do
    sum = (sum * 31 + line:byte(i)) % 65521
  end
end
print(sum, #reversed, reversed[1], reversed[#reversed])
