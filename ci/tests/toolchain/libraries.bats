#!/usr/bin/env bats
#
# Shared libraries and Python extensions: PGOKIT_BINARY is the library, and something else that loads it
# is trained and measured. What is shipped is what was measured.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

optimize() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" optimize "${@:2}"
}

# libsteps.so.1, and a program that the build makes to load it.
library() { # [jq filter on its pgokit.json]
  tiny "$BATS_TEST_TMPDIR/lib" '.build = "$CC $CFLAGS -fPIC -c steps.c && $CC $LDFLAGS -shared -Wl,-soname,libsteps.so.1 -o libsteps.so.1 steps.o && gcc -O1 -o user main.c libsteps.so.1"
    | .binary = "libsteps.so.1"
    | .workloads.fast[0].run = "env LD_PRELOAD=$PGOKIT_BINARY ./user 3000"
    | .benches[0].run = "env LD_PRELOAD=$PGOKIT_BINARY ./user 4000"'
  tiny_source | sed '/^__attribute__/,/^}/d; s/^int main/unsigned steps(unsigned x);\n&/' >main.c
  tiny_source | sed -n 's/^__attribute__((noinline)) static //; /^unsigned steps/,/^}/p' >steps.c
  echo 'unsigned rarely(void) { return 1; }' >>steps.c
  config_edit "${1:-.}"
}

trained() {
  "$pgokit" collect
  "$pgokit" merge
}

@test "a library goes through all phases, with BOLT too" {
  library '.variants = ["pgo", "cspgo", "pgo-bolt"]'
  trained
  optimize 0
  same "$output" 'baseline
pgo
cspgo
pgo-bolt'
  same "$(messages)" ''
  local v
  for v in $output; do
    same "$(LD_LIBRARY_PATH=.pgokit/bin/$v .pgokit/tree/user 100)" 3117
  done
  run -0 "$(llvm_bin)/llvm-readelf" -S .pgokit/bin/pgo-bolt/libsteps.so.1
  has "$output" .bolt.org.text
  run --separate-stderr -0 "$pgokit" bench --rounds 5
  same "$(messages)" ''
  same "$(jq -c '.benches[0].samples | map_values(.output) | [.[]] | unique | length' .pgokit/bench/receipt.json)" 1
}

@test "a command that loads another library than PGOKIT_BINARY measures nothing, and is refused" {
  library
  trained
  optimize 0
  config_edit '.benches[0].run = "env LD_LIBRARY_PATH=. ./user 4000"'
  run --separate-stderr -1 "$pgokit" bench --rounds 5
  has "$(messages)" "run 'full_check_flow': it does the same without the program, so it does not measure it. It has to use \$PGOKIT_BINARY: run it, or load it where it is a library"
}

@test "a variant that lost an exported function, or the name that programs load it by" {
  library
  trained
  config_edit '.build |= "case $CFLAGS in *profile-use*) sed -i s/rarely/other/ steps.c ;; esac; " + .'
  optimize 1
  has "$(messages)" "check 'pgo-nolto': it lost what the baseline has: export rarely; it has: "
  library
  config_edit '.build |= "case $CFLAGS in *profile-use*) name=2 ;; *) name=1 ;; esac; " + sub("soname,libsteps.so.1"; "soname,libsteps.so.$name")'
  trained
  optimize 1
  has "$(messages)" "check 'pgo-nolto': it lost what the baseline has: soname libsteps.so.1; it has: "
}

@test "a library whose functions have versions keeps them, whichever linker names the versions themselves" {
  library '.build |= sub("-Wl,-soname"; "-Wl,--version-script=map -Wl,-soname") | .variants = ["pgo-nolto", "pgo"]'
  printf 'V1 { };\nV2 { global: steps; local: *; } V1;\n' >map
  sed -i 's/^unsigned steps/unsigned now/' steps.c
  echo 'unsigned before(unsigned x) { return now(x); } __asm__(".symver now, steps@@V2"); __asm__(".symver before, steps@V1");' >>steps.c
  trained
  optimize 0
  same "$(messages)" ''
  local nm v
  nm=$(llvm_bin)/llvm-nm
  has "$("$nm" -D .pgokit/bin/baseline/libsteps.so.1)" ' A V1'
  for v in $output; do
    same "$("$nm" -D --defined-only ".pgokit/bin/$v/libsteps.so.1" | awk '/steps/ { print $3 }' | sort)" 'steps@@V2
steps@V1'
  done
  config_edit '.build |= "case $CFLAGS in *profile-use*) sed -i s/steps@V1/other@V1/ steps.c ;; esac; " + .'
  optimize 1 --variants pgo-nolto
  has "$(messages)" "check 'pgo-nolto': it lost what the baseline has: export steps@V1; it has: "
}

@test "a program that exports its functions loses none, whichever linker names the ends of sections" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build = "$CC $CFLAGS $LDFLAGS -Wl,-E -o prog main.c"'
  trained
  optimize 0
  has "$("$(llvm_bin)/llvm-nm" -D .pgokit/bin/baseline/prog)" ' _end'
  lacks "$("$(llvm_bin)/llvm-nm" -D .pgokit/bin/pgo-nolto/prog)" ' _end'
}

# --- Python -----------------------------------------------------------------------------------------

