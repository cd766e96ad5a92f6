package quotient.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import quotient.models.generate.Conformer;
import quotient.models.generate.Generated;
import quotient.models.io.TextOutput;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfWriter;
import quotient.models.molecule.StereoPerception;
import quotient.models.molecule.XyzFile;

/// Writes conformers with their data items as SDF or XYZ, to a file or to standard output.
final class ConformerOutput implements Closeable {
  private final TextOutput out;
  private final StructureFormat format;
  private final Map<String, String> constant;
  private long written;

  private ConformerOutput(TextOutput out, StructureFormat format, Map<String, String> constant) {
    this.out = out;
    this.format = format;
    this.constant = constant;
  }

  /// @param target a file, or empty for the stream
  /// @param constant data items that are the same for all conformers
  static ConformerOutput open(
      Optional<Path> target,
      OutputStream stream,
      boolean overwrite,
      StructureFormat format,
      Map<String, String> constant)
      throws IOException {
    if (format != StructureFormat.SDF && format != StructureFormat.XYZ) {
      throw new UsageException("output: conformers go to sdf or xyz, not " + format);
    }
    TextOutput out =
        target.isPresent() ? TextOutput.create(target.get(), overwrite) : TextOutput.of(stream);
    return new ConformerOutput(out, format, constant);
  }

  /// The text of one molecule's conformers.
  String text(Generated made) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Molecule molecule = made.request().molecule().withTitle(made.request().name());
    for (int k = 0; k < made.conformers().size(); k++) {
      Conformer conformer = made.conformers().get(k);
      Map<String, String> items = new LinkedHashMap<>(made.request().items());
      items.put("CONFORMER", (k + 1) + " of " + made.conformers().size());
      items.putAll(constant);
      items.put("SMILES", smiles(made, conformer));
      items.put("STEREO", conformer.stereo().label());
      items.put("GEOMETRY", conformer.geometry().label());
      conformer.quality().ifPresent(quality -> items.put("QUALITY", quality.text()));
      made.note().ifPresent(note -> items.put("NOTE", note));
      write(bytes, molecule, conformer.xyz(), items);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void write(OutputStream bytes, Molecule molecule, float[] xyz, Map<String, String> items)
      throws IOException {
    if (format == StructureFormat.SDF) {
      try (SdfWriter writer = SdfWriter.of(bytes)) {
        writer.write(molecule, xyz, 0, items);
        writer.commit();
      }
      return;
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (String key : new String[] {"CONFORMER", "SEED", "STEREO", "GEOMETRY"}) {
      String value = items.get(key);
      if (value != null) {
        properties.put(key.toLowerCase(java.util.Locale.ROOT), value.replaceFirst(" of .*", ""));
      }
    }
    try (XyzFile.Writer writer = XyzFile.Writer.of(bytes)) {
      writer.write(molecule, xyz, 0, properties);
      writer.commit();
    }
  }

  /// A SMILES with the stereochemistry that was obtained.
  private static String smiles(Generated made, Conformer conformer) {
    Molecule molecule = made.request().molecule();
    try {
      Chemistry chemistry = Chemistry.provider();
      return chemistry.writeSmiles(
          StereoPerception.of(molecule, conformer.xyz()), Chemistry.SmilesStyle.ISOMERIC);
    } catch (IllegalStateException noProvider) {
      return molecule.smiles().orElse(made.request().text());
    }
  }

  /// Appends text that {@link #text} made.
  void append(String text, long conformers) throws IOException {
    out.write(text);
    written += conformers;
  }

  long written() {
    return written;
  }

  /// Gives the file its name.
  void commit() throws IOException {
    out.commit();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
