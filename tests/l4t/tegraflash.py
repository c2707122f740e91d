#!/usr/bin/env python3
# Writes no USB: a folder board/ gets a file for each partition of flash.xml that names one and whose file is there, or
# those of --cmd "write …; write …".
import os
import shutil
import sys
import xml.etree.ElementTree as xml

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
os.makedirs("../board", exist_ok=True)
writes = [command.split() for command in given["--cmd"].split(";")]
if writes[0][0] == "write":
    for _, partition, file in writes:
        shutil.copyfile(file, "../board/" + partition)
    sys.exit(0)
for partition in xml.parse(given["--cfg"]).getroot().iter("partition"):
    file = partition.find("filename")
    if file is not None and os.path.exists(file.text.strip()):
        shutil.copyfile(file.text.strip(), "../board/" + partition.get("name"))
