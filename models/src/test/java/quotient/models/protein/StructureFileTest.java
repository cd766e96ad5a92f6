package quotient.models.protein;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.SharedFiles;
import quotient.models.io.FormatException;

/// Reading and writing of structures; coordinates are residues 3 to 8 of PDB entry 1A2P, chain A
/// (barnase, CC0), re-centred.
final class StructureFileTest {
  private static final String[] NAMES = {"VAL", "ILE", "ASN", "THR", "PHE", "ASP"};
  private static final double[][] N = {
    {-12.213, -8.318, 5.412}, {-9.733, -5.842, 5.624}, {-9.412, -2.855, 4.182},
    {-9.586, -0.104, 3.913}, {-8.812, 3.508, 4.078}, {-8.935, 4.444, 6.795},
  };
  private static final double[][] CA = {
    {-11.091, -7.642, 4.729}, {-9.520, -4.414, 6.043}, {-8.780, -2.223, 3.036},
    {-9.910, 1.337, 3.840}, {-7.807, 4.381, 4.646}, {-8.992, 4.499, 8.256},
  };
  private static final double[][] C = {
    {-10.941, -6.222, 5.243}, {-8.733, -3.731, 4.926}, {-9.163, -0.769, 2.857},
    {-8.789, 2.186, 4.391}, {-7.784, 4.321, 6.171}, {-8.691, 3.144, 8.874},
  };

  @TempDir private Path folder = Path.of("");
  private final List<String> problems = new ArrayList<>();

  private static String atom(
      String record,
      String atom,
      char location,
      String residue,
      char chain,
      String number,
      double[] xyz) {
    return String.format(
        Locale.ROOT,
        "%-6s    1  %-3s%c%3s %c%5s   %8.3f%8.3f%8.3f  1.00 10.00           %s\n",
        record,
        atom,
        location,
        residue,
        chain,
        number,
        xyz[0],
        xyz[1],
        xyz[2],
        atom.substring(0, 1));
  }

  private static String residue(int i, String number) {
    return residue(i, number, NAMES[i], "ATOM");
  }

  private static String residue(int i, String number, String name, String record) {
    return atom(record, "N", ' ', name, 'A', number, N[i])
        + atom(record, "CA", ' ', name, 'A', number, CA[i])
        + atom(record, "C", ' ', name, 'A', number, C[i]);
  }

