# shellcheck shell=bash
#
# What to install where: ci/data/packages.tsv read for this machine's distribution.

# The command that installs a package, known by its Debian name with N for the LLVM major.
install_hint() { # <Debian package...>
  local os column how p names=()
  os=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID-}" "${ID_LIKE-}") || os=
  case " $os " in
    *" debian "* | *" ubuntu "*) column=2 how='apt-get install' ;;
    *" fedora "* | *" rhel "*) column=3 how='dnf install' ;;
    *" arch "*) column=4 how='pacman -S' ;;
    *) if [ "$(uname -s)" = Darwin ]; then column=5 how='brew install'; else column=2 how='install'; fi ;;
  esac
  for p; do
    names+=("$(awk -F '\t' -v name="$p" -v col="$column" '!/^#/ && $2 == name { print $col }' "$PGOKIT_HOME/ci/data/packages.tsv")")
  done
  if [[ " ${names[*]} " == *" - "* || -z ${names[*]// /} ]]; then
    printf 'not packaged for this system'
  else
    printf '%s %s' "$how" "${names[*]//-N/-${LLVM_MAJOR:-22}}"
  fi
}

# Names what the project says that its build needs and is not there, once a phase. The names are
# Debian's; what is on PATH may have come in another way.
packages_say() {
  local p wanted absent=()
  [ -z "${packages_said-}" ] || return 0
  packages_said=yes
  type -P dpkg-query >/dev/null || return 0
  config_list .packages wanted
  for p in "${wanted[@]}"; do
    type -P -- "$p" >/dev/null || [ "$(dpkg-query -W -f '${db:Status-Status}' -- "$p" 2>/dev/null)" = installed ] ||
      absent+=("$p")
  done
  [ ${#absent[@]} -eq 0 ] ||
    warn "build in '$tree': not installed: $(some_names "${absent[@]}") (config: packages); $PGOKIT_HOME/ci/setup --project . installs it"
}
