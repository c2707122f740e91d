#!/usr/bin/env python3
# A TBOOT header of 600 bytes in front of a boot loader: magic, length, load address and entry.
import struct
import sys

loader, entry = open(sys.argv[1], "rb").read(), int(sys.argv[2], 0)
length, load = len(loader) + 600, entry - 600
header = (bytes(4) + b"EBT\0" + struct.pack("<QQ", length, load) + bytes(552) + struct.pack("<3Q", length, load, entry))
assert len(header) == 600
open(sys.argv[3], "wb").write(header + loader)