  private static String chain() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NAMES.length; i++) {
      text.append(residue(i, (i + 3) + " "));
    }
    return text.toString();
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file;
  }

  private List<Backbone> read(Path file, ChainRules.Gaps gaps) throws IOException {
    return StructureFile.readAll(file, ChainRules.strict(gaps), problems::add);
  }

  private Backbone one(String text) throws IOException {
    List<Backbone> chains = read(file("a.pdb", text), ChainRules.Gaps.REFUSE);
    assertEquals(1, chains.size());
    return chains.getFirst();
  }

  private static float[] flat(double[][] rows) {
    float[] out = new float[3 * rows.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) rows[i / 3][i % 3];
    }
    return out;
  }

  @Test
  void anOrdinaryChainKeepsItsAtomsNumbersAndNames() throws IOException {
    Backbone chain =
        one(
            "HEADER    HYDROLASE                               20-JAN-98   1A2P\n"
                + chain()
                + "TER\n"
                + atom("HETATM", "CA", ' ', "HOH", 'A', "900 ", CA[0])
                + "END\n");
    assertEquals("1a2p_A", chain.name());
    assertEquals("VINTFD", chain.sequence());
    assertTrue(chain.isFull());
    assertArrayEquals(new int[] {3, 4, 5, 6, 7, 8}, chain.numbers());
    assertArrayEquals(flat(CA), chain.alpha());
    assertArrayEquals(flat(N), chain.nitrogen());
    assertArrayEquals(flat(C), chain.carbon());
    assertEquals(List.of(), problems);
  }

  @Test
  void theLocationsOfAResidueAreNotMixed() throws IOException {
    String two =
        atom("ATOM", "N", ' ', "ILE", 'A', "4 ", N[1])
            + atom("ATOM", "CA", 'B', "ILE", 'A', "4 ", new double[] {0, 0, 0})
            + atom("ATOM", "CA", 'A', "ILE", 'A', "4 ", CA[1])
            + atom("ATOM", "C", 'B', "ILE", 'A', "4 ", new double[] {1, 0, 0})
            + atom("ATOM", "C", 'A', "ILE", 'A', "4 ", C[1]);
    Backbone chain = one(chain().replace(residue(1, "4 "), two));
    assertArrayEquals(flat(CA), chain.alpha());
    assertArrayEquals(flat(C), chain.carbon());
  }

  @Test
  void withoutLocationATheFirstOneIsTaken() throws IOException {
    String late =
        atom("ATOM", "CA", 'C', "ILE", 'A', "4 ", CA[1])
            + atom("ATOM", "CA", 'D', "ILE", 'A', "4 ", new double[] {0, 0, 0});
    assertArrayEquals(flat(CA), one(chain().replace(residue(1, "4 "), late)).alpha());
  }

  @Test
  void ofTwoResiduesInOnePlaceTheOneOfTheLocationStays() throws IOException {
    String two =
        atom("ATOM", "CA", 'A', "ILE", 'A', "4 ", CA[1])
            + atom("ATOM", "CA", 'B', "LEU", 'A', "4 ", CA[1]);
    assertEquals("VINTFD", one(chain().replace(residue(1, "4 "), two)).sequence());
  }

  @Test
  void insertionCodesMakeResiduesOfTheirOwn() throws IOException {
    StringBuilder text = new StringBuilder();
    String[] numbers = {"60 ", "60A", "60B", "61 ", "70 ", "-1 "};
    for (int i = 0; i < numbers.length; i++) {
      text.append(residue(i, numbers[i]));
    }
    assertArrayEquals(new int[] {60, 60, 60, 61, 70, -1}, one(text.toString()).numbers());
  }

  @Test
  void modifiedResiduesAreTakenAsTheirParents() throws IOException {
    String text =
        chain()
            .replace(residue(1, "4 "), residue(1, "4 ", "MSE", "HETATM"))
            .replace(residue(3, "6 "), residue(3, "6 ", "XYZ", "HETATM"));
    String named = "MODRES 1A2P XYZ A    6  THR  SOMETHING\n" + text;
    assertEquals("VMNTFD", one(named).sequence());
    assertThrows(FormatException.class, () -> one(text));
    assertTrue(problems.getFirst().contains("residues 5 and 7"), problems.getFirst());
  }

  @Test
  void calciumIsNoAlphaCarbon() throws IOException {
    String ion = "HETATM    1 CA    CA A 201       0.000   0.000   0.000  1.00 10.00          CA\n";
    assertEquals(6, one(ion + chain()).length());
  }

  @Test
  void onlyTheFirstModelOfAnEnsembleIsRead() throws IOException {
    String text = "MODEL        1\n" + chain() + "ENDMDL\nMODEL        2\n" + chain() + "ENDMDL\n";
    assertEquals(6, one(text).length());
  }

  @Test
  void gapsAreRefusedOrSplit() throws IOException {
    String text = chain().replace(residue(2, "5 "), "");
    Path file = file("gap.pdb", text + "TER\n" + chain().replace(" A ", " B "));
    List<Backbone> refused = read(file, ChainRules.Gaps.REFUSE);
    assertEquals(List.of("gap_B"), refused.stream().map(Backbone::name).toList());
    assertEquals(1, problems.size());
    assertTrue(
        problems.getFirst().contains("gap_A: residues 4 and 6 are 6.2 Å apart; --gaps split"),
        problems.getFirst());
    ChainRules split = ChainRules.strict(ChainRules.Gaps.SPLIT).withLengths(2, 100);
    List<Backbone> parts = StructureFile.readAll(file, split, problems::add);
    assertEquals(
        List.of("gap_A_1", "gap_A_2", "gap_B"), parts.stream().map(Backbone::name).toList());
    assertEquals("VI", parts.get(0).sequence());
    assertEquals("TFD", parts.get(1).sequence());
    List<Backbone> kept = StructureFile.readAll(file, ChainRules.lenient(), problems::add);
    assertEquals(5, kept.getFirst().length());
  }

  @Test
  void aChainWithoutOneNitrogenIsATrace() throws IOException {
    String text = chain().replace(atom("ATOM", "N", ' ', "ASN", 'A', "5 ", N[2]), "");
    Backbone chain = one(text);
    assertFalse(chain.isFull());
    assertArrayEquals(flat(CA), chain.alpha());
  }

  @Test
  void brokenLinesSayWhereAndWhat() throws IOException {
    Path file = file("bad.pdb", chain().replace("  -9.520", "  -9.5x0"));
    FormatException e =
        assertThrows(FormatException.class, () -> read(file, ChainRules.Gaps.REFUSE));
    assertEquals(
        "PdbFile: " + file + " line 5: expected x in columns 31-38, found \"-9.5x0\"",
        e.getMessage());
    Path empty = file("empty.pdb", "HEADER\nEND\n");
    assertThrows(FormatException.class, () -> read(empty, ChainRules.Gaps.REFUSE));
    Path text = file("notes.txt", "nothing");
    assertThrows(FormatException.class, () -> read(text, ChainRules.Gaps.REFUSE));
  }

  @Test
  void aBrokenModelOfACollectionIsLeftOutAndTheOthersStay() throws IOException {
    String first = "MODEL        1\nREMARK   1 ID one_A LENGTH 6 BACKBONE N,CA,C\n" + chain();
    String text =
        first
            + "ENDMDL\n"
            + first.replace("one_A", "two_A").replace("  -9.520", "  -9.5x0")
            + "ENDMDL\n"
            + first.replace("one_A", "three_A").replace(residue(5, "8 "), "")
            + "ENDMDL\n"
            + first.replace("one_A", "four_A")
            + "ENDMDL\n";
    List<Backbone> chains = read(file("set.pdb", text), ChainRules.Gaps.REFUSE);
    assertEquals(List.of("one_A", "four_A"), chains.stream().map(Backbone::name).toList());
    assertEquals(2, problems.size());
    assertTrue(problems.get(0).contains("left out two_A"), problems.get(0));
    assertTrue(problems.get(1).contains("three_A has 5 residues, its header promises 6"));
  }

  @Test
  void zippedFilesAndFoldersAreRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(chain().getBytes(StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve("b.ent.gz"), bytes.toByteArray());
    file("a.pdb", chain());
    file("c.pdb", "ATOM   broken\nATOM      2  CA  ALA A   x\n");
    file("readme.txt", "not a structure");
    List<Backbone> chains = read(folder, ChainRules.Gaps.REFUSE);
    assertEquals(List.of("a_A", "b_A"), chains.stream().map(Backbone::name).toList());
    assertEquals(1, problems.size());
  }

  // ---- mmCIF ----

  private static final String ITEMS =
      """
      data_1A2P
      # columns in another order than usual
      _struct.title
      ;Barnase
      with 'quotes' and loop_ in a text
      ;
      loop_
      _pdbx_struct_mod_residue.id
      _pdbx_struct_mod_residue.label_comp_id
      _pdbx_struct_mod_residue.parent_comp_id
      1 XYZ THR
      loop_
      _atom_site.group_PDB
      _atom_site.id
      _atom_site.type_symbol
      _atom_site.Cartn_x
      _atom_site.Cartn_y
      _atom_site.Cartn_z
      _atom_site.label_atom_id
      _atom_site.label_alt_id
      _atom_site.label_comp_id
      _atom_site.label_asym_id
      _atom_site.label_seq_id
      _atom_site.auth_seq_id
      _atom_site.auth_asym_id
      _atom_site.pdbx_PDB_ins_code
      _atom_site.pdbx_PDB_model_num
      """;

  private static String site(
      String group,
      String atom,
      String location,
      String residue,
      int i,
      String sequence,
      int model,
      double[] xyz) {
    return String.format(
        Locale.ROOT,
        "%s 1 %s %.3f %.3f %.3f %s %s %s AA %s %d H ? %d\n",
        group,
        atom.substring(0, 1),
        xyz[0],
        xyz[1],
        xyz[2],
        atom,
        location,
        residue,
        sequence,
        i + 3,
        model);
  }

  private static String sites(int model) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NAMES.length; i++) {
      String name = i == 3 ? "XYZ" : NAMES[i];
      String group = i == 3 ? "HETATM" : "ATOM";
      text.append(site(group, "N", ".", name, i, "" + (i + 1), model, N[i]))
          .append(site(group, "CA", ".", name, i, "" + (i + 1), model, CA[i]))
          .append(
              site(group, "\"C\"", ".", name, i, "" + (i + 1), model, C[i])
                  .replace(" 1 \" ", " 1 C "));
    }
    return text.toString();
  }

  @Test
  void mmcifIsReadWithItsFirstModelAndTheAuthorsNames() throws IOException {
    String water = site("HETATM", "CA", ".", "HOH", 200, ".", 1, CA[0]);
    Path file = file("x.cif", ITEMS + sites(1) + water + sites(2) + "#\n");
    List<Backbone> chains = read(file, ChainRules.Gaps.REFUSE);
    assertEquals(1, chains.size());
    Backbone chain = chains.getFirst();
    assertEquals("1A2P_H", chain.name());
    assertEquals("VINTFD", chain.sequence());
    assertArrayEquals(new int[] {3, 4, 5, 6, 7, 8}, chain.numbers());
    assertArrayEquals(flat(CA), chain.alpha());
    assertArrayEquals(flat(C), chain.carbon());
  }

  @Test
  void mmcifLocationsAreChosenAsInPdb() throws IOException {
    String two =
        site("ATOM", "CA", "B", "ILE", 1, "2", 1, new double[] {0, 0, 0})
            + site("ATOM", "CA", "A", "ILE", 1, "2", 1, CA[1]);
    String text = sites(1).replace(site("ATOM", "CA", ".", "ILE", 1, "2", 1, CA[1]), two);
    Path file = file("y.cif", ITEMS + text);
    assertArrayEquals(flat(CA), read(file, ChainRules.Gaps.REFUSE).getFirst().alpha());
  }

  @Test
  void brokenMmcifSaysWhereAndWhat() throws IOException {
    Path cut = file("cut.cif", ITEMS + sites(1).stripTrailing().replaceFirst(" \\S+$", ""));
    FormatException e =
        assertThrows(FormatException.class, () -> read(cut, ChainRules.Gaps.REFUSE));
    assertTrue(e.getMessage().contains("within a row of _atom_site.group_pdb"), e.getMessage());
    Path open = file("open.cif", "data_x\n_a.b\n;text without end\n");
    assertThrows(FormatException.class, () -> read(open, ChainRules.Gaps.REFUSE));
    Path quote = file("quote.cif", "data_x\n_a.b 'never closed\n");
    assertThrows(FormatException.class, () -> read(quote, ChainRules.Gaps.REFUSE));
    Path none = file("none.cif", "data_x\n_cell.length_a 1\n");
    assertThrows(FormatException.class, () -> read(none, ChainRules.Gaps.REFUSE));
  }

  // ---- writing ----

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Backbone full = one(chain()).withName("first_A");
    Backbone trace = Backbone.trace("second", flat(CA));
    for (StructureFile.Format format : StructureFile.Format.values()) {
      Path file = folder.resolve("out" + format.suffix() + ".gz");
      try (BackboneWriter writer = BackboneWriter.create(file, format, false)) {
        writer.write(full);
        writer.write(trace);
        writer.commit();
      }
      List<Backbone> back = read(file, ChainRules.Gaps.REFUSE);
      assertEquals(2, back.size());
      assertEquals("first_A", back.get(0).name());
      assertEquals(full.residues(), back.get(0).residues());
      assertArrayEquals(full.alpha(), back.get(0).alpha());
      assertArrayEquals(full.carbon(), back.get(0).carbon());
      assertArrayEquals(trace.alpha(), back.get(1).alpha());
      assertEquals("GGGGGG", back.get(1).sequence());
    }
    assertEquals(List.of(), problems);
  }

  @Test
  void whatPdbCannotHoldIsRefused() throws IOException {
    float[] far = flat(CA);
    far[4] = -1000;
    try (BackboneWriter writer =
        BackboneWriter.of(new ByteArrayOutputStream(), StructureFile.Format.PDB)) {
      assertThrows(IllegalArgumentException.class, () -> writer.write(Backbone.trace("far", far)));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.write(Backbone.trace("long", new float[30_000])));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.write(Backbone.trace("two words", flat(CA))));
    }
  }

  @Test
  void theSharedProteinsAreReadAsTheirIndexSays() throws IOException {
    Path data = SharedFiles.path("data/proteins");
    Map<String, String[]> index = new HashMap<>();
    for (String line : Files.readAllLines(data.resolve("index.tsv"))) {
      String[] cells = line.split("\t", -1);
      index.put(cells[0], cells);
    }
    int all = 0;
    for (String split : new String[] {"train", "val", "test"}) {
      List<Backbone> chains = read(data.resolve(split + ".pdb.gz"), ChainRules.Gaps.REFUSE);
      all += chains.size();
      for (Backbone chain : chains) {
        String[] cells = Objects.requireNonNull(index.get(chain.name()), chain.name());
        assertEquals(Integer.parseInt(cells[2]), chain.length(), chain.name());
        assertEquals(cells[3].equals("N,CA,C"), chain.isFull(), chain.name());
        assertEquals(cells[18], chain.sequence(), chain.name());
      }
    }
    assertEquals(680, all);
    assertEquals(List.of(), problems);
  }
}
