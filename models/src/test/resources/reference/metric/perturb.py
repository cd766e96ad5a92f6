#!/usr/bin/env python3
"""Makes the generated conformers that ConformerEvaluationTest compares with the embedded held-out set.

usage: perturb.py HELD_OUT.sdf.gz generated.sdf.gz

Of the first 24 molecules: number 5, 10, ... have no conformer, number 4, 8, ... only as many as the reference,
the others 2K + 1 (one more than is judged). Each is a random reference conformer, turned at random, with
normal noise of 0.05 to 0.5 A per coordinate, its atoms in a shuffled order (the same within a molecule).
Numbers 3, 6, ... lose the hydrogens bound to carbon.

oracle.tsv was written with RDKit 2022.09.3 and numpy 1.24.2 by the coverage judge that our evaluation agrees with:
eval_conformers.py REFERENCE generated.sdf.gz --threshold 0.5 --per-molecule oracle.tsv
where REFERENCE holds the records of these 24 molecules. Columns: SMILES, reference conformers, generated ones
compared, coverage and AMR of recall, coverage and AMR of precision.
"""
import gzip
import sys
import numpy as np

rng = np.random.default_rng(20)


def parse(block):
    lines = block.split('\n')
    n, m = int(lines[3][:3]), int(lines[3][3:6])
    x = np.array([[float(l[k:k + 10]) for k in (0, 10, 20)] for l in lines[4:4 + n]])
    symbols = [l[31:34].strip() for l in lines[4:4 + n]]
    bonds = [(int(l[:3]) - 1, int(l[3:6]) - 1, int(l[6:9])) for l in lines[4 + n:4 + n + m]]
    rest = [l for l in lines[4 + n + m:] if l.startswith('M  CHG')]
    assert not rest, 'charges are not handled'
    smiles = block.split('<SMILES>\n', 1)[1].split('\n', 1)[0]
    return smiles, symbols, bonds, x


def rotation():
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def write(out, smiles, symbols, bonds, x):
    out.append('p\n  perturbed         3D\n\n%3d%3d  0  0  0  0  0  0  0  0999 V2000\n' % (len(symbols), len(bonds)))
    for s, p in zip(symbols, x):
        out.append('%10.4f%10.4f%10.4f %-3s 0  0  0  0  0  0  0  0  0  0  0  0\n' % (p[0], p[1], p[2], s))
    for a, b, o in bonds:
        out.append('%3d%3d%3d  0\n' % (a + 1, b + 1, o))
    out.append('M  END\n>  <SMILES>\n%s\n\n$$$$\n' % smiles)


def main():
    molecules = {}
    with gzip.open(sys.argv[1], 'rt') as f:
        for block in f.read().split('$$$$\n')[:-1]:
            parsed = parse(block)
            molecules.setdefault(parsed[0], []).append(parsed)
    out = []
    for number, (smiles, conformers) in enumerate(list(molecules.items())[:24], 1):
        if number % 5 == 0:
            continue
        count = len(conformers) if number % 4 == 0 else 2 * len(conformers) + 1
        _, symbols, bonds, _ = conformers[0]
        keep = list(range(len(symbols)))
        if number % 3 == 0:
            at_carbon = {a if symbols[a] == 'H' else b for a, b, _ in bonds if {symbols[a], symbols[b]} == {'C', 'H'}}
            keep = [i for i in keep if i not in at_carbon]
        rng.shuffle(keep)
        place = {old: new for new, old in enumerate(keep)}
        kept = [(place[a], place[b], o) for a, b, o in bonds if a in place and b in place]
        for _ in range(count):
            x = conformers[rng.integers(len(conformers))][3] @ rotation().T
            x = x + rng.uniform(0.05, 0.5) * rng.normal(size=x.shape)
            write(out, smiles, [symbols[i] for i in keep], kept, x[keep])
    with gzip.GzipFile(sys.argv[2], 'wb', mtime=0) as f:
        f.write(''.join(out).encode())


if __name__ == '__main__':
    main()
