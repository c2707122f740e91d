#!/bin/sh
# Flashes Ubuntu Core to a board with NVIDIA's flash.sh, from the bundle that this script lies in:
#
#   sudo ./flash-ubuntu-core.sh [--no-flash | --undo] [Linux_for_Tegra]
#
# Nothing of NVIDIA's is edited. A board file and a layout of ours are made beside the vendor's, flash.sh is run without
# the board first, and what it made is compared with what is wanted: only then is the board written. --no-flash stops
# before that, --undo takes everything out again. Without a folder: the one around this script, or the current one.
set -u
LC_ALL=C
export LC_ALL

problems=0
say() { printf 'flash-ubuntu-core: %s\n' "$1"; }
problem() { # MESSAGE [HINT]: goes on, so that all problems are said at once
  printf 'flash-ubuntu-core: error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
  problems=$((problems + 1))
}
warning() { printf 'flash-ubuntu-core: warning: %s\n' "$1" >&2; }
die() {
  problem "$@"
  exit 1
}
stop_at_problems() {
  [ "$problems" = 0 ] || {
    printf 'flash-ubuntu-core: the board has not been touched\n' >&2
    exit 1
  }
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
mode=flash
tree=
for argument; do
  case $argument in
    --no-flash) mode=prepare ;;
    --undo) mode=undo ;;
    -h | --help)
      sed -n '2,8s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    -*)
      printf 'flash-ubuntu-core: error: there is no option %s\n' "$argument" >&2
      exit 2
      ;;
    *) tree=$argument ;;
  esac
done
[ "$(id -u)" = 0 ] || die "flashing needs root" "sudo ./flash-ubuntu-core.sh"
# flash.sh asks for the variable, not for the user: it is not set in containers.
USER=root
export USER

if [ -z "$tree" ]; then
  for tree in "$here" . "$here/Linux_for_Tegra" ""; do
    [ -z "$tree" ] || [ ! -f "$tree/flash.sh" ] || break
  done
fi
if [ -z "$tree" ] || [ ! -f "$tree/flash.sh" ] || [ ! -d "$tree/bootloader" ]; then
  die "there is no Linux_for_Tegra here" "name the folder that NVIDIA's driver package was unpacked to"
fi
tree=$(CDPATH='' cd -- "$tree" && pwd -P) || exit 1

# ---- what the bundle is

folder=bootloader/ubuntu-core
if [ "$mode" != undo ]; then
  bad=$(cd "$here" && sha256sum -c SHA256SUMS 2>&1 | grep -v ': OK$')
  [ -z "$bad" ] || die "the bundle is damaged: $bad" "copy and unpack it anew"
fi
[ -r "$here/$folder/bundle.conf" ] || die "$folder/bundle.conf is missing" "unpack the bundle anew"
board='' boot_file='' boot_bytes=0 data_file='' uboot_file='' uboot_bytes=0 uboot_address_file=''
# shellcheck source=/dev/null # made with the bundle
. "$here/$folder/bundle.conf"
own=$board-ubuntu-core
data_name=${data_file##*/}
cd "$tree" || exit 1

# ---- putting files into the tree, with a journal that jetson-core flash apply reads too

journal=$folder/applied
noted() { [ -f "$journal" ] && grep -qx -e "new $1" -e "replaced $1" "$journal"; }
note() { noted "$2" || printf '%s %s\n' "$1" "$2" >>"$journal"; }
put() { # FROM PATH
  if cmp -s "$1" "$2"; then
    note new "$2"
    return
  fi
  if [ -e "$2" ] && ! noted "$2"; then
    note replaced "$2"
    mv "$2" "$2.before-ubuntu-core" || exit 1
  elif [ -f "$journal" ] && grep -qx "replaced $2" "$journal" && [ ! -e "$2.before-ubuntu-core" ] && [ -e "$2" ]; then
    mv "$2" "$2.before-ubuntu-core" || exit 1 # interrupted between the two
  fi
  note new "$2"
  cp "$1" "$2.part" && mv "$2.part" "$2" || exit 1
}
take_out() { # STATE PATH
  rm -f "$2.part"
  if [ -e "$2.before-ubuntu-core" ]; then
    mv "$2.before-ubuntu-core" "$2" || exit 1
  elif [ "$1" = new ]; then
    rm -f "$2"
  fi
}

if [ "$mode" = undo ]; then
  rm -f "$own.conf"
  if [ -f "$journal" ]; then
    while read -r state path; do
      case $path in
        */../* | ../* | /*) ;;
        *) take_out "$state" "$path" ;;
      esac
    done <"$journal"
  fi
  rm -f "$journal" "$folder/no-flash.log" "$folder/layout.part" "$folder/made.part"
  if [ "$here" = "$tree" ]; then # the bundle was unpacked over the tree
    while read -r sum path; do
      [ -z "$sum" ] || rm -f "$path"
    done <SHA256SUMS
    rm -f SHA256SUMS
  fi
  rmdir "$folder" 2>/dev/null
  say "taken out of $tree"
  exit 0
fi

# ---- what the tree is: the last plain assignment of a variable counts

conf=$board.conf
[ -r "$conf" ] || die "there is no board file $conf" "take the L4T package for this board, and unpack it with its links"
value() {
  sed -n "s/^[[:space:]]*$1=\"\{0,1\}\([^\";]*\)\"\{0,1\};\{0,1\}[[:space:]]*\$/\1/p" "$conf" | tail -n 1
}
target=$(value target_board)
layout=bootloader/$target/cfg/$(value EMMC_CFG)
own_layout=bootloader/$target/cfg/ubuntu-core.xml
[ -f "$layout" ] || die "there is no layout $layout" "unpack the L4T package anew"
mkgpt=0
[ -z "$(value BOOTPARTSIZE)" ] || [ -z "$(value EMMCSIZE)" ] || mkgpt=1

branch='' release=''
if [ -r nv_tegra/bsp_version ]; then
  branch=$(sed -n 's/^BSP_BRANCH=[^0-9]*\([0-9]*\).*/\1/p' nv_tegra/bsp_version | tail -n 1)
  release=$(sed -n 's/^BSP_M[A-Z]*=[^0-9]*\([0-9]*\).*/.\1/p' nv_tegra/bsp_version | tr -d '\n')
else
  case $(sha256sum <flash.sh) in
    768ededd93e7*) branch=24 release=.1 ;;
    ecd395f96d75*) branch=28 release=.1 ;;
    4375282779b2*) branch=32 release=.6.1 ;;
  esac
