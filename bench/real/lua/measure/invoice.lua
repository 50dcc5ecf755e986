-- Text production: records are sorted with a comparator, formatted, joined and wrapped.

local state = 4711
local function rnd(n)
  state = state * 16807 % 2147483647
  return state % n
end

local goods = { "bolt", "washer", "hinge", "bracket", "spring", "valve" }
local items = {}
for i = 1, 8000 do
  local first = goods[rnd(#goods) + 1]
  items[i] = {
    id = i,
    name = first .. "-" .. string.char(65 + rnd(26), 65 + rnd(26)) .. rnd(100),
    cents = 100 + rnd(90000),
    count = 1 + rnd(12),
  }
end
table.sort(items, function(a, b)
  local x, y = a.cents * a.count, b.cents * b.count
  if x ~= y then return x > y end
  return a.id < b.id
end)

local function money(cents)
  local whole = tostring(cents // 100)
  local groups = {}
  while #whole > 3 do
    table.insert(groups, 1, whole:sub(-3))
    whole = whole:sub(1, -4)
  end
  table.insert(groups, 1, whole)
  return table.concat(groups, ",") .. "." .. ("%02d"):format(cents % 100)
end

local function pad(s, width, left)
  local fill = string.rep(" ", width - #s)
  return left and fill .. s or s .. fill
end

local lines, total = {}, 0
for rank, item in ipairs(items) do
  local sum = item.cents * item.count
  total = total + sum
  lines[#lines + 1] = pad(tostring(rank), 5, true) .. "  " .. pad(item.name, 14)
    .. pad(money(item.cents), 10, true) .. pad(tostring(item.count), 4, true)
    .. pad(money(sum), 14, true)
end

local page, sum = {}, 0
for i = 1, #lines do
  page[#page + 1] = lines[i]
  if #page == 50 or i == #lines then
    local text = table.concat(page, "\n")
    for p = 1, #text, 2 do sum = (sum + text:byte(p) * p) % 1000003 end
    while #page > 0 do table.remove(page) end
  end
end
print(lines[1])
print(lines[#lines])
print(money(total), sum)
