#!/bin/bash
# Stands for NVIDIA's flash.sh; see README.md. The release is in the first line of nv_tegra/fake_release: R24, R28 or R32.
LDK_HERE=$(cd "$(dirname "$0")" && pwd)
generation=$(cat "${LDK_HERE}/nv_tegra/fake_release")

chkerr() { if [ $? -ne 0 ]; then echo "${1:-failed.}"; exit 1; fi; }
usage() { echo "Usage: flash.sh [options] <target_board> <rootdev>"; exit 1; }
[ $# -ge 2 ] || usage
[ "${generation}" != R32 ] && [ "${USER}" != root ] && { echo "flash.sh requires root privilege"; exit 1; }
nargs=$#; target_rootdev=${!nargs}; nargs=$((nargs - 1)); ext_target_board=${!nargs}
if [ ! -r "${ext_target_board}.conf" ]; then
	echo "Error: Invalid target board - ${ext_target_board}."
	usage
fi
[ "${generation}" = R24 ] || LDK_DIR=$(readlink -f "${LDK_HERE}")
source "${ext_target_board}.conf"
if [[ "${target_rootdev}" != mmcblk0p* ]]; then echo "Error: Invalid target rootdev(${target_rootdev})."; usage; fi
[ "${generation}" = R24 ] || INITRD="" # of an internal root device

no_flash=0
case ${generation} in
R24) opstr="b:c:d:e:f:hik:m:n:o:p:rs:t:u:w:x:y:z:B:C:F:I:K:L:M:N:P:R:S:T:Z:-:" ;;
R28) opstr="b:c:d:e:f:hik:m:n:o:p:rs:t:u:w:x:y:z:B:C:F:G:I:K:L:M:N:P:R:S:T:Z:-:" ;;
*) opstr="b:c:d:e:f:h:i:k:m:n:o:p:rs:t:u:v:w:x:z:B:C:F:G:I:K:L:M:N:P:R:S:Z:-:" ;;
esac
while getopts "${opstr}" OPTION; do
	case ${OPTION} in
	c) CFGFILE=${OPTARG} ;;
	e) EMMCSIZE=${OPTARG} ;;
	k) target_partname=${OPTARG} ;;
	r) reuse_systemimg=true ;;
	S) ROOTFSSIZE=${OPTARG} ;;
	Z) zflag=true ;;
	-) case ${OPTARG} in # others are ignored without a word
		no-flash) no_flash=1 ;;
		image) if [ "${generation}" = R32 ]; then write_image_name=${!OPTIND}; OPTIND=$((OPTIND + 1)); fi ;;
		esac ;;
	s | T) [ "${generation}" != R28 ] || usage ;; # in its list, but nothing to it
	h | \?) usage ;;
	esac
done
[ "${USER}" = root ] || { echo "flash.sh requires root privilege"; exit 21; }

LDK_DIR=$(readlink -f "${LDK_HERE}")
BL_DIR=${LDK_DIR}/bootloader
TARGET_DIR=${BL_DIR}/${target_board}
getsize() {
	local val=${!2}
	case ${val} in
	*[!0-9]*KiB | *[!0-9]*MiB | *[!0-9]*GiB) echo "Error: Invalid $1: ${val}"; exit 1 ;;
	*KiB) eval "$1=$((${val%KiB} * 1024))" ;;
	*MiB) eval "$1=$((${val%MiB} * 1024 * 1024))" ;;
	*GiB) eval "$1=$((${val%GiB} * 1024 * 1024 * 1024))" ;;
	*[!0-9]*) echo "Error: Invalid $1: ${val}"; exit 1 ;;
	*) eval "$1=${val}" ;;
	esac
}
# R24 and R28 put paths into variables without quotes: a blank in one ends the assignment, and its rest is run as a
# command. In trees of R32 these lines have quotes (SampleL4t).
put_path() { # VARIABLE PATH
	local var=$1
	eval "${var}=$2"
}
resolve() { # VARIABLE
	local var=$1
	eval "${var}=`readlink -f ${!var}`"
	eval "${var}name=`basename ${!var}`"
}
mkfilepath() {
	put_path "$1" "$2"
	[ "${!1}" != "" ] || put_path "$1" "$3"
	if [ "${!1}" != "" ]; then
		resolve "$1"
		[ -f "${!1}" ] || { echo "Error: missing $1 (${!1})."; usage; }
	fi
}
mkfilesoft() {
	put_path "$1" "$2"
	[ -f "${!1}" ] || { [ "$3" = "" ] || [ ! -f "$3" ] || put_path "$1" "$3"; }
	if [ -f "${!1}" ]; then
		resolve "$1"
	else
		[ "${generation}" != R24 ] || [ "${!1}" = "" ] || echo "Warning: missing $1 (${!1}), continue... "
		eval "$1=''; ${1}name=''"
	fi
}
cp2local() { [ "${!1}" = "" ] || [ "${!1}" -ef "$2" ] || cp -f "${!1}" "$2"; }