fi
if [ -z "$branch" ]; then
  if [ "$(value UBOOT_WITH_TBOOT)" = yes ]; then
    branch=24
  elif [ "$(grep -c '<device[[:space:]]' "$layout")" -ge 2 ]; then
    branch=32
  elif grep -q 'DFLT_KERNEL_IMAGE=.*u-boot\.bin' "$conf"; then
    branch=28
  fi
fi
release=R$branch$release
case $branch in
  24 | 28 | 32) say "$tree is L4T $release" ;;
  *) die "cannot tell the release of this tree, or it is too new for the board" "take L4T R28.1, R28.2 or R32" ;;
esac

# ---- our board file and layout, beside the vendor's

# The same edit as jetson-core makes: the name of one file in front of the children of one partition.
make_layout() {
  chop=0
  [ -z "$(tail -c 1 "$layout")" ] || chop=1 # no newline at the end
  awk -v name=UDA -v file="$data_name" -v chop="$chop" '
    function find(s, tag, from, rest, f, c, e) { # where a tag stands that is not in a comment
      while (from <= length(s)) {
        rest = substr(s, from)
        f = index(rest, tag)
        c = index(rest, "<!--")
        if (f == 0) return 0
        if (c == 0 || f < c) return from + f - 1
        e = index(substr(rest, c), "-->")
        if (e == 0) return 0
        from = from + c - 1 + e + 2
      }
      return 0
    }
    function tag_end(s, from, i, letter, quote) {
      quote = ""
      for (i = from; i <= length(s); i++) {
        letter = substr(s, i, 1)
        if (quote != "") { if (letter == quote) quote = "" }
        else if (letter == "\"" || letter == "\047") quote = letter
        else if (letter == ">") return i + 1
      }
      return length(s) + 1
    }
    function is_blank(letter) { return letter == " " || letter == "\t" || letter == "\r" || letter == "\n" }
    function is_named(tag, at) {
      at = match(tag, /[ \t\r\n]name[ \t\r\n]*=[ \t\r\n]*["\047][^"\047]*["\047]/)
      if (at == 0) return 0
      tag = substr(tag, RSTART, RLENGTH - 1)
      sub(/^[^"\047]*["\047]/, "", tag)
      return tag == name
    }
    { text = text $0 "\n" }
    END {
      if (chop) text = substr(text, 1, length(text) - 1)
      for (at = find(text, "<partition", 1); at > 0; at = find(text, "<partition", start)) {
        start = tag_end(text, at)
        if (is_blank(substr(text, at + 10, 1)) && is_named(substr(text, at, start - at))) break
      }
      if (at == 0) exit 1
      element = "<filename> " file " </filename>"
      if (substr(text, start - 2, 1) == "/") {
        printf "%s>%s</partition>%s", substr(text, 1, start - 3), element, substr(text, start)
        exit
      }
      end = find(text, "</partition", start)
      if (end == 0) exit 1
      children = substr(text, start, end - start)
      for (at = find(children, "<filename", 1); at > 0; at = find(children, "<filename", at)) {
        tag = at + index(substr(children, at), ">") - 1
        close_at = index(substr(children, at), "</filename>")
        behind = substr(children, tag - 1, 1) == "/" || close_at == 0 ? tag + 1 : at + close_at - 1 + 11
        while (at > 1 && is_blank(substr(children, at - 1, 1))) at--
        children = substr(children, 1, at - 1) substr(children, behind)
      }
      for (blanks = 0; is_blank(substr(children, blanks + 1, 1)); blanks++);
      printf "%s%s%s%s%s", substr(text, 1, start - 1), substr(children, 1, blanks), element, children, substr(text, end)
    }' "$layout"
}

make_board_file() {
  variable=DFLT_KERNEL_IMAGE
  [ "$branch" != 24 ] || variable=BOOTLOADER
  cat <<END
# Ubuntu Core beside $conf. Made by flash-ubuntu-core.sh or jetson-core flash apply.
USE_UBOOT=1;
source "./$conf";
ROOTFSSIZE=$boot_bytes;
EMMC_CFG=ubuntu-core.xml;
$variable="$uboot_file";
END
}

# ---- checks: what flash.sh does not look at, or too late

check_file() { [ -f "$1" ] || problem "$1 is missing, which flash.sh needs${2:-}" "unpack the L4T package anew"; }
check_tree() {
  case $tree in
    *[[:space:]]*)
      # shellcheck disable=SC2016 # flash.sh's own words
      ! grep -qF '`readlink -f ${!var}`' flash.sh ||
        problem "this flash.sh does not work in \"$tree\": there is a blank in the path" "move the tree"
      ;;
  esac
  [ -d rootfs ] || problem "the folder rootfs/ is missing, which flash.sh needs" "mkdir rootfs"
  check_file kernel/Image
  check_file "kernel/dtb/$(value DTB_FILE)"
  check_file "bootloader/$target/BCT/$(value EMMC_BCT)"
  check_file bootloader/tegraflash.py
  [ "$branch" = 32 ] || check_file "bootloader/$target/$(value SYSBOOTFILE).emmc"
  if [ "$branch" = 24 ]; then
    [ -n "$uboot_address_file" ] ||
      problem "$release takes U-Boot from EBT, and the bundle has no U-Boot in that form" \
        "use L4T R28.1, R28.2 or R32, or build with --uboot-for-r24"
    check_file elf-get-entry.py
    check_file bootloader/gen-tboot-img.py
  else
    check_file bootloader/mkbootimg
  fi
  if [ "$mkgpt" = 1 ]; then
    check_file bootloader/mkgpt
    [ $((boot_bytes % 2097152)) = 0 ] ||
      problem "APP would have $boot_bytes bytes, mkgpt takes multiples of 2097152" "change the size in gadget.yaml"
  fi
}

check_host() {
  case $(uname -m) in
    x86_64 | i?86) ;;
    *) warning "NVIDIA's tools are made for x86, this machine is $(uname -m)" ;;
  esac
  late=problem
  [ "$mode" = flash ] || late=warning
  case $branch in
    24 | 28)
      version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
      case $branch:$version in
        24:2.* | 28:2.7 | 28:3.[0-8]) ;;
        24:*) problem "$release needs Python 2 under the name python, here it is \"$version\"" "install python2" ;;
        *) $late "$release needs Python 2.7 to 3.8 under the name python, here it is \"$version\"" ;;
      esac
      ;;
    32)
      command -v python3 >/dev/null 2>&1 || $late "$release needs python3"
      [ -f /usr/bin/xmllint ] || problem "$release needs /usr/bin/xmllint" "install libxml2-utils"
      ;;
  esac
}

