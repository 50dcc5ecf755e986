# The lines of elf-facts.awk as an object. What one CPU or C library of an older kind lacks is among them: isa, glibc.

def hex: ascii_downcase | explode | reduce .[] as $c (0; . * 16 + (if $c > 57 then $c - 87 else $c - 48 end));
[inputs | capture("^(?<name>[^ ]+) ?(?<value>.*)$")] as $facts
| def fact($name): first($facts[] | select(.name == $name) | .value | select(. != "")) // null;
  {type: fact("type"), pie: (fact("pie") == "yes"), stack: fact("stack"), relro: fact("relro"), bind_now: (fact("bind_now") == "yes"),
   textrel: (fact("textrel") == "yes"), writable_code: (fact("writable_code") == "yes"), runpath: fact("runpath"),
   build_id: fact("build_id"), glibc: fact("glibc"), isa: fact("isa"),
   hot_bytes: ([$facts[] | select(.name == "hot_bytes") | .value | hex] | add // 0),
   libraries: [$facts[] | select(.name == "needs") | .value]}
