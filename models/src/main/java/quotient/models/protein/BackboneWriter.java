package quotient.models.protein;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import quotient.models.io.TextOutput;

/// Writes chains as PDB or mmCIF; a file appears under its name at {@link #commit}.
///
/// Several chains of one PDB file are models of their own, each with its `REMARK   1 ID`; of one mmCIF
/// file, data blocks. Residues are numbered from 1. A trace of alpha carbons carries a remark that
/// its residue names are placeholders. *Confined.*
public final class BackboneWriter implements Closeable {
  private static final int MOST_RESIDUES = 9_999;
  private static final int MOST_ATOMS = 99_999;
  private static final String[] ATOMS = {"N", "CA", "C"};

  private final TextOutput out;
  private final StructureFile.Format format;
  private int written;

  private BackboneWriter(TextOutput out, StructureFile.Format format) {
    this.out = out;
    this.format = format;
  }

  /// Opens a file.
  ///
  /// @throws IOException if it exists and may not be overwritten
  public static BackboneWriter create(Path target, StructureFile.Format format, boolean overwrite)
      throws IOException {
    return new BackboneWriter(TextOutput.create(target, overwrite), format);
  }

  /// Writes to a stream of the caller's, which is flushed and never closed.
  public static BackboneWriter of(OutputStream stream, StructureFile.Format format) {
    return new BackboneWriter(TextOutput.of(stream), format);
  }

  /// Appends a chain.
  ///
  /// @throws IllegalArgumentException if the format cannot hold it
  public void write(Backbone chain) throws IOException {
    requireWritable(chain);
    written++;
    out.write(format == StructureFile.Format.PDB ? pdb(chain) : mmcif(chain));
  }

  /// The number of chains written.
  public int written() {
    return written;
  }

  /// Finishes the file and gives it its name; flushes a stream.
  public void commit() throws IOException {
    if (format == StructureFile.Format.PDB) {
      out.write("END\n");
    }
    out.commit();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void requireWritable(Backbone chain) {
    if (chain.name().isEmpty() || chain.name().chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException(
          "backbone writer: a name without white space is needed, found \"" + chain.name() + "\"");
    }
    boolean pdb = format == StructureFile.Format.PDB;
    for (float[] xyz : new float[][] {chain.alpha(), chain.nitrogen(), chain.carbon()}) {
      for (float value : xyz) {
        if (!(pdb ? value > -999.9995 && value < 9999.9995 : Float.isFinite(value))) {
          throw new IllegalArgumentException(
              "backbone writer: "
                  + chain.name()
                  + " has the coordinate "
                  + value
                  + (pdb
                      ? ", which does not fit the columns of PDB; centre it, or write .cif"
                      : ""));
        }
      }
    }
    int atoms = chain.length() * (chain.isFull() ? 3 : 1);
    if (pdb && (chain.length() > MOST_RESIDUES || atoms > MOST_ATOMS)) {
      throw new IllegalArgumentException(
          "backbone writer: "
              + chain.name()
              + " has "
              + chain.length()
              + " residues, PDB holds "
              + MOST_RESIDUES
              + "; write .cif");
    }
  }

  private String pdb(Backbone chain) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "MODEL     %4d\n", written));
    text.append(PdbReader.ID)
        .append(chain.name())
        .append(" LENGTH ")
        .append(chain.length())
        .append(" BACKBONE ")
        .append(chain.isFull() ? "N,CA,C" : "CA")
        .append('\n');
    if (isPlaceholder(chain)) {
      text.append("REMARK   2 ALPHA-CARBON TRACE; RESIDUE NAMES ARE PLACEHOLDERS\n");
    }
    String letter = chain.chain().length() == 1 ? chain.chain() : "A";
    int serial = 0;
    for (int i = 0; i < chain.length(); i++) {
      for (int a = 0; a < ATOMS.length; a++) {
        if (a == 1 || chain.isFull()) {
          float[] xyz = coordinates(chain, a);
          text.append(
              String.format(
                  Locale.ROOT,
                  "ATOM  %5d  %-3s %3s %s%4d    %8.3f%8.3f%8.3f  1.00  0.00           %s\n",
                  ++serial,
                  ATOMS[a],
                  chain.residues().get(i),
                  letter,
                  i + 1,
                  xyz[3 * i],
                  xyz[3 * i + 1],
                  xyz[3 * i + 2],
                  a == 0 ? "N" : "C"));
        }
      }
    }
    text.append(
        String.format(
            Locale.ROOT,
            "TER   %5d      %3s %s%4d\n",
            ++serial,
            chain.residues().getLast(),
            letter,
            chain.length()));
    return text.append("ENDMDL\n").toString();
  }

  private static String mmcif(Backbone chain) {
    StringBuilder text = new StringBuilder();
    text.append("data_").append(chain.name()).append("\n_entry.id ").append(chain.name());
    text.append('\n');
    if (isPlaceholder(chain)) {
      text.append("_struct.title 'alpha-carbon trace; residue names are placeholders'\n");
    }
    text.append("loop_\n");
    for (String item :
        new String[] {
          "group_PDB",
          "id",
          "type_symbol",
          "label_atom_id",
          "label_alt_id",
          "label_comp_id",
          "label_asym_id",
          "label_entity_id",
          "label_seq_id",
          "pdbx_PDB_ins_code",
          "Cartn_x",
          "Cartn_y",
          "Cartn_z",
          "occupancy",
          "B_iso_or_equiv",
          "auth_seq_id",
          "auth_asym_id",
          "pdbx_PDB_model_num"
        }) {
      text.append("_atom_site.").append(item).append('\n');
    }
    int id = 0;
    for (int i = 0; i < chain.length(); i++) {
      for (int a = 0; a < ATOMS.length; a++) {
        if (a == 1 || chain.isFull()) {
          float[] xyz = coordinates(chain, a);
          text.append(
              String.format(
                  Locale.ROOT,
                  "ATOM %d %s %s . %s %s 1 %d ? %.3f %.3f %.3f 1.00 0.00 %d %s 1\n",
                  ++id,
                  a == 0 ? "N" : "C",
                  ATOMS[a],
                  chain.residues().get(i),
                  chain.chain(),
                  i + 1,
                  xyz[3 * i],
                  xyz[3 * i + 1],
                  xyz[3 * i + 2],
                  i + 1,
                  chain.chain()));
        }
      }
    }
    return text.append("#\n").toString();
  }

  private static float[] coordinates(Backbone chain, int atom) {
    return switch (atom) {
      case 0 -> chain.nitrogen();
      case 1 -> chain.alpha();
      default -> chain.carbon();
    };
  }

  private static boolean isPlaceholder(Backbone chain) {
    return !chain.isFull() && chain.residues().stream().allMatch(AminoAcids.PLACEHOLDER::equals);
  }
}
