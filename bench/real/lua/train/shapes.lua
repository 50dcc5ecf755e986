-- Objects: classes with inheritance, operators as metamethods, varargs, closures.

local function class(parent)
  local c = {}
  c.__index = c
  return setmetatable(c, {
    __index = parent,
    __call = function(self, ...)
      local o = setmetatable({}, self)
      o:init(...)
      return o
    end,
  })
end

local Shape = class()
function Shape:init(name) self.name = name end
function Shape:area() return 0 end
function Shape:describe() return self.name .. ":" .. string.format("%.2f", self:area()) end

local Rect = class(Shape)
function Rect:init(w, h)
  Shape.init(self, "rect")
  self.w, self.h = w, h
end
function Rect:area() return self.w * self.h end
function Rect:grow(by) self.w = self.w + by return self end

local Square = class(Rect)
function Square:init(s)
  Rect.init(self, s, s)
  self.name = "square"
end
function Square:grow(by)
  self.w, self.h = self.w + by, self.h + by
  return self
end

local Circle = class(Shape)
function Circle:init(r)
  Shape.init(self, "circle")
  self.r = r
end
function Circle:area() return 3 * self.r * self.r end
function Circle:grow(by) self.r = self.r + by return self end

local Point = {}
Point.__index = Point
local function point(x, y) return setmetatable({ x = x, y = y }, Point) end
Point.__add = function(a, b) return point(a.x + b.x, a.y + b.y) end
Point.__sub = function(a, b) return point(a.x - b.x, a.y - b.y) end
Point.__mul = function(a, k) return point(a.x * k, a.y * k) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Point.__lt = function(a, b) return a.x + a.y < b.x + b.y end
Point.__len = function(a) return a.x * a.x + a.y * a.y end
Point.__tostring = function(a) return "(" .. a.x .. "," .. a.y .. ")" end

local shapes = {}
for i = 1, 300 do
  local kind = i % 3
  shapes[i] = kind == 0 and Rect(i % 7, i % 5) or kind == 1 and Square(i % 9) or Circle(i % 4)
end
local total = 0
for round = 1, 1600 do
  for i = 1, #shapes do
    local s = shapes[i]
    total = total + s:grow(round % 3 - 1):area() % 101
  end
end
print("area", total)
for i = 1, 9 do
  print(shapes[i]:describe())
end

local p, smaller, same = point(0, 0), 0, 0
for i = 1, 120000 do
  local q = point(i % 13, i % 17) * 2 - point(1, 1)
  if q < p then smaller = smaller + 1 end
  if q == p then same = same + 1 end
  p = p + q
  if #p > 1000000 then p = point(i % 5, 0) end
end
print("points", tostring(p), smaller, same)

local function sum(...)
  local t = 0
  for i = 1, select("#", ...) do
    t = t + (select(i, ...))
  end
  return t, ...
end
local function compose(f, g)
  return function(...) return f(g(...)) end
end
local twice = compose(sum, sum)
local acc = 0
for i = 1, 100000 do
  acc = acc + (twice(i, i + 1, i + 2)) % 7
end
print("varargs", acc)

-- Missing fields come from a function, written fields go through one.
local log = 0
local proxy = setmetatable({}, {
  __index = function(_, k) return #k end,
  __newindex = function(t, k, v)
    log = log + v
    if v % 100 == 0 then rawset(t, k, v) end
  end,
})
for i = 1, 150000 do
  local key = "k" .. i % 400
  proxy[key] = proxy[key] + i % 50
end
print("proxy", log)
