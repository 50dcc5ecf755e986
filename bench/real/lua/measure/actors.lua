-- A tiny stack machine with one closure per operation, and a simulation whose actors
-- answer through their metatables: calls and dispatch.

local ops = {}
function ops.push(m, v)
  m.top = m.top + 1
  m.stack[m.top] = v
end
function ops.add(m)
  local s, t = m.stack, m.top
  s[t - 1] = s[t - 1] + s[t]
  m.top = t - 1
end
function ops.load(m, name) ops.push(m, m.vars[name]) end
function ops.store(m, name)
  m.vars[name] = m.stack[m.top]
  m.top = m.top - 1
end
function ops.jump_if_less(m, target)
  local s, t = m.stack, m.top
  if s[t - 1] < s[t] then m.pc = target end
  m.top = t - 2
end

local function run(code, vars)
  local m = { stack = {}, top = 0, pc = 1, vars = vars }
  while m.pc <= #code do
    local ins = code[m.pc]
    m.pc = m.pc + 1
    ops[ins[1]](m, ins[2])
  end
  return m.vars
end

local code = {
  { "load", "sum" }, { "load", "i" }, { "add" }, { "store", "sum" },
  { "load", "i" }, { "push", 1 }, { "add" }, { "store", "i" },
  { "load", "i" }, { "load", "n" }, { "jump_if_less", 1 },
}
print("vm", run(code, { sum = 0, i = 0, n = 60000 }).sum)

local Actor = {}
Actor.__index = Actor
function Actor:receive(msg)
  self.seen = self.seen + 1
  return self:answer(msg)
end
local Echo = setmetatable({}, Actor)
Echo.__index = Echo
function Echo:answer(msg) return msg end
local Adder = setmetatable({}, Actor)
Adder.__index = Adder
function Adder:answer(msg) return msg + self.by end
local Filter = setmetatable({}, Actor)
Filter.__index = Filter
function Filter:answer(msg) return msg % self.by == 0 and msg // self.by or msg end

local actors = {}
for i = 1, 12 do
  actors[i] = setmetatable({ seen = 0, by = i }, i % 3 == 0 and Echo or i % 3 == 1 and Adder or Filter)
end
local msg = 1
for i = 1, 500000 do
  msg = actors[i % 12 + 1]:receive(msg + i) & 0xffff
end
print("actors", msg, actors[5].seen)
