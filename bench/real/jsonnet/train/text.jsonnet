// Strings: split, joined, formatted, escaped.
local lines = [std.format('%05d;%s;%x', [i, std.repeat('ab', i % 7), i * 37]) for i in std.range(1, 30)];
local rows = [std.split(l, ';') for l in lines];
{
  csv: std.join('\n', [std.join(',', [std.escapeStringJson(c) for c in r]) for r in rows]),
  upper: [std.asciiUpper(r[1]) for r in rows if std.length(r[1]) > 4],
  found: [std.findSubstr('a', r[1]) for r in rows[0:20]],
  ini: std.manifestIni({ sections: { s: { [r[0]]: r[2] for r in rows } } }),
}
