# Editing: patterns, substitution, fields put together anew.
/failed/ { gsub(/code=[0-9]+/, "code=*"); bad++ }
$2 ~ /^1[0-9]*\.2/ { sub(/\./, ":"); split($2, part, /[.:]/); $2 = part[2] "/" part[1] }
{ $3 = toupper($3); printf "%-12s|%s\n", $1, $0 }
END { print bad }
