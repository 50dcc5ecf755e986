-- Numbers: float matrices, integer bit mixing, a prime sieve.

local function matrix(n, f)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = f(i, j)
    end
    m[i] = row
  end
  return m
end

local function multiply(a, b)
  local n = #a
  local c = {}
  for i = 1, n do
    local ai, row = a[i], {}
    for j = 1, n do
      local sum = 0.0
      for k = 1, n do
        sum = sum + ai[k] * b[k][j]
      end
      row[j] = sum
    end
    c[i] = row
  end
  return c
end

local function trace(m)
  local t = 0.0
  for i = 1, #m do
    t = t + m[i][i]
  end
  return t
end

local function sieve(limit)
  local composite, count = {}, 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for j = i * i, limit, i do
        composite[j] = true
      end
    end
  end
  return count
end

local function mix(rounds)
  local x, acc = 0x9E3779B97F4A7C15, 0
  for i = 1, rounds do
    x = x ~ (x << 13)
    x = x ~ (x >> 7)
    x = x ~ (x << 17)
    acc = (acc + (x & 0xFFFF) * i) % 1000003
    if x // 3 < 0 then
      acc = acc + 1
    end
  end
  return acc
end

local n = 120
local a = matrix(n, function(i, j) return (i * 7 + j * 3) % 11 / 11 end)
local b = matrix(n, function(i, j) return (i - j) / n end)
print(string.format("trace %.6f", trace(multiply(multiply(a, b), a))))
print("primes", sieve(1000000))
print("mix", mix(2000000))
local angle = 0
for i = 1, 300000 do
  angle = angle + math.sin(i) * math.sqrt(i) - math.floor(i / 3) % 5
end
print(string.format("angle %.5f", angle))
