"""The subsets that docs/strategies.md compares on.

    python3 docs/comparisons/subsets.py TRAIN.sdf.gz VAL.sdf.gz OUT_FOLDER

Writes val80.sdf, the first 80 molecules of VAL, and ten.sdf, the first ten of TRAIN with 10 to 16 atoms
and 3 to 8 conformers. Records of one molecule are adjacent and share their first line.
"""
import gzip
import os
import sys


def molecules(path):
    """The records of each molecule, as lists of texts."""
    groups, record, title = [], [], None
    for line in gzip.open(path, "rt"):
        record.append(line)
        if line.strip() == "$$$$":
            if record[0] != title:
                groups.append([])
                title = record[0]
            groups[-1].append("".join(record))
            record = []
    return groups


def atoms(group):
    return int(group[0].split("\n")[3][:3])


def write(path, groups):
    with open(path, "w") as out:
        out.writelines(text for group in groups for text in group)


train, val, folder = sys.argv[1:]
small = [g for g in molecules(train) if 10 <= atoms(g) <= 16 and 3 <= len(g) <= 8]
write(os.path.join(folder, "val80.sdf"), molecules(val)[:80])
write(os.path.join(folder, "ten.sdf"), small[:10])
