// Configuration of a build: steps of jobs over a matrix, written as YAML.
local step(name, run) = { name: name, run: run, env: { CI: 'true', STEP: name } };
local job(os, version) = {
  local me = self,
  runner:: os + '-latest',
  'runs-on': me.runner,
  timeout: if os == 'macos' then 40 else 20,
  steps: [step('fetch', 'git clone --depth 1'), step('build', 'make -j%d VERSION=%s' % [std.length(version), version])]
         + (if os == 'linux' then [step('lint', 'make lint')] else []),
  needs: [s.name for s in me.steps],
};
std.manifestYamlDoc({
  jobs: { ['%s_%s_%d' % [os, v, k]]: job(os, v) + { shard: k } for os in ['linux', 'macos'] for v in ['1.0', '2.1'] for k in [1, 2] },
})
