// Objects that inherit: services in regions, each with what its kind adds.
local Base = { replicas: 1, labels: { app: $.name, tier: 'none' }, url:: 'https://%s.example/%d' % [$.name, $.replicas] };
local Web = Base { labels+: { tier: 'web' }, ports: [80, 443], check: { path: '/health', at: $.url } };
local Store = Base { labels+: { tier: 'store' }, disks: [{ id: i, size: 10 * (i + 1) } for i in std.range(0, 3)] };
{
  [region]: {
    [kind.name + n]: kind { name: kind.kind + n, replicas: n % 5 + 1 }
    for n in std.range(1, 12)
    for kind in [Web { kind:: 'web', name: 'web' }, Store { kind:: 'store', name: 'store' }]
    if kind.name == 'web' || n % 2 == 0
  }
  for region in ['north', 'south', 'east']
}
