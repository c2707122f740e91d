# shellcheck shell=bash
# Completion of jetson-core for bash 4 and later, with or without the package bash-completion:
#
#   source <(jetson-core completion bash)

_jetson_core() {
  local line=$COMP_LINE words=() word='' quote='' begun='' i letter
  # What of the word stays as it is: bash takes what is behind COMP_WORDBREAKS (":" and "=" among them) or behind an
  # open quote for the word, and only that is replaced.
  local kept='' before_quote=''

  [ "$COMP_POINT" -ge "${#line}" ] || line=${line:0:COMP_POINT}
  for ((i = 0; i < ${#line}; i++)); do
    letter=${line:i:1}
    if [ -n "$quote" ]; then
      if [ "$letter" = "$quote" ]; then
        quote='' kept=$before_quote
      elif [ "$letter" = \\ ] && [ "$quote" = '"' ]; then
        i=$((i + 1)) word+=${line:i:1}
      else
        word+=$letter
      fi
    else
      case $letter in
        [[:blank:]])
          [ -z "$begun" ] || words+=("$word")
          word='' begun='' kept=''
          continue
          ;;
        \\) i=$((i + 1)) word+=${line:i:1} ;;
        \' | \") before_quote=$kept quote=$letter kept=$word ;;
        *)
          word+=$letter
          [[ $COMP_WORDBREAKS != *"$letter"* ]] || kept=$word
          ;;
      esac
    fi
    begun=1
  done

  local option='' program
  if [[ $word == --*=* && -z $quote ]]; then
    option=${word%%=*}= word=${word#*=}
    words+=("${option%=}")
  fi
  # The one in PATH, not whatever a folder holds that one has come into.
  program=$(type -P jetson-core) || program=${words[0]}

  local answer=() found=() names=()
  mapfile -t answer < <("$program" complete -- "${words[@]:1}" "$word" 2>/dev/null)
  case ${answer[0]-none} in
    files) mapfile -t found < <(compgen -f -- "$word") ;;
    folders) mapfile -t found < <(compgen -d -- "$word") ;;
  esac
  [ ${#found[@]} = 0 ] || compopt -o filenames
  for letter in "${answer[@]:1}"; do found+=("${letter%%$'\t'*}"); done

  COMPREPLY=()
  for word in "${found[@]}"; do
    word=$option$word
    names+=("${word#"$kept"}")
  done
  if [[ ${names[*]} == *[:=]* ]]; then
    # bash would put a backslash before these
    compopt +o filenames
    for word in "${names[@]}"; do
      [ -n "$quote" ] || printf -v word %q "$word"
      COMPREPLY+=("$word")
    done
  else
    compopt -o filenames
    COMPREPLY=("${names[@]}")
  fi
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:/=] ]]; then compopt -o nospace; fi
}

complete -F _jetson_core jetson-core
