-- Bytes: base64 there and back, a rolling checksum over every character.

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function encode(s)
  local out = {}
  for i = 1, #s - 2, 3 do
    local a, b, c = s:byte(i, i + 2)
    local n = a << 16 | b << 8 | c
    for shift = 18, 0, -6 do
      local k = (n >> shift & 63) + 1
      out[#out + 1] = alphabet:sub(k, k)
    end
  end
  return table.concat(out)
end

local value = {}
for i = 1, #alphabet do value[alphabet:byte(i)] = i - 1 end

local function decode(s)
  local out = {}
  for i = 1, #s, 4 do
    local n = 0
    for j = i, i + 3 do n = n << 6 | value[s:byte(j)] end
    out[#out + 1] = string.char(n >> 16, n >> 8 & 255, n & 255)
  end
  return table.concat(out)
end

local bytes = {}
for i = 1, 30000 do bytes[i] = string.char(32 + i * i % 90) end
local text, sum = table.concat(bytes), 0
for _ = 1, 6 do
  local coded = encode(text)
  assert(decode(coded) == text)
  for i = 1, #coded do sum = (sum * 33 ~ coded:byte(i)) & 0xffffffff end
  text = text:reverse():upper()
end
print(sum, #text, text:sub(1, 40))
