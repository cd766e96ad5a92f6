#!/usr/bin/env python3
"""Recorded atom and bond perception of RDKit, for PerceptionTest.

usage: perception.py OUTPUT_STEM SET.sdf.gz:COUNT ...

Takes the first conformer of the first COUNT molecules of each file. Writes OUTPUT_STEM.sdf.gz (the
records without data items other than SMILES) and OUTPUT_STEM.tsv: title; per atom total degree,
charge, implicit valence, hydrogens outside the graph, hybridisation code, radical electrons,
aromatic, in ring, number of ring sizes 3-6; per bond 1 if aromatic plus 2 if conjugated.

Recorded with RDKit 2022.09.3:
perception.py molecules special.sdf.gz:103 (mini-geom-qm9) test.sdf.gz:60 (xtb-druglike)
"""
import gzip
import sys
from rdkit import Chem, RDLogger

RDLogger.DisableLog('rdApp.*')
HYBRIDISATION = {Chem.HybridizationType.SP: 0, Chem.HybridizationType.SP2: 1, Chem.HybridizationType.SP3: 2,
                 Chem.HybridizationType.SP3D: 3, Chem.HybridizationType.SP3D2: 4}


def atom(a):
    sizes = sum(a.IsInRingSize(s) for s in (3, 4, 5, 6))
    return ','.join(str(int(v)) for v in (
        a.GetTotalDegree(), a.GetFormalCharge(), a.GetImplicitValence(), a.GetTotalNumHs(),
        HYBRIDISATION.get(a.GetHybridization(), 5), a.GetNumRadicalElectrons(), a.GetIsAromatic(), a.IsInRing(), sizes))


def records(path):
    with gzip.open(path, 'rt') as f:
        for block in f.read().split('$$$$\n')[:-1]:
            yield block


def main():
    stem = sys.argv[1]
    with gzip.GzipFile(stem + '.sdf.gz', 'wb', mtime=0) as sdf, open(stem + '.tsv', 'w') as tsv:
        for argument in sys.argv[2:]:
            path, count = argument.rsplit(':', 1)
            seen = []
            for block in records(path):
                title = block.split('\n', 1)[0]
                if title in seen:
                    continue
                if len(seen) == int(count):
                    break
                seen.append(title)
                table = block[:block.index('M  END\n') + 7]
                m = Chem.MolFromMolBlock(table, removeHs=False)
                smiles = block.split('>  <SMILES>\n', 1)[1].split('\n', 1)[0]
                sdf.write((table + '>  <SMILES>\n' + smiles + '\n\n$$$$\n').encode())
                bonds = ''.join(str(int(b.GetIsAromatic()) + 2 * int(b.GetIsConjugated())) for b in m.GetBonds())
                tsv.write('%s\t%s\t%s\n' % (title, ' '.join(map(atom, m.GetAtoms())), bonds))


if __name__ == '__main__':
    main()
