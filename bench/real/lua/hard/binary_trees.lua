-- Many short-lived trees beside one that stays: allocation and the collector.

local function bottom_up(depth)
  if depth == 0 then return {} end
  return { bottom_up(depth - 1), bottom_up(depth - 1) }
end

local function check(tree)
  if tree[1] then return 1 + check(tree[1]) + check(tree[2]) end
  return 1
end

local long_lived = bottom_up(14)
for depth = 4, 12, 2 do
  local count, sum = 1 << (12 - depth + 4), 0
  for _ = 1, count do
    sum = sum + check(bottom_up(depth))
  end
  print(depth, count, sum)
end
print("long lived", check(long_lived))
