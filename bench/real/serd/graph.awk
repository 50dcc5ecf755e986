# A graph in Turtle: -v seed=N -v nodes=N -v style=people|places (prefixes, literals and blank nodes differ).
function next_in(n) { state = (state * 16807) % 2147483647; return state % n }
function word(n, out) { for (n = 3 + next_in(6); n > 0; n--) out = out sprintf("%c", 97 + next_in(26)); return out }
BEGIN {
	state = seed
	print "@base <http://example.org/" style "/> .\n@prefix x: <http://example.org/terms#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
	for (i = 0; i < nodes; i++) {
		if (style == "people") {
			printf "<p%d> a x:Person ;\n\tx:name \"%s %s\"@en ;\n\tx:age %d ;\n\tx:knows <p%d> , <p%d> ;\n\tx:born \"%d-%02d-%02d\"^^xsd:date .\n", i, word(), word(), next_in(90), next_in(nodes), next_in(nodes), 1930 + next_in(90), 1 + next_in(12), 1 + next_in(28)
			if (i % 5 == 0)
				printf "<p%d> x:home [ x:street \"%s\\t%d\" ; x:city x:%s ] .\n", i, word(), next_in(200), word()
		} else {
			printf "x:place%d x:label \"\"\"%s \"%s\"\n%s\"\"\" ; x:at ( %d.%d -%d.%de0 ) ; x:part x:place%d .\n", i, word(), word(), word(), next_in(180), next_in(1000), next_in(90), next_in(1000), next_in(nodes)
			if (i % 3 == 0)
				printf "# a comment: %s\n_:b%d x:open true , \"caf\\u00E9\" ; x:sees _:b%d .\n", word(), i, next_in(nodes)
		}
	}
}
