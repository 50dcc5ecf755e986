-- Control flow: a round-robin scheduler of coroutines, generators, errors and pcall.

local function queue()
  return { first = 1, last = 0 }
end
local function push(q, v)
  q.last = q.last + 1
  q[q.last] = v
end
local function pop(q)
  local v = q[q.first]
  q[q.first] = nil
  q.first = q.first + 1
  return v
end

local log = {}
local function worker(id, steps)
  return coroutine.create(function()
    local sum = 0
    for i = 1, steps do
      sum = sum + i * id
      local got = coroutine.yield(sum)
      if got == "stop" then
        error({ code = id })
      end
    end
    return "done " .. id
  end)
end

local ready, alive, failed = queue(), 0, 0
for id = 1, 80 do
  push(ready, { co = worker(id, 2500 + id), id = id, turns = 0 })
  alive = alive + 1
end
local checksum = 0
while alive > 0 do
  local task = pop(ready)
  task.turns = task.turns + 1
  local order = (task.id % 9 == 0 and task.turns == 150) and "stop" or nil
  local ok, value = coroutine.resume(task.co, order)
  if not ok then
    failed = failed + value.code
    alive = alive - 1
  elseif coroutine.status(task.co) == "dead" then
    log[#log + 1] = value
    alive = alive - 1
  else
    checksum = (checksum + value) % 1000003
    push(ready, task)
  end
end
print(checksum, failed, #log, log[1], log[#log])

local function walk(node)
  if node then
    walk(node[1])
    coroutine.yield(node[2])
    walk(node[3])
  end
end
local function build(lo, hi)
  if lo > hi then return nil end
  local mid = (lo + hi) // 2
  return { build(lo, mid - 1), mid, build(mid + 1, hi) }
end
local seen = 0
for v in coroutine.wrap(function() walk(build(1, 100000)) end) do
  seen = (seen * 3 + v) % 999983
end
print("walk", seen)

local function risky(n)
  if n % 10 == 0 then error("bad " .. n, 0) end
  if n % 7 == 0 then return nil, "odd" end
  return n
end
local good, bad, empty = 0, 0, 0
for i = 1, 150000 do
  local ok, v, why = pcall(risky, i)
  if not ok then
    bad = bad + #v
  elseif why then
    empty = empty + 1
  else
    good = good + v
  end
end
print("pcall", good, bad, empty)

local function counter(step)
  local n = 0
  return function(reset)
    n = reset or n + step
    return n
  end
end
local counters = {}
for i = 1, 10 do counters[i] = counter(i) end
local s = 0
for i = 1, 900000 do
  s = s + counters[i % 10 + 1](i % 1000 == 0 and 0 or nil)
end
print("closures", s)
