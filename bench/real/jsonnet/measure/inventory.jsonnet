// Records joined and grouped.
local items = [{ id: i, kind: ['bolt', 'nut', 'gear', 'axle'][i % 4], price: (i * 7919) % 1000 / 10, stock: (i * 31) % 17 } for i in std.range(1, 90)];
local kinds = std.set([i.kind for i in items]);
{
  [k]: {
    local mine = std.filter(function(i) i.kind == k, items),
    value: std.foldl(function(sum, i) sum + i.price * i.stock, mine, 0),
    dearest: std.sort(mine, function(i) -i.price)[0:3],
    missing: [i.id for i in mine if i.stock == 0],
  }
  for k in kinds
}
