-- Values with units checked by rules: operators as metamethods, variable arguments,
-- protected calls, many small calls into the library.

local Unit = {}
Unit.__index = Unit
local function unit(n, name) return setmetatable({ n = n, unit = name }, Unit) end
Unit.__add = function(a, b)
  if a.unit ~= b.unit then error("cannot add " .. a.unit .. " and " .. b.unit, 0) end
  return unit(a.n + b.n, a.unit)
end
Unit.__mul = function(a, b)
  if type(b) == "number" then return unit(a.n * b, a.unit) end
  return unit(a.n * b.n, a.unit .. b.unit)
end
Unit.__unm = function(a) return unit(-a.n, a.unit) end
Unit.__le = function(a, b) return a.n <= b.n end
Unit.__concat = function(a, b) return tostring(a) .. tostring(b) end
Unit.__tostring = function(a) return math.floor(a.n) .. a.unit end

local function all(...)
  for i = 1, select("#", ...) do
    if not select(i, ...) then return false end
  end
  return true
end
local function between(lo, hi)
  return function(v) return v >= lo and v <= hi end
end
local function every(...)
  local rules = table.pack(...)
  return function(v)
    for i = 1, rules.n do
      if not rules[i](v) then return false, i end
    end
    return true
  end
end

local sane = every(
  function(v) return type(v) == "number" end,
  between(0, 900),
  function(v) return math.floor(v) == v end,
  function(v) return math.max(v, 10) ~= 10 or v % 2 == 0 end
)

local meters, failed, passed, at = unit(0, "m"), 0, 0, 0
local limit = unit(40000, "m")
for i = 1, 45000 do
  local step = unit(i % 17, i % 50 == 0 and "s" or "m")
  local ok, sum = pcall(Unit.__add, meters, step * 2)
  if not ok then
    failed = failed + #sum
  else
    meters = sum
    if limit <= meters then meters = -meters end
  end
  local good, rule = sane(i % 1000 / (i % 3 == 0 and 2 or 1))
  if good then passed = passed + 1 else at = at + rule end
  if all(i, good, i % 7 ~= 0) then passed = passed + math.abs(-1) end
end
print(meters .. unit(1.5, "!"), failed, passed, at)

local defaults = setmetatable({ depth = 2 }, { __index = function(_, key) return #key end })
local settings = setmetatable({}, { __index = defaults })
local names = { "depth", "width", "height", "colour", "x" }
local n = 0
for i = 1, 120000 do
  n = n + settings[names[i % 5 + 1]]
  if rawget(settings, "depth") == nil and i % 100 == 0 then rawset(settings, "x", i % 10) end
  n = n + (tonumber("0x" .. i % 10) or 0)
end
print(n)
