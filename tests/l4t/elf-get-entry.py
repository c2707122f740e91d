#!/usr/bin/env python3
# The entry of an ELF file: the first 32 bytes are read.
import struct
import sys

data = open(sys.argv[1], "rb").read(0x20)
if data[0:4] != b"\x7fELF" or data[4] not in (1, 2) or data[5] != 1 or data[6] != 1:
    sys.exit("ELF magic mismatch")
print("0x%x" % struct.unpack("<I" if data[4] == 1 else "<Q", data[0x18:0x18 + 4 * data[4]])[0])
