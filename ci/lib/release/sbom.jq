# The software bill of materials of a release, CycloneDX 1.6 (ECMA-424), made of its manifest and of nothing else, so that
# it can be made again and compared. What was only used to build has the scope "excluded".

def property($name; $value): if $value == null then empty else {$name, value: ($value | tostring)} end;
def purl_part: @uri | gsub("%3A"; ":");
def crate_ref: "pkg:cargo/\(.name | purl_part)@\(.version | purl_part)";
def library_ref: "library:\(.name)";
def program_ref: "file:\(.file)";

# A text "Debian clang version 22.1.8 (1~deb12u1)" has the version behind the first word that begins with a digit.
def tool($kind): {type: "application", "bom-ref": "tool:\($kind)", name: ., scope: "excluded",
    properties: [property("pgokit:used-as"; $kind)]}
  + (capture("(^|[ ])(?<version>[0-9][^ ]*)") | {version} // {});

. as $m
| {bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
   metadata: {timestamp: .date, tools: {components: [{type: "application", name: "pgokit", version: .pgokit}]},
     component: {type: "application", "bom-ref": "release", name, version,
       properties: [property("pgokit:commit"; .sources.commit), property("pgokit:dirty"; .sources.dirty), property("pgokit:tree-sha256"; .sources.tree),
         property("pgokit:target"; .target), property("pgokit:variant"; .variant), property("pgokit:profile-sha256"; .profile.sha256),
         property("pgokit:receipt-sha256"; .decision.receipt)]}},
   components: (
     [.programs[] | {type: "file", "bom-ref": program_ref, name: .file, hashes: [{alg: "SHA-256", content: $m.files[.file].sha256}],
        properties: [property("pgokit:variant"; .variant), property("pgokit:build-id"; .build_id), property("pgokit:glibc"; .glibc)]}]
     + [.libraries[] | {type: "library", "bom-ref": library_ref, name: (.package // .name)}
        + (if .version then {version, purl: "pkg:deb/\(.distro | purl_part)/\(.package | purl_part)@\(.version | purl_part)?arch=amd64"} else {} end)
        + {properties: [property("pgokit:soname"; .name)]}]
     + [.crates[] | {type: "library", "bom-ref": crate_ref, name, version, purl: crate_ref}
        + (if .checksum then {hashes: [{alg: "SHA-256", content: .checksum}]} else {} end)]
     + [.toolchain | (.compiler | strings | tool("compiler")), (.linker | strings | tool("linker"))]),
   dependencies: (
     [{ref: "release", dependsOn: ([$m.programs[] | program_ref] + [$m.crates[] | crate_ref])}]
     + [.programs[] | {ref: program_ref, dependsOn: [.libraries[] as $name | {name: $name} | library_ref]}])}
