package quotient.models.molecule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.io.FormatException;

class SdfFileTest {
  private static final String WATER =
      """
      water
        hand              3D

        3  2  0  0  0  0  0  0  0  0999 V2000
          0.0000    0.0000    0.1173 O   0  0  0  0  0  0  0  0  0  0  0  0
          0.0000    0.7572   -0.4692 H   0  0  0  0  0  0  0  0  0  0  0  0
          0.0000   -0.7572   -0.4692 H   0  0  0  0  0  0  0  0  0  0  0  0
        1  2  1  0
        1  3  1  0
      M  END
      """;

  @TempDir Path folder;

  private static SdfReader read(String text) throws IOException {
    return SdfFile.open(
        "in.sdf", new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static SdfRecord one(String text) throws IOException {
    try (SdfReader reader = read(text)) {
      return reader.next().orElseThrow();
    }
  }

  private static String written(SdfRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SdfWriter writer = SdfWriter.of(out)) {
      writer.write(record);
      writer.commit();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String failure(String text) {
    return assertThrows(FormatException.class, () -> one(text)).getMessage();
  }

  @Test
  void readsAtomsBondsAndCoordinates() throws IOException {
    SdfRecord record = one(WATER);
    Molecule water = record.molecule();
    assertEquals("water", water.title());
    assertEquals("H2O", water.formula());
    assertEquals(2, water.bondCount());
    assertArrayEquals(
        new float[] {0, 0, 0.1173f, 0, 0.7572f, -0.4692f, 0, -0.7572f, -0.4692f},
        record.coordinates());
    assertEquals(1, record.number());
    assertEquals(1, record.line());
  }

  @Test
  void everyRecordedMoleculeSurvivesARoundTripInBothVersions() throws IOException {
    for (SdfRecord record : Sample.recorded()) {
      SdfRecord again = one(written(record));
      assertTrue(again.molecule().sameGraph(record.molecule()), record.molecule().title());
      assertArrayEquals(record.coordinates(), again.coordinates());
      assertEquals(record.molecule().items(), again.molecule().items());
      assertEquals(record.molecule().title(), again.molecule().title());
      SdfRecord extended = one(asV3000(record));
      assertTrue(extended.molecule().sameGraph(record.molecule()), record.molecule().title());
      assertArrayEquals(record.coordinates(), extended.coordinates());
    }
  }

  /// The extended form of a record, with atom numbers that are not consecutive and a split line.
  private static String asV3000(SdfRecord record) {
    Molecule m = record.molecule();
    StringBuilder text = new StringBuilder("t\n\n\n  0  0  0     0  0            999 V3000\n");
    text.append("M  V30 BEGIN CTAB\nM  V30 COUNTS ").append(m.atomCount());
    text.append(' ').append(m.bondCount()).append(" 0 0 0\nM  V30 BEGIN ATOM\n");
    for (int i = 0; i < m.atomCount(); i++) {
      float[] x = record.coordinates();
      text.append("M  V30 ").append(10 * i + 7).append(' ');
      text.append(Elements.symbol(m.atomicNumber(i))).append(" -\nM  V30 ");
      text.append(x[3 * i]).append("  ").append(x[3 * i + 1]).append(' ').append(x[3 * i + 2]);
      text.append(" 0 CFG=1 CHG=").append(m.formalCharge(i)).append(" ATTCHORD=(2 1 1)\n");
    }
    text.append("M  V30 END ATOM\nM  V30 BEGIN BOND\n");
    for (int b = 0; b < m.bondCount(); b++) {
      text.append("M  V30 ").append(b + 1).append(' ').append(m.bondOrder(b)).append(' ');
      text.append(10 * m.bondBegin(b) + 7).append(' ').append(10 * m.bondEnd(b) + 7);
      text.append(" CFG=3\n");
    }
    return text.append("M  V30 END BOND\nM  V30 END CTAB\nM  END\n$$$$\n").toString();
  }

  @Test
  void propertyLinesReplaceTheAtomBlocksCharges() throws IOException {
    String block = WATER.replace("O   0  0  0", "O   0  3  0");
    assertEquals(1, one(block).molecule().formalCharge(0));
    String line = block.replace("M  END", "M  CHG  1   2  -1\nM  RAD  1   3   2\nM  END");
    Molecule m = one(line).molecule();
    assertEquals(0, m.formalCharge(0));
    assertEquals(-1, m.formalCharge(1));
    assertEquals(1, m.radicalElectrons(2));
  }

  @Test
  void chargesIsotopesAndRadicalsSurviveMoreThanEightPerLine() throws IOException {
    Molecule.Builder builder = Molecule.builder().title("ions");
    for (int i = 0; i < 19; i++) {
      builder.atom(Elements.NITROGEN);
      builder.charge(i, i % 3 - 1).isotope(i, 14 + i % 2).radicalElectrons(i, i % 3);
    }
    SdfRecord ions = SdfRecord.of(builder.build(), new float[57]);
    String text = written(ions);
    assertTrue(text.contains("M  CHG  8"), text);
    assertTrue(one(text).molecule().sameGraph(ions.molecule()));
  }

  @Test
  void deuteriumIsAnIsotopeAndSurvives() throws IOException {
    Molecule m = one(WATER.replace("-0.4692 H ", "-0.4692 D ")).molecule();
    assertEquals(2, m.isotope(1));
    assertEquals(2, one(written(SdfRecord.of(m, new float[9]))).molecule().isotope(2));
  }

  @Test
  void dataItemsKeepOrderLinesAndText() throws IOException {
    String text =
        WATER
            + "> 12 <first> (7)\none\n\n>  <many lines>\n a\nb > <c>\n  d\n\n"
            + ">  <empty>\n\n>  <µ>\nÅ \u00e9\n\n$$$$\n";
    SdfRecord record =
        SdfFile.open("u.sdf", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
            .next()
            .orElseThrow();
    Map<String, String> items = record.molecule().items();
    assertEquals(List.of("first", "many lines", "empty", "µ"), List.copyOf(items.keySet()));
    assertEquals(" a\nb > <c>\n  d", items.get("many lines"));
    assertEquals("", items.get("empty"));
    assertEquals("Å \u00e9", items.get("µ"));
    assertEquals(items, one(toLatin(written(record))).molecule().items());
  }

  /// The reader decodes UTF-8 itself; this only carries the bytes through a test method on text.
  private static String toLatin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void titlesAreUntouched() throws IOException {
    for (String title : List.of("", "  spaces kept  ", "x".repeat(300), "a/b \\ <c> #1", "ü 水")) {
      SdfRecord record = one(WATER);
      Molecule named = record.molecule().withTitle(title);
      String text = written(SdfRecord.of(named, record.coordinates()));
      assertEquals(title, one(toLatin(text)).molecule().title());
    }
  }

  @Test
  void latinBytesThatAreNoUtf8AreReadAsLatin() throws IOException {
    assertEquals("caf\u00e9", one(WATER.replace("water", "caf\u00e9")).molecule().title());
  }

  @Test
  void brokenRecordsAreReportedWithPlaceAndCanBeSteppedOver() throws IOException {
    String good = WATER + "$$$$\n";
    String bad = WATER.replace("0.7572   -0.4692 H", "0.7x72   -0.4692 H") + "$$$$\n";
    List<String> errors = new ArrayList<>();
    int read = 0;
    try (SdfReader reader = read(good + bad + good + bad + good)) {
      while (reader.nextReadable(e -> errors.add(e.getMessage())).isPresent()) {
        read++;
      }
      assertEquals(5, reader.recordCount());
      assertEquals(2, reader.brokenCount());
    }
    assertEquals(3, read);
    assertEquals(
        "SdfFile: in.sdf line 17: expected 3 coordinates, found \"0.0000    0.7x72   -0.4692\";"
            + " record 2",
        errors.get(0));
  }

  @Test
  void errorsSayWhatIsWrong() {
    assertTrue(failure(WATER.replace(" O  ", " Xq ")).contains("unknown element \"Xq\""));
    assertTrue(failure(WATER.replace("  1  3  1  0", "  1  4  1  0")).contains("atoms 1 and 4"));
    assertTrue(failure(WATER.replace("  1  3  1  0", "  1  3  8  0")).contains("bond type"));
    assertTrue(failure(WATER.replace("  1  3  1  0", "  1  2  1  0")).contains("two bonds"));
    assertTrue(failure(WATER.replace("  3  2  0", " x3  2  0")).contains("number of atoms"));
    assertTrue(failure(WATER.replace("V2000", "V1999")).contains("V2000 or V3000"));
    assertTrue(failure(WATER.replace("M  END\n", "$$$$\n")).contains("no M  END"));
    assertTrue(failure(WATER.substring(0, 200)).contains("record 1"));
    assertTrue(failure("one line").contains("ends in the header"));
    assertTrue(failure("a\n\n\n$$$$\n").contains("without a connection table"));
    assertTrue(
        failure(WATER.replace("M  END", "M  CHG  1   9  -1\nM  END")).contains("atom 9 does not"));
  }

  @Test
  void aMolFileAndTrailingBlankLinesAreFine() throws IOException {
    for (String tail :
        List.of("", "$$$$", "$$$$\n", "$$$$\r\n\n\n", "\n\n", "$$$$\n\n\n\n\n\n\n")) {
      try (SdfReader reader = read(WATER + tail)) {
        assertTrue(reader.next().isPresent());
        assertFalse(reader.next().isPresent());
        assertFalse(reader.next().isPresent());
      }
    }
  }

  @Test
  void windowsLineEndsAreFine() throws IOException {
    SdfRecord record = one((WATER + "> <k>\nv\n\n$$$$\n").replace("\n", "\r\n"));
    assertEquals("water", record.molecule().title());
    assertEquals("v", record.molecule().items().get("k"));
  }

  @Test
  void aTruncatedGzipFileIsAnErrorAndThenTheEnd() throws IOException {
    Path whole = folder.resolve("all.sdf.gz");
    try (SdfWriter writer = SdfWriter.create(whole, false)) {
      for (SdfRecord record : Sample.recorded()) {
        writer.write(record);
      }
      writer.commit();
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.sdf.gz");
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    List<FormatException> errors = new ArrayList<>();
    int read = 0;
    try (SdfReader reader = SdfFile.open(cut)) {
      while (reader.nextReadable(errors::add).isPresent()) {
        read++;
      }
    }
    assertEquals(1, errors.size());
    assertTrue(errors.get(0).getMessage().contains("damaged gzip"), errors.get(0).getMessage());
    assertTrue(read > 20 && read < 163, "read " + read);
  }

  @Test
  void randomBytesAreAnErrorNotACrash() {
    java.util.Random random = new java.util.Random(5);
    for (int size : new int[] {1, 3, 100, 5000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      assertThrows(
          FormatException.class,
          () -> SdfFile.open("random", new ByteArrayInputStream(bytes)).next());
    }
  }

  @Test
  void writerFollowsTheFixedColumns() throws IOException {
    SdfRecord water = one(WATER);
    Molecule m = water.molecule().withItems(Map.of("SEED", "7"));
    float[] xyz = water.coordinates().clone();
    xyz[0] = -1234.56789f;
    xyz[1] = -0.00001f;
    List<String> lines = written(SdfRecord.of(m, xyz)).lines().toList();
    assertEquals("water", lines.get(0));
    assertEquals("3D", lines.get(1).substring(20, 22));
    assertEquals("  3  2  0  0  0  0  0  0  0  0999 V2000", lines.get(3));
    assertEquals(
        "-1234.5679    0.0000    0.1173 O   0  0  0  0  0  0  0  0  0  0  0  0", lines.get(4));
    assertEquals("  1  2  1  0", lines.get(7));
    assertEquals(List.of("M  END", ">  <SEED>", "7", "", "$$$$"), lines.subList(9, 14));
  }

  @Test
  void moreThan999AtomsAreWrittenAsV3000() throws IOException {
    for (int n : new int[] {999, 1000, 1500}) {
      Molecule.Builder chain = Molecule.builder().title("chain");
      float[] xyz = new float[3 * n];
      for (int i = 0; i < n; i++) {
        chain.atom(Elements.CARBON);
        xyz[3 * i] = 1.5f * i;
        if (i > 0) {
          chain.bond(i - 1, i, 1);
        }
      }
      chain.charge(n - 1, -1).isotope(0, 13);
      String text = written(SdfRecord.of(chain.build(), xyz));
      assertEquals(n > 999, text.contains("V3000"));
      SdfRecord again = one(text);
      assertTrue(again.molecule().sameGraph(chain.build()));
      assertArrayEquals(xyz, again.coordinates());
    }
  }

  @Test
  void theWriterRefusesWhatTheFormatCannotHold() throws IOException {
    SdfRecord water = one(WATER);
    float[] far = water.coordinates().clone();
    far[4] = 2e5f;
    assertThrows(
        IllegalArgumentException.class, () -> written(SdfRecord.of(water.molecule(), far)));
    far[4] = Float.NaN;
    assertThrows(
        IllegalArgumentException.class, () -> written(SdfRecord.of(water.molecule(), far)));
    Molecule odd = water.molecule().withItems(Map.of("k", "a\n\nb"));
    assertThrows(
        IllegalArgumentException.class, () -> written(SdfRecord.of(odd, water.coordinates())));
    Molecule aromatic = Sample.graph("C C", "0:1");
    assertThrows(
        IllegalArgumentException.class, () -> written(SdfRecord.of(aromatic, new float[6])));
  }

  @Test
  void aFileAppearsOnlyWhenCommitted() throws IOException {
    SdfRecord water = one(WATER);
    for (String name : List.of("out.sdf", "out.sdf.gz")) {
      Path target = folder.resolve(name);
      try (SdfWriter writer = SdfWriter.create(target, false)) {
        writer.write(water);
        assertFalse(Files.exists(target));
      }
      assertFalse(Files.exists(target));
      assertFalse(Files.exists(folder.resolve(name + ".part")));
      try (SdfWriter writer = SdfWriter.create(target, false)) {
        writer.write(water);
        writer.commit();
      }
      assertEquals(1, SdfFile.readAll(target).size());
      assertThrows(FileAlreadyExistsException.class, () -> SdfWriter.create(target, false));
      try (SdfWriter writer = SdfWriter.create(target, true)) {
        writer.write(water);
        writer.write(water);
        writer.commit();
      }
      assertEquals(2, SdfFile.readAll(target).size());
    }
    assertThrows(IOException.class, () -> SdfWriter.create(folder, true));
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    assertThrows(NoSuchFileException.class, () -> SdfFile.open(folder.resolve("none.sdf")));
    FormatException error = assertThrows(FormatException.class, () -> SdfFile.open(folder));
    assertTrue(error.getMessage().contains("is a folder"));
  }

  @Test
  void readingAStreamKeepsNoRecord() throws IOException {
    long before = 0;
    try (SdfReader reader = SdfFile.open("long", new Repeated(WATER + "$$$$\n", 20_000))) {
      int count = 0;
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        count++;
        before = Math.max(before, r.get().line());
      }
      assertEquals(20_000, count);
      assertEquals(19_999 * 11L + 1, before);
    }
  }

  /// A text over and over, without holding it.
  private static final class Repeated extends java.io.InputStream {
    private final byte[] text;
    private long left;

    Repeated(String text, int times) {
      this.text = text.getBytes(StandardCharsets.US_ASCII);
      this.left = (long) times * this.text.length;
    }

    @Override
    public int read() {
      return left == 0 ? -1 : text[(int) (text.length - 1 - --left % text.length)];
    }

    @Override
    public int read(byte[] into, int from, int count) {
      int done = 0;
      while (done < count && left > 0) {
        into[from + done++] = (byte) read();
      }
      return done == 0 && count > 0 ? -1 : done;
    }
  }
}