getsize rootfssize ROOTFSSIZE
getsize emmcsize EMMCSIZE
getsize bootpartsize BOOTPARTSIZE
if [ "${generation}" = R24 ]; then
	kernel=${LDK_DIR}/kernel/${DFLT_KERNEL:-zImage}
else
	kernel=${DFLT_KERNEL_IMAGE:-${LDK_DIR}/kernel/Image}
	mkfilepath kernel_fs "" "${LDK_DIR}/kernel/Image"
fi
mkfilepath flashapp "${FLASHAPP}" "${BL_DIR}/$([ "${generation}" = R32 ] && echo tegraflash.py || echo nvflash)"
mkfilepath flasher "${FLASHER}" "${TARGET_DIR}/fastboot.bin"
mkfilepath bootloader "${BOOTLOADER}" "${TARGET_DIR}/fastboot.bin"
rootfs_dir=${LDK_DIR}/rootfs
[ -d "${rootfs_dir}" ] || { echo "Error: missing rootfs_dir (${rootfs_dir})."; usage; }
mkfilepath kernel_image "" "${kernel}"
mkfilepath bctfile "" "${TARGET_DIR}/BCT/${EMMC_BCT}"
mkfilepath cfgfile "${CFGFILE}" "${TARGET_DIR}/cfg/${EMMC_CFG}"
mkfilepath dtbfile "" "${LDK_DIR}/kernel/dtb/${DTB_FILE}"
mkfilesoft kernelinitrd "${INITRD}" "$([ "${generation}" != R32 ] || echo "${BL_DIR}/l4t_initrd.img")"
mkfilesoft tegraboot "${TEGRABOOT}" "${TARGET_DIR}/nvtboot.bin"
mkfilesoft wb0boot "${WB0BOOT}" ""
mkfilesoft bpffile "${BPFFILE}" "${BL_DIR}/bpmp.bin"
mkfilesoft tosfile "${TOSFILE}" ""
mkfilesoft eksfile "${EKSFILE}" ""
mkfilesoft fbfile "${FBFILE}" ""
mkfilesoft sosfile "${SOSFILE}" ""
[ "${generation}" = R32 ] || mkfilesoft sysbootfile "${TARGET_DIR}/${SYSBOOTFILE}.emmc" ""
mkfilesoft tbcfile "${TBCFILE}" ""
if [ "${zflag}" = true ]; then
	for name in target_board rootfssize cfgfile kernel_image bootloader; do echo "${name}=${!name}"; done
	exit 0
fi
if [ "${generation}" = R32 ] && [ "${no_flash}" = 0 ] && [ ! -e "${LDK_DIR}/recovery_mode" ]; then
	echo "Error: probing the target board failed." >&2
	exit 14
fi

if [ "${generation}" = R32 ]; then cd "${BL_DIR}" || exit 1; else pushd ${BL_DIR} >/dev/null 2>&1; fi
dtbname=$(basename "${dtbfile}")
tags=()
put() { tags+=(-e "$1"); }
if [ "${generation}" = R24 ] && [[ "${bootloadername}" == u-boot* ]]; then
	uboot_entry=$(python "${LDK_DIR}/elf-get-entry.py" "$(dirname "${bootloader}")/u-boot")
	chkerr "Could not determine entry point of bootloader binary"
	python "${BL_DIR}/gen-tboot-img.py" "${bootloader}" "${uboot_entry}" "${BL_DIR}/${bootloadername}"
	chkerr "Failed to add TBOOT header to bootloader"
else
	cp2local bootloader "${BL_DIR}/${bootloadername}"
