-- The rest of the library: files, table.move, formats, closing variables, tracebacks.

local path = os.tmpname()
local out = assert(io.open(path, "w"))
for i = 1, 8000 do out:write(i, "\t", i * i % 977, "\tline ", ("x"):rep(i % 13), "\n") end
out:close()
local sum, longest = 0, 0
for line in io.lines(path) do
  local a, b = line:match("^(%d+)\t(%d+)")
  sum = (sum + a * b) % 1000003
  longest = math.max(longest, #line)
end
local file = assert(io.open(path))
local head, first, second = file:read("l"), file:read("n", "n")
file:seek("set", 100)
local block = file:read(64)
file:close()
os.remove(path)
print("file", sum, longest, head, first, second, #block)

local moved = {}
for i = 1, 300 do moved[i] = i % 40 end
for _ = 1, 400 do
  table.move(moved, 1, 299, 2)
  moved[1] = moved[300]
  moved = table.pack(table.unpack(moved, 1, 300))
end
print("move", moved[1], moved[150], moved.n)

local text = {}
for i = 1, 12000 do
  text[#text + 1] = ("%5d|%-6s|%x|%g|%.3e|%q|%c|%%"):format(i, i, i, i / 8, i * 1.5, "q" .. i, 65 + i % 26)
  local n = math.tointeger(i) or 0
  text[#text] = text[#text] .. (math.type(n / 2) == "float" and n % 2 == 0 and math.ult(n, 9000) and "e" or "o")
end
print("format", #table.concat(text), text[1], text[12000])

local closed, caught = 0, 0
local guard = setmetatable({}, { __close = function() closed = closed + 1 end })
for i = 1, 8000 do
  local ok, trace = xpcall(function()
    local held <close> = guard
    if i % 4 == 0 then error(held and "stop" or "never") end
    return i
  end, function(message) return #debug.traceback(message) > 20 end)
  if not ok and trace then caught = caught + 1 end
end
print("closed", closed, caught, rawequal(guard, guard), rawlen({ 1, 2 }))