# A package with an extension, built as a wheel by setuptools.
extension() {
  PATH=/usr/bin:$PATH # the distribution's Python, with the packages that ci/setup installs
  mkdir -p -- "$BATS_TEST_TMPDIR/ext/hailstone"
  cd -- "$BATS_TEST_TMPDIR/ext" || return
  cat >hailstone/_steps.c <<'C'
#include <Python.h>
static PyObject *total(PyObject *self, PyObject *arg)
{
	unsigned long n = PyLong_AsUnsignedLong(arg), sum = 0;

	(void)self;
	for (unsigned long i = 1; i < n; i++)
		for (unsigned long x = i; x > 1; sum++)
			x = x % 2 ? 3 * x + 1 : x / 2;
	return PyLong_FromUnsignedLong(sum);
}
static PyMethodDef methods[] = {{"total", total, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_steps", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__steps(void) { return PyModule_Create(&module); }
C
  echo 'from hailstone._steps import total' >hailstone/__init__.py
  cat >setup.py <<'PY'
from setuptools import Extension, setup
setup(name="hailstone", version="1.0", packages=["hailstone"], ext_modules=[Extension("hailstone._steps", ["hailstone/_steps.c"])])
PY
  # Whatever Python would find by that name, the kit's file it is.
  cat >run.py <<'PY'
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("hailstone._steps", os.environ["PGOKIT_BINARY"])
sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules[spec.name])
import hailstone
print(hailstone.total(int(sys.argv[1])))
PY
  jq -n '{name: "hailstone", binary: "hailstone/_steps.so", variants: ["pgo", "pgo-bolt"],
    build: "python3 setup.py -q bdist_wheel && cp build/lib*/hailstone/_steps*.so hailstone/_steps.so",
    workloads: {fast: [{name: "train", run: "python3 run.py 3000"}]},
    benches: [{name: "full_check_flow", run: "python3 run.py 40000"}],
    release: {wheel: "dist/*.whl"}}' >pgokit.json
}

@test "a Python extension is trained through a script, and ends as a wheel with the chosen variant in it" {
  extension
  trained
  optimize 0
  same "$(messages)" ''
  "$pgokit" bench --rounds 5
  "$pgokit" gate
  run --separate-stderr -0 "$pgokit" package --version 1.0
  local wheel variant
  wheel=$(find .pgokit/dist -name '*.whl')
  variant=$(jq -r .ship .pgokit/gate/verdict.json)
  (cd .pgokit/dist && sha256sum -c --quiet SHA256SUMS)
  has "$(messages)" "pack '${wheel##*/}': PyPI takes no wheel of the tag linux_*"
  # The tag that auditwheel finds is true; one of an older C library than is needed is not.
  local tag
  tag=$("$top/build/release-tools/bin/auditwheel" show "$wheel" | grep -o 'manylinux_[0-9]*_[0-9]*_x86_64' | sed -n 1p)
  holds "$tag" != ''
  same "$(bash -c '. "$0" && wheel_untrue "$@"' "$top/ci/lib/release/wheel.sh" "a-1-cp311-cp311-$tag.whl" \
    "$(jq -r '.programs[0].glibc' .pgokit/dist/*-manifest.json)")" ''
  mv .pgokit/tree/dist/*.whl .pgokit/tree/dist/hailstone-1.0-cp311-cp311-manylinux_2_1_x86_64.whl
  run --separate-stderr -1 "$pgokit" package --version 1.0
  has "$(messages)" "its tag, manylinux_2_1_x86_64, promises that glibc 2.1 is enough, and its program needs 2."
  mv .pgokit/tree/dist/*.whl .pgokit/tree/dist/hailstone-1.0-py3-none-any.whl
  run --separate-stderr -1 "$pgokit" package --version 1.0
  has "$(messages)" "its tag, any, promises that it runs on every machine"
  python3 -m venv venv
  venv/bin/pip install -q --disable-pip-version-check --no-index "$wheel"
  "$(llvm_bin)/llvm-strip" -o want.so ".pgokit/bin/$variant/_steps.so"
  cmp want.so venv/lib/python3*/site-packages/hailstone/_steps*.so
  same "$(cd / && "$BATS_TEST_TMPDIR/ext/venv/bin/python" -c 'import hailstone; print(hailstone.total(100))')" 3117
}

@test "a wheel that is not there, is there twice, or is of another build" {
  tiny_after gate
  config_edit '.release.wheel = "dist/*.whl"'
  run --separate-stderr -1 "$pgokit" package --version 1
  has "$(messages)" "pack 'dist/*.whl': the build left 0 files of that name (config: release.wheel), and there has to be one"
  mkdir .pgokit/tree/dist
  (cd .pgokit/tree && echo x >other && zip -q dist/a.whl other && cp dist/a.whl dist/b.whl)
  run --separate-stderr -1 "$pgokit" package --version 1
  has "$(messages)" 'the build left 2 files of that name'
  rm .pgokit/tree/dist/b.whl
  run --separate-stderr -1 "$pgokit" package --version 1
  has "$(messages)" "pack '$PWD/.pgokit/tree/dist/a.whl': the build's own 'prog' is not in it, or it has no RECORD; run pgokit optimize again"
  holds ! -e .pgokit/dist
}