fi
put "s/EBTFILE/${bootloadername}/"
# No RAM disk: of an internal root device R24 and R28 take none, and R32 leaves it out of the boot image.
rm -f initrd; touch initrd
to_rootfs() { # kernel, RAM disk, device tree and extlinux.conf, as U-Boot would take them from there
	mkdir -p "${rootfs_dir}/boot/extlinux"
	cp -f "$1" initrd "${dtbfile}" "${rootfs_dir}/boot"; chkerr
	cp -f "${sysbootfile}" "${rootfs_dir}/boot/extlinux/extlinux.conf"
	sed -i "s|fbcon=map:.|${CMDLINE_ADD}|" "${rootfs_dir}/boot/extlinux/extlinux.conf"
	chkerr
}
make_boot_image() {
	./mkbootimg --kernel "${kernel_image}" --ramdisk initrd --board "${target_rootdev}" --output boot.img \
		--cmdline "root=/dev/${target_rootdev} rw rootwait ${CMDLINE_ADD} " >/dev/null 2>&1
	chkerr
	put "s/LNXNAME/kernel/"; put "s/LNXFILE/boot.img/"
}
case ${generation} in
R24)
	if [[ "${bootloadername}" != u-boot* ]]; then
		make_boot_image
	elif [ "${sysbootfile}" != "" ]; then
		to_rootfs "${kernel_image}"
		put "/LNXFILE/d"
	else # a kernel image for an U-Boot of other boards, with arguments that mkimage does not take
		"${BL_DIR}/mkimage" "-A arm -O linux -d ${kernel_image}" "${rootfs_dir}/boot/vmlinux.uimg"
		chkerr
	fi
	;;
R28)
	kernel_imagename=$(basename "${kernel_image}")
	[[ "${kernel_imagename}" != u-boot* ]] || to_rootfs "${kernel_fs}"
	make_boot_image
	;;
*) make_boot_image ;;
esac
put "/SOSFILE/d"; put "/NCTFILE/d"; put "s/NCTTYPE/data/"
# Writes the version it was built from; each run another.
if [ "${VERFILENAME}" != "" ]; then echo "NV3 ${generation}" >"${VERFILENAME}"; put "s/VERFILE/${VERFILENAME}/"; fi
soft() { # VARIABLE OLD NEW TYPEWORD TYPE FILEWORD
	local name="${1}name"
	if [ "${!1}" != "" ]; then
		cp2local "$1" "${BL_DIR}/${!name}"
		[ "$2" = "" ] || put "s/$2/$3/"
		[ "$4" = "" ] || put "s/$4/$5/"
		put "s/$6/${!name}/"
	else
		[ "$4" = "" ] || put "s/$4/data/"
		put "/$6/d"
	fi
}
soft tegraboot NXC NVC NVCTYPE bootloader NVCFILE
put "s/MPBTYPE/data/"; put "/MPBFILE/d"; put "s/MBPTYPE/data/"; put "/MBPFILE/d"
soft bpffile BXF BPF "" "" BPFFILE
soft tosfile TXS TOS "" "" TOSFILE
put "s/EXS/EKS/"
soft eksfile "" "" "" "" EKSFILE
put "s/FBTYPE/data/"; put "/FBFILE/d"
soft wb0boot WX0 WB0 WB0TYPE WB0 WB0FILE
cp2local dtbfile "${BL_DIR}/${dtbname}"
if [ "${generation}" = R32 ]; then
	cp -f "${dtbname}" "kernel_${dtbname}"; dtbname=kernel_${dtbname}
	cp -f nv_boot_control.conf "${rootfs_dir}/etc" # makes a file "etc" where there is no such folder
	sed -i '/TNSPEC/d' "${rootfs_dir}/etc/nv_boot_control.conf"
fi
put "s/APPSIZE/${rootfssize}/"
[ "${generation}" != R32 ] || put "s/APPUUID//"
[ "${generation}" != R28 ] || put "/recovery.img/d"
put "s/APPFILE/system.img/"
if [ "${reuse_systemimg}" = true ]; then
	echo "Reusing existing system.img... "
	[ -e system.img ] || { echo "file does not exist."; exit 1; }
else
	echo "rootfs/ made anew" >system.img