# ---- what flash.sh has made

# partitions of bootloader/flash.xml: NAME SIZE FILE, "-" for none, "+" behind a second file
list_partitions() {
  awk '
    { text = text $0 "\n" }
    END {
      while ((c = index(text, "<!--")) > 0) {
        e = index(substr(text, c), "-->")
        text = substr(text, 1, c - 1) (e > 0 ? substr(text, c + e + 2) : "")
      }
      count = split(text, part, "<partition[ \t\r\n]")
      for (i = 2; i <= count; i++) {
        name = "-"; size = "-"; file = "-"
        if (match(part[i], /name[ \t\r\n]*=[ \t\r\n]*["\047][^"\047]*/)) {
          name = substr(part[i], RSTART, RLENGTH)
          sub(/^[^"\047]*["\047]/, "", name)
        }
        if (match(part[i], /<size>[^<]*/)) size = word(substr(part[i], RSTART + 6, RLENGTH - 6))
        rest = part[i]
        if (match(rest, /<filename>[^<]*/)) {
          file = word(substr(rest, RSTART + 10, RLENGTH - 10))
          rest = substr(rest, RSTART + RLENGTH + 1)
          if (index(rest, "<filename>")) file = file " +"
        }
        print name, size, file
      }
    }
    function word(s) { gsub(/[ \t\r\n]/, "", s); return s == "" ? "-" : s }' bootloader/flash.xml
}
expect() { # NAME SIZE FILE: "*" for any
  found=$(printf '%s\n' "$made" | grep "^$1 " | head -n 1)
  wanted="$1 $2 $3"
  # shellcheck disable=SC2254 # a pattern is wanted
  case $found in
    $wanted) ;;
    "") problem "bootloader/flash.xml has no partition $1" ;;
    *) problem "bootloader/flash.xml has \"$found\" (name, size, file), wanted is \"$wanted\"" ;;
  esac
}
bytes_of() { wc -c <"$1" | tr -d ' '; }
check_made() {
  [ -f bootloader/flash.xml ] || die "flash.sh has made no bootloader/flash.xml" "see $folder/no-flash.log"
  made=$(list_partitions)
  expect APP "$boot_bytes" system.img
  expect UDA '*' "$data_name"
  case $branch in
    24)
      expect LNX '*' -
      expect EBT '*' "${uboot_file##*/}"
      image=bootloader/${uboot_file##*/} skip=601
      ;;
    *)
      expect LNX '*' boot.img
      [ "$branch" != 32 ] || expect LNX-1 '*' boot.img
      image=bootloader/boot.img skip=2049
      ;;
  esac
  tail -c +"$skip" "$image" 2>/dev/null | head -c "$uboot_bytes" | cmp -s - "$uboot_file" ||
    problem "$image does not hold our U-Boot"
  printf '%s\n' "$made" >"$folder/made.part"
  while read -r name size file more; do
    case $name:$file in
      *:- | *flash.xml.bin | FB:*) continue ;; # none, or made by tegraflash.py
    esac
    [ -z "$more" ] || problem "bootloader/flash.xml names two files for $name"
    if [ ! -f "bootloader/$file" ]; then
      problem "bootloader/$file is missing, the file of $name"
    elif [ "$name" != APP ] && [ "$name" != UDA ] && [ "$size" -lt "$(bytes_of "bootloader/$file")" ] 2>/dev/null; then
      problem "bootloader/$file has $(bytes_of "bootloader/$file") bytes, $name takes $size"
    fi
  done <"$folder/made.part"
  rm -f "$folder/made.part"
}

