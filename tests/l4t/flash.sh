#!/bin/bash
# Stands for NVIDIA's flash.sh; see README.md. The release is in the first line of nv_tegra/fake_release: R24, R28 or R32.
LDK_HERE=$(cd "$(dirname "$0")" && pwd)
generation=$(cat "${LDK_HERE}/nv_tegra/fake_release")

chkerr() { if [ $? -ne 0 ]; then echo "${1:-failed.}"; exit 1; fi; }
[ "${generation}" != R32 ] && [ "${USER}" != root ] && { echo "flash.sh requires root privilege"; exit 1; }
[ $# -ge 2 ] || exit 1
nargs=$#; target_rootdev=${!nargs}; nargs=$((nargs - 1)); ext_target_board=${!nargs}
if [ ! -r "${ext_target_board}.conf" ]; then
	echo "Error: Invalid target board - ${ext_target_board}."
	exit 1
fi
[ "${generation}" = R24 ] || LDK_DIR=$(readlink -f "${LDK_HERE}")
source "${ext_target_board}.conf"
if [[ "${target_rootdev}" != mmcblk0p* ]]; then echo "Error: Invalid target rootdev(${target_rootdev})."; exit 1; fi

no_flash=0
while getopts "b:c:d:e:f:hi:k:m:n:o:p:rs:t:u:w:x:y:z:B:C:F:G:I:K:L:M:N:P:R:S:T:Z:-:" OPTION; do
	case ${OPTION} in
	c) CFGFILE=${OPTARG} ;;
	e) EMMCSIZE=${OPTARG} ;;
	k) target_partname=${OPTARG} ;;
	r) reuse_systemimg=true ;;
	S) ROOTFSSIZE=${OPTARG} ;;
	Z) zflag=true ;;
	-) case ${OPTARG} in no-flash) no_flash=1 ;; esac ;;
	?) ;;
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
mkfilepath() {
	local var=$1
	eval "${var}=\"${2:-$3}\""
	if [ "${!var}" != "" ]; then
		eval "${var}=\"$(readlink -f "${!var}")\""
		[ -f "${!var}" ] || { echo "Error: missing ${var} (${!var})."; exit 1; }
	fi
}
mkfilesoft() {
	local var=$1
	eval "${var}=\"$2\""
	[ -f "${!var}" ] || { [ "$3" = "" ] || [ ! -f "$3" ] || eval "${var}=\"$3\""; }
	if [ -f "${!var}" ]; then
		eval "${var}=\"$(readlink -f "${!var}")\"; ${var}name=\"$(basename "${!var}")\""
	else
		[ "${generation}" != R24 ] || [ "${!var}" = "" ] || echo "Warning: missing ${var} (${!var}), continue... "
		eval "${var}=''; ${var}name=''"
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
mkfilepath flashapp "${FLASHAPP}" "${BL_DIR}/tegraflash.py"
mkfilepath flasher "${FLASHER}" "${TARGET_DIR}/fastboot.bin"
mkfilepath bootloader "${BOOTLOADER}" "${TARGET_DIR}/fastboot.bin"
[ -d "${LDK_DIR}/rootfs" ] || { echo "Error: missing rootfs_dir (${LDK_DIR}/rootfs)."; exit 1; }
mkfilepath kernel_image "" "${kernel}"
mkfilepath bctfile "" "${TARGET_DIR}/BCT/${EMMC_BCT}"
mkfilepath cfgfile "${CFGFILE}" "${TARGET_DIR}/cfg/${EMMC_CFG}"
mkfilepath dtbfile "" "${LDK_DIR}/kernel/dtb/${DTB_FILE}"
mkfilesoft kernelinitrd "${INITRD}" ""
mkfilesoft tegraboot "${TEGRABOOT}" "${TARGET_DIR}/nvtboot.bin"
mkfilesoft wb0boot "${WB0BOOT}" ""
mkfilesoft bpffile "${BPFFILE}" "${BL_DIR}/bpmp.bin"
mkfilesoft tosfile "${TOSFILE}" ""
mkfilesoft eksfile "${EKSFILE}" ""
mkfilesoft fbfile "${FBFILE}" ""
mkfilesoft sosfile "${SOSFILE}" ""
mkfilesoft tbcfile "${TBCFILE}" ""
if [ "${zflag}" = true ]; then
	for name in target_board rootfssize cfgfile kernel_image bootloader; do echo "${name}=${!name}"; done
	exit 0
fi
if [ "${generation}" = R32 ] && [ "${no_flash}" = 0 ] && [ ! -e "${LDK_DIR}/recovery_mode" ]; then
	echo "Error: probing the target board failed." >&2
	exit 14
fi

cd "${BL_DIR}" || exit 1
bootloadername=$(basename "${bootloader}")
dtbname=$(basename "${dtbfile}")
tags=()
put() { tags+=(-e "$1"); }
if [ "${generation}" = R24 ]; then
	uboot_entry=$("${LDK_DIR}/elf-get-entry.py" "$(dirname "${bootloader}")/u-boot")
	chkerr "Could not determine entry point of bootloader binary"
	./gen-tboot-img.py "${bootloader}" "${uboot_entry}" "${BL_DIR}/${bootloadername}"
	chkerr "Failed to add TBOOT header to bootloader"
else
	cp2local bootloader "${BL_DIR}/${bootloadername}"
fi
put "s/EBTFILE/${bootloadername}/"
rm -f initrd; touch initrd
[ "${generation}" != R28 ] || [ "${kernelinitrd}" = "" ] || cp -f "${kernelinitrd}" initrd
if [ "${generation}" = R24 ]; then
	put "/LNXFILE/d"
else
	./mkbootimg --kernel "${kernel_image}" --ramdisk initrd --board "${target_rootdev}" --output boot.img \
		--cmdline "root=/dev/${target_rootdev} rw rootwait ${CMDLINE_ADD} " >/dev/null 2>&1
	chkerr
	put "s/LNXNAME/kernel/"; put "s/LNXFILE/boot.img/"
fi
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
if [ "${generation}" = R32 ]; then cp -f "${dtbfile}" "kernel_${dtbname}"; dtbname=kernel_${dtbname}; else
	cp2local dtbfile "${BL_DIR}/${dtbname}"; fi
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
	put "s/PPTSIZE/16896/"; fi
if [ "${generation}" = R32 ]; then
	put "s/RECNAME/recovery/"; put "s/RECDTB-NAME/recovery-dtb/"; put "s/BOOTCTRLNAME/kernel-bootctrl/"
	put "s/RECROOTFSSIZE/314572800/"
fi
sed "${tags[@]}" <"${cfgfile}" >flash.xml
chkerr
if [ "${bootpartsize}" != "" ] && [ "${emmcsize}" != "" ]; then
	echo "creating gpt(ppt.img)... "
	./mkgpt -c flash.xml -P ppt.img -t "${emmcsize}" -b "${bootpartsize}"
	chkerr "creating gpt(ppt.img) failed."
fi
if [ "${target_partname}" != "" ]; then
	case ${target_partname} in
	APP) file=system.img ;;
	LNX) file=boot.img ;;
	EBT) file=${bootloadername} ;;
	*) echo "*** Update ${target_partname} is not supported. ***"; exit 1 ;;
	esac
	if [ "${generation}" = R32 ] && [ "${no_flash}" = 1 ]; then echo "Error: Not supported"; exit 1; fi
	./tegraflash.py --cmd "write ${target_partname} ${file}" # R24 and R28: --no-flash or not
	exit 0
fi
if [ "${generation}" = R32 ]; then # the table of the boot area, under another name
	sed -i "s/flash.xml.bin/crc-flash.xml.bin/" flash.xml
	: >crc-flash.xml.bin
fi
[ "${generation}" = R24 ] || echo "./tegraflash.py --cfg flash.xml --cmd \"flash; reboot\"" >flashcmd.txt
if [ "${no_flash}" = 1 ]; then echo "*** no-flash flag enabled. Exiting now... *** "; exit 0; fi
./tegraflash.py --cfg flash.xml --cmd "flash; reboot"
chkerr "Failed flashing ${target_board}."
echo "*** The target ${target_board} has been flashed successfully. ***"
exit 0