fi
put "s/EFISIZE/67108864/"; put "/EFIFILE/d"
put "s/DXB/DTB/"; put "s/DTBFILE/${dtbname}/"
soft tbcfile TXC TBC TBCTYPE bootloader TBCFILE
if [ "${bootpartsize}" != "" ] && [ "${emmcsize}" != "" ]; then put "s/PPTSIZE/$((10485760 - bootpartsize))/"; else
	put "s/PPTSIZE/$([ "${generation}" = R24 ] && echo 2097152 || echo 16896)/"; fi
if [ "${generation}" = R32 ]; then
	put "s/RECNAME/recovery/"; put "s/RECDTB-NAME/recovery-dtb/"; put "s/BOOTCTRLNAME/kernel-bootctrl/"
	put "s/RECROOTFSSIZE/314572800/"
fi
xmllint() { [ -f /usr/bin/xmllint ] || { echo "ERROR xmllint not found!" >&2; exit 17; }; }
[ "${generation}" != R32 ] || xmllint
sed "${tags[@]}" <"${cfgfile}" >flash.xml
chkerr
if [ "${bootpartsize}" != "" ] && [ "${emmcsize}" != "" ]; then
	echo "creating gpt(ppt.img)... "
	./mkgpt -c flash.xml -P ppt.img -t "${emmcsize}" -b "${bootpartsize}"
	chkerr "creating gpt(ppt.img) failed."
fi
cp2local flasher "${BL_DIR}/$(basename "${flasher}")"
tegraflash() { if [ "${generation}" = R32 ]; then python3 ./tegraflash.py "$@"; else python ./tegraflash.py "$@"; fi; }
if [ "${target_partname}" != "" ]; then
	if [ "${generation}" = R24 ]; then # by name or number, in the layout as typed
		line=$(grep -e "<partition name=\"${target_partname}\"" -e " id=\"${target_partname}\"" "${cfgfile}" | head -n 1)
		[ "${line}" != "" ] || { echo "Error: invalid partition id (${target_partname})"; exit 1; }
		target_partname=$(sed 's/.* name="\([^"]*\)".*/\1/' <<<"${line}")
	fi
	missing_image() { [ "${write_image_name}" != "" ] || { echo "*** Error: missing $1 image. " >&2; exit 44; }; }
	case ${generation}:${target_partname} in
	*:APP) file=system.img ;;
	R32:LNX) file=signed/boot.img.encrypt ;;
	*:LNX) file=boot.img; first="write DTB ${dtbname}; " ;;
	*:EBT) file=${bootloadername} ;;
	*:NVC) file=${tegrabootname} ;;
	*:BPF) file=${bpffilename} ;;
	*:TOS) file=${tosfilename} ;;
	*:EKS) file=${eksfilename} ;;
	*:WB0) file=${wb0bootname} ;;
	*:BCT) file=${bctfilename} ;;
	*:PPT) file=ppt.img ;;
	*:GPT) file=gpt.img ;;
	*:DTB) file=${dtbname} ;;
	R32:BMP) missing_image BMP ;;
	*) echo "*** Update ${target_partname} is not supported. ***"; exit 1 ;;
	esac
	file=${write_image_name:-${file}}
	if [ "${generation}" = R32 ] && [ "${no_flash}" = 1 ]; then echo "Error: Not supported"; exit 1; fi
	# R24 and R28 write here, --no-flash or not.
	if [ "${generation}" = R32 ] && [ "${target_partname}" = LNX ]; then mkdir -p signed; cp boot.img "${file}"; fi
	tegraflash --cmd "${first}write ${target_partname} ${file}"
	chkerr "Failed to flash ${target_board}."
	exit 0
fi
if [ "${generation}" = R32 ]; then # the table of the boot area, under another name
	sed -i "s/flash.xml.bin/crc-flash.xml.bin/" flash.xml
	: >crc-flash.xml.bin
fi
if [ "${generation}" != R24 ]; then
	echo "./tegraflash.py --cfg flash.xml --cmd \"flash; reboot\"" | tee flashcmd.txt flash_parameters.txt
fi
if [ "${no_flash}" = 1 ]; then echo "*** no-flash flag enabled. Exiting now... *** "; exit 0; fi
tegraflash --cfg flash.xml --cmd "flash; reboot"
chkerr "Failed flashing ${target_board}."
echo "*** The target ${target_board} has been flashed successfully. ***"
exit 0