# ---- the way

check_tree
check_host
mkdir -p "$folder" || exit 1
if ! make_layout >"$folder/layout.part"; then
  rm -f "$folder/layout.part"
  problem "$layout has no partition UDA" "unpack the L4T package anew"
fi
stop_at_problems

for path in "$boot_file" "$data_file" "$uboot_file" $uboot_address_file; do
  [ "$here" = "$tree" ] || put "$here/$path" "$path"
done
put "$folder/layout.part" "$own_layout"
make_board_file >"$folder/layout.part"
put "$folder/layout.part" "$own.conf"
rm -f "$folder/layout.part"

say "running flash.sh --no-flash"
rm -f bootloader/flash.xml
if [ "$branch" = 32 ]; then # so that it does not ask the board: it answers once only
  env BOARDID=2180 FAB=400 BOARDSKU=1000 BOARDREV=A.0 FUSELEVEL=fuselevel_production \
    ./flash.sh --no-flash -r "$own" mmcblk0p1 </dev/null >"$folder/no-flash.log" 2>&1
else
  ./flash.sh --no-flash -r "$own" mmcblk0p1 </dev/null >"$folder/no-flash.log" 2>&1
fi
status=$?
[ $status = 0 ] || die "flash.sh ended with $status: $(tail -n 3 "$folder/no-flash.log")" "see $folder/no-flash.log"
check_made
stop_at_problems
say "bootloader/flash.xml is as wanted: APP system.img, UDA $data_name, U-Boot ours"
if [ "$mode" = prepare ]; then
  say "the board has not been touched; to write it, in $tree: sudo ./flash.sh -r $own mmcblk0p1"
  exit 0
fi
say "running flash.sh -r $own mmcblk0p1"
./flash.sh -r "$own" mmcblk0p1
