#!/usr/bin/env bats
# The kernels on machines that lack something, and the benchmark that compares them.

load ../helper

# On such a CPU, plain kernels of the machine that builds would end by an illegal instruction.
# bats test_tags=slow
@test "on a CPU without AVX2 the tests skip its kernels, by name, and pass the others" {
  cp -R "$ROOT/tools" "$ROOT/ci" "$ROOT/Makefile" "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"
  make -s -j2 KERNEL_CFLAGS= build/tests/kernels/{gemm,targets}_test
  run -0 --separate-stderr qemu-x86_64 -cpu Nehalem build/tests/kernels/gemm_test
  has "$output" 'skipped gemm_avx2, gemm_threads: this CPU has no AVX2 and FMA'
  has "$output" ' checks, 0 failed'
  run -0 --separate-stderr qemu-x86_64 -cpu Nehalem build/tests/kernels/targets_test
  has "$output" 'skipped Conv2D avx2: this CPU, or its system, has no AVX2 and FMA'
  has "$output" 'skipped Transformer avx2-threads: this CPU, or its system, has no AVX2 and FMA'
}

@test "an OpenBLAS that lacks what is called is skipped, with the reason" {
  cd "$BATS_TEST_TMPDIR"
  cc -shared -x c -o libopenblas.so.0 /dev/null
  LD_LIBRARY_PATH=$PWD run -0 --separate-stderr "$ROOT/build/tests/kernels/gemm_test"
  has "$output" 'skipped gemm_openblas: libopenblas.so.0 lacks cblas_sgemm, or openblas_set_num_threads'
}

@test "with one CPU to run on, threads are skipped" {
  run -0 --separate-stderr taskset -c 0 "$ROOT/build/tests/kernels/targets_test"
  has "$output" 'skipped GEMM avx2-threads: this process may use one CPU only'
}

@test "bench/tune/operations names the best target of an operation, and what the tuner learned" {
  run -0 --separate-stderr "$ROOT/bench/tune/operations" -o 64x64x64 -c 0
  has "${lines[0]}" '| operation | size | plain ms | best target | best ms | speedup | learned | energy |'
  matches "${lines[2]}" '^\| GEMM \| 64x64x64 \| [0-9.]+ \| [a-z0-9-]+ \| [0-9.]+ \| [0-9.]+x \| [a-z0-9-]+, [0-9]+ runs'
  has "$output" 'avx512: no kernel ships: no machine with AVX-512 was at hand to test one'
  has "$output" 'amx: no kernel ships: no machine with AMX was at hand to test one'
  run -2 --separate-stderr "$ROOT/bench/tune/operations" -o FFT
  same "$stderr" "operations: find 'FFT': no operation or size has it in it"
  run -2 --separate-stderr "$ROOT/bench/tune/operations" -c many
  same "$stderr" "operations: read -c 'many': expected a number of rounds"
}

# Counts up by a millijoule each time that it is replaced.
# bats test_tags=slow
@test "bench/tune/operations tells energy where the kernel does" {
  local zone=$BATS_TEST_TMPDIR/powercap/package:0 counter
  mkdir -p "$zone"
  printf '1000000000000\n' >"$zone/max_energy_range_uj"
  printf '0\n' >"$zone/energy_uj"
  while printf '%d\n' "$((n += 1000))" >"$zone/new" && mv "$zone/new" "$zone/energy_uj"; do :; done 3>&- 2>&- &
  counter=$!
  run -0 --separate-stderr "$ROOT/bench/tune/operations" -o 8x56 -r 3 -p "${zone%/*}" -c 0
  kill "$counter"
  matches "${lines[2]}" '\| [0-9.e-]+ J \|'
}
