// Text: words counted, character by character.
local text = std.repeat('The quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs. ', 4);
local clean = std.join('', [if std.codepoint(c) > 96 && std.codepoint(c) < 123 then c else ' ' for c in std.stringChars(std.asciiLower(text))]);
local words = [w for w in std.split(clean, ' ') if w != ''];
std.foldl(function(n, w) n { [w]: if std.objectHas(n, w) then n[w] + 1 else 1 }, words, {})
