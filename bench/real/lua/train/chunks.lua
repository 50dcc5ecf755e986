-- The compiler and the binary formats: load, dump, string.pack, utf8, goto.

local parts = {}
for i = 1, 400 do
  parts[i] = ([[
local function f%d(a, b, ...)
  local t <const> = { a, b, x = %d, ["k" .. a] = b; ... }
  for i = 1, #t do
    if t[i] and t[i] > b then a = a + t[i] * 2 - (a // 3) elseif t.x == nil then break end
  end
  while a > 100 do a = a - 7 end
  repeat b = b ~ 3 until b %% 4 ~= 1 or a < 0
  do goto done end
  ::done::
  return a, b, #t, function(c) t.x = c return -c, not c, a .. "%d" end
end
sum = sum + f%d(%d, %d, 1, 2)
]]):format(i, i, i, i, i, i % 9)
end

local total = 0
for round = 1, 12 do
  local env = { sum = 0 }
  for i = 1, #parts, 20 do
    local source = table.concat(parts, "\n", i, math.min(i + 19, #parts))
    local chunk = assert(load(source, "=train", "t", env))
    local again = assert(load(string.dump(chunk, round % 2 == 0), "=dump", "b", env))
    again()
  end
  total = total + env.sum
end
print("compiled", total)
print(load("return 1 +"), load("x = = 2", "=bad"))

local bytes, check = {}, 0
for i = 1, 20000 do
  bytes[#bytes + 1] = string.pack("<I2 i4 d s1", i % 65536, -i, i / 4, "n" .. i)
end
local blob, at = table.concat(bytes), 1
while at <= #blob do
  local a, b, c, s
  a, b, c, s, at = string.unpack("<I2 i4 d s1", blob, at)
  check = (check + a - b + c + #s) % 1000003
end
print("packed", #blob, check)

local text = {}
for i = 1, 15000 do text[i] = utf8.char(65 + i % 26, 0xe0 + i % 30, 0x4e00 + i % 500) end
local joined, points = table.concat(text), 0
for _, point in utf8.codes(joined) do points = points + point % 97 end
print("utf8", #joined, utf8.len(joined), points)
