# JSON with each list of numbers on one line, so that a record stays short.
walk(if type == "array" and length > 0 and all(.[]; type == "number") then "[\(map(tojson) | join(" "))]" else . end)
