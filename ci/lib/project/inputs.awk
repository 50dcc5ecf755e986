# From simple commands, one per line with a tab between words and / for the program that is trained,
# lines of: "input", tab, a word that may name a file which the command reads; or "driver", tab, what is
# started itself: the command, or the script that an interpreter gets first. What the program that is
# trained gets is all input, scripts too. "." is more often a filter or the shell's own than a folder.
BEGIN {
  FS = "\t"
  split("env nice time timeout exec nohup command stdbuf setsid taskset chrt sudo if then else do while until ! {", words, " ")
  for (i in words) before[words[i]]
  interpreter = "^(.*/)?(sh|bash|dash|zsh|ksh|python[0-9.]*|pypy[0-9.]*|perl[0-9.]*|ruby[0-9.]*|node|php[0-9.]*|lua[0-9.]*|tclsh|expect|Rscript)$|^([.]|source)$"
}

function input(word,   parts, n, k) {
  n = split(word, parts, "=") # --file=data, or FILE=data
  for (k = 1; k <= n; k++)
    if (parts[k] !~ /^([.]\/?)*$/) print "input\t" parts[k]
}

{
  for (i = 1; i <= NF && ($i == "" || $i ~ /^-/ || $i ~ /^[0-9.]+$/ || $i ~ /^[A-Za-z_][A-Za-z0-9_]*=/ || $i in before); i++)
    if ($i ~ /=/) input($i)
  if (i > NF) next
  if ($i != "/") {
    print "driver\t" $i
    if ($i ~ interpreter) {
      for (i++; i <= NF && $i ~ /^-/; i++) if ($i ~ /^-[A-Za-z]*[ce]$/) next # the script is a word, not a file
      if (i <= NF) print "driver\t" $i
    }
  }
  for (i++; i <= NF; i++) input($i)
}
