package quotient.models.molecule;

import java.util.ArrayList;
import java.util.List;

/// Adds the hydrogens that a graph leaves to the reader.
public final class Hydrogens {
  private Hydrogens() {}

  /// The molecule with its implicit hydrogens as atoms at the end, by parent.
  ///
  /// Stereo marks are kept: a hydrogen takes the place that stood for it.
  public static Molecule add(Molecule molecule) {
    Perception perception = Perception.of(molecule);
    if (perception.missingHydrogens() == 0) {
      return molecule;
    }
    Molecule.Builder out = molecule.toBuilder().clearStereo();
    List<TetrahedralCentre> centres = new ArrayList<>(molecule.tetrahedralCentres());
    for (int i = 0; i < molecule.atomCount(); i++) {
      for (int k = 0; k < perception.implicitHydrogens(i); k++) {
        int parent = i;
        int hydrogen = out.atom(Elements.HYDROGEN);
        out.bond(parent, hydrogen, 1);
        centres.replaceAll(c -> c.centre() == parent ? c.withHydrogen(hydrogen) : c);
      }
    }
    centres.forEach(out::centre);
    molecule.doubleBondStereo().forEach(out::doubleBond);
    return out.build();
  }
}
