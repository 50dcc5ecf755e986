# Rust's legacy names behind a demangler that knows C++: without their hash, and without what stands for
# characters that C++ has not in names.
/::h[0-9a-f]{16}$/ {
  s///
  s/(^|::)_\$/\1$/g
  s/\$LT\$/</g
  s/\$GT\$/>/g
  s/\$LP\$/(/g
  s/\$RP\$/)/g
  s/\$RF\$/\&/g
  s/\$BP\$/*/g
  s/\$C\$/,/g
  s/\$u20\$/ /g
  s/\$u27\$/'/g
  s/\$u5b\$/[/g
  s/\$u5d\$/]/g
  s/\$u7b\$/{/g
  s/\$u7d\$/}/g
  s/\.\./::/g
}
