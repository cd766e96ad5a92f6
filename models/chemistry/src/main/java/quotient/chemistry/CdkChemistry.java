package quotient.chemistry;

import java.util.Comparator;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.smiles.SmiFlavor;
import org.openscience.cdk.smiles.SmilesGenerator;
import org.openscience.cdk.smiles.SmilesParser;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Isomers;
import quotient.models.molecule.Molecule;

/// SMILES by CDK. Nothing here calls InChI or any native code. *Thread-safe.*
public final class CdkChemistry implements Chemistry {
  /// Molecules with more symmetries get a SMILES that depends on their numbering.
  private static final int MOST_SYMMETRIES = 1000;

  private static final int PLAIN = SmiFlavor.UseAromaticSymbols;
  private static final int ISOMERIC =
      PLAIN
          | SmiFlavor.AtomicMass
          | SmiFlavor.StereoTetrahedral
          | SmiFlavor.StereoCisTrans
          | SmiFlavor.StereoExTetrahedral;

  /// For `ServiceLoader`.
  public CdkChemistry() {}

  @Override
  public Molecule parseSmiles(String smiles) throws FormatException {
    String text = smiles.strip();
    if (text.isEmpty()) {
      throw new FormatException("SMILES is empty; give at least one atom");
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        throw error(text, "white space ends a SMILES; a name is not part of it");
      }
    }
    try {
      IAtomContainer graph = parser(true).parseSmiles(text);
      // a Kekulé form loses the marks of double bonds at aromatic atoms, so they are read apart
      boolean directed = text.indexOf('/') >= 0 || text.indexOf('\\') >= 0;
      IAtomContainer marks = directed ? parser(false).parseSmiles(text) : graph;
      return new FromCdk(graph, marks).explicit().smiles(text).build();
    } catch (CDKException | IllegalArgumentException e) {
      throw error(text, firstLine(e));
    }
  }

  /// The canonical styles take the first, in the order of strings, of the texts that the molecule's
  /// symmetric numberings give.
  @Override
  public String writeSmiles(Molecule molecule, SmilesStyle style) {
    return switch (style) {
      case AS_ORDERED -> write(molecule, true);
      case ISOMERIC -> first(molecule, true);
      case CONSTITUTION -> first(withoutMarks(molecule), false);
    };
  }

  @Override
  public Molecule assignBondOrders(Molecule molecule) throws FormatException {
    return molecule.hasAromaticBonds() ? ToCdk.kekulized(molecule) : molecule;
  }

  private static SmilesParser parser(boolean kekulise) {
    SmilesParser parser = new SmilesParser(SilentChemObjectBuilder.getInstance());
    parser.kekulise(kekulise);
    return parser;
  }

  private static String first(Molecule molecule, boolean isomeric) {
    return Isomers.canonicalForms(molecule, MOST_SYMMETRIES).stream()
        .map(form -> write(form, isomeric))
        .min(Comparator.naturalOrder())
        .orElse("");
  }

  private static String write(Molecule molecule, boolean isomeric) {
    IAtomContainer container = SmilesGraph.of(molecule, isomeric);
    try {
      int[] order = new int[container.getAtomCount()];
      String text = SmilesGenerator.create(container, isomeric ? ISOMERIC : PLAIN, order);
      return withUpwardFirst(text);
    } catch (CDKException e) {
      throw new IllegalArgumentException(
          "SMILES of " + molecule + " cannot be written: " + firstLine(e), e);
    }
  }

  /// Both `C/C=C/C` and `C\C=C\C` say trans; where the first mark goes down, all are turned over.
  private static String withUpwardFirst(String smiles) {
    int up = smiles.indexOf('/');
    int down = smiles.indexOf('\\');
    if (down < 0 || (up >= 0 && up < down)) {
      return smiles;
    }
    return smiles.replace('/', '\0').replace('\\', '/').replace('\0', '\\');
  }

  private static Molecule withoutMarks(Molecule molecule) {
    Molecule.Builder out = molecule.toBuilder().clearStereo();
    for (int i = 0; i < molecule.atomCount(); i++) {
      out.isotope(i, 0);
    }
    return out.build();
  }

  private static FormatException error(String smiles, String problem) {
    return new FormatException("SMILES " + TextLines.quote(smiles) + ": " + problem);
  }

  /// CDK's messages go on with a drawing of the position, which does not fit on one line.
  static String firstLine(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String first = message.lines().findFirst().orElse(message).strip();
    String cut = first.replaceFirst("^could not parse '.*', ", "");
    return cut.endsWith(":") ? cut.substring(0, cut.length() - 1) : cut;
  }
}
