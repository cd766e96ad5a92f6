package quotient.models.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import quotient.models.io.Fingerprint;
import quotient.models.io.FormatException;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;
import quotient.models.molecule.SmilesFile;

/// Molecules that must not be trained on, in whatever stereochemistry or protonation state.
///
/// Both sides are compared after dropping stereo marks, isotopes and explicit hydrogens and taking
/// protons off or back where that neutralises an atom, written by one canonicaliser. *Immutable.*
public final class ExclusionList {
  private final Chemistry chemistry;
  private final Set<String> excluded;

  private ExclusionList(Chemistry chemistry, Set<String> excluded) {
    this.chemistry = chemistry;
    this.excluded = Set.copyOf(excluded);
  }

  /// Reads a list of SMILES, one a line.
  ///
  /// @throws FormatException if a line is no SMILES
  public static ExclusionList read(Path file) throws IOException {
    Chemistry chemistry = Chemistry.provider();
    Set<String> excluded = new HashSet<>();
    try (SmilesFile lines = SmilesFile.open(file)) {
      for (Optional<SmilesFile.Entry> e = lines.next(); e.isPresent(); e = lines.next()) {
        try {
          excluded.add(key(chemistry, chemistry.parseSmiles(e.get().smiles())));
        } catch (FormatException error) {
          throw new FormatException(
              file + " line " + e.get().line() + ": " + error.getMessage(), error);
        }
      }
    }
    return new ExclusionList(chemistry, excluded);
  }

  /// Number of different molecules on the list.
  public int size() {
    return excluded.size();
  }

  /// True if the molecule, a stereoisomer, or another protonation state of it is on the list.
  public boolean contains(Molecule molecule) {
    return excluded.contains(key(chemistry, molecule));
  }

  /// The names of the molecules of a data set that are on the list, in file order.
  public List<String> namesOf(ConformerDataset dataset) {
    return dataset.molecules().stream()
        .filter(molecule -> contains(molecule.molecule()))
        .map(ConformerSet::name)
        .toList();
  }

  /// What the list is, whatever the order of its lines.
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint();
    new TreeSet<>(excluded).forEach(fingerprint::add);
    return fingerprint.hex();
  }

  private static String key(Chemistry chemistry, Molecule molecule) {
    return chemistry.writeSmiles(neutral(molecule), Chemistry.SmilesStyle.CONSTITUTION);
  }

  /// The molecule without explicit hydrogens at its atoms' neutral valence: cations lose protons,
  /// anions gain them, except where the charge is balanced by a neighbour (nitro groups, ylides).
  private static Molecule neutral(Molecule molecule) {
    int n = molecule.atomCount();
    int[] index = new int[n];
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < n; i++) {
      boolean folded =
          molecule.isHydrogen(i)
              && molecule.degree(i) == 1
              && !molecule.isHydrogen(molecule.neighbour(i, 0));
      index[i] = folded ? -1 : out.atom(molecule.atomicNumber(i));
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      int begin = index[molecule.bondBegin(b)];
      int end = index[molecule.bondEnd(b)];
      if (begin >= 0 && end >= 0) {
        out.bond(begin, end, molecule.bondOrder(b));
      }
    }
    Perception perception = Perception.of(molecule);
    for (int i = 0; i < n; i++) {
      if (index[i] >= 0) {
        out.charge(index[i], charge(molecule, perception, i));
      }
    }
    return out.build();
  }

  private static int charge(Molecule molecule, Perception perception, int atom) {
    int charge = molecule.formalCharge(atom);
    if (charge > 0) {
      int protons = perception.implicitHydrogens(atom);
      for (int k = 0; k < molecule.degree(atom); k++) {
        protons += molecule.isHydrogen(molecule.neighbour(atom, k)) ? 1 : 0;
      }
      return charge - Math.min(charge, protons);
    }
    for (int k = 0; k < molecule.degree(atom); k++) {
      if (molecule.formalCharge(molecule.neighbour(atom, k)) > 0) {
        return charge;
      }
    }
    return 0;
  }
}
