"""Makes the embedded data set from the mini-geom-qm9 files: make_embedded_data.py DATA_FOLDER OUT_FOLDER

train: every fourth molecule of train.sdf.gz, at most 6 conformers each.
held-out: every third molecule of val.sdf.gz, at most 8 conformers each.
Titles, coordinates, SMILES and Boltzmann weights are kept as they are; other data items are dropped."""
import gzip, io, sys

KEEP = ('SMILES', 'boltzmann_weight_298K')

def molecules(path):
    current, title = [], None
    for record in gzip.open(path, 'rt').read().split('$$$$\n'):
        if not record.strip():
            continue
        name = record.split('\n', 1)[0]
        if name != title and current:
            yield current
            current = []
        title = name
        current.append(record)
    yield current

def slim(record):
    head, *items = record.split('\n>  <')
    kept = [i for i in items if i.split('>')[0] in KEEP]
    return '\n>  <'.join([head] + kept).rstrip('\n') + '\n\n$$$$\n'

def write(source, target, stride, most):
    out = io.StringIO()
    count = 0
    for i, records in enumerate(molecules(source)):
        if i % stride == 0:
            count += 1
            for record in records[:most]:
                out.write(slim(record))
    with open(target, 'wb') as raw:
        with gzip.GzipFile(filename='', mode='wb', fileobj=raw, mtime=0, compresslevel=9) as file:
            file.write(out.getvalue().encode())
    print(target, count, 'molecules')

data, folder = sys.argv[1:]
write(data + '/train.sdf.gz', folder + '/train.sdf.gz', 4, 6)
write(data + '/val.sdf.gz', folder + '/held-out.sdf.gz', 3, 8)
