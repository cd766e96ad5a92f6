package quotient.models.molecule;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import quotient.models.io.FormatException;

/// What needs a cheminformatics library: SMILES in and out, and Kekulé forms.
///
/// Reading SDF and everything that follows from a graph or from coordinates ({@link Perception},
/// {@link MoleculeGraph}, {@link StereoPerception}) work without a provider. Providers are *thread-safe*.
public interface Chemistry {
  /// Parses a SMILES; all hydrogens become atoms.
  ///
  /// Atoms are in the order heavy atoms first (as written), then hydrogens by parent; stereo marks
  /// are kept, the text becomes {@link Molecule#smiles}.
  ///
  /// @throws FormatException if the text is no SMILES, or has a mark that is not supported
  Molecule parseSmiles(String smiles) throws FormatException;

  /// A SMILES without explicit hydrogens (except where they carry stereo or an isotope).
  String writeSmiles(Molecule molecule, SmilesStyle style);

  /// The molecule with single and double bonds in place of {@link Molecule#AROMATIC} ones.
  ///
  /// @throws FormatException if no Kekulé form exists
  Molecule assignBondOrders(Molecule molecule) throws FormatException;

  /// How a SMILES is written.
  enum SmilesStyle {
    /// Canonical, without stereo marks and isotopes: equal for all stereoisomers.
    CONSTITUTION,
    /// Canonical, with stereo marks and isotopes.
    ISOMERIC,
    /// In the atom order of the molecule, with stereo marks and isotopes.
    AS_ORDERED
  }

  /// The provider on the class path.
  ///
  /// @throws IllegalStateException if there is none
  static Chemistry provider() {
    try {
      Iterator<Chemistry> found = ServiceLoader.load(Chemistry.class).iterator();
      if (found.hasNext()) {
        return found.next();
      }
    } catch (ServiceConfigurationError e) {
      throw new IllegalStateException("Chemistry: the provider on the class path does not load", e);
    }
    throw new IllegalStateException(
        "Chemistry: SMILES need the jar quotient-chemistry and its CDK jars on the class path;"
            + " SDF files work without them");
  }
}
