-- A recursive-descent reader and a writer of a JSON-like notation, byte by byte.

local byte, sub, find, char = string.byte, string.sub, string.find, string.char

local parse
local function skip(s, i)
  return find(s, "[^ \n\t]", i)
end
local function parse_string(s, i)
  local out, j = {}, i + 1
  while true do
    local c = byte(s, j)
    if c == 34 then
      return table.concat(out), j + 1
    elseif c == 92 then
      j = j + 1
      out[#out + 1] = char(byte(s, j))
    else
      out[#out + 1] = sub(s, j, j)
    end
    j = j + 1
  end
end
local function parse_list(s, i)
  local list = {}
  i = skip(s, i + 1)
  while sub(s, i, i) ~= "]" do
    list[#list + 1], i = parse(s, i)
    i = skip(s, i)
    if sub(s, i, i) == "," then i = skip(s, i + 1) end
  end
  return list, i + 1
end
local function parse_map(s, i)
  local map, key = {}, nil
  i = skip(s, i + 1)
  while sub(s, i, i) ~= "}" do
    key, i = parse_string(s, i)
    i = skip(s, i)
    assert(sub(s, i, i) == ":")
    map[key], i = parse(s, skip(s, i + 1))
    i = skip(s, i)
    if sub(s, i, i) == "," then i = skip(s, i + 1) end
  end
  return map, i + 1
end
function parse(s, i)
  i = skip(s, i)
  local c = sub(s, i, i)
  if c == "{" then return parse_map(s, i) end
  if c == "[" then return parse_list(s, i) end
  if c == '"' then return parse_string(s, i) end
  local word, j = s:match("^(%a+)()", i)
  if word then
    if word == "null" then return nil, j end
    return word == "true", j
  end
  local number, k = s:match("^(-?[%d.]+)()", i)
  return tonumber(number), k
end

local function write(v, out)
  local t = type(v)
  if t == "table" then
    if #v > 0 then
      out[#out + 1] = "["
      for i, e in ipairs(v) do
        if i > 1 then out[#out + 1] = "," end
        write(e, out)
      end
      out[#out + 1] = "]"
    else
      local keys = {}
      for k in pairs(v) do keys[#keys + 1] = k end
      table.sort(keys)
      out[#out + 1] = "{"
      for i, k in ipairs(keys) do
        if i > 1 then out[#out + 1] = "," end
        out[#out + 1] = '"' .. k .. '":'
        write(v[k], out)
      end
      out[#out + 1] = "}"
    end
  elseif t == "string" then
    out[#out + 1] = '"' .. v:gsub('[\\"]', "\\%0") .. '"'
  else
    out[#out + 1] = tostring(v)
  end
  return out
end

local rows = {}
for i = 1, 220 do
  rows[i] = {
    id = i,
    name = 'row "' .. i .. '"',
    ratio = i / 8,
    ok = i % 2 == 0,
    path = { "a" .. i % 5, "b\\" .. i, i * i },
    nested = { deep = { deeper = { i % 7, i % 11 } } },
  }
end
local text = table.concat(write(rows, {}))
local again
for _ = 1, 30 do
  again = parse(text, 1)
  assert(table.concat(write(again, {})) == text)
end
local sum = 0
for _, row in ipairs(again) do
  sum = sum + row.id + #row.name + row.nested.deep.deeper[2] + (row.ok and 1 or 0)
end
print(#text, sum, text:sub(1, 70))
