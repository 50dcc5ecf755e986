-- Containers and memory: a treap keyed by numbers, linked lists, weak tables, sorting,
-- a heap, string keys, and the collector in both modes.

local seed = 99
local function rnd()
  seed = (seed * 6364136223846793005 + 1442695040888963407)
  return (seed >> 33) & 0xffffff
end

local function rotate(node, a, b)
  local child = node[a]
  node[a] = child[b]
  child[b] = node
  return child
end
local function insert(node, key)
  if not node then return { key = key, pri = rnd(), size = 1 } end
  node.size = node.size + 1
  if key < node.key then
    node.left = insert(node.left, key)
    if node.left.pri > node.pri then node = rotate(node, "left", "right") end
  elseif key > node.key then
    node.right = insert(node.right, key)
    if node.right.pri > node.pri then node = rotate(node, "right", "left") end
  end
  return node
end
local function depth(node)
  if not node then return 0 end
  return 1 + math.max(depth(node.left), depth(node.right))
end

local root
for _ = 1, 40000 do root = insert(root, rnd()) end
print("treap", depth(root) < 60, root ~= nil)

collectgarbage("generational")
local kept = 0
for round = 1, 900 do
  local head
  for i = 1, 400 do head = { next = head, value = i * round } end
  while head do
    kept = (kept + head.value) % 65521
    head = head.next
  end
end
collectgarbage("incremental")
local cache = setmetatable({}, { __mode = "v" })
for i = 1, 40000 do cache[i] = { i, tostring(i) } end
collectgarbage()
print("garbage", kept, next(cache))

local list = {}
for i = 1, 60000 do list[i] = rnd() end
table.sort(list)
local names = {}
for i = 1, 20000 do names[i] = string.format("n%06x", rnd()) end
table.sort(names, function(a, b) return a > b end)
print("sort", list[1] <= list[2], #list, names[1] >= names[2])

local heap, n = {}, 0
local function add(v)
  n = n + 1
  heap[n] = v
  local i = n
  while i > 1 and heap[i // 2] > heap[i] do
    heap[i], heap[i // 2] = heap[i // 2], heap[i]
    i = i // 2
  end
end
local function take()
  local top = heap[1]
  heap[1], heap[n] = heap[n], nil
  n = n - 1
  local i = 1
  while i * 2 <= n do
    local c = i * 2
    if c < n and heap[c + 1] < heap[c] then c = c + 1 end
    if heap[i] <= heap[c] then break end
    heap[i], heap[c] = heap[c], heap[i]
    i = c
  end
  return top
end
for _ = 1, 30000 do add(rnd()) end
local last, sorted = 0, true
while n > 0 do
  local v = take()
  sorted = sorted and v >= last
  last = v
end
print("heap", sorted, last)

local total = 0
for i = 1, 30000 do
  local rec = { id = i, name = "item" .. i, tags = { "a", "b", i % 3 } }
  rec.extra, rec.name = #rec.name, nil
  table.insert(rec.tags, 2, "x")
  table.remove(rec.tags, 1)
  for _, t in ipairs(rec.tags) do
    if t == "x" then total = total + rec.extra end
  end
  for k in pairs(rec) do total = total + #k end
  local a, b = table.unpack(rec.tags)
  if a ~= b then total = total + 1 end
end
print("records", total)
