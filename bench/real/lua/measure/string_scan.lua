-- An access log: made, split into fields, filtered, summed up per path.

local state = 7
local function pick(list)
  state = state * 16807 % 2147483647
  return list[state % #list + 1]
end

local methods = { "GET", "GET", "GET", "POST", "HEAD" }
local paths = { "/", "/index.html", "/img/logo.png", "/api/v1/items", "/api/v1/items/42?full=1" }
local agents = { "curl/7.88", "Mozilla/5.0 (X11)", "bot (+http://example.org/bot)" }
local status = { 200, 200, 200, 304, 404, 500 }

local out = {}
for i = 1, 15000 do
  out[#out + 1] = ('10.%d.%d.%d - - [%02d:%02d:%02d] "%s %s HTTP/1.1" %d %d "%s"'):format(
    i % 3, i % 256, i * 7 % 256, i // 3600, i // 60 % 60, i % 60,
    pick(methods), pick(paths), pick(status), i * 37 % 9001, pick(agents))
end
local log = table.concat(out, "\n") .. "\n"

local bytes, hits, errors, bots = {}, {}, 0, 0
for line in log:gmatch("(.-)\n") do
  local ip, request, code, size, agent = line:match('^(%S+) .- "([^"]*)" (%d+) (%d+) "(.*)"$')
  local path = request:match("^%u+ ([^? ]+)")
  hits[path] = (hits[path] or 0) + 1
  bytes[path] = (bytes[path] or 0) + tonumber(size)
  if tonumber(code) >= 400 then errors = errors + 1 end
  if agent:find("bot", 1, true) and ip:find("^10%.[02]%.") then bots = bots + 1 end
end

local names = {}
for path in pairs(hits) do names[#names + 1] = path end
table.sort(names)
for _, path in ipairs(names) do
  print(path, hits[path], bytes[path])
end
local masked, n = log:gsub("10%.(%d+)%.%d+%.%d+", "10.%1.x.x")
print(errors, bots, n, #masked, (masked:gsub("%s+", " ")):sub(1, 60))
