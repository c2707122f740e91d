#compdef jetson-core
# Completion of jetson-core for zsh: a file _jetson-core in a folder of $fpath, or behind compinit
#
#   source <(jetson-core completion zsh)

_jetson_core() {
  setopt localoptions extendedglob
  # The one in PATH, not whatever a folder holds that one has come into.
  local program=${commands[jetson-core]:-$words[1]} word line value about head=''
  local -a typed answer ends goes

  typed=("${(@Q)words[2,CURRENT-1]}")
  if [[ $PREFIX == --[a-z0-9-]##=* ]]; then
    typed+=("${PREFIX%%=*}")
    compset -P '--[a-z0-9-]##='
  fi
  word=${(Q)PREFIX}
  answer=("${(@f)$("$program" complete -- "${typed[@]}" "$word" 2>/dev/null)}")

  # Only the last step of a way is shown.
  if (( $#answer > 1 )) && [[ $answer[1] == none && $word == *[:/]* ]]; then
    head=${word%"${word##*[:/]}"}
    compset -P '*[:/]'
  fi
  for line in "${answer[@]:1}"; do
    value=${line%%$'\t'*} about=''
    [[ $line != *$'\t'* ]] || about=${line#*$'\t'}
    value=${value#"$head"}
    line=${${value//\\/\\\\}//:/\\:}${about:+:$about}
    if [[ $value == *[:/=] ]]; then goes+=("$line"); else ends+=("$line"); fi
  done
  (( ! $#ends )) || _describe -V 'jetson-core' ends
  (( ! $#goes )) || _describe -V 'jetson-core' goes -S ''
  case $answer[1] in
    files) _files ;;
    folders) _files -/ ;;
  esac
}

if [[ $funcstack[1] == _jetson-core ]]; then
  _jetson_core "$@"
else
  compdef _jetson_core jetson-core
fi
